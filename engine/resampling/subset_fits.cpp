#include "engine/resampling/subset_fits.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/model/normal_model.hpp"
#include "engine/model/score_grid.hpp"
#include "engine/numerics/wide.hpp"

namespace tausq::resampling {

namespace {

constexpr std::size_t most_low_bits = 8;
static_assert(model::most_sets == std::size_t{1} << most_low_bits);
constexpr std::size_t lanes = 8, lane_bits = 3;
constexpr std::size_t most_studies = 24;
constexpr double epsilon = std::numeric_limits<double>::epsilon();
using model::add_powers;
using model::Brackets;
using model::PowerSums;
using Row = model::SetRow;
using Lanes = std::array<double, lanes>;

/// The studies of eight subsets whose numbers differ in the lowest three bits only.
struct LaneStudies {
  std::size_t count = lane_bits;
  std::array<double, most_studies> y, v;
  std::array<Lanes, lane_bits> member;  ///< 1 where the subset has one of the first three studies, which stand first

  LaneStudies(std::span<const double> all_y, std::span<const double> all_v, std::size_t subset) {
    for (std::size_t i = 0; i < all_y.size(); ++i) {
      if (i >= lane_bits && (subset >> i & 1) == 0) continue;
      const std::size_t place = i < lane_bits ? i : count++;
      y[place] = all_y[i], v[place] = all_v[i];
    }
    for (std::size_t i = 0; i < lane_bits; ++i)
      for (std::size_t l = 0; l < lanes; ++l) member[i][l] = (l >> i & 1) != 0 ? 1.0 : 0.0;
  }
};

/// Weights 1 / (v + tau2) and their mean of y, lane by lane.
struct LaneMean {
  std::array<Lanes, most_studies> w;
  Lanes sum{}, mean{};
};

TAUSQ_WIDE_PART void mean_in_lanes(const LaneStudies& s, const Lanes& tau2, LaneMean& m) {
  Lanes sum{}, first{};
  for (std::size_t i = 0; i < s.count; ++i)
    for (std::size_t l = 0; l < lanes; ++l) {
      const double w = (i < lane_bits ? s.member[i][l] : 1.0) / (s.v[i] + tau2[l]);
      m.w[i][l] = w;
      sum[l] += w;
      first[l] += w * s.y[i];
    }
  for (std::size_t l = 0; l < lanes; ++l) m.sum[l] = sum[l], m.mean[l] = first[l] / sum[l];
}

[[gnu::flatten]] TAUSQ_WIDE void means(const LaneStudies& s, const Lanes& tau2, Lanes& mean) {
  LaneMean m;
  mean_in_lanes(s, tau2, m);
  mean = m.mean;
}

/// One step of Newton's method for b / a = 1; `slope` is that of the mean in tau2.
struct LaneStep {
  Lanes step, mean, slope;
};

[[gnu::flatten]] TAUSQ_WIDE void newton_step(const LaneStudies& s, const Lanes& tau2, LaneStep& result) {
  LaneMean m;
  mean_in_lanes(s, tau2, m);
  Lanes squares{}, cubes{}, gg{}, wg{}, wgg{};
  for (std::size_t i = 0; i < s.count; ++i)
    for (std::size_t l = 0; l < lanes; ++l) {
      const double w = m.w[i][l], g = w * (s.y[i] - m.mean[l]), square = w * w, product = w * g;
      squares[l] += square;
      cubes[l] += square * w;
      gg[l] += g * g;
      wg[l] += product;
      wgg[l] += product * g;
    }
  for (std::size_t l = 0; l < lanes; ++l) {
    const double ratio = squares[l] / m.sum[l], a = gg[l], b = m.sum[l] - ratio;
    const double da = 2 * (wgg[l] - wg[l] * wg[l] / m.sum[l]), db = squares[l] - 2 * cubes[l] / m.sum[l] + ratio * ratio;
    result.step[l] = (a - b) * a / (b * da - a * db);
    result.mean[l] = m.mean[l];
    result.slope[l] = -wg[l] / m.sum[l];
  }
}

/// From bracketed starts to the roots, and the means there; false in `found` where the iteration does not settle.
struct LaneRoots {
  Lanes tau2{}, mean{};
  std::array<bool, lanes> found{};
};

LaneRoots roots_in_lanes(const LaneStudies& s, const Brackets& b, std::size_t first, double v_min) {
  LaneRoots roots;
  for (std::size_t l = 0; l < lanes; ++l) {
    roots.found[l] = b.maxima[first + l] != 1;
    roots.tau2[l] = roots.found[l] ? 0.0 : b.start[first + l];
  }
  LaneStep step;
  for (int i = 0; i < 10; ++i) {
    newton_step(s, roots.tau2, step);
    bool all = true;
    for (std::size_t l = 0; l < lanes; ++l) {
      if (roots.found[l]) continue;
      const double tau2 = roots.tau2[l], next = tau2 + step.step[l], low_end = b.low[first + l], high_end = b.high[first + l];
      // The error of the step is of the order of its square: a step this small is exact.
      roots.found[l] = std::abs(step.step[l]) <= 1e-8 * (v_min + tau2) && next >= 0;
      roots.mean[l] = step.mean[l] + step.slope[l] * step.step[l];
      roots.tau2[l] = roots.found[l] || (next > low_end && next < high_end) ? next
                      : next <= low_end                                     ? 0.5 * (tau2 + low_end)
                                                                            : 0.5 * (tau2 + high_end);
      all = all && roots.found[l];
    }
    if (all) break;
  }
  return roots;
}

}  // namespace

bool SubsetSums::covers(std::span<const double> vi) {
  if (vi.size() < 4 || vi.size() > most_studies) return false;
  const auto [least, most] = std::minmax_element(vi.begin(), vi.end());
  return *most <= 1e4 * *least;
}

SubsetSums::SubsetSums(std::span<const double> yi, std::span<const double> vi, SubsetModel model)
    : model_(model), low_bits_(std::min(most_low_bits, yi.size() - 1)) {
  model::NormalData data;
  model::standardise(yi, vi, data);
  model::NormalWorkspace work;
  const double mean = normal_moments(data, 0, work).mean;
  shift_ = data.shift + mean * data.scale, scale_ = data.scale;
  y_.resize(data.k), v_.resize(data.k);
  for (std::size_t j = 0; j < data.k; ++j) y_[data.order[j]] = data.y[j] - mean, v_[data.order[j]] = data.v[j];
  for (std::size_t l = 0; l < std::size_t{1} << low_bits_; ++l) count_.push_back(std::popcount(l));
  const auto [least, most] = std::minmax_element(v_.begin(), v_.end());
  v_min_ = *least;
  for (const double tau2 : model == SubsetModel::reml ? model::score_grid(*least, *most) : std::vector<double>{0}) add_node(tau2);
}

void SubsetSums::add_node(double tau2) {
  std::vector<double> w;
  for (const double v : v_) w.push_back(1 / (v + tau2));
  std::vector<PowerSums> sums(std::size_t{1} << low_bits_);
  for (std::size_t i = 0; i < low_bits_; ++i)
    for (std::size_t l = std::size_t{1} << i; l < std::size_t{2} << i; ++l) {
      sums[l] = sums[l - (std::size_t{1} << i)];
      add_powers(sums[l], w[i], y_[i]);
    }
  model::GridNode node{tau2, {}};
  for (std::size_t a = 0; a < 9; ++a)
    for (const PowerSums& s : sums) node.share[a].push_back(s[a]);
  nodes_.push_back(std::move(node)), weights_.push_back(std::move(w));
}

/// The subsets of one block: moments at tau2 = 0, and what is made of them.
struct SubsetSums::Block {
  std::size_t number = 0, n = 0;
  PowerSums rest{};  ///< of the studies that all subsets of the block share, at tau2 = 0
  Row df, q, tr_p, mean;
  Row tau2{};

  std::size_t subset(std::size_t l) const { return number * n + l; }
};

namespace {

/// Sums over the studies from `first` on that the block has.
PowerSums rest_of(std::span<const double> w, std::span<const double> y, std::size_t first, std::size_t block) {
  PowerSums sums{};
  for (std::size_t i = first; i < y.size(); ++i)
    if ((block >> (i - first) & 1) != 0) add_powers(sums, w[i], y[i]);
  return sums;
}

}  // namespace

SubsetSums::Block SubsetSums::moments(std::size_t number) const {
  Block b;
  b.number = number, b.n = count_.size();
  const model::GridNode& node = nodes_[0];
  b.rest = rest_of(weights_[0], y_, low_bits_, number);
  const double others = std::popcount(number);
  for (std::size_t l = 0; l < b.n; ++l) {
    const double sum = node.share[model::w1][l] + b.rest[model::w1], first = node.share[model::wy][l] + b.rest[model::wy];
    b.mean[l] = first / sum;
    b.df[l] = count_[l] + others - 1;
    b.q[l] = std::max(0.0, node.share[model::wyy][l] + b.rest[model::wyy] - b.mean[l] * first);
    b.tr_p[l] = sum - (node.share[model::w2][l] + b.rest[model::w2]) / sum;
  }
  return b;
}

void SubsetSums::dersimonian_laird(Block& b) const {
  for (std::size_t l = 0; l < b.n; ++l) {
    const double tau2 = (b.q[l] - b.df[l]) / b.tr_p[l];
    b.tau2[l] = b.df[l] > 0 && tau2 > epsilon * v_min_ ? tau2 : 0.0;
  }
  for (std::size_t first = 0; first < b.n; first += lanes) {
    Lanes tau2, mean;
    std::copy_n(b.tau2.begin() + static_cast<std::ptrdiff_t>(first), lanes, tau2.begin());
    if (std::all_of(tau2.begin(), tau2.end(), [](double t) { return t == 0; })) continue;
    means(LaneStudies(y_, v_, b.subset(first)), tau2, mean);
    for (std::size_t l = 0; l < lanes; ++l)
      if (tau2[l] > 0) b.mean[first + l] = mean[l];
  }
}

std::vector<std::size_t> SubsetSums::reml(Block& b) const {
  std::vector<PowerSums> rest;
  for (const std::vector<double>& w : weights_) rest.push_back(rest_of(w, y_, low_bits_, b.number));
  Brackets brackets = model::bracket_maxima(nodes_, rest, 0, b.n);
  std::vector<std::size_t> open;
  for (std::size_t l = 0; l < b.n; ++l) {
    if (b.df[l] > 0 && brackets.ambiguous(l)) open.push_back(b.subset(l));
    if (b.df[l] <= 0 || brackets.falls_at_zero[l] > 0 || brackets.ambiguous(l)) brackets.maxima[l] = 0;
  }
  for (std::size_t first = 0; first < b.n; first += lanes) {
    const auto at = brackets.maxima.begin() + static_cast<std::ptrdiff_t>(first);
    if (std::none_of(at, at + lanes, [](double n) { return n == 1; })) continue;
    const LaneRoots roots = roots_in_lanes(LaneStudies(y_, v_, b.subset(first)), brackets, first, v_min_);
    for (std::size_t l = first; l < first + lanes; ++l) {
      if (brackets.maxima[l] != 1) continue;
      b.tau2[l] = roots.tau2[l - first] > epsilon * v_min_ ? roots.tau2[l - first] : 0.0;
      b.mean[l] = roots.mean[l - first];
      if (!roots.found[l - first]) open.push_back(b.subset(l));
    }
  }
  return open;
}

void SubsetSums::store(const Block& b, GoshFits& fits) const {
  for (std::size_t l = b.subset(0) == 0 ? 1 : 0; l < b.n; ++l) {
    const std::size_t place = b.subset(l) - 1;
    const double tau2 = b.tau2[l];
    fits.estimate[place] = shift_ + scale_ * b.mean[l];
    fits.tau2[place] = scale_ * scale_ * tau2;
    if (b.df[l] <= 0)
      fits.i2[place] = 0;
    else if (model_ == SubsetModel::common)
      fits.i2[place] = b.q[l] > b.df[l] ? (b.q[l] - b.df[l]) / b.q[l] : 0.0;
    else
      fits.i2[place] = tau2 / (tau2 + b.df[l] / b.tr_p[l]);
  }
}

std::vector<std::size_t> SubsetSums::fit(std::size_t number, GoshFits& fits) const {
  Block b = moments(number);
  std::vector<std::size_t> open;
  if (model_ == SubsetModel::dl) dersimonian_laird(b);
  if (model_ == SubsetModel::reml) open = reml(b);
  store(b, fits);
  return open;
}

}  // namespace tausq::resampling
