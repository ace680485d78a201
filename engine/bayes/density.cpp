#include "engine/bayes/density.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/roots.hpp"

namespace tausq::bayes {

Scale Scale::identity() {
  return {[](double x) { return x; }, [](double) { return 0.0; }};
}
Scale Scale::square() {
  return {[](double x) { return x * x; }, [](double x) { return std::log(2 * x); }};
}
Scale Scale::exponential() {
  return {[](double x) { return std::exp(x); }, [](double x) { return x; }};
}
Scale Scale::exponential2() {
  return {[](double x) { return std::exp(2 * x); }, [](double x) { return 2 * x; }};
}

Density::Density(const std::vector<LogPanel>& panels) {
  double top = -std::numeric_limits<double>::infinity(), sum = 0;
  for (const LogPanel& p : panels) top = std::max(top, *std::max_element(p.log_value.begin(), p.log_value.end()));
  panels_.reserve(panels.size());
  for (const LogPanel& p : panels) {
    Panel made{p.from, p.to, 0, 0, 0, {}, {}};
    for (std::size_t i = 0; i < legendre::order; ++i) {
      made.value[i] = std::exp(p.log_value[i] - top);
      made.mass += legendre::rule().weights[i] * made.value[i] * made.half_width();
    }
    sum += made.mass;
    panels_.push_back(made);
  }
  log_mass_ = top + std::log(sum);
  double below = 0, above = 0;
  for (Panel& p : panels_) {
    p.mass /= sum;
    for (double& value : p.value) value /= sum;
    p.series = legendre::series(p.value);
    p.below = below;
    below += p.mass;
  }
  for (auto p = panels_.rbegin(); p != panels_.rend(); ++p) {
    p->above = above;
    above += p->mass;
  }
}

const Density::Panel& Density::panel_of(double x) const {
  const auto after = std::upper_bound(panels_.begin(), panels_.end(), x, [](double at, const Panel& p) { return at < p.from; });
  return after == panels_.begin() ? *after : *(after - 1);
}

double Density::pdf(double x) const {
  if (x < lower() || x > upper()) return 0;
  return std::max(0.0, panel_of(x).at(x).function);
}

double Density::cdf(double x) const {
  if (x <= lower()) return 0;
  if (x >= upper()) return 1;
  const Panel& p = panel_of(x);
  return std::clamp(p.below + p.half_width() * p.at(x).integral, 0.0, 1.0);
}

double Density::sf(double x) const {
  if (x <= lower()) return 1;
  if (x >= upper()) return 0;
  const Panel& p = panel_of(x);
  return std::clamp(p.above + (p.mass - p.half_width() * p.at(x).integral), 0.0, 1.0);
}

double Density::quantile(double probability) const {
  // Counted from the nearer end, so that far tails keep their digits.
  const bool from_above = probability > 0.5;
  const double tail = from_above ? 1 - probability : probability;
  const Panel* found = from_above ? &panels_.front() : &panels_.back();
  for (const Panel& p : panels_) {
    if ((from_above ? p.above : p.below) > tail || (from_above ? p.above : p.below) + p.mass < tail) continue;
    found = &p;
    break;
  }
  const Panel& p = *found;
  const double inside = from_above ? p.mass - (tail - p.above) : tail - p.below;  // mass of the panel left of the quantile
  const auto excess = [&](double x) {
    const legendre::Value at = p.at(x);
    return std::pair{p.half_width() * at.integral - inside, at.function};
  };
  const numerics::Root root = numerics::newton_root(excess, p.from, p.to, p.middle());
  if (root.converged) return root.x;
  return inside > 0.5 * p.mass ? p.to : p.from;  // rounding has put the quantile outside its panel
}

Range Density::shortest(double level, Scale scale) const {
  constexpr int steps = 24;
  const double spare = 1 - level;
  const auto ends = [&](double p) { return Range{quantile(p), quantile(std::min(1.0, p + level))}; };
  const auto width = [&](double p) {
    const Range r = ends(p);
    return scale.value(r.upper) - scale.value(r.lower);
  };
  // Where the density is higher at the left end than at the right one, a shift to the right lengthens the interval.
  const auto slope = [&](double p) {
    const Range r = ends(p);
    const auto log_height = [&](double x) { return std::log(std::max(pdf(x), 1e-300)) - std::max(scale.log_slope(x), -650.0); };
    return log_height(r.lower) - log_height(r.upper);
  };
  int best = 0;
  for (int i = 1; i <= steps; ++i)
    if (width(spare * i / steps) < width(spare * best / steps)) best = i;
  const double from = spare * std::max(0, best - 1) / steps, to = spare * std::min(steps, best + 1) / steps;
  const double at_from = slope(from), at_to = slope(to);
  if (at_from >= 0) return ends(from);
  if (at_to <= 0) return ends(to);
  return ends(numerics::brent_root(slope, from, to, at_from, at_to).x);
}

}  // namespace tausq::bayes
