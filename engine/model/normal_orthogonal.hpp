// Orthonormal columns by modified Gram-Schmidt, for doubles and for numbers of twice the precision.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace tausq::model {

/// term(0) + ... + term(k - 1) in running sums side by side, enough of them to fill the processor's vectors and its pipeline.
template <typename Real, typename Term>
Real sum_of_terms(std::size_t k, Term&& term) {
  constexpr std::size_t width = sizeof(Real) == sizeof(double) ? 8 : 4;
  Real lanes[width] = {};
  std::size_t i = 0;
  for (; i + width <= k; i += width)
    for (std::size_t l = 0; l < width; ++l) lanes[l] += term(i + l);
  for (std::size_t l = 0; i < k; ++i, ++l) lanes[l] += term(i);
  for (std::size_t half = width / 2; half > 0; half /= 2)
    for (std::size_t l = 0; l < half; ++l) lanes[l] += lanes[l + half];
  return lanes[0];
}

template <typename Real>
Real dot(std::span<const Real> a, std::span<const Real> b) {
  const Real *const x = a.data(), *const y = b.data();
  return sum_of_terms<Real>(a.size(), [=](std::size_t i) { return x[i] * y[i]; });
}

/// target -= factor * column
template <typename Real>
void subtract(std::span<Real> target, Real factor, std::span<const Real> column) {
  Real* const to = target.data();
  const Real* const from = column.data();
  for (std::size_t i = 0, k = target.size(); i < k; ++i) to[i] -= factor * from[i];
}

/// Replaces the p columns (column-major, k rows each) by orthonormal ones U with columns = U triangle; triangle is p x p,
/// column-major, upper. `rounds` = 2 makes them orthonormal to rounding whatever the columns' condition (Giraud et al.
/// 2005, Numer Math 101:87). A column that vanishes leaves a zero column and a zero on the diagonal.
template <typename Real>
void orthonormalise(std::span<Real> columns, std::size_t k, std::span<Real> triangle, int rounds = 1) {
  using std::sqrt;
  const std::size_t p = k == 0 ? 0 : columns.size() / k;
  for (Real& entry : triangle) entry = Real(0);
  for (std::size_t j = 0; j < p; ++j) {
    const std::span<Real> column = columns.subspan(j * k, k);
    for (int round = 0; round < rounds; ++round)
      for (std::size_t l = 0; l < j; ++l) {
        const std::span<const Real> before = columns.subspan(l * k, k);
        const Real projection = dot<Real>(before, column);
        triangle[j * p + l] += projection;
        subtract<Real>(column, projection, before);
      }
    const Real norm = sqrt(dot<Real>(column, column));
    triangle[j * p + j] = norm;
    if (static_cast<double>(norm) > 0) {
      const Real inverse = Real(1) / norm;
      for (Real& x : column) x = x * inverse;
    }
  }
}

/// Solves triangle x = b for upper triangle (p x p, column-major); x overwrites b.
template <typename Real>
void solve_upper(std::span<const Real> triangle, std::span<Real> b) {
  const std::size_t p = b.size();
  for (std::size_t j = p; j-- > 0;) {
    b[j] = b[j] / triangle[j * p + j];
    for (std::size_t i = 0; i < j; ++i) b[i] -= b[j] * triangle[j * p + i];
  }
}

}  // namespace tausq::model
