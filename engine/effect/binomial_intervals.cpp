// Closed forms and beta quantiles; the two methods that need a search stand in binomial_searches.cpp.
#include "engine/effect/binomial_intervals.hpp"

#include <algorithm>
#include <cmath>

#include "engine/effect/stable.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::effect {

namespace {

/// The quantile of Beta(a, b) at `tail`, with its complement.
Limit beta_limit(double tail, double a, double b) {
  const double p = numerics::beta_quantile(tail, a, b);
  return {p, p <= 0.5 ? 1 - p : numerics::beta_quantile_upper(tail, b, a)};
}

/// p and q as numerators over a common denominator, p cut off at 0.
Limit fraction(double p, double q, double denominator) {
  if (!(p > 0)) return {0, 1};
  return {p / denominator, std::max(q, 0.0) / denominator};
}

}  // namespace

Limit clopper_pearson_lower(double x, double m, double level) {
  if (x == 0) return {0, 1};
  return beta_limit(0.5 * (1 - level), x, m + 1);
}

Limit jeffreys_lower(double x, double m, double level) {
  if (x == 0) return {0, 1};
  return beta_limit(0.5 * (1 - level), x + 0.5, m + 0.5);
}

Limit wilson_lower(double x, double m, double level) {
  if (x == 0) return {0, 1};
  // (A - B) / (n + z^2) with A = x + z^2 / 2 and A^2 - B^2 = x^2 (1 + z^2 / n)
  const double n = x + m, z = numerics::normal_two_sided(level), half_z2 = 0.5 * square(z);
  const double b = z * std::sqrt(x * m / n + 0.5 * half_z2);
  return {square(x) / (n * (x + half_z2 + b)), (m + half_z2 + b) / (n + square(z))};
}

Limit wilson_corrected_lower(double x, double m, double level) {
  if (x == 0) return {0, 1};
  return wilson_corrected_plain_lower(x, m, level);
}

Limit wilson_corrected_plain_lower(double x, double m, double level) {
  // the same with x - 1/2: A = x + (z^2 - 1) / 2 and A^2 - B^2 = (x - 1/2)^2 (1 + z^2 / n)
  const double n = x + m, z2 = square(numerics::normal_two_sided(level));
  const double b = 0.5 * std::sqrt(z2 * std::max(0.0, z2 - 2 - 1 / n + 4 * (x / n) * (m + 1)));
  return fraction(square(x - 0.5) * (1 + z2 / n) / (x + 0.5 * (z2 - 1) + b), m + 0.5 * (z2 + 1) + b, n + z2);
}

Limit agresti_coull_lower(double x, double m, double level) {
  // (A - B) / (n + z^2) with A = x + z^2 / 2, C = m + z^2 / 2 and B^2 = z^2 A C / (A + C)
  const double z2 = square(numerics::normal_two_sided(level)), a = x + 0.5 * z2, c = m + 0.5 * z2, n = a + c;
  const double b = std::sqrt(z2 * a * (c / n));
  return fraction(a * (x - 0.5 * z2 + z2 * (a / n)) / (a + b), c + b, n);
}

Limit simple_lower(double x, double m, double level) {
  const double n = x + m, half = numerics::normal_two_sided(level) * std::sqrt(x * m / n);
  return fraction(x - half, m + half, n);
}

Limit simple_corrected_lower(double x, double m, double level) {
  const double n = x + m, half = numerics::normal_two_sided(level) * std::sqrt(x * m / n) + 0.5;
  return fraction(x - half, m + half, n);
}

}  // namespace tausq::effect
