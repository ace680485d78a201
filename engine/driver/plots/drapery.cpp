// The drapery plot: for every value of the effect the p-value of the test of that value, for each study and for their mean.
#include <tausq/effects.hpp>

#include <algorithm>
#include <cmath>

#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::plots {

using namespace drawing;

namespace {

/// Both ends of intervals at ever higher levels: a p-value function, upside down.
struct Curve {
  std::vector<PlotPoint> left, right;

  void add(std::optional<double> lower, std::optional<double> upper, double p) {
    left.push_back({"", lower, p, {}, {}, {}, false});
    right.push_back({"", upper, p, {}, {}, {}, false});
  }
  /// From the far left over the top to the far right.
  std::vector<PlotPoint> points() const {
    std::vector<PlotPoint> all(left.rbegin(), left.rend());
    all.insert(all.end(), right.begin(), right.end());
    return all;
  }
};

/// 1 - p at which the curves are traced, from the top down; close together at the foot.
std::vector<double> p_values() {
  std::vector<double> values{0.995};
  for (int i = 49; i >= 1; --i) values.push_back(i / 50.0);
  for (double p : {0.015, 0.01, 0.0075, 0.005, 0.003, 0.002, 0.001}) values.push_back(p);
  return values;
}

struct Curves {
  std::vector<Curve> studies;
  Curve common, random, prediction;
};

Curves traced(const PlotInput& input, const Analysis& at_level) {
  Curves curves;
  curves.studies.resize(at_level.studies.size());
  for (std::size_t i = 0; i < curves.studies.size(); ++i) curves.studies[i].add(at_level.studies[i].yi, at_level.studies[i].yi, 1);
  curves.common.add(at_level.common.estimate, at_level.common.estimate, 1);
  curves.random.add(at_level.random.estimate, at_level.random.estimate, 1);
  Options options = input.options;
  options.sensitivity = false;
  for (double p : p_values()) {
    options.level = 1 - p;
    options.study_level = options.prediction_level = options.level;
    options.heterogeneity_level = at_level.options.level;
    const Analysis analysis = analyse(input.studies, options);
    for (std::size_t i = 0; i < curves.studies.size(); ++i)
      curves.studies[i].add(analysis.studies[i].ci_lower, analysis.studies[i].ci_upper, p);
    curves.common.add(analysis.common.ci_lower, analysis.common.ci_upper, p);
    curves.random.add(analysis.random.ci_lower, analysis.random.ci_upper, p);
    if (analysis.prediction.lower && analysis.prediction.upper)  // an area has no gaps
      curves.prediction.add(analysis.prediction.lower, analysis.prediction.upper, p);
  }
  return curves;
}

/// The more curves, the paler, so that the mean stands out of hundreds.
PlotStyle study_line(std::size_t k) {
  constexpr std::size_t some = 30, many = 100;
  if (k <= some) return {"none", std::string(faint), 0.8, ""};
  return k <= many ? PlotStyle{"none", "#c4c4c4", 0.6, ""} : PlotStyle{"none", std::string(hairline), 0.4, ""};
}

Range shown(const Analysis& analysis, std::optional<double> null) {
  Range range;
  range.see(null);
  for (const StudyResult& study : analysis.studies) range.see(study.yi);
  for (const PooledEstimate* estimate : {&analysis.common, &analysis.random}) range.see(estimate->ci_lower), range.see(estimate->ci_upper);
  range.see(analysis.prediction.lower);
  range.see(analysis.prediction.upper);
  return range.widened(0.1);
}

}  // namespace

Plot drapery(const PlotInput& input) {
  if (!input.options.mods.empty()) refuse(PlotKind::drapery, "shows one mean; a meta-regression (--mods) has several coefficients");
  const Analysis analysis = pooled(input);
  const Measure measure = measure_of(analysis);
  std::optional<double> null;
  if (const auto natural = null_value(measure)) null = analysis_scale(measure, *natural);
  const Curves curves = traced(input, analysis);
  PlotPanel panel;
  panel.height = 400;
  panel.x = effect_axis(measure, shown(analysis, null));
  panel.y = number_axis("p-value", {0, 1}, 5);
  panel.right = PlotAxis{"Level of the interval", panel.y.limits, {}};
  for (double p : {0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0})
    panel.right->ticks.push_back({p, report::significant(100 * (1 - p), 3) + "%"});
  if (!curves.prediction.left.empty() && analysis.prediction.lower && analysis.prediction.upper)
    panel.series.push_back({"Prediction", PlotMark::area, {std::string(pale_blue)}, true, curves.prediction.points()});
  for (std::size_t i = 0; i < curves.studies.size(); ++i) {
    PlotSeries series = line_series("Study", study_line(curves.studies.size()), curves.studies[i].points());
    for (PlotPoint& point : series.points) point.label = analysis.studies[i].study;
    panel.series.push_back(std::move(series));
  }
  const double level_p = 1 - analysis.options.level;
  panel.series.push_back(
      straight("p = " + report::significant(level_p, 3), guide_line(), {panel.x.limits.first, level_p}, {panel.x.limits.second, level_p}));
  if (null) panel.series.push_back(straight("No effect", null_line(), {*null, 0}, {*null, 1}));
  if (analysis.common.estimate)
    panel.series.push_back(line_series("Common effect", {"none", std::string(study_blue), 2.2, "7 3"}, curves.common.points()));
  if (analysis.random.estimate)
    panel.series.push_back(line_series("Random effects", {"none", std::string(pooled_blue), 2.6, ""}, curves.random.points()));
  Plot plot = plot_of(analysis);
  plot.title = "Drapery plot: p-value functions of " + std::to_string(curves.studies.size()) +
               (curves.studies.size() == 1 ? " study" : " studies") + " and of their mean";
  plot.subtitle = "Where a curve crosses a height, there ends the interval of the level at the right. " + estimate_words(analysis) + ".";
  plot.panels.push_back(std::move(panel));
  return plot;
}

}  // namespace tausq::plots
