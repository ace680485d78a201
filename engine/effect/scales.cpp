#include "engine/effect/scales.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "engine/effect/stable.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::effect {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double half_pi = 0.5 * std::numbers::pi;

Range everything(double) {
  return {-infinity, infinity};
}
Range from_zero(double) {
  return {0, infinity};
}
Range unit(double) {
  return {0, 1};
}
Range both_signs(double) {
  return {-1, 1};
}
Range up_to_zero(double) {
  return {-infinity, 0};
}
Range quarter_turn(double) {
  return {0, half_pi};
}

double as_it_is(double value, double) {
  return value;
}

double exponential(double value, double) {
  return std::exp(value);
}
double logarithm(double value, double) {
  return std::log(value);
}

double inverse_logit(double value, double) {
  const double e = std::exp(-std::abs(value));
  return value < 0 ? e / (1 + e) : 1 / (1 + e);
}
double logit(double p, double) {
  return std::log(p) - std::log1p(-p);
}

double normal(double value, double) {
  return numerics::normal_cdf(value);
}
double normal_inverse(double p, double) {
  return numerics::normal_quantile(p);
}

double inverse_cloglog(double value, double) {
  return -std::expm1(-std::exp(value));
}
double cloglog(double p, double) {
  return std::log(-std::log1p(-p));
}
double cloglog_of_complement(double q, double) {
  return std::log(-std::log(q));
}

double squared_sine(double value, double) {
  return square(std::sin(value));
}
double arcsine_of_root(double p, double) {
  return std::asin(std::sqrt(p));
}

double squared(double value, double) {
  return square(value);
}
double root(double value, double) {
  return std::sqrt(value);
}

/// sin x - x, without the cancellation of small x.
double sine_minus(double x) {
  if (std::abs(x) > 0.5) return std::sin(x) - x;
  const double x2 = x * x;
  double term = -x * x2 / 6, sum = term;
  for (int k = 4; std::abs(term) > 1e-18 * std::abs(sum); k += 2) sum += term *= -x2 / (k * (k + 1));
  return sum;
}

/// The proportion whose double arcsine over n patients is t <= pi / 4. With T = 2 t and the double arcsine's two angles
/// a <= b, sin(b + a) sin(b - a) = 1 / (n + 1), so b - a and hence p = (n + 1) / n sin^2 a follow from T; this is Miller's
/// (1978) eq. 2 without its cancellation. All that is lost next to the smallest attainable t sits in `margin`
/// = (n + 1) sin^2 T - 1, whose leading part (n + 1) T^2 - 1 is formed exactly.
double double_arcsine_inverse_below_half(double t, double n) {
  const double turn = 2 * t, sine = std::sin(turn), cosine = std::cos(turn), n1 = n + 1;
  const double turn2 = turn * turn, turn2_rest = std::fma(turn, turn, -turn2);
  const double margin = std::fma(n1, turn2, -1.0) + n1 * turn2_rest + n1 * sine_minus(turn) * (sine + turn);
  if (!(margin > 0)) return 0;
  const double sine_gap = 1 / (n1 * sine), cosine_gap = std::sqrt((1 - sine_gap) * (1 + sine_gap));
  const double sine_2a = margin * (margin + 2) / (square(n1 * sine) * (sine * cosine_gap + cosine * sine_gap));
  const double cosine_2a = cosine * cosine_gap + sine * sine_gap;
  return n1 / n * square(sine_2a) / (2 * (1 + cosine_2a));
}

double double_arcsine_inverse(double t, double n) {
  if (!(n > 0)) return square(std::sin(t));  // the limit of large n
  if (t <= 0.5 * half_pi) return double_arcsine_inverse_below_half(t, n);
  constexpr double half_pi_rest = 6.123233995736766e-17;  // pi / 2 to twice the precision
  return 1 - double_arcsine_inverse_below_half((half_pi - t) + half_pi_rest, n);
}
double double_arcsine(double p, double n) {
  if (!(n > 0)) return arcsine_of_root(p, n);
  const double x = n * p, m = n * (1 - p);
  return 0.5 * (std::atan2(std::sqrt(x), std::sqrt(m + 1)) + std::atan2(std::sqrt(x + 1), std::sqrt(m)));
}
Range double_arcsine_range(double n) {
  const double least = n > 0 ? 0.5 * std::atan(1 / std::sqrt(n)) : 0;
  return {least, half_pi - least};
}

/// From 2 y = sqrt r + sqrt(r + 1/t): sqrt r = y - 1 / (4 y t).
double double_root_inverse(double value, double t) {
  if (!(t > 0)) return square(value);
  const double margin = std::fma(4 * t * value, value, -1.0);
  return margin > 0 ? square(margin / (4 * t * value)) : 0;
}
double double_root(double r, double t) {
  return t > 0 ? 0.5 * (std::sqrt(r) + std::sqrt(r + 1 / t)) : std::sqrt(r);
}
Range double_root_range(double t) {
  return {t > 0 ? 0.5 / std::sqrt(t) : 0, infinity};
}

double one_minus(double q, double) {
  return 1 - q;
}
double log_one_minus(double q, double) {
  return std::log1p(-q);
}
double minus_logit(double q, double n) {
  return -logit(q, n);
}
double minus_normal_inverse(double q, double n) {
  return -normal_inverse(q, n);
}
double arcsine_of_complement(double q, double n) {
  return half_pi - arcsine_of_root(q, n);
}
double double_arcsine_of_complement(double q, double n) {
  return half_pi - double_arcsine(q, n);
}

double hyperbolic_tangent(double value, double) {
  return std::tanh(value);
}
double fisher_z(double r, double) {
  return std::atanh(r);
}

}  // namespace

constinit const Scale identity_scale{as_it_is, as_it_is, everything};
constinit const Scale proportion_scale{as_it_is, as_it_is, unit, one_minus};
constinit const Scale difference_scale{as_it_is, as_it_is, both_signs};
constinit const Scale positive_scale{as_it_is, as_it_is, from_zero};
constinit const Scale log_scale{exponential, logarithm, everything};
constinit const Scale log_proportion_scale{exponential, logarithm, up_to_zero, log_one_minus};
constinit const Scale logit_scale{inverse_logit, logit, everything, minus_logit};
constinit const Scale probit_scale{normal, normal_inverse, everything, minus_normal_inverse};
constinit const Scale cloglog_scale{inverse_cloglog, cloglog, everything, cloglog_of_complement};
constinit const Scale arcsine_scale{squared_sine, arcsine_of_root, quarter_turn, arcsine_of_complement};
constinit const Scale double_arcsine_scale{double_arcsine_inverse, double_arcsine, double_arcsine_range, double_arcsine_of_complement};
constinit const Scale root_scale{squared, root, from_zero};
constinit const Scale double_root_scale{double_root_inverse, double_root, double_root_range};
constinit const Scale fisher_scale{hyperbolic_tangent, fisher_z, everything};

}  // namespace tausq::effect
