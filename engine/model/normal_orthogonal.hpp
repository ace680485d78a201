// Orthonormal columns by modified Gram-Schmidt, for doubles and for numbers of twice the precision.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace tausq::model {

template <typename Real>
Real dot(std::span<const Real> a, std::span<const Real> b) {
  Real lanes[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= a.size(); i += 4)
    for (std::size_t l = 0; l < 4; ++l) lanes[l] += a[i + l] * b[i + l];
  for (; i < a.size(); ++i) lanes[0] += a[i] * b[i];
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

/// target -= factor * column
template <typename Real>
void subtract(std::span<Real> target, Real factor, std::span<const Real> column) {
  for (std::size_t i = 0; i < target.size(); ++i) target[i] -= factor * column[i];
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
    if (static_cast<double>(norm) > 0)
      for (Real& x : column) x = x / norm;
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
