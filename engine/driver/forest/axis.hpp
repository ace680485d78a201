// The axis of a forest plot: transform, limits and ticks that fit the data.
#pragma once

#include <tausq/analysis.hpp>
#include <tausq/forest.hpp>

namespace tausq::forest {

/// The axis for the rows. Proportions lie on [0, 1], or a tighter range where all are small or all large; ratios on a
/// log axis; others are linear. Estimates, overall intervals and no effect are always inside; the interval of a study or
/// subgroup that is much wider than the others is left to be clipped.
ForestAxis axis_for(const Analysis& analysis, const std::vector<ForestRow>& rows, const ForestOptions& options);

/// Where a natural-scale value stands between the limits: 0 at the lower, 1 at the upper; below 0 or above 1 outside.
double axis_position(const ForestAxis& axis, double value);

/// Sets clipped_lower and clipped_upper of every row with an estimate or an interval.
void mark_clipped(std::vector<ForestRow>& rows, const ForestAxis& axis);

}  // namespace tausq::forest
