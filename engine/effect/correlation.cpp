// Correlations.
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/effect/kernels.hpp"
#include "engine/effect/stable.hpp"
#include "engine/effect/standardised.hpp"
#include "engine/numerics/quadrature.hpp"

namespace tausq::effect {

namespace {

double one_minus_square(double r) {
  return (1 - r) * (1 + r);
}

/// F(a, b; c; x) - 1 by Gauss's series, 0 <= x < 1: its first term, and the rest.
struct Series {
  double first, rest;
  double sum() const { return first + rest; }
};

Series series(double a, double b, double c, double x) {
  const double first = a * b / c * x;
  double rest = 0, term = first;
  for (int k = 1; k < 2000; ++k) {
    term *= (a + k) * (b + k) / ((c + k) * (k + 1)) * x;
    rest += term;
    if (term <= 1e-17 * rest) break;
  }
  return {first, rest};
}

/// Whether the series above creeps: x = 1 - r^2 close to 1 and c = (n - 2) / 2 small.
bool series_is_slow(double r, double n) {
  return std::abs(r) < 0.3 && n < 52;
}

/// F(1/2, 1/2; (n - 2)/2; 1 - r^2) by Euler's integral, with tan(phi) = |r| sinh(u) in place of its variable: the
/// integrand sin^(n - 4)(phi) cos(phi) is smooth however small r is.
double half_half_integral(double r, double n) {
  const numerics::QuadratureRule rule = numerics::gauss_legendre(24);
  const double end = std::asinh(1 / r) + 40, c = 0.5 * (n - 2);
  double sum = 0;
  for (double from = 0; from < end; from += 2) {
    for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
      const double tangent = r * std::sinh(from + 1 + rule.nodes[i]), secant = std::hypot(1, tangent);
      sum += rule.weights[i] * std::pow(tangent / secant, n - 4) / secant;
    }
  }
  // Gamma(c) / (sqrt(pi) Gamma(c - 1/2)), the reciprocal of B(1/2, c - 1/2)
  return 2 * sum * small_sample_correction(n - 2) * std::sqrt(c / std::numbers::pi);
}

/// F(1, 1; (n - 2)/2; 1 - r^2) = (c - 1) I(c - 2), where I(m), the integral of s^m / (r^2 + (1 - r^2) s) over 0 < s < 1,
/// has a recurrence that is stable upwards for r^2 < 1/2.
double one_one_recurrence(double r, double n) {
  const double r2 = square(r), x = one_minus_square(r), last = 0.5 * (n - 6);
  const bool whole = last == std::floor(last);
  double m = whole ? 0 : -0.5;
  double integral = whole ? -2 * std::log(r) / x : 2 * std::atan(std::sqrt(x) / r) / (r * std::sqrt(x));
  while (m < last) {
    m += 1;
    integral = (1 / m - r2 * integral) / x;
  }
  return 0.5 * (n - 4) * integral;
}

double half_half_minus_one(double r, double n) {
  if (series_is_slow(r, n)) return half_half_integral(std::abs(r), n) - 1;
  return series(0.5, 0.5, 0.5 * (n - 2), one_minus_square(r)).sum();
}

double one_one_minus_one(double r, double n) {
  if (series_is_slow(r, n) && n == std::floor(n)) return one_one_recurrence(std::abs(r), n) - 1;
  return series(1, 1, 0.5 * (n - 2), one_minus_square(r)).sum();
}

/// Sampling variance (1 - rho^2)^2 / (n - 1) of a correlation, given 1 - rho^2.
double normal_variance(double complement, double n) {
  return square(complement) / (n - 1);
}

/// yi / r - 1 of the unbiased estimate; defined for n > 4.
double growth(const Correlation& s) {
  if (!(s.n > 4)) return std::numeric_limits<double>::quiet_NaN();
  return s.r == 0 ? 0 : half_half_minus_one(s.r, s.n);
}

/// Unbiased estimate of the variance, yi^2 - 1 + (n - 3)/(n - 2) x F(1, 1; n/2; x) with x = 1 - r^2, rearranged at either
/// end so that what cancels is gone before anything is rounded: the terms of order x for strong correlations; the terms of
/// order 1 elsewhere, by the contiguous F(1, 1; (n - 2)/2; x).
double unbiased_variance(const Correlation& s) {
  const double x = one_minus_square(s.r), least = 1 / (s.n - 4);
  if (s.r == 0) return least;
  if (x < 0.5) {
    const Series f = series(0.5, 0.5, 0.5 * (s.n - 2), x), g = series(1, 1, 0.5 * s.n, x);
    return square(s.r) * (2 * f.rest + square(f.sum())) + x * ((s.n - 3) * g.sum() - x) / (s.n - 2);
  }
  const double f = half_half_minus_one(s.r, s.n), g = one_one_minus_one(s.r, s.n);
  return least + square(s.r) * (f * (2 + f) - g - least * (1 + g));
}

}  // namespace

Estimate cor(const Correlation& s, const Setting& setting) {
  return {s.r, normal_variance(one_minus_square(setting.vtype == VarianceType::AV ? setting.average[0] : s.r), s.n)};
}

Estimate ucor(const Correlation& s, const Setting& setting) {
  const double f = growth(s), yi = s.r + s.r * f;
  if (setting.vtype == VarianceType::UB) return {yi, unbiased_variance(s)};
  if (setting.vtype == VarianceType::AV) return {yi, normal_variance(one_minus_square(setting.average[0]), s.n)};
  return {yi, normal_variance(one_minus_square(s.r) - square(s.r) * f * (2 + f), s.n)};  // 1 - yi^2, yi = r (1 + f)
}

Estimate zcor(const Correlation& s, const Setting&) {
  return {std::atanh(s.r), 1 / (s.n - 3)};
}

Shares cor_shares(const Correlation& s) {
  return {{{s.n * s.r, s.n}, {}, {}, {}}};
}

Shares ucor_shares(const Correlation& s) {
  return {{{s.n * ucor(s, {}).yi, s.n}, {}, {}, {}}};
}

}  // namespace tausq::effect
