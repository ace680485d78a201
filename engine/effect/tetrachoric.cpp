// Tetrachoric correlation: the correlation of the bivariate normal distribution that a two-by-two table cuts in four.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include "engine/effect/kernels.hpp"
#include "engine/effect/probit.hpp"
#include "engine/effect/stable.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/quadrature.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::effect {

namespace {

/// A correlation r as sine, with the cosine sqrt(1 - r^2) that r next to 1 does not give any more.
struct Angle {
  double sine, cosine;
  /// r = sin(theta)
  static Angle of(double theta) { return {std::sin(theta), std::cos(theta)}; }
  /// |r| = cos(gap)
  static Angle near_end(double gap, double sign) { return {sign * std::cos(gap), std::sin(gap)}; }
};

/// Thresholds h of the rows and k of the columns, with the difference and sum that h and k next to each other would lose.
struct Thresholds {
  double h, k, difference, sum;
  explicit Thresholds(const TwoByTwo& s)
      : h(probit(s.n1(), s.n2())),
        k(probit(s.a + s.c, s.b + s.d)),
        difference(probit_difference(s.n1(), s.n2(), s.a + s.c, s.b + s.d)),
        sum(probit_difference(s.n1(), s.n2(), s.b + s.d, s.a + s.c)) {}
};

/// 2 pi cos(theta) times the bivariate normal density at (h, k) with correlation r = sin(theta); its integral over theta
/// from 0 is 2 pi (Phi2(h, k; r) - Phi(h) Phi(k)) (Plackett 1954; Drezner & Wesolowsky 1990).
double density_by_angle(const Thresholds& at, const Angle& r) {
  // (h^2 - 2 h k r + k^2) / (2 (1 - r^2)), split so that nothing cancels next to r = 1 and r = -1
  if (r.sine >= 0) return std::exp(-0.5 * square(at.difference / r.cosine) - at.h * at.k / (1 + r.sine));
  return std::exp(-0.5 * square(at.sum / r.cosine) + at.h * at.k / (1 - r.sine));
}

/// (a - r b) / sqrt(1 - r^2) for two thresholds with the difference a - b and the sum a + b.
double conditional(double b, double difference, double sum, const Angle& r) {
  if (r.sine >= 0) return difference / r.cosine + b * r.cosine / (1 + r.sine);
  return sum / r.cosine - b * r.cosine / (1 - r.sine);
}

/// Integral of f over one panel.
template <typename F>
double panel(F&& f, double from, double to) {
  const numerics::QuadratureRule rule = numerics::gauss_legendre(24);
  const double half = 0.5 * (to - from), middle = 0.5 * (to + from);
  double sum = 0;
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) sum += rule.weights[i] * f(middle + half * rule.nodes[i]);
  return half * sum;
}

constexpr double quarter_turn = 0.5 * std::numbers::pi;

/// Integral of `density` from 0 to theta. Panels halve their distance to the quarter turn, where the density may change
/// within any distance.
template <typename F>
double from_independence(F&& density, double theta) {
  double total = 0;
  for (double from = 0; from < theta;) {
    const double to = std::min(theta, 0.5 * (from + quarter_turn));
    total += panel(density, from, to);
    from = to;
  }
  return total;
}

/// Integral of `density`, a function of the gap to the quarter turn, from 0 to `gap`.
template <typename F>
double from_end(F&& density, double gap) {
  double total = 0;
  for (double to = gap; to > 0; to *= 0.5) {
    const double part = panel(density, 0.5 * to, to);
    total += part;
    if (part <= 1e-17 * total) break;
  }
  return total;
}

/// The tetrachoric correlation of a table without empty cells. The integral of the density from independence is
/// 2 pi |a d - b c| / n^2, and from the end of perfect association it is 2 pi times the share of the smaller of the two
/// cells that would be empty there; whichever is less is the better conditioned equation.
std::optional<Angle> tetrachoric_angle(const TwoByTwo& s, const Thresholds& at) {
  const double n = s.n1() + s.n2(), difference = difference_of_products(s.a, s.d, s.b, s.c), sign = difference < 0 ? -1 : 1;
  if (difference == 0) return Angle{0, 1};
  const double association = 2 * std::numbers::pi * (std::abs(difference) / n / n);
  const double least = 2 * std::numbers::pi * (sign > 0 ? std::min(s.b, s.c) : std::min(s.a, s.d)) / n;
  if (association <= least) {
    const auto density = [&](double theta) { return density_by_angle(at, Angle::of(sign * theta)); };
    const auto f = [&](double theta) { return std::pair{from_independence(density, theta) - association, density(theta)}; };
    const numerics::Root root = numerics::newton_root(f, 0.0, std::nextafter(quarter_turn, 0.0), association / density(0));
    return root.converged ? std::optional(Angle::of(sign * root.x)) : std::nullopt;
  }
  const auto density = [&](double gap) { return density_by_angle(at, Angle::near_end(gap, sign)); };
  const auto f = [&](double gap) { return std::pair{from_end(density, gap) - least, gap > 0 ? density(gap) : 0}; };
  const numerics::Root root = numerics::newton_root(f, 0.0, quarter_turn, 0.5 * quarter_turn);
  return root.converged ? std::optional(Angle::near_end(root.x, sign)) : std::nullopt;
}

/// Delta-method variance of the correlation for multinomial counts (Pearson 1900; in this form Brown 1977): the variance
/// over the cells of d r / d p, divided by n.
double tetrachoric_variance(const TwoByTwo& s, const Thresholds& at, const Angle& r) {
  const double n = s.n1() + s.n2();
  const double of_row = numerics::normal_cdf(conditional(at.h, -at.difference, at.sum, r));
  const double of_column = numerics::normal_cdf(conditional(at.k, at.difference, at.sum, r));
  const std::array<double, 4> slope{1 - of_row - of_column, -of_row, -of_column, 0}, p{s.a / n, s.b / n, s.c / n, s.d / n};
  double mean = 0, variance = 0;
  for (std::size_t i = 0; i < 4; ++i) mean += p[i] * slope[i];
  for (std::size_t i = 0; i < 4; ++i) variance += p[i] * square(slope[i] - mean);
  return variance * square(2 * std::numbers::pi * r.cosine / density_by_angle(at, r)) / n;
}

struct Tetrachoric {
  Angle r;
  double vi;
};

/// Empty with an empty cell: the correlation lies on its bound then, where it has no variance.
std::optional<Tetrachoric> tetrachoric(const TwoByTwo& s) {
  if (s.a == 0 || s.b == 0 || s.c == 0 || s.d == 0) return std::nullopt;
  const Thresholds at(s);
  const std::optional<Angle> r = tetrachoric_angle(s, at);
  if (!r) return std::nullopt;
  return Tetrachoric{*r, tetrachoric_variance(s, at, *r)};
}

constexpr Estimate undefined{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};

}  // namespace

Estimate rtet(const TwoByTwo& s, const Setting&) {
  const auto found = tetrachoric(s);
  return found ? Estimate{found->r.sine, found->vi} : undefined;
}

Estimate ztet(const TwoByTwo& s, const Setting&) {
  const auto found = tetrachoric(s);
  if (!found) return undefined;
  // atanh(sin theta) = asinh(tan theta)
  return {std::asinh(found->r.sine / found->r.cosine), found->vi / square(square(found->r.cosine))};
}

}  // namespace tausq::effect
