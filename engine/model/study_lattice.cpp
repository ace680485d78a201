#include "engine/model/study_lattice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/numerics/exp_all.hpp"
#include "engine/numerics/lanes.hpp"
#include "engine/numerics/quadrature.hpp"

namespace tausq::model {

namespace {

using numerics::Four;
using numerics::sum_of;

constexpr std::ptrdiff_t block = 32;          // nodes that are added at a time
constexpr std::ptrdiff_t largest_gap = 4096;  // nodes that are filled in to reach a new range
constexpr std::ptrdiff_t lanes = 4;
constexpr std::ptrdiff_t stretch = 12;  // nodes between two looks whether they still matter

/// Sums over nodes of p t, p t q and p t q^2: t is the prior, relative to that at the mode; from one four to the next it grows
/// by the factor `growth`, and that by `bend`; q counts nodes from the mode.
struct Nodes {
  Four t, growth, q;
  Four s0{}, s1{}, s2{};
};

/// Adds a stretch of nodes, four at a time, upwards from p[0] or downwards from it. The mass of the last four.
template <int direction, bool with_moments>
TAUSQ_WIDE_PART double add_stretch(const double* p, double bend, Nodes& nodes) {
  Nodes n = nodes;
  Four mass{};
  for (std::ptrdiff_t m = 0; m < stretch; m += lanes, p += direction * lanes) {
    mass = direction > 0 ? Four{p[0], p[1], p[2], p[3]} : Four{p[0], p[-1], p[-2], p[-3]};
    mass *= n.t;
    n.s0 += mass;
    n.t *= n.growth;
    n.growth *= bend;
    if constexpr (with_moments) {
      const Four first = mass * n.q;
      n.s1 += first;
      n.s2 += first * n.q;
      n.q += static_cast<double>(lanes);
    }
  }
  nodes = n;
  return sum_of(mass);
}

/// Distance from `centre` in the direction of `width` at which l has fallen by `goal`, up to a tenth too far. sqrt(sup - l) grows about
/// as the distance or as its root.
double fall_distance(const StudyLikelihoods& studies, std::size_t i, double supremum, double width, double goal) {
  const double centre = studies.centre(i);
  double distance = width * std::sqrt(2 * goal);
  for (int j = 0; j < 60; ++j) {
    double l = 0;
    studies.values(i, centre + distance, 0, std::span(&l, 1));
    const double ratio = std::sqrt(std::max(supremum - l, 1e-3) / goal);
    if (ratio >= 1 && ratio < 1.1) break;
    distance *= std::clamp(1.05 / ratio, 0.2, 5.0);
  }
  return distance;
}

}  // namespace

StudySupport support_of(const StudyLikelihoods& studies, std::size_t i, double supremum) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double centre = studies.centre(i), width = std::sqrt(studies.variance(i));
  const bool falls_below = studies.bounded(i) || studies.rises(i), falls_above = studies.bounded(i) || !studies.rises(i);
  const auto end = [&](bool falls, double sign, double goal) {
    return falls ? centre + fall_distance(studies, i, supremum, sign * width, goal) : sign * infinity;
  };
  return {end(falls_below, -1, StudySupport::core), end(falls_above, 1, StudySupport::core), end(falls_below, -1, StudySupport::whole),
          end(falls_above, 1, StudySupport::whole)};
}

void StudyLattice::fill(std::ptrdiff_t from, std::ptrdiff_t to) {
  const auto begin = static_cast<std::size_t>(from - first_), count = static_cast<std::size_t>(to - from);
  const std::span<double> l(l_.data() + begin, count);
  studies_.values(study_, static_cast<double>(from) * h_, h_, l);
  for (std::size_t j = 0; j < count; ++j) p_[begin + j] = l[j] - supremum_;
  numerics::exp_all(std::span(p_.data() + begin, count));
}

void StudyLattice::cover(std::ptrdiff_t from, std::ptrdiff_t to) {
  if (covers(from, to)) return;
  const std::ptrdiff_t ahead = size() > largest_gap ? size() / 2 : block;  // a long walk does not copy at every step
  std::ptrdiff_t lowest = from - ahead, highest = to + ahead;
  const std::ptrdiff_t old_first = first_, old_end = first_ + size();
  const bool apart = l_.empty() || from - block > old_end + largest_gap || to + block < old_first - largest_gap;
  if (apart) {
    lowest = from - block;
    highest = to + block;
  } else {
    lowest = from < old_first ? lowest : old_first;
    highest = to >= old_end ? highest : old_end;
  }
  std::vector<double> l(static_cast<std::size_t>(highest - lowest)), p(l.size());
  if (!apart) {
    std::copy(l_.begin(), l_.end(), l.begin() + (old_first - lowest));
    std::copy(p_.begin(), p_.end(), p.begin() + (old_first - lowest));
  }
  l_ = std::move(l);
  p_ = std::move(p);
  first_ = lowest;
  if (apart) {
    fill(lowest, highest);
  } else {
    if (lowest < old_first) fill(lowest, old_first);
    if (highest > old_end) fill(old_end, highest);
  }
}

StudyMoments narrow_integral(const StudyLikelihoods& studies, std::size_t i, double mu, double tau, double supremum) {
  const numerics::QuadratureRule rule = numerics::gauss_hermite(8);
  constexpr double inverse_root_pi = 0.56418958354775628695;
  std::array<double, 8> l;
  for (std::size_t j = 0; j < l.size(); ++j) studies.values(i, mu + tau * std::numbers::sqrt2 * rule.nodes[j], 0, std::span(&l[j], 1));
  const double top = *std::max_element(l.begin(), l.end());
  double s0 = 0, s1 = 0, s2 = 0;
  for (std::size_t j = 0; j < l.size(); ++j) {
    const double u = std::numbers::sqrt2 * rule.nodes[j], w = rule.weights[j] * std::exp(l[j] - top);
    s0 += w;
    s1 += w * u;
    s2 += w * u * u;
  }
  return {inverse_root_pi * s0, top - supremum, s1 / s0, s2 / s0 - (s1 / s0) * (s1 / s0)};
}

void narrow_totals(const StudyLikelihoods& studies, std::size_t i, double first, double step, double tau, double supremum,
                   std::span<double> totals) {
  const numerics::QuadratureRule rule = numerics::gauss_hermite(8);
  std::vector<double> l(totals.size());
  std::fill(totals.begin(), totals.end(), 0.0);
  for (std::size_t node = 0; node < rule.nodes.size(); ++node) {
    studies.values(i, first + tau * std::numbers::sqrt2 * rule.nodes[node], step, l);
    for (double& value : l) value -= supremum;
    numerics::exp_all(l);
    const double weight = rule.weights[node] * std::numbers::inv_sqrtpi;
    for (std::size_t j = 0; j < l.size(); ++j) totals[j] += weight * l[j];
  }
}

LatticeIntegral::LatticeIntegral(StudyLattice& lattice, double tau, double start)
    : lattice_(&lattice),
      tau_(tau),
      scale_(lattice.h() / tau * 0.39894228040143267794),
      drop_(std::exp(-0.5 * (lattice.h() / tau) * (lattice.h() / tau))),
      drop4_(drop_ * drop_ * (drop_ * drop_)),
      drop8_(drop4_ * drop4_),
      drop9_(drop8_ * drop_),
      drop16_(drop8_ * drop8_),
      drop24_(drop16_ * drop8_),
      drop32_(drop16_ * drop16_),
      near_(static_cast<std::ptrdiff_t>(std::llround(start / lattice.h()))) {}

/// The node at which likelihood times prior is largest. The slope between neighbouring nodes falls from left to right:
/// steps that double until its sign changes, then halving.
std::ptrdiff_t LatticeIntegral::mode(double mu) {
  const double h = lattice_->h(), per_node = h / (tau_ * tau_);
  const auto rises = [&](std::ptrdiff_t m) {
    if (!lattice_->covers(m, m + 1)) lattice_->cover(m, m + 1);
    return lattice_->l(m + 1) - lattice_->l(m) > ((static_cast<double>(m) + 0.5) * h - mu) * per_node;
  };
  std::ptrdiff_t below = near_, above = near_, step = 1;  // rises(below), not rises(above)
  if (rises(near_)) {
    for (above = near_ + step; rises(above); above += step) below = above, step *= 2;
  } else {
    for (below = near_ - step; !rises(below); below -= step) above = below, step *= 2;
  }
  while (above - below > 1) {
    const std::ptrdiff_t middle = below + (above - below) / 2;
    (rises(middle) ? below : above) = middle;
  }
  return near_ = above;
}

template <bool with_moments>
TAUSQ_WIDE StudyMoments LatticeIntegral::at(double mu) {
  constexpr double negligible = 1e-12, farthest = 37;  // exp(-37^2 / 2) underflows
  const std::ptrdiff_t m0 = mode(mu);
  const double h = lattice_->h(), from_mu = static_cast<double>(m0) * h - mu, z = from_mu / tau_;
  if (!(std::abs(z) < farthest)) return {0, -0.5 * z * z, z, 0};
  const double a = std::exp(-z * (h / tau_)), a2 = a * a, a4 = a2 * a2, c = 1 / a, c2 = c * c, c4 = c2 * c2;
  // Prior at m0 + q relative to that at m0: a^q b^(q^2), upwards from q = 0; downwards, with 1 / a, from q = 1.
  Nodes up{{1, a * drop_, a2 * drop4_, a2 * a * drop9_}, {a4 * drop16_, a4 * drop24_, a4 * drop32_, a4 * drop32_ * drop8_}, {0, 1, 2, 3}};
  Nodes down{{c * drop_, c2 * drop4_, c2 * c * drop9_, c4 * drop16_},
             {c4 * drop24_, c4 * drop32_, c4 * drop32_ * drop8_, c4 * drop32_ * drop16_},
             {1, 2, 3, 4}};
  for (std::ptrdiff_t m = m0;; m += stretch) {
    if (!lattice_->covers(m, m + stretch - 1)) lattice_->cover(m, m + stretch - 1);
    if (!(add_stretch<1, with_moments>(lattice_->likelihood(m), drop32_, up) > negligible * sum_of(up.s0))) break;
  }
  for (std::ptrdiff_t m = m0 - 1;; m -= stretch) {
    if (!lattice_->covers(m - stretch + 1, m)) lattice_->cover(m - stretch + 1, m);
    if (!(add_stretch<-1, with_moments>(lattice_->likelihood(m), drop32_, down) > negligible * sum_of(up.s0))) break;
  }
  const double total = sum_of(up.s0 + down.s0);
  StudyMoments result{scale_ * total, -0.5 * z * z, z, 0};
  if (with_moments && total > 0) {
    const double mean = sum_of(up.s1 - down.s1) / total, square = sum_of(up.s2 + down.s2) / total;
    result.mean = z + mean * h / tau_;
    result.variance = (square - mean * mean) * (h / tau_) * (h / tau_);
  }
  return result;
}

template StudyMoments LatticeIntegral::at<true>(double);
template StudyMoments LatticeIntegral::at<false>(double);

}  // namespace tausq::model
