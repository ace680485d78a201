#include "engine/driver/forest/axis.hpp"

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/driver/drawing/ticks.hpp"

namespace tausq::forest {

namespace {

using drawing::log_ticks;
using drawing::multiple;
using drawing::multiples;
using drawing::round_step;

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Range {
  double lower = infinity, upper = -infinity;
  void see(double x) {
    if (!std::isfinite(x)) return;
    lower = std::min(lower, x);
    upper = std::max(upper, x);
  }
  bool empty() const { return lower > upper; }
  double span() const { return upper - lower; }
};

/// Natural values that the measure can take.
Range natural_range(Measure measure) {
  switch (measure) {
    case Measure::RD:
    case Measure::PHI:
    case Measure::YUQ:
    case Measure::YUY:
    case Measure::RTET:
      return {-1, 1};
    default:
      break;
  }
  switch (layout_of(measure)) {
    case Layout::single_arm_counts:
      return {0, 1};
    case Layout::single_arm_rates:
      return {0, infinity};
    case Layout::correlations:
      return {-1, 1};
    default:
      return {-infinity, infinity};
  }
}

/// The median width of the study intervals; 0 when there is none.
double median_width(const std::vector<ForestRow>& rows, double (*drawn)(double)) {
  std::vector<double> widths;
  for (const ForestRow& row : rows) {
    if (row.type != ForestRowType::study || !row.ci_lower || !row.ci_upper) continue;
    const double width = drawn(*row.ci_upper) - drawn(*row.ci_lower);
    if (std::isfinite(width)) widths.push_back(width);
  }
  if (widths.empty()) return 0;
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>((widths.size() - 1) / 2);
  std::nth_element(widths.begin(), middle, widths.end());
  return *middle;
}

/// The range of the drawn scale (logarithms for ratios) that the plot must show: estimates, overall intervals and no
/// effect wholly; intervals of studies and subgroups wholly when `whole`, else as far as they go on for not much longer than is usual here.
Range shown_range(const std::vector<ForestRow>& rows, std::optional<double> null, double (*drawn)(double), bool whole) {
  Range core, all;
  if (null) core.see(drawn(*null));
  for (const ForestRow& row : rows) {
    if (row.estimate) core.see(drawn(*row.estimate));
    for (const auto& end : {row.ci_lower, row.ci_upper}) {
      if (!end) continue;
      all.see(drawn(*end));
      const bool overall = row.type != ForestRowType::study && row.type != ForestRowType::subgroup_summary;
      if (whole || overall) core.see(drawn(*end));
    }
  }
  if (core.empty()) core = all;
  if (core.empty()) return {0, 1};
  if (all.empty()) return core;
  const double room = std::max(core.span() / 2, 1.5 * median_width(rows, drawn));
  return {std::min(core.lower, std::max(all.lower, core.lower - room)), std::max(core.upper, std::min(all.upper, core.upper + room))};
}

/// The limits widened to whole steps, and the ticks between them.
void linear_axis(ForestAxis& axis, Range range, Range natural, bool fixed_lower, bool fixed_upper) {
  constexpr int steps = 6;
  if (range.span() <= 0) range = {range.lower - 1, range.upper + 1};
  const double step = round_step(range.span(), steps);
  axis.limits.first = fixed_lower ? range.lower : std::max(natural.lower, multiple(std::floor(range.lower / step + 1e-9), step));
  axis.limits.second = fixed_upper ? range.upper : std::min(natural.upper, multiple(std::ceil(range.upper / step - 1e-9), step));
  axis.ticks = multiples(axis.limits.first, axis.limits.second, step);
}

/// Proportions show their whole range unless all intervals lie in the lower or the upper half.
Range proportion_range(Range range) {
  constexpr double half = 0.5, all = 1;
  if (range.upper <= half) return {0, range.upper};
  if (range.lower >= half) return {range.lower, all};
  return {0, all};
}

void log_axis(ForestAxis& axis, Range logs, bool fixed_lower, bool fixed_upper) {
  constexpr std::size_t most = 8;
  constexpr double narrow = 1.3;  // below a factor of e^1.3 = 3.7 the ticks 1, 2, 5 would be too few
  if (logs.span() <= 0) logs = {logs.lower - 0.5, logs.upper + 0.5};
  Range range{std::exp(logs.lower), std::exp(logs.upper)};
  if (logs.span() < narrow) return linear_axis(axis, range, {std::numeric_limits<double>::min(), infinity}, fixed_lower, fixed_upper);
  const std::vector<double> wide = log_ticks(range.lower / 100, range.upper * 100, 10000);
  const auto above = std::lower_bound(wide.begin(), wide.end(), range.upper * (1 - 1e-9));
  const auto below = std::upper_bound(wide.begin(), wide.end(), range.lower * (1 + 1e-9));
  axis.limits = {fixed_lower || below == wide.begin() ? range.lower : *std::prev(below),
                 fixed_upper || above == wide.end() ? range.upper : *above};
  axis.ticks = log_ticks(axis.limits.first, axis.limits.second, most);
}

double identity(double x) {
  return x;
}
double logarithm(double x) {
  return std::log(x);
}
double logit(double x) {
  return std::log(x) - std::log1p(-x);
}

using Drawn = double (*)(double);

Drawn drawn_by(std::string_view transform) {
  return transform == "log" ? logarithm : transform == "logit" ? logit : identity;
}

/// Limits at a proportion of the list, or of the list times a power of ten near 0 and 1; ticks that keep a distance.
void logit_axis(ForestAxis& axis, Range logits, bool fixed_lower, bool fixed_upper) {
  constexpr std::array<double, 17> welcome{0.5, 0.1, 0.9,   0.01,  0.99, 0.2,  0.8,    0.05,  0.95,
                                           0.3, 0.7, 0.001, 0.999, 0.02, 0.98, 0.0001, 0.9999};
  constexpr double closest = 0.09;  // of two ticks, share of the axis
  if (logits.span() <= 0) logits = {logits.lower - 1, logits.upper + 1};
  double lower = -infinity, upper = infinity;
  for (double p : welcome) {
    if (logit(p) <= logits.lower + 1e-9) lower = std::max(lower, logit(p));
    if (logit(p) >= logits.upper - 1e-9) upper = std::min(upper, logit(p));
  }
  if (fixed_lower || !std::isfinite(lower)) lower = logits.lower;
  if (fixed_upper || !std::isfinite(upper)) upper = logits.upper;
  const auto proportion = [](double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); };
  axis.limits = {proportion(lower), proportion(upper)};
  for (double p : welcome) {
    const double x = logit(p);
    const bool near =
        std::any_of(axis.ticks.begin(), axis.ticks.end(), [&](double t) { return std::fabs(logit(t) - x) < closest * (upper - lower); });
    if (x > lower - 1e-9 && x < upper + 1e-9 && !near) axis.ticks.push_back(p);
  }
  std::sort(axis.ticks.begin(), axis.ticks.end());
}

/// The transform that was asked for, where the measure allows it.
std::string transform_of(Measure measure, AxisScale scale) {
  const bool proportions = layout_of(measure) == Layout::single_arm_counts;
  const bool positive = natural_range(measure).lower >= 0 || is_ratio(measure);
  if (scale == AxisScale::logit && !proportions)
    throw UsageError("--axis-scale logit: needs proportions, not " + std::string(key(measure)));
  if (scale == AxisScale::log && !positive) throw UsageError("--axis-scale log: " + std::string(key(measure)) + " may be negative");
  switch (scale) {
    case AxisScale::automatic:
      return is_ratio(measure) ? "log" : "identity";
    case AxisScale::identity:
      return "identity";
    case AxisScale::log:
      return "log";
    case AxisScale::logit:
      break;
  }
  return "logit";
}

/// Limits that someone asked for must make an axis.
void check_limits(const ForestOptions& options, Drawn drawn) {
  for (const auto& [name, limit] : {std::pair{"--axis-min", options.axis_min}, std::pair{"--axis-max", options.axis_max}})
    if (limit && !std::isfinite(drawn(*limit))) throw UsageError(std::string(name) + ": lies outside the scale of the axis");
  if (options.axis_min && options.axis_max && !(*options.axis_min < *options.axis_max))
    throw UsageError("--axis-min must be below --axis-max");
}

}  // namespace

ForestAxis axis_for(const Analysis& analysis, const std::vector<ForestRow>& rows, const ForestOptions& options) {
  const Measure measure = analysis.options.effect.measure.value_or(Measure::GEN);
  ForestAxis axis;
  axis.transform = transform_of(measure, options.axis_scale);
  axis.null = null_value(measure);
  axis.label = scale_label(measure);
  const Drawn drawn = drawn_by(axis.transform);
  check_limits(options, drawn);
  const bool linear = axis.transform == "identity", proportions = layout_of(measure) == Layout::single_arm_counts && linear;
  Range range = shown_range(rows, axis.null, drawn, proportions);
  const Range natural = is_ratio(measure) ? Range{0, infinity} : natural_range(measure);
  if (linear) range = {std::max(range.lower, natural.lower), std::min(range.upper, natural.upper)};
  if (proportions) range = proportion_range(range);
  if (options.axis_min) range.lower = drawn(*options.axis_min);
  if (options.axis_max) range.upper = drawn(*options.axis_max);
  const bool fixed_lower = options.axis_min.has_value(), fixed_upper = options.axis_max.has_value();
  if (axis.transform == "log")
    log_axis(axis, range, fixed_lower, fixed_upper);
  else if (axis.transform == "logit")
    logit_axis(axis, range, fixed_lower, fixed_upper);
  else
    linear_axis(axis, range, natural, fixed_lower, fixed_upper);
  return axis;
}

double axis_position(const ForestAxis& axis, double value) {
  const Drawn drawn = drawn_by(axis.transform);
  const double lower = drawn(axis.limits.first), upper = drawn(axis.limits.second);
  return (drawn(value) - lower) / (upper - lower);
}

void mark_clipped(std::vector<ForestRow>& rows, const ForestAxis& axis) {
  constexpr double slack = 1e-9;
  for (ForestRow& row : rows) {
    if (!row.estimate && !row.ci_lower && !row.ci_upper) continue;
    const bool estimate_only = !row.ci_lower && !row.ci_upper;
    row.clipped_lower = row.ci_lower ? axis_position(axis, *row.ci_lower) < -slack : !estimate_only;
    row.clipped_upper = row.ci_upper ? axis_position(axis, *row.ci_upper) > 1 + slack : !estimate_only;
  }
}

}  // namespace tausq::forest
