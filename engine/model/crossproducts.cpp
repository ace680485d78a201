#include "engine/model/crossproducts.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/lanes.hpp"
#include "engine/numerics/wide.hpp"

namespace tausq::model {

namespace {

using numerics::Four;

// What is left of a column beside those before it, and of a trace beside what is taken off it: less loses a digit.
constexpr double least_pivot = 0.05, least_rest = 0.2;

/// Sums of w a b, w^2 a b and w^3 a b.
struct PowerSums {
  double one, two, three;
};

TAUSQ_WIDE_PART PowerSums power_sums(const double* w, const double* a, const double* b, std::size_t k) {
  Four one[2]{}, two[2]{}, three[2]{};
  const auto add = [&](std::size_t i, std::size_t lane) {
    Four weight, left, right;
    numerics::load(w + i, weight), numerics::load(a + i, left), numerics::load(b + i, right);
    const Four first = weight * left * right, second = weight * first;
    one[lane] += first, two[lane] += second, three[lane] += weight * second;
  };
  std::size_t i = 0;
  for (; i + 8 <= k; i += 8) add(i, 0), add(i + 4, 1);
  if (i + 4 <= k) add(i, 0), i += 4;
  PowerSums sums{numerics::sum_of(one[0] + one[1]), numerics::sum_of(two[0] + two[1]), numerics::sum_of(three[0] + three[1])};
  for (; i < k; ++i) {
    const double first = w[i] * a[i] * b[i], second = w[i] * first;
    sums.one += first, sums.two += second, sums.three += w[i] * second;
  }
  return sums;
}

TAUSQ_WIDE_PART double dot(const double* a, const double* b, std::size_t k) {
  Four sums[2]{};
  const auto add = [&](std::size_t i, std::size_t lane) {
    Four left, right;
    numerics::load(a + i, left), numerics::load(b + i, right);
    sums[lane] += left * right;
  };
  std::size_t i = 0;
  for (; i + 8 <= k; i += 8) add(i, 0), add(i + 4, 1);
  if (i + 4 <= k) add(i, 0), i += 4;
  double sum = numerics::sum_of(sums[0] + sums[1]);
  for (; i < k; ++i) sum += a[i] * b[i];
  return sum;
}

/// target += factor * column
TAUSQ_WIDE_PART void add_multiple(double factor, const double* column, double* target, std::size_t k) {
  for (std::size_t i = 0; i < k; ++i) target[i] += factor * column[i];
}

/// Cholesky's lower triangle in place, column-major, with the reciprocals of its diagonal. False where a column all but vanishes beside
/// those before it.
TAUSQ_WIDE_PART bool factorise(double* s, std::size_t p) {
  for (std::size_t j = 0; j < p; ++j) {
    double pivot = s[j * p + j];
    const double whole = pivot;
    for (std::size_t l = 0; l < j; ++l) pivot -= s[l * p + j] * s[l * p + j];
    if (!(pivot >= least_pivot * whole && pivot > 0)) return false;
    const double inverse = 1 / std::sqrt(pivot);
    s[j * p + j] = inverse;
    for (std::size_t i = j + 1; i < p; ++i) {
      double entry = s[j * p + i];
      for (std::size_t l = 0; l < j; ++l) entry -= s[l * p + i] * s[l * p + j];
      s[j * p + i] = entry * inverse;
    }
  }
  return true;
}

/// b becomes L^-1 b.
TAUSQ_WIDE_PART void solve_lower(const double* l, std::size_t p, double* b) {
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < i; ++j) b[i] -= l[j * p + i] * b[j];
    b[i] *= l[i * p + i];
  }
}

/// b becomes L'^-1 b.
TAUSQ_WIDE_PART void solve_transposed(const double* l, std::size_t p, double* b) {
  for (std::size_t i = p; i-- > 0;) {
    for (std::size_t j = i + 1; j < p; ++j) b[i] -= l[i * p + j] * b[j];
    b[i] *= l[i * p + i];
  }
}

/// The symmetric s becomes L^-1 s L'^-1; both triangles are given and set.
TAUSQ_WIDE_PART void whiten(const double* l, std::size_t p, double* s) {
  for (std::size_t j = 0; j < p; ++j) solve_lower(l, p, s + j * p);
  for (std::size_t i = 0; i < p; ++i)  // L^-1 s, whose row i lies p apart
    for (std::size_t a = 0; a < p; ++a) {
      double entry = s[a * p + i];
      for (std::size_t b = 0; b < a; ++b) entry -= l[b * p + a] * s[b * p + i];
      s[a * p + i] = entry * l[a * p + a];
    }
}

/// X'WX, X'WWX and X'WWWX, both triangles, one behind the other.
TAUSQ_WIDE_PART void crossproducts(const NormalData& data, const double* w, double* s) {
  const std::size_t p = data.p, square = p * p;
  const double* const x = data.basis.data();
  for (std::size_t a = 0; a < p; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      const PowerSums sums = power_sums(w, x + a * data.k, x + b * data.k, data.k);
      s[b * p + a] = s[a * p + b] = sums.one;
      s[square + b * p + a] = s[square + a * p + b] = sums.two;
      s[2 * square + b * p + a] = s[2 * square + a * p + b] = sums.three;
    }
}

/// w, and its sum and that of its squares.
TAUSQ_WIDE_PART void weigh(const NormalData& data, double tau2, double* w, NormalMoments& m) {
  for (std::size_t i = 0; i < data.k; ++i) w[i] = 1 / (data.v[i] + tau2);
  Four sum{};
  std::size_t i = 0;
  for (; i + 4 <= data.k; i += 4) {
    Four four;
    numerics::load(w + i, four);
    sum += four;
  }
  m.w1 = numerics::sum_of(sum);
  for (; i < data.k; ++i) m.w1 += w[i];
  m.w2 = dot(w, w, data.k);
}

/// The traces of P and PP; spoils X'WWX and X'WWWX. False where little is left of them.
TAUSQ_WIDE_PART bool set_traces(const double* l, std::size_t p, double* s2, double* s3, NormalMoments& m) {
  whiten(l, p, s2), whiten(l, p, s3);
  double fitted = 0, twice = 0, square = 0;
  for (std::size_t a = 0; a < p; ++a) fitted += s2[a * p + a], twice += s3[a * p + a];
  for (std::size_t a = 0; a < p * p; ++a) square += s2[a] * s2[a];
  m.tr_p = m.w1 - fitted;
  m.tr_pp = (m.w2 - 2 * twice) + square;
  return m.tr_p >= least_rest * m.w1 && m.tr_pp >= least_rest * m.w2;
}

}  // namespace

[[gnu::flatten]] TAUSQ_WIDE bool crossproduct_moments(const NormalData& data, double tau2, Projection<double>& work, NormalMoments& m) {
  const std::size_t k = data.k, p = data.p;
  work.weights.resize(k), work.residual.resize(k), work.u.resize(3 * p * p), work.projections.resize(p);
  double *const w = work.weights.data(), *const rest = work.residual.data(), *const l = work.u.data(), *const b = work.projections.data();
  const double* const x = data.basis.data();
  m = {};
  weigh(data, tau2, w, m);
  crossproducts(data, w, l);
  if (!factorise(l, p) || !set_traces(l, p, l + p * p, l + 2 * p * p, m)) return false;
  for (std::size_t j = 0; j < p; ++j) m.half_log_det -= std::log(l[j * p + j]);

  for (std::size_t i = 0; i < k; ++i) rest[i] = w[i] * data.y[i];
  for (std::size_t j = 0; j < p; ++j) b[j] = dot(x + j * k, rest, k);
  solve_lower(l, p, b);
  solve_transposed(l, p, b);
  std::copy(data.y.begin(), data.y.begin() + static_cast<std::ptrdiff_t>(k), rest);
  for (std::size_t j = 0; j < p; ++j) add_multiple(-b[j], x + j * k, rest, k);
  work.column.resize(k);
  double* const g = work.column.data();  // Py
  for (std::size_t i = 0; i < k; ++i) g[i] = w[i] * rest[i];
  m.q = dot(g, rest, k);
  m.ypp = dot(g, g, k);
  for (std::size_t i = 0; i < k; ++i) rest[i] = w[i] * g[i];
  m.yppp = dot(rest, g, k);
  for (std::size_t j = 0; j < p; ++j) b[j] = dot(x + j * k, rest, k);
  solve_lower(l, p, b);
  for (std::size_t j = 0; j < p; ++j) m.yppp -= b[j] * b[j];
  return true;
}

}  // namespace tausq::model
