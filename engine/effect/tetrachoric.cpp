// Tetrachoric correlation: the correlation of the bivariate normal distribution that a two-by-two table cuts in four.
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "engine/effect/kernels.hpp"
#include "engine/effect/probit.hpp"
#include "engine/effect/stable.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/quadrature.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::effect {

namespace {

/// A correlation given by its arcsine, so that 1 - r^2 = cos^2 keeps its digits next to r = 1.
struct Angle {
  double sine, cosine;
  explicit Angle(double theta) : sine(std::sin(theta)), cosine(std::cos(theta)) {}
};

/// 2 pi cos(theta) times the bivariate normal density at (h, k) with correlation r = sin(theta); its integral over theta
/// from 0 is 2 pi (Phi2(h, k; r) - Phi(h) Phi(k)) (Plackett 1954 eq. 3; Drezner & Wesolowsky 1990).
double density_by_angle(double h, double k, const Angle& r) {
  // (h^2 - 2 h k r + k^2) / (2 (1 - r^2)), split so that nothing cancels next to r = 1 and r = -1
  const double cosine2 = square(r.cosine);
  const double exponent =
      r.sine >= 0 ? 0.5 * square(h - k) / cosine2 + h * k / (1 + r.sine) : 0.5 * square(h + k) / cosine2 - h * k / (1 - r.sine);
  return std::exp(-exponent);
}

/// Integral of density_by_angle from 0 to theta, |theta| < pi / 2. Panels halve their distance to the end, where the
/// density may change within any distance.
double excess(double h, double k, double theta) {
  const numerics::QuadratureRule rule = numerics::gauss_legendre(24);
  const double sign = theta < 0 ? -1 : 1, end = std::abs(theta), quarter = 0.5 * std::numbers::pi;
  double total = 0;
  for (double from = 0; from < end;) {
    const double to = std::min(end, 0.5 * (from + quarter)), half = 0.5 * (to - from), middle = 0.5 * (to + from);
    double panel = 0;
    for (std::size_t i = 0; i < rule.nodes.size(); ++i)
      panel += rule.weights[i] * density_by_angle(h, k, Angle(sign * (middle + half * rule.nodes[i])));
    total += half * panel;
    from = to;
  }
  return sign * total;
}

/// The arcsine of the tetrachoric correlation of a table without empty cells, thresholds h of rows and k of columns.
double tetrachoric_angle(const TwoByTwo& s, double h, double k) {
  const double n = s.n1() + s.n2();
  const double want = 2 * std::numbers::pi * (difference_of_products(s.a, s.d, s.b, s.c) / n / n);
  if (want == 0) return 0;
  const auto f = [&](double theta) { return std::pair{excess(h, k, theta) - want, density_by_angle(h, k, Angle(theta))}; };
  const double end = std::copysign(std::nextafter(0.5 * std::numbers::pi, 0.0), want);
  const numerics::Root root = numerics::newton_root(f, 0.0, end, want / density_by_angle(h, k, Angle(0)));
  return root.converged ? root.x : std::numeric_limits<double>::quiet_NaN();
}

/// Delta-method variance of the correlation for multinomial counts (Pearson 1900; in this form Brown 1977): the variance
/// over the cells of d r / d p, divided by n.
double tetrachoric_variance(const TwoByTwo& s, double h, double k, const Angle& r) {
  const double n = s.n1() + s.n2();
  const double of_row = numerics::normal_cdf((k - r.sine * h) / r.cosine), of_column = numerics::normal_cdf((h - r.sine * k) / r.cosine);
  const std::array<double, 4> slope{1 - of_row - of_column, -of_row, -of_column, 0}, p{s.a / n, s.b / n, s.c / n, s.d / n};
  double mean = 0, variance = 0;
  for (std::size_t i = 0; i < 4; ++i) mean += p[i] * slope[i];
  for (std::size_t i = 0; i < 4; ++i) variance += p[i] * square(slope[i] - mean);
  return variance * square(2 * std::numbers::pi * r.cosine / density_by_angle(h, k, r)) / n;
}

/// Correlation as an angle, with the variance of its sine.
struct Tetrachoric {
  double theta, vi;
};

Tetrachoric tetrachoric(const TwoByTwo& s) {
  if (s.a * s.d == 0 || s.b * s.c == 0) {  // an empty cell: the correlation lies on its bound, where it has no variance
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
  }
  const double h = probit(s.n1(), s.n2()), k = probit(s.a + s.c, s.b + s.d);
  const double theta = tetrachoric_angle(s, h, k);
  return {theta, tetrachoric_variance(s, h, k, Angle(theta))};
}

}  // namespace

Estimate rtet(const TwoByTwo& s, const Setting&) {
  const Tetrachoric found = tetrachoric(s);
  return {std::sin(found.theta), found.vi};
}

Estimate ztet(const TwoByTwo& s, const Setting&) {
  const Tetrachoric found = tetrachoric(s);
  const double cosine2 = square(std::cos(found.theta));
  return {std::asinh(std::tan(found.theta)), found.vi / square(cosine2)};  // atanh(sin theta) = asinh(tan theta)
}

}  // namespace tausq::effect
