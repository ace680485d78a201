// The radial plot: every study as a ray from the origin whose slope is its effect.
#include <tausq/effects.hpp>

#include <algorithm>
#include <cmath>

#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::plots {

using namespace drawing;

Plot radial(const PlotInput& input) {
  const Analysis analysis = pooled(input);
  const std::vector<StudyPoint> points = study_points(analysis);
  const Measure measure = measure_of(analysis);
  // Points scatter about the line with variance 1 when all studies share the common effect.
  const PooledEstimate& centre = analysis.common.estimate ? analysis.common : analysis.random;
  const double z = two_sided_z(analysis.options.level), slope = centre.estimate.value_or(0);
  const bool measure_has_null = null_value(measure).has_value();
  double farthest = 0;
  Range heights;
  heights.see(0);
  for (const StudyPoint& point : points) farthest = std::max(farthest, 1 / point.se);
  const double end = 1.08 * farthest;
  for (const StudyPoint& point : points) heights.see(point.yi / point.se);
  for (double edge : {slope * end - z, slope * end + z, -z, z}) heights.see(edge);
  PlotPanel panel;
  const Range shown = heights.widened(0.04);
  panel.x = count_axis("1 / standard error", farthest);
  panel.x.limits.second = end;
  panel.y = number_axis("Effect / standard error (" + std::string(transformed_label(measure)) + ")", shown);
  PlotAxis ruler = effect_axis(measure, {shown.lower / end, shown.upper / end}, 9);
  for (PlotTick& tick : ruler.ticks) tick.at *= end;
  panel.right = PlotAxis{std::string(scale_label(measure)), panel.y.limits, ruler.ticks};
  panel.series.push_back({report::level_text(analysis.options.level) + " band",
                          PlotMark::area,
                          {std::string(pale_blue)},
                          true,
                          {at(0, -z), at(end, slope * end - z), at(end, slope * end + z), at(0, z)}});
  panel.series.push_back(straight(measure_has_null ? "No effect" : "Ray of 0", null_line(), {0, 0}, {end, 0}));
  panel.series.push_back(
      straight(analysis.common.estimate ? "Common effect" : "Random effects", pooled_line(), {0, 0}, {end, slope * end}));
  PlotSeries studies{"Study", PlotMark::points, study_disc(), true, {}};
  for (const StudyPoint& point : points) {
    const double x = 1 / point.se, y = point.yi / point.se;
    studies.points.push_back({point.study->study, x, y, {}, {}, {}, input.choices.names && std::fabs(y - slope * x) > z});
  }
  panel.series.push_back(std::move(studies));
  Plot plot = plot_of(analysis);
  plot.title = "Radial plot of " + std::to_string(points.size()) + (points.size() == 1 ? " study" : " studies");
  plot.subtitle = "The slope of a ray from the origin through a study, read off at the right, is its " + std::string(scale_label(measure)) +
                  "; studies outside the band differ from the common effect. " + estimate_words(analysis) + ".";
  plot.panels.push_back(std::move(panel));
  return plot;
}

}  // namespace tausq::plots
