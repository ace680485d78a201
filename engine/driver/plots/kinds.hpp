// What every kind of plot is made from, and its row in the table of kinds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tausq/plots.hpp>

#include "engine/driver/drawing/palette.hpp"

namespace tausq::plots {

/// Studies and settings as asked for; every kind fits what it needs.
struct PlotInput {
  const StudySet& studies;
  const Options& options;
  const PlotOptions& choices;
};

Plot funnel(const PlotInput& input);
Plot radial(const PlotInput& input);
Plot labbe(const PlotInput& input);
Plot baujat(const PlotInput& input);
Plot bubble(const PlotInput& input);
Plot influence_panels(const PlotInput& input);
Plot gosh(const PlotInput& input);
Plot profile(const PlotInput& input);
Plot drapery(const PlotInput& input);
Plot specification(const PlotInput& input);

/// An empty plot of what an analysis (or Influence, Multiverse ...) was made from.
template <class Result>
Plot plot_of(const Result& result) {
  Plot plot;
  plot.input = result.input;
  plot.options = result.options;
  return plot;
}

/// "plot labbe: " and why the kind does not fit the data, as UsageError.
[[noreturn]] void refuse(PlotKind kind, const std::string& why);

/// The analysis that the options ask for. Throws NoResult where it has no estimate.
Analysis pooled(const PlotInput& input);

/// A study with a finite effect size and a positive sampling variance.
struct StudyPoint {
  const StudyResult* study;
  double yi, vi, se;
};

/// Those of the analysis, in its order. Throws NoResult where there is none.
std::vector<StudyPoint> study_points(const Analysis& analysis);

/// The estimate in the middle of a plot: random effects, or the common effect where that alone is there.
const PooledEstimate& main_estimate(const Analysis& analysis);
std::string_view main_model(const Analysis& analysis);

/// "Random effects: Odds Ratio 0.50 [0.34; 0.70]".
std::string estimate_words(const Analysis& analysis);

/// Words that stay on one line, with minus signs.
std::string unbroken(const std::string& words);

/// How many standard errors an interval of that level reaches to either side.
double two_sided_z(double level);

Measure measure_of(const Analysis& analysis);

// Series of the usual kinds.
PlotSeries line_series(std::string name, PlotStyle style, std::vector<PlotPoint> points);
/// A line through two points, outside the legend when it has no name.
PlotSeries straight(std::string name, PlotStyle style, std::pair<double, double> from, std::pair<double, double> to);
PlotPoint at(double x, double y);

/// The estimate and its line: dark, solid. No effect: dashed. Ends of intervals: dotted.
PlotStyle pooled_line();
PlotStyle null_line();
PlotStyle guide_line();
PlotStyle study_disc();

}  // namespace tausq::plots
