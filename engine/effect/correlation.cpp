// Correlations.
#include <cmath>
#include <limits>

#include "engine/effect/kernels.hpp"
#include "engine/effect/stable.hpp"

namespace tausq::effect {

namespace {

double one_minus_square(double r) {
  return (1 - r) * (1 + r);
}

/// Gauss's series F(a, b; c; x), 0 <= x < 1 or c > a + b.
double hypergeometric_series(double a, double b, double c, double x) {
  double sum = 1, term = 1;
  for (int k = 0; k < 100000; ++k) {
    term *= (a + k) * (b + k) / ((c + k) * (k + 1)) * x;
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return sum;
}

/// Sampling variance (1 - rho^2)^2 / (n - 1) at the correlation that the variant puts in rho's place.
double normal_variance(double rho, double n) {
  return square(one_minus_square(rho)) / (n - 1);
}

double unbiased(const Correlation& s) {
  if (!(s.n > 4)) return std::numeric_limits<double>::quiet_NaN();
  return s.r * hypergeometric_series(0.5, 0.5, 0.5 * (s.n - 2), one_minus_square(s.r));
}

}  // namespace

Estimate cor(const Correlation& s, const Setting& setting) {
  return {s.r, normal_variance(setting.vtype == VarianceType::AV ? setting.average[0] : s.r, s.n)};
}

Estimate ucor(const Correlation& s, const Setting& setting) {
  const double yi = unbiased(s);
  if (setting.vtype == VarianceType::UB) {
    const double x = one_minus_square(s.r);
    return {yi, square(yi) - 1 + (s.n - 3) / (s.n - 2) * x * hypergeometric_series(1, 1, 0.5 * s.n, x)};
  }
  return {yi, normal_variance(setting.vtype == VarianceType::AV ? setting.average[0] : yi, s.n)};
}

Estimate zcor(const Correlation& s, const Setting&) {
  return {std::atanh(s.r), 1 / (s.n - 3)};
}

Shares cor_shares(const Correlation& s) {
  return {{{s.n * s.r, s.n}, {}, {}, {}}};
}

Shares ucor_shares(const Correlation& s) {
  return {{{s.n * unbiased(s), s.n}, {}, {}, {}}};
}

}  // namespace tausq::effect
