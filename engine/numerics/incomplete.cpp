#include "engine/numerics/incomplete.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "engine/numerics/deviance.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/quadrature.hpp"

namespace tausq::numerics {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double two_pi = 2 * std::numbers::pi;
constexpr int most_terms = 20000;
// From this effective size on the tail integral is cheaper than the continued fraction, whose length grows with its root.
constexpr double large_size = 1500;

/// Integral from 0 to infinity of exp(-slope w - curvature w^2 / 2 ...) for an integrand of about that decay: by a
/// Gauss-Legendre rule up to where exp has fallen below 1e-19.
template <typename F>
double tail_integral(double slope, double curvature, F&& integrand) {
  constexpr double fall = 46;
  static const QuadratureRule rule = gauss_legendre(40);
  const double half = fall / (slope + std::sqrt(slope * slope + 2 * fall * curvature));
  double sum = 0;
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) sum += rule.weights[i] * integrand(half * (1 + rule.nodes[i]));
  return half * sum;
}

/// P(a, z) Gamma(a + 1) exp(z) / z^a = 1 + z / (a + 1) + z^2 / ((a + 1) (a + 2)) + ...
double gamma_series(double a, double z) {
  double term = 1, sum = 1;
  for (int j = 1; j < most_terms && term > 0.1 * epsilon * sum; ++j) {
    term *= z / (a + j);
    sum += term;
  }
  return sum;
}

/// Q(a, z) Gamma(a) exp(z) / z^a = 1 / (z + 1 - a - 1 (1 - a) / (z + 3 - a - ...)), by Lentz's method.
double gamma_fraction(double a, double z) {
  double b = z + 1 - a, c = 1e300, d = 1 / b, fraction = d;
  for (int j = 1; j < most_terms; ++j) {
    const double numerator = -j * (j - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (std::abs(d * c - 1) < 0.5 * epsilon) break;
  }
  return fraction;
}

/// I_x(a, b) B(a, b) / (x^a y^b) as a continued fraction (Didonato & Morris 1992, eq. 9), by Lentz's method. It sees the
/// distance from the mean only through d, which a fraction in x alone would have to subtract out.
double beta_fraction(const BetaPoint& at) {
  const auto [a, b, x, y, distance] = at;
  double c = a / (a + 1) * (distance + 1), d = 0, fraction = c;
  for (int j = 1; j < most_terms; ++j) {
    const double p = j / (a + 2 * j - 1) * x, q = (b - j) * x / (a + 2 * j - 1);
    const double numerator = (a + j - 1) * (a + b + j - 1) * p * q;
    const double denominator = j + j * q + (a + j) / (a + 2 * j + 1) * (distance + 1 + j * (1 + y));
    d = 1 / (numerator * d + denominator);
    c = denominator + numerator / c;
    fraction *= d * c;
    if (std::abs(d * c - 1) < 0.5 * epsilon) break;
  }
  return 1 / fraction;
}

/// x log(x / m) + m - x given excess = x - m to full precision.
double deviance_of(double x, double m, double excess) {
  const double u = excess / m;
  return u > -0.65 && u < 2 ? m * log1p_excess(u) : x * std::log(x / m) - excess;
}

/// x^a y^b / B(a, b) as exp(exponent) * scale.
Tail beta_front(const BetaPoint& at) {
  const auto [a, b, x, y, d] = at;
  const double n = a + b;
  const double error = stirling_error(n) - stirling_error(a) - stirling_error(b);
  return {error - deviance_of(a, n * x, d) - deviance_of(b, n * y, -d), std::sqrt(a / n * b / two_pi), 0, false};
}

/// Integral of the tail below x, over the front: with t = x - x y w the log of the integrand over its value at x is
/// -w d + a (log1p(-w y) + w y) + b (log1p(w x) - w x), in which no term is positive.
double beta_tail_integral(const BetaPoint& at) {
  const auto integrand = [&at](double w) {
    const double below = -w * at.y, above = w * at.x;
    return std::exp(-w * at.d + at.a * log1p_minus(below) + at.b * log1p_minus(above)) / ((1 + below) * (1 + above));
  };
  return tail_integral(at.d, at.a * at.y * at.y + at.b * at.x * at.x, integrand);
}

bool is_large(const BetaPoint& at) {
  return at.a / (at.a + at.b) * at.b >= large_size;
}

/// The tail below x, for x not above the mean by much.
Tail beta_lower_tail(const BetaPoint& at) {
  const double factor = is_large(at) ? beta_tail_integral(at) : beta_fraction(at);
  Tail tail = beta_front(at);
  tail.scale *= factor;
  tail.rate = 1 / factor;
  return tail;
}

/// The argument at which the lower (or upper) tail is p <= 1/2, by Newton's method for the logarithm of the tail over that
/// of the argument: a concave function, as the densities are log-concave there, so that the search converges from
/// anywhere. Its last step works on the argument itself and leaves no more than rounding.
template <typename F>
double solve_tail(double p, bool upper, double start, F&& tail_at) {
  double at = start;
  for (int i = 0; i < 200 && at > 0 && std::isfinite(at); ++i) {
    const Tail tail = tail_at(at);
    const double value = tail.value();
    const double wanted = tail.upper == upper ? value : 1 - value;
    const double log_ratio = wanted > 1e-300 && p > 1e-300 ? std::log(wanted / p) : tail.exponent + std::log(tail.scale) - std::log(p);
    const double rate = tail.upper == upper ? tail.rate : tail.rate * value / wanted;
    const double step = (upper ? log_ratio : -log_ratio) / rate;
    at += at * std::expm1(step);
    if (std::abs(log_ratio) < 1e-8) break;
  }
  return at;
}

/// beta_odds for p <= 1/2 to a digit or two.
double beta_odds_guess(double p, double a, double b) {
  // The odds are a / b F with 2 a and 2 b degrees of freedom; F^(1/3) by Paulson 1942, a quadratic equation.
  const double z = normal_quantile(p), va = 1 / (9 * a), vb = 1 / (9 * b), ma = 1 - va, mb = 1 - vb;
  const double product = ma * ma - z * z * va, square = ma * ma * vb + mb * mb * va - z * z * va * vb;
  if (ma > 0 && mb > 0 && product > 0.1 && square > 0) return a / b * std::pow(product / (ma * mb - z * std::sqrt(square)), 3);
  // The leading term of the lower tail: x^a / (a B(a, b)).
  const double log_front = log_gamma(a + b) - log_gamma(a + 1) - log_gamma(b);
  return std::exp(std::fmin((std::log(p) - log_front) / a, 0));
}

}  // namespace

double Tail::value() const {
  return std::exp(exponent) * scale;
}
double Tail::lower_tail() const {
  return upper ? 1 - value() : value();
}
double Tail::upper_tail() const {
  return upper ? value() : 1 - value();
}
double Tail::log_upper_tail() const {
  return upper ? exponent + std::log(scale) : std::log1p(-value());
}

Tail gamma_tail(double a, double z) {
  const double excess = a - z;
  const bool large = a >= large_size;
  const bool upper = large ? excess < 0 : z >= std::fmax(a, 1);
  double factor = 0;  // tail / (z density(z))
  if (large) {
    const double side = upper ? 1 : -1;
    const auto integrand = [&](double u) { return std::exp(-u * std::abs(excess) + a * log1p_minus(side * u)) / (1 + side * u); };
    factor = tail_integral(std::abs(excess), a, integrand);
  } else {
    factor = upper ? gamma_fraction(a, z) : gamma_series(a, z) / a;
  }
  return {-stirling_error(a) - deviance_of(a, z, excess), std::sqrt(a / two_pi) * factor, 1 / factor, upper};
}

BetaPoint beta_point(double a, double b, double x) {
  const double y = 1 - x, y_low = (1 - y) - x;
  const double bx = b * x, bx_low = std::fma(b, x, -bx);
  return {a, b, x, y, std::fma(a, y, -bx) - bx_low + a * y_low};
}

BetaPoint beta_point_of_f(double a, double b, double f_high, double f_low) {
  const double odds = b / a * f_high;
  return {a, b, 1 / (1 + odds), odds / (1 + odds), b * ((f_high - 1) + f_low) / (1 + odds)};
}

Tail beta_tail(const BetaPoint& at) {
  if (at.d > (is_large(at) ? 0 : std::fmin(0, at.x - at.y))) return beta_lower_tail(at);
  Tail tail = beta_lower_tail({at.b, at.a, at.y, at.x, -at.d});
  tail.upper = true;
  return tail;
}

double gamma_point(double p, double a, bool upper) {
  if (p > 0.5) return gamma_point(1 - p, a, !upper);
  // Wilson & Hilferty 1931; where its cube runs out, the leading term of the lower tail z^a / Gamma(a + 1).
  const double deviate = upper ? normal_quantile_upper(p) : normal_quantile(p);
  const double root = 1 - 1 / (9 * a) + deviate / (3 * std::sqrt(a));
  const double start = root > 0.3 ? a * root * root * root : std::exp((std::log(p) + log_gamma(a + 1)) / a);
  return solve_tail(p, upper, start, [a](double z) { return gamma_tail(a, z); });
}

double beta_odds(double p, double a, double b) {
  if (p > 0.5) return 1 / beta_odds(1 - p, b, a);
  const double start = beta_odds_guess(p, a, b);
  return solve_tail(p, false, start, [=](double odds) {
    return beta_tail({a, b, odds / (1 + odds), 1 / (1 + odds), std::fma(-b, odds, a) / (1 + odds)});
  });
}

}  // namespace tausq::numerics
