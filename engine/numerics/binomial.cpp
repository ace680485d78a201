#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/numerics/deviance.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::numerics {

namespace {

constexpr double log_two_pi = 1.8378770664093454836;

// stirling_error(i / 2), i = 0 .. 30; the first is never read.
constexpr std::array<double, 31> stirling_error_of_halves{
    0,
    0.15342640972002734529,
    0.08106146679532725822,
    0.054814121051917653896,
    0.041340695955409294094,
    0.033162873519936287485,
    0.027677925684998339149,
    0.023746163656297495971,
    0.020790672103765093112,
    0.018488450532673185231,
    0.016644691189821192163,
    0.015134973221917378874,
    0.013876128823070747999,
    0.012810465242920226924,
    0.011896709945891770095,
    0.011104559758206917327,
    0.010411265261972096497,
    0.0097994161261588032984,
    0.0092554621827127329177,
    0.008768700134139385463,
    0.0083305634333628712565,
    0.0079341145643140205472,
    0.007573675487951840795,
    0.0072445543013203831795,
    0.0069428401072095298657,
    0.0066652470327076824424,
    0.0064089941880042070684,
    0.0061717122630394576475,
    0.0059513701127588477356,
    0.005746216513010115682,
    0.005554733551962801371,
};

/// (n + 1/2) log(1 + 1/n) - 1 = stirling_error(n) - stirling_error(n + 1) for n >= 1; every term of the series is positive.
double stirling_error_step(double n) {
  const double w = 1 / (2 * n + 1), w2 = w * w;
  double sum = 0, power = w2;
  for (int j = 3; power > 1e-19; j += 2, power *= w2) sum += power / j;
  return sum;
}

/// atanh(v) - v = v^3/3 + v^5/5 + ... for |v| < 0.6.
double atanh_minus(double v) {
  const double v2 = v * v;
  double sum = 0, power = v * v2;
  for (int j = 3;; j += 2, power *= v2) {
    const double next = sum + power / j;
    if (next == sum) return sum;
    sum = next;
  }
}

}  // namespace

double stirling_error(double n) {
  if (!(n > 0)) return n == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  if (n <= 15 && 2 * n == std::floor(2 * n)) return stirling_error_of_halves[static_cast<std::size_t>(2 * n)];
  if (n < 1) return log_gamma(n + 1) - (n + 0.5) * std::log(n) + n - 0.5 * log_two_pi;
  double shift = 0;
  for (; n < 15; ++n) shift += stirling_error_step(n);
  constexpr double s0 = 1.0 / 12, s1 = 1.0 / 360, s2 = 1.0 / 1260, s3 = 1.0 / 1680, s4 = 1.0 / 1188, s5 = 691.0 / 360360;
  const double r = 1 / n, r2 = r * r;
  return shift + r * (s0 - r2 * (s1 - r2 * (s2 - r2 * (s3 - r2 * (s4 - r2 * s5)))));
}

double log1p_excess(double u) {
  if (u == -1) return 1;
  if (u < -0.65 || u > 2) return (1 + u) * std::log1p(u) - u;
  // With v = u / (2 + u), log(1 + u) = 2 (v + v^3/3 + ...) and u = 2 v + u v.
  const double v = u / (2 + u);
  return u * v + 2 * (1 + u) * atanh_minus(v);
}

double log1p_minus(double u) {
  if (u < -0.65 || u > 2) return std::log1p(u) - u;
  const double v = u / (2 + u);
  return 2 * atanh_minus(v) - u * v;
}

double deviance_term(double x, double m, double m_low) {
  if (x == 0) return m + m_low;
  const double u = (x - m) / m;
  const double term = u > -0.65 && u < 2 ? m * log1p_excess(u) : x * std::log(x / m) + (m - x);
  return term - u * m_low;  // d/dm (x log(x / m) + m - x) = 1 - x / m
}

double binomial_pmf(double x, double n, double p) {
  if (!(n >= 0 && p >= 0 && p <= 1)) return std::numeric_limits<double>::quiet_NaN();
  if (x < 0 || x > n || x != std::floor(x)) return 0;
  if (p == 0) return x == 0 ? 1 : 0;
  if (p == 1) return x == n ? 1 : 0;
  if (x == 0) return std::exp(n * std::log1p(-p));
  if (x == n) return std::pow(p, n);
  // At n = 1e9 a rounded n p alone would cost five digits, so what the products lose is carried along.
  const double q = 1 - p, q_low = (1 - q) - p;
  const double np = n * p, np_low = std::fma(n, p, -np);
  const double nq = n * q, nq_low = std::fma(n, q, -nq) + n * q_low;
  const double error = stirling_error(n) - stirling_error(x) - stirling_error(n - x);
  const double deviance = deviance_term(x, np, np_low) + deviance_term(n - x, nq, nq_low);
  return std::exp(error - deviance) * std::sqrt(n / x / (n - x) / (2 * std::numbers::pi));
}

double log_binomial(double n, double k) {
  if (!(k >= 0 && k <= n)) return std::numeric_limits<double>::quiet_NaN();
  k = std::min(k, n - k);
  if (k == 0) return 0;
  if (k == 1) return std::log(n);
  const double error = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
  const double entropy = k * std::log(n / k) - (n - k) * std::log1p(-k / n);
  return error + entropy + 0.5 * (std::log(n / k / (n - k)) - log_two_pi);
}

}  // namespace tausq::numerics
