// Axes with round ticks: of plain numbers, and of effects, whose ticks are natural values on the analysis scale.
#pragma once

#include <limits>
#include <string>

#include <tausq/plots.hpp>

namespace tausq::plots {

/// The smallest range that holds what was seen.
struct Range {
  double lower = std::numeric_limits<double>::infinity(), upper = -lower;
  void see(std::optional<double> value);
  bool empty() const { return lower > upper; }
  double span() const { return upper - lower; }
  /// Widened by a share of its span on both sides; a single value gets a neighbourhood.
  Range widened(double share) const;
};

/// Ticks at round numbers; limits as given.
PlotAxis number_axis(std::string label, Range range, int most = 6);
/// From 0 to a round number not below the largest value.
PlotAxis count_axis(std::string label, double largest, int most = 6);
/// The analysis scale with ticks at round natural values: odds ratios 0.5, 1, 2; proportions 0.1, 0.5, 0.9 on the logit scale.
PlotAxis effect_axis(Measure measure, Range range, int most = 7);
/// The ticks of such an axis.
std::vector<PlotTick> effect_ticks(Measure measure, Range range, int most);
/// "Odds Ratio (log scale)".
std::string effect_label(Measure measure);

}  // namespace tausq::plots
