#include "engine/model/hypergeometric_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/model/poisson_likelihood.hpp"
#include "engine/numerics/quadrature.hpp"

namespace tausq::model {

namespace {

/// Cells A, B; C, D with the given margins and A D = odds B C.
struct CellMeans {
  double a, b, c, d;
};

/// Smaller root of the quadratic of one cell, for odds <= 1: no term of it cancels.
double diagonal_cell(double odds, double row, double column, double other_row) {
  const double half = 0.5 * (odds * (row + column) + (other_row - column));
  const double product = odds * row * column, root = std::sqrt(half * half + (1 - odds) * product);
  return half > 0 ? product / (half + root) : (root - half) / (1 - odds);
}

CellMeans cell_means(double theta, double n1, double n2, double m) {
  if (theta > 0) {  // exchange the columns
    const CellMeans mirrored = cell_means(-theta, n1, n2, n1 + n2 - m);
    return {mirrored.b, mirrored.a, mirrored.d, mirrored.c};
  }
  const double odds = std::exp(theta), rest = n1 + n2 - m;
  const double a = diagonal_cell(odds, n1, m, n2), d = diagonal_cell(odds, n2, rest, n1);
  // The off-diagonal cells from the smaller of the two.
  return a < d ? CellMeans{a, n1 - a, m - a, d} : CellMeans{a, rest - d, n2 - d, d};
}

/// Sums of t, t y, .. t y^4 over the tables next to the one at the centre, y their distance from it, t their probability
/// relative to it.
struct Moments {
  std::array<double, 5> sum{};

  /// Adds t y^j; false when that no longer changes the sums.
  bool add(double t, double y) {
    const double before = sum[0], fourth = sum[4];
    for (double& s : sum) {
      s += t;
      t *= y;
    }
    return sum[0] != before || sum[4] != fourth;
  }
};

}  // namespace

HypergeometricLikelihood::HypergeometricLikelihood(double a, double b, double c, double d)
    : a_(a),
      n1_(a + b),
      n2_(c + d),
      m_(a + c),
      lowest_(std::max(0.0, m_ - n2_)),
      highest_(std::min(n1_, m_)),
      centre_(std::log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))),
      variance_(1 / (a + 0.5) + 1 / (b + 0.5) + 1 / (c + 0.5) + 1 / (d + 0.5)) {
  // Where the last but one table at either end has exp(-margin) of the probability of the last.
  constexpr double margin = 42;
  from_ = -margin - std::log((n1_ - lowest_) * (m_ - lowest_) / ((lowest_ + 1) * (n2_ - m_ + lowest_ + 1)));
  to_ = margin + std::log(highest_ * (n2_ - m_ + highest_) / ((n1_ - highest_ + 1) * (m_ - highest_ + 1)));
  half_width_ = std::min(0.5, 6 * std::sqrt(variance_));
  if (!informative()) return;
  panels_below_ = std::ceil((centre_ - from_) / (2 * half_width_));
  panel_count_ = static_cast<std::size_t>(panels_below_ + std::ceil((to_ - centre_) / (2 * half_width_)));
  pages_.resize(panel_count_ / page + 1);
}

/// Calls add(t, j) for the table `mode` and then outwards, t its probability relative to that of `mode`, until add returns
/// false on either side.
template <typename Add>
void HypergeometricLikelihood::walk(double theta, double mode, Add&& add) const {
  const double odds = std::exp(theta), other = n2_ - m_;
  add(1.0, mode);
  double t = 1;
  for (double j = mode; j < highest_; ++j) {
    t *= odds * ((n1_ - j) * (m_ - j) / ((j + 1) * (other + j + 1)));
    if (!add(t, j + 1)) break;
  }
  t = 1;
  for (double j = mode; j > lowest_; --j) {
    t *= j * (other + j) / ((n1_ - j + 1) * (m_ - j + 1)) / odds;
    if (!add(t, j - 1)) break;
  }
}

/// Any table is a product of four Poisson probabilities with means of that odds ratio, over the sum of such products. With the means
/// next to the most probable table nothing cancels.
struct HypergeometricLikelihood::Table {
  CellMeans mean;
  double n1, n2, m, mode;
  double sd;  ///< of j, nearly

  double log_p(double j) const {
    return log_poisson(j, mean.a) + log_poisson(n1 - j, mean.b) + log_poisson(m - j, mean.c) + log_poisson(n2 - m + j, mean.d);
  }
  /// Whether the sum over all tables is, to the last digit, the integral.
  bool is_smooth() const { return sd > 2000; }
};

HypergeometricLikelihood::Table HypergeometricLikelihood::table_of(double theta) const {
  const CellMeans mean = cell_means(theta, n1_, n2_, m_);
  const double sd = 1 / std::sqrt(1 / mean.a + 1 / mean.b + 1 / mean.c + 1 / mean.d);
  return {mean, n1_, n2_, m_, std::clamp(std::round(mean.a), lowest_, highest_), sd};
}

/// log of p(a) over p(mode) total.
double HypergeometricLikelihood::log_share(const Table& table, double theta, double total) const {
  constexpr double few = 16;  // products, which lose no digit that matters
  if (std::abs(a_ - table.mode) <= few) {
    const double odds = std::exp(theta), other = n2_ - m_;
    double up = 1, down = 1;
    for (double j = std::min(a_, table.mode); j < std::max(a_, table.mode); ++j)
      up *= odds * ((n1_ - j) * (m_ - j)), down *= (j + 1) * (other + j + 1);
    const double share = a_ > table.mode ? up / (down * total) : down / (up * total);
    if (share > 1e-250 && up < 1e250 && down < 1e250) return std::log(share);
  }
  return table.log_p(a_) - table.log_p(table.mode) - std::log(total);
}

Derivatives HypergeometricLikelihood::direct(double theta) const {
  const Table table = table_of(theta);
  const double mode = table.mode;
  Moments moments;
  double stride = 1;
  if (table.is_smooth()) {                // the trapezoidal rule errs by exp(-2 pi^2 sd^2 / stride^2)
    stride = std::floor(0.5 * table.sd);  // whole: tables at 1e15 have no halves
    const double top = table.log_p(mode);
    for (const double step : {stride, -stride})
      for (double y = step > 0 ? 0 : step; moments.add(std::exp(table.log_p(mode + y) - top), y);) y += step;
  } else {
    walk(theta, mode, [&](double t, double j) { return moments.add(t, j - mode); });
  }
  const double total = moments.sum[0], m1 = moments.sum[1] / total, r2 = moments.sum[2] / total, r3 = moments.sum[3] / total;
  const double r4 = moments.sum[4] / total, c2 = r2 - m1 * m1;
  const double c3 = r3 - 3 * m1 * r2 + 2 * m1 * m1 * m1, c4 = r4 - 4 * m1 * r3 + 6 * m1 * m1 * r2 - 3 * m1 * m1 * m1 * m1;
  return {log_share(table, theta, stride * total), (a_ - mode) - m1, -c2, -c3, 3 * c2 * c2 - c4};
}

/// P(j < a), P(j = a), P(j > a): integrals from a -+ 1/2 outwards, by panels one standard deviation wide, with the first correction of
/// Euler and Maclaurin for midpoints; the second is of the order of sd^-4.
HypergeometricLikelihood::Parts HypergeometricLikelihood::smooth_tails(const Table& table) const {
  constexpr double farthest = 40;
  const numerics::QuadratureRule rule = numerics::gauss_legendre(20);
  const double top = table.log_p(table.mode);
  const auto density = [&](double j) { return std::exp(table.log_p(j) - top); };
  const auto integral = [&](double from, double to) {
    double sum = 0;
    for (; from < to; from += table.sd) {
      const double half = 0.5 * std::min(table.sd, to - from);
      for (std::size_t i = 0; i < rule.nodes.size(); ++i) sum += half * rule.weights[i] * density(from + half * (1 + rule.nodes[i]));
    }
    return sum;
  };
  const double lowest = std::max(lowest_, table.mode - farthest * table.sd), highest = std::min(highest_, table.mode + farthest * table.sd);
  const double at = density(a_), below = std::clamp(a_ - 0.5, lowest, highest), above = std::clamp(a_ + 0.5, lowest, highest);
  const double lower = integral(lowest, below) - (at - density(a_ - 1)) / 24,
               upper = integral(above, highest) + (density(a_ + 1) - at) / 24;
  const double total = lower + at + upper;
  return {lower / total, at / total, upper / total};
}

HypergeometricLikelihood::Tails HypergeometricLikelihood::tails(double theta) const {
  const Table table = table_of(theta);
  if (table.is_smooth()) {
    const auto [lower, at, upper] = smooth_tails(table);
    return {lower + at, upper + at};
  }
  const double mode = table.mode;
  double total = 0, below = 0, above = 0;
  walk(theta, mode, [&](double t, double j) {
    total += t;
    if (j <= a_) below += t;
    if (j >= a_) above += t;
    return t > 0;
  });
  return {below / total, above / total};
}

HypergeometricLikelihood::Distribution HypergeometricLikelihood::distribution(double theta) const {
  // Ratios of neighbours fall outwards: beyond a table of probability 1e-26 of the mode's, fewer than 1e7 others could matter.
  constexpr double negligible = 1e-26;
  const double mode = std::clamp(std::round(cell_means(theta, n1_, n2_, m_).a), lowest_, highest_);
  std::vector<double> up, down;
  double total = 0;
  walk(theta, mode, [&](double t, double j) {
    if (t < negligible) return false;
    total += t;
    (j < mode ? down : up).push_back(t);
    return true;
  });
  Distribution result{mode - static_cast<double>(down.size()) - a_, {down.rbegin(), down.rend()}};
  result.p.insert(result.p.end(), up.begin(), up.end());
  for (double& p : result.p) p /= total;
  return result;
}

/// The value of direct() alone, for a third of the cost.
double HypergeometricLikelihood::direct_value(double theta) const {
  const Table table = table_of(theta);
  if (table.is_smooth()) return direct(theta).value;
  double total = 0;
  walk(theta, table.mode, [&](double t, double) {
    const double before = total;
    total += t;
    return total != before;
  });
  return log_share(table, theta, total);
}

namespace {

/// cos(j pi (i + 1/2) / N): Chebyshev polynomial j at node i.
template <std::size_t N>
const std::array<std::array<double, N>, N>& chebyshev_at_nodes() {
  static const auto table = [] {
    std::array<std::array<double, N>, N> cosines;
    for (std::size_t i = 0; i < N; ++i)
      for (std::size_t j = 0; j < N; ++j)
        cosines[i][j] = std::cos(static_cast<double>(j) * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(N));
    return cosines;
  }();
  return table;
}

}  // namespace

const HypergeometricLikelihood::Panel& HypergeometricLikelihood::panel(std::size_t index, bool derivatives) const {
  std::unique_ptr<Page>& leaf = pages_[index / page];
  if (!leaf) leaf = std::make_unique<Page>();
  std::unique_ptr<Panel>& slot = (*leaf)[index % page];
  if (slot && (slot->derivatives || !derivatives)) return *slot;
  slot = std::make_unique<Panel>();
  slot->derivatives = derivatives;
  const double middle = (2 * (static_cast<double>(index) - panels_below_) + 1) * half_width_;
  for (auto& series : slot->series) series.fill(0);
  for (const std::array<double, order>& cosines : chebyshev_at_nodes<order>()) {
    const double theta = centre_ + (middle + half_width_ * cosines[1]);
    const Derivatives l = derivatives ? direct(theta) : Derivatives{direct_value(theta), 0, 0, 0, 0};
    const std::array<double, 5> values{l.value, l.first, l.second, l.third, l.fourth};
    for (std::size_t d = 0; d < (derivatives ? 5u : 1u); ++d)
      for (std::size_t j = 0; j < order; ++j) slot->series[d][j] += (j == 0 ? 1.0 : 2.0) / order * values[d] * cosines[j];
  }
  return *slot;
}

namespace {

/// Chebyshev series at x in [-1, 1], by Clenshaw's recurrence.
template <std::size_t N>
double series_value(const std::array<double, N>& series, double x) {
  double next = 0, after = 0;
  for (std::size_t j = N; j-- > 1;) {
    const double here = series[j] + 2 * x * next - after;
    after = next;
    next = here;
  }
  return series[0] + x * next - after;
}

}  // namespace

std::size_t HypergeometricLikelihood::locate(double theta, double& x) const {
  const double position = (theta - centre_) / (2 * half_width_), floor = std::floor(position);
  x = 2 * (position - floor) - 1;
  const double index = floor + panels_below_;
  if (index < static_cast<double>(panel_count_)) return static_cast<std::size_t>(index);
  x += 2;  // the very end
  return panel_count_ - 1;
}

double HypergeometricLikelihood::value(double theta) const {
  const double inside = std::clamp(theta, from_, to_);
  double x = 0;
  const Panel& at = panel(locate(inside, x), false);
  const double slope = theta < inside ? a_ - lowest_ : a_ - highest_;
  return series_value(at.series[0], x) + (theta == inside ? 0 : slope * (theta - inside));
}

Derivatives HypergeometricLikelihood::at(double theta) const {
  if (theta < from_ || theta > to_) return {value(theta), theta < from_ ? a_ - lowest_ : a_ - highest_, 0, 0, 0};
  double x = 0;
  const Panel& p = panel(locate(theta, x), true);
  return {series_value(p.series[0], x), series_value(p.series[1], x), series_value(p.series[2], x), series_value(p.series[3], x),
          series_value(p.series[4], x)};
}

}  // namespace tausq::model
