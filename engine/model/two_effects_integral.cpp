#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/model/two_effects.hpp"

namespace tausq::model {

namespace {

constexpr double accuracy = 30;
constexpr double infinity = std::numeric_limits<double>::infinity();

using Vector = std::array<double, 2>;  // (u, w)

/// The integrand of one study, exp(l1 + l2 - (u^2 + w^2) / 2).
struct Integrand {
  const ArmPairs& arms;
  std::size_t study;
  double first_mean, second_mean;
  Vector first, second;  ///< derivatives of the two arms in (u, w)

  Integrand(const ArmPairs& pairs, std::size_t i, const TwoEffects& p)
      : arms(pairs),
        study(i),
        first_mean(p[TwoEffects::alpha] + 0.5 * p[TwoEffects::theta]),
        second_mean(p[TwoEffects::alpha] - 0.5 * p[TwoEffects::theta]),
        first{p[TwoEffects::c] + 0.5 * p[TwoEffects::t], p[TwoEffects::s]},
        second{p[TwoEffects::c] - 0.5 * p[TwoEffects::t], p[TwoEffects::s]} {}

  struct Value {
    double log = 0;
    Derivatives first, second;
  };
  Value at(const Vector& z) const {
    const auto [a, b] = arms.at(study, first_mean + first[0] * z[0] + first[1] * z[1], second_mean + second[0] * z[0] + second[1] * z[1]);
    return {a.value + b.value - 0.5 * (z[0] * z[0] + z[1] * z[1]), a, b};
  }
};

/// Where the nodes lie: z = centre + columns * v, v on a lattice.
struct Lattice {
  Vector centre{}, across{}, along{};  ///< the two columns
  double top = 0;
  double step_across = 1, step_along = 1;
  double area = 1;  ///< of a cell in z
};

/// Minus the Hessian of the log integrand: positive definite, at least the identity.
std::array<double, 3> curvature(const Integrand& f, const Integrand::Value& at) {
  const double i1 = -at.first.second, i2 = -at.second.second;
  return {1 + i1 * f.first[0] * f.first[0] + i2 * f.second[0] * f.second[0], i1 * f.first[0] * f.first[1] + i2 * f.second[0] * f.second[1],
          1 + i1 * f.first[1] * f.first[1] + i2 * f.second[1] * f.second[1]};
}

/// The mode, by damped Newton steps: the log integrand is strictly concave.
Vector mode_of(const Integrand& f, Integrand::Value& value) {
  Vector z{};
  value = f.at(z);
  for (int i = 0; i < 100; ++i) {
    const double g0 = value.first.first * f.first[0] + value.second.first * f.second[0] - z[0];
    const double g1 = value.first.first * f.first[1] + value.second.first * f.second[1] - z[1];
    const auto [a, b, d] = curvature(f, value);
    const double det = a * d - b * b;
    Vector step{(d * g0 - b * g1) / det, (a * g1 - b * g0) / det};
    const double gain = g0 * step[0] + g1 * step[1];
    if (!(gain > 0.01)) break;
    for (int half = 0; half < 60; ++half) {
      const Vector next{z[0] + step[0], z[1] + step[1]};
      const Integrand::Value there = f.at(next);
      if (there.log >= value.log) {
        z = next;
        value = there;
        break;
      }
      step = {0.5 * step[0], 0.5 * step[1]};
    }
  }
  return z;
}

/// Step in v along a column for a relative error exp(-accuracy): prior and likelihoods grow off the axis as in integral::step_for.
double step_along_column(const Integrand& f, const Integrand::Value& mode, const Vector& column) {
  constexpr double strip = 1.4;
  const double a1 = std::abs(f.first[0] * column[0] + f.first[1] * column[1]);
  const double a2 = std::abs(f.second[0] * column[0] + f.second[1] * column[1]);
  const double largest = std::max(a1, a2);
  const double y = std::min(std::sqrt(2 * accuracy), largest > 0 ? strip / largest : infinity);
  const double growth = 0.5 * y * y * (column[0] * column[0] + column[1] * column[1]) + mode.first.second * std::log(std::cos(a1 * y)) +
                        mode.second.second * std::log(std::cos(a2 * y));
  return 2 * std::numbers::pi * y / (accuracy + growth);
}

Lattice lattice_of(const Integrand& f, bool both) {
  Lattice lattice;
  Integrand::Value mode;
  lattice.centre = mode_of(f, mode);
  lattice.top = mode.log;
  const auto [a, b, d] = curvature(f, mode);
  // Columns of a square root of the inverse: w given u, and u with the w that goes with it.
  lattice.along = {0, 1 / std::sqrt(d)};
  lattice.step_along = step_along_column(f, mode, lattice.along);
  lattice.area = lattice.step_along * lattice.along[1];
  if (!both) return lattice;
  const double scale = 1 / std::sqrt(a - b * b / d);
  lattice.across = {scale, -b / d * scale};
  lattice.step_across = step_along_column(f, mode, lattice.across);
  lattice.area *= lattice.step_across * scale;
  return lattice;
}

/// Posterior sums over the nodes.
class Sums {
 public:
  /// False once the nodes are too many: a ridge of the integrand that the lattice, scaled at the mode, would take minutes to walk.
  bool affordable() const { return nodes_ < most_nodes; }
  void look() { ++nodes_; }
  void add(const Vector& z, double weight, const Integrand::Value& value) {
    const std::array<double, TwoEffects::count> first{1, 0.5, z[1], z[0], 0.5 * z[0]}, second{1, -0.5, z[1], z[0], -0.5 * z[0]};
    total_ += weight;
    for (std::size_t a = 0; a < TwoEffects::count; ++a) {
      const double score = value.first.first * first[a] + value.second.first * second[a];
      gradient_[a] = score;
      first_[a] += weight * score;
      const double f = weight * value.first.second * first[a], s = weight * value.second.second * second[a], g = weight * score;
      for (std::size_t b = 0; b <= a; ++b) second_[a][b] += f * first[b] + s * second[b] + g * gradient_[b];
    }
  }
  double total() const { return total_; }
  TwoEffectsTerm term() const {
    TwoEffectsTerm result;
    for (std::size_t a = 0; a < TwoEffects::count; ++a) {
      result.score[a] = first_[a] / total_;
      for (std::size_t b = 0; b <= a; ++b)
        result.hessian[a][b] = result.hessian[b][a] = second_[a][b] / total_ - result.score[a] * result.score[b];
    }
    return result;
  }

 private:
  static constexpr std::size_t most_nodes = 300000;
  std::size_t nodes_ = 0;
  double total_ = 0;
  std::array<double, TwoEffects::count> gradient_{}, first_{};
  std::array<std::array<double, TwoEffects::count>, TwoEffects::count> second_{};
};

/// One row of the lattice: from the node of the row before on which the weight was largest uphill to the top of this row, then down both
/// sides. False when the row holds no weight.
bool sweep_row(const Integrand& f, const Lattice& lattice, double across, int& place, Sums& sums) {
  const auto node = [&](int j) {
    const double v = across * lattice.step_across, x = j * lattice.step_along;
    return Vector{lattice.centre[0] + v * lattice.across[0] + x * lattice.along[0],
                  lattice.centre[1] + v * lattice.across[1] + x * lattice.along[1]};
  };
  Integrand::Value here = f.at(node(place));
  for (const int direction : {1, -1}) {
    for (; sums.affordable(); sums.look()) {
      const Integrand::Value next = f.at(node(place + direction));
      if (!(next.log > here.log)) break;
      here = next;
      place += direction;
    }
  }
  if (!(here.log > lattice.top - accuracy)) return false;
  for (const int direction : {1, -1}) {
    for (int j = place + (direction > 0 ? 0 : -1); sums.affordable(); j += direction, sums.look()) {
      const Vector z = node(j);
      const Integrand::Value value = f.at(z);
      if (!(value.log > lattice.top - accuracy)) break;
      sums.add(z, std::exp(value.log - lattice.top), value);
    }
  }
  return true;
}

}  // namespace

TwoEffectsTerm integrate_two_effects(const ArmPairs& arms, std::size_t i, const TwoEffects& at, bool difference_varies) {
  constexpr double log_root_two_pi = 0.91893853320467274178;
  const Integrand f(arms, i, at);
  const Lattice lattice = lattice_of(f, difference_varies);
  Sums sums;
  int centre = 0;
  sweep_row(f, lattice, 0, centre, sums);
  for (const int direction : {1, -1}) {
    int place = centre;
    for (int j = direction; difference_varies && sums.affordable(); j += direction)
      if (!sweep_row(f, lattice, j, place, sums)) break;
  }
  TwoEffectsTerm term = sums.term();
  if (!sums.affordable()) {
    term.loglik = std::numeric_limits<double>::quiet_NaN();
    return term;
  }
  term.loglik = lattice.top + std::log(lattice.area * sums.total()) - (difference_varies ? 2 : 1) * log_root_two_pi;
  return term;
}

}  // namespace tausq::model
