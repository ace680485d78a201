#include "engine/driver/plots/axes.hpp"

#include <tausq/effects.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/driver/drawing/ticks.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::plots {

namespace {

using drawing::log_ticks;
using drawing::multiples;
using drawing::round_step;
using drawing::tick_label;

/// How the natural scale lies on the analysis scale.
enum class Spacing { identity, logarithm, proportion, correlation, analysis };

Spacing spacing_of(Measure measure) {
  if (measure == Measure::PFT || measure == Measure::IRFT) return Spacing::analysis;  // depends on the size of the study
  const auto natural = [&](double value) { return natural_scale(measure, value); };
  constexpr double tiny = 1e-9;
  if (std::fabs(natural(0.3) - 0.3) < tiny && std::fabs(natural(0.4) - 0.4) < tiny) return Spacing::identity;
  if (std::fabs(natural(-1) / natural(-2) - std::exp(1.0)) < tiny) return Spacing::logarithm;
  if (layout_of(measure) == Layout::single_arm_counts) return Spacing::proportion;
  if (std::fabs(natural(0.5) - std::tanh(0.5)) < tiny) return Spacing::correlation;
  return Spacing::analysis;
}

/// Natural values that make good ticks, the most welcome first.
std::vector<double> welcome(Spacing spacing) {
  if (spacing == Spacing::proportion)
    return {0.5,   0.1,   0.9,   0.01,  0.99,   0.2,    0.8,    0.05, 0.95, 0.3,  0.7,  0.02, 0.98, 0.4,  0.6,
            0.001, 0.999, 0.005, 0.995, 0.0001, 0.9999, 0.0005, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85};
  return {0, 0.5, -0.5, 0.8, -0.8, 0.9, -0.9, 0.2, -0.2, 0.3, -0.3, 0.6, -0.6, 0.7, -0.7, 0.4, -0.4, 0.95, -0.95, 0.99, -0.99, 0.1, -0.1};
}

std::vector<PlotTick> labelled(Measure measure, const std::vector<double>& natural, bool linear) {
  std::vector<PlotTick> ticks;
  for (double value : natural) ticks.push_back({analysis_scale(measure, value), tick_label(value, natural, linear)});
  return ticks;
}

std::vector<PlotTick> plain_ticks(double lower, double upper, int most) {
  std::vector<PlotTick> ticks;
  const std::vector<double> values = multiples(lower, upper, round_step(upper - lower, most));
  for (double value : values) ticks.push_back({value, tick_label(value, values, true)});
  return ticks;
}

/// Welcome values that keep a distance from each other, or round natural values where the range is narrow.
std::vector<PlotTick> chosen_ticks(Measure measure, Spacing spacing, Range range, int most) {
  std::vector<double> natural, places;
  const double room = range.span() / (most + 1);
  for (double value : welcome(spacing)) {
    const double place = analysis_scale(measure, value);
    const auto near = [&](double other) { return std::fabs(other - place) < room; };
    if (place < range.lower || place > range.upper || std::any_of(places.begin(), places.end(), near)) continue;
    places.push_back(place);
    natural.push_back(value);
  }
  // On a short stretch the scale is nearly linear.
  const double lower = natural_scale(measure, range.lower), upper = natural_scale(measure, range.upper);
  constexpr double bent = 0.05, straight = 0.45;
  const bool linear = lower > bent && upper < 1 - bent && upper - lower < straight;
  if ((linear || natural.size() < 3) && upper > lower) natural = multiples(lower, upper, round_step(upper - lower, most));
  std::sort(natural.begin(), natural.end());
  return labelled(measure, natural, false);
}

}  // namespace

void Range::see(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return;
  lower = std::min(lower, *value);
  upper = std::max(upper, *value);
}

Range Range::widened(double share) const {
  Range wider = *this;
  if (empty()) wider.lower = 0, wider.upper = 1;
  const double span = wider.span(), room = span > 0 ? share * span : std::max(1e-3, 0.5 * std::fabs(wider.lower));
  wider.lower -= room;
  wider.upper += room;
  return wider;
}

PlotAxis number_axis(std::string label, Range range, int most) {
  return {std::move(label), {range.lower, range.upper}, plain_ticks(range.lower, range.upper, most)};
}

PlotAxis count_axis(std::string label, double largest, int most) {
  if (!(largest > 0)) largest = 1;
  const double step = round_step(largest, most), end = drawing::multiple(std::ceil(largest / step - 1e-9), step);
  return {std::move(label), {0, end}, plain_ticks(0, end, most)};
}

std::vector<PlotTick> effect_ticks(Measure measure, Range range, int most) {
  const Spacing spacing = spacing_of(measure);
  switch (spacing) {
    case Spacing::identity:
    case Spacing::analysis:
      break;
    case Spacing::logarithm: {
      const double lower = std::exp(range.lower), upper = std::exp(range.upper);
      constexpr double widest = 690;  // of an exponential that is a number
      if (!(range.lower > -widest && range.upper < widest)) break;
      std::vector<double> natural = log_ticks(lower, upper, static_cast<std::size_t>(most));
      const bool linear = natural.size() < 3;
      if (linear) natural = multiples(lower, upper, round_step(upper - lower, most));
      return labelled(measure, natural, linear);
    }
    case Spacing::proportion:
    case Spacing::correlation:
      return chosen_ticks(measure, spacing, range, most);
  }
  return plain_ticks(range.lower, range.upper, most);
}

std::string effect_label(Measure measure) {
  std::string natural(scale_label(measure));
  switch (spacing_of(measure)) {
    case Spacing::identity:
      return natural;
    case Spacing::logarithm:
      return natural + " (log scale)";
    case Spacing::analysis:
      return std::string(transformed_label(measure));
    default:
      return natural + " (" + std::string(transformed_label(measure)) + " scale)";
  }
}

PlotAxis effect_axis(Measure measure, Range range, int most) {
  return {effect_label(measure), {range.lower, range.upper}, effect_ticks(measure, range, most)};
}

}  // namespace tausq::plots
