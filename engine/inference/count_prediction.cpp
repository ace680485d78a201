#include "engine/inference/count_prediction.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/numerics/distributions.hpp"
#include "engine/numerics/incomplete.hpp"
#include "engine/numerics/quadrature.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::inference {

namespace {

constexpr double negligible_probability = 1e-18;  // beside one
constexpr double tolerance = 1e-13;               // of a cumulative probability
constexpr int panel_order = 16;
constexpr int first_panels = 8, most_panels = 4096;

/// Adds weight * P(Y = y) outwards from the mode, as far as there is anything to add.
void add_binomial(const ProportionNode& node, std::vector<double>& probabilities) {
  const auto n = static_cast<double>(probabilities.size() - 1);
  if (node.p <= 0 || node.p >= 1) {
    (node.p <= 0 ? probabilities.front() : probabilities.back()) += node.weight;
    return;
  }
  const double odds = node.p / (1 - node.p), mode = std::min(n, std::floor((n + 1) * node.p));
  const double top = node.weight * numerics::binomial_pmf(mode, n, node.p), least = top * negligible_probability;
  double term = top;
  for (double y = mode; term > least; ++y) {
    probabilities[static_cast<std::size_t>(y)] += term;
    if (y == n) break;
    term *= (n - y) / (y + 1) * odds;
  }
  term = top;
  for (double y = mode; y > 0;) {
    term *= y / (n - y + 1) / odds;
    --y;
    if (!(term > least)) break;
    probabilities[static_cast<std::size_t>(y)] += term;
  }
}

/// P(T <= t), or P(T > t) if `upper`.
double tail(const PredictiveLaw& law, double t, bool upper) {
  if (law.df) return upper ? numerics::t_sf(t, *law.df) : numerics::t_cdf(t, *law.df);
  return upper ? numerics::normal_sf(t) : numerics::normal_cdf(t);
}

/// The law in v = asinh T, where heavy tails become exponential ones, cut where nothing is left; what lies beyond the ends of
/// the proportion stands at 0 and 1.
class Panels {
 public:
  Panels(const PredictiveLaw& law, const ProportionScale& scale) : law_(law), scale_(scale) {
    constexpr double largest = 350;  // sinh^2 stays in range
    const double cut =
        law.df ? numerics::t_quantile_upper(negligible_probability, *law.df) : numerics::normal_quantile_upper(negligible_probability);
    const double v = std::isfinite(cut) ? std::min(largest, std::asinh(cut)) : largest;
    const double lower = (scale.at_zero - law.estimate) / law.spread, upper = (scale.at_one - law.estimate) / law.spread;
    below_ = std::isinf(lower) ? 0 : tail(law, lower, false);
    above_ = std::isinf(upper) ? 0 : tail(law, upper, true);
    from_ = std::max(-v, std::asinh(lower));
    to_ = std::min(v, std::asinh(upper));
  }

  std::vector<ProportionNode> nodes(int panels) const {
    std::vector<ProportionNode> result;
    if (to_ > from_) add_inside(panels, result);
    if (below_ > 0) result.push_back({0, below_});
    if (above_ > 0) result.push_back({1, above_});
    return result;
  }

 private:
  /// Density of v up to a factor.
  double density(double v) const {
    const double t = std::sinh(v);
    const double log_density = law_.df ? -(*law_.df + 1) * std::log(std::hypot(1.0, t / std::sqrt(*law_.df))) : -0.5 * t * t;
    return std::exp(log_density) * std::cosh(v);
  }

  void add_inside(int panels, std::vector<ProportionNode>& result) const {
    const numerics::QuadratureRule rule = numerics::gauss_legendre(panel_order);
    const double half = 0.5 * (to_ - from_) / panels;
    numerics::Sum sum;
    for (int panel = 0; panel < panels; ++panel)
      for (std::size_t j = 0; j < rule.nodes.size(); ++j) {
        const double v = from_ + half * (2 * panel + 1 + rule.nodes[j]);
        const double weight = rule.weights[j] * density(v);
        sum.add(weight);
        result.push_back({scale_.proportion(law_.estimate + law_.spread * std::sinh(v)), weight});
      }
    const double factor = (1 - below_ - above_) / sum.value();
    for (ProportionNode& node : result) node.weight *= factor;
  }

  const PredictiveLaw& law_;
  const ProportionScale& scale_;
  double below_ = 0, above_ = 0, from_ = 0, to_ = 0;
};

/// Largest difference between the cumulative probabilities.
double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double cumulated = 0, largest = 0;
  for (std::size_t y = 0; y < a.size(); ++y) {
    cumulated += a[y] - b[y];
    largest = std::max(largest, std::abs(cumulated));
  }
  return largest;
}

}  // namespace

std::vector<double> mixed_binomial(std::size_t n, std::span<const ProportionNode> law) {
  std::vector<double> probabilities(n + 1);
  for (const ProportionNode& node : law)
    if (node.weight > 0) add_binomial(node, probabilities);
  return probabilities;
}

PredictedCounts predicted_counts(std::span<const double> probabilities, double level) {
  const double tail_probability = 0.5 * (1 - level);
  const std::size_t n = probabilities.size() - 1;
  PredictedCounts result;
  result.n = result.median = result.lower = n;
  numerics::Sum below, above, mean;
  for (std::size_t y = 0; y <= n; ++y) {
    below.add(probabilities[y]);
    mean.add_product(static_cast<double>(y), probabilities[y]);
    if (result.lower == n && below.value() > tail_probability) result.lower = y;
    if (result.median == n && below.value() >= 0.5) result.median = y;
  }
  for (std::size_t y = n + 1; y-- > 0;) {
    above.add(probabilities[y]);
    result.upper = y;
    if (above.value() > tail_probability) break;
  }
  result.mean = mean.value();
  return result;
}

PredictedCounts predict_counts(std::size_t n, const PredictiveLaw& law, const ProportionScale& scale, double level) {
  if (!(law.spread > 0)) return predicted_counts(mixed_binomial(n, std::vector{ProportionNode{scale.proportion(law.estimate), 1}}), level);
  const Panels panels(law, scale);
  std::vector<double> coarse = mixed_binomial(n, panels.nodes(first_panels));
  for (int count = 2 * first_panels; count <= most_panels; count *= 2) {
    std::vector<double> fine = mixed_binomial(n, panels.nodes(count));
    const bool settled = distance(coarse, fine) < tolerance;
    coarse = std::move(fine);
    if (settled) break;
  }
  return predicted_counts(coarse, level);
}

namespace {

/// Y ~ Poisson(time rate) over a law of rates.
class MixedPoisson {
 public:
  MixedPoisson(double time, std::span<const ProportionNode> law) : time_(time), law_(law) {}

  /// P(Y <= y), or P(Y > y) if `upper`.
  double tail(double y, bool upper) const {
    constexpr double farthest = 12;  // standard deviations
    constexpr double beyond = 1e18;  // any count
    numerics::Sum sum;
    for (const ProportionNode& node : law_) {
      const double mean = std::min(time_ * node.p, beyond), away = (y - mean) / (std::sqrt(mean) + 4);
      if (node.weight == 0 || (upper ? away > farthest : away < -farthest)) continue;
      const bool whole = mean == 0 || (upper ? away < -farthest : away > farthest);
      if (mean == 0 && upper) continue;
      sum.add(whole   ? node.weight
              : upper ? node.weight * numerics::gamma_tail(y + 1, mean).lower_tail()
                      : node.weight * numerics::gamma_tail(y + 1, mean).upper_tail());
    }
    return sum.value();
  }
  /// Smallest y with `reached(y)`, which stays true from there on.
  template <typename Reached>
  static double smallest(Reached&& reached) {
    if (reached(0.0)) return 0;
    double below = 0, at = 1;
    while (!reached(at) && at < largest) below = at, at *= 2;
    while (at - below > 1) {
      const double middle = std::floor(0.5 * (below + at));
      (reached(middle) ? at : below) = middle;
    }
    return at;
  }
  PredictedCounts counts(std::size_t time, double level) const {
    const double outside = 0.5 * (1 - level);
    PredictedCounts result;
    result.n = time;
    const auto whole = [](double y) { return static_cast<std::size_t>(y); };
    result.lower = whole(smallest([&](double y) { return tail(y, false) > outside; }));
    result.median = whole(smallest([&](double y) { return tail(y, false) >= 0.5; }));
    // P(Y >= y) > outside up to the first y with P(Y > y) <= outside.
    result.upper = whole(smallest([&](double y) { return !(tail(y, true) > outside); }));
    return result;
  }

 private:
  static constexpr double largest = 9e15;
  double time_;
  std::span<const ProportionNode> law_;
};

}  // namespace

PredictedCounts predicted_events(std::size_t time, std::span<const ProportionNode> law, double level) {
  return MixedPoisson(static_cast<double>(time), law).counts(time, level);
}

PredictedCounts predict_events(std::size_t time, const PredictiveLaw& law, const ProportionScale& scale, bool log_rates, double level) {
  constexpr double settled = 1e-10;
  const double units = static_cast<double>(time);
  PredictedCounts result;
  const auto set_mean = [&](std::span<const ProportionNode> nodes) {
    double mean = 0;
    for (const ProportionNode& node : nodes) mean += node.weight * node.p * units;
    if (log_rates) mean = units * std::exp(law.estimate + 0.5 * law.spread * law.spread);
    if (!law.df && std::isfinite(mean)) result.mean = mean;
  };
  if (!(law.spread > 0)) {
    const std::vector point{ProportionNode{scale.proportion(law.estimate), 1}};
    result = predicted_events(time, point, level);
    set_mean(point);
    return result;
  }
  const Panels panels(law, scale);
  std::array<double, 3> before{-1, -1, -1};
  for (int count = 2 * first_panels; count <= most_panels; count *= 2) {
    const std::vector<ProportionNode> nodes = panels.nodes(count);
    const MixedPoisson mixture(units, nodes);
    const PredictedCounts found = mixture.counts(time, level);
    const std::array<double, 3> here{mixture.tail(static_cast<double>(found.lower), false),
                                     mixture.tail(static_cast<double>(found.median), false),
                                     mixture.tail(static_cast<double>(found.upper), true)};
    double change = 0;
    for (std::size_t i = 0; i < here.size(); ++i) change = std::max(change, std::abs(here[i] - before[i]));
    const bool same = found.lower == result.lower && found.median == result.median && found.upper == result.upper;
    result = found;
    set_mean(nodes);
    if (same && change < settled) break;
    before = here;
  }
  return result;
}

}  // namespace tausq::inference
