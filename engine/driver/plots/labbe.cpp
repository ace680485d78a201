// L'Abbe's plot: the risk (or rate) under treatment against that under control.
#include <tausq/effects.hpp>

#include <algorithm>
#include <cmath>

#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"
#include "engine/driver/report/raw_numbers.hpp"

namespace tausq::plots {

using namespace drawing;

namespace {

/// The treated risk that an effect makes of a control risk; empty for measures without such a curve.
std::optional<double> treated(Measure measure, double effect, double control) {
  switch (measure) {
    case Measure::OR:
    case Measure::PETO: {
      const double odds = std::exp(effect) * control / (1 - control);
      return control >= 1 ? 1 : odds / (1 + odds);
    }
    case Measure::RR:
    case Measure::IRR:
      return std::exp(effect) * control;
    case Measure::RD:
    case Measure::IRD:
      return control + effect;
    case Measure::AS: {
      constexpr double right_angle = 1.5707963267948966;
      const double angle = std::asin(std::sqrt(std::min(control, 1.0))) + effect;
      return std::pow(std::sin(std::clamp(angle, 0.0, right_angle)), 2);
    }
    case Measure::IRSD:
      return std::pow(std::max(0.0, std::sqrt(control) + effect), 2);
    default:
      return std::nullopt;
  }
}

PlotSeries curve(std::string name, PlotStyle style, Measure measure, std::optional<double> effect, double end) {
  std::vector<PlotPoint> points;
  constexpr int steps = 100;
  for (int i = 0; i <= steps && effect; ++i) {
    const double x = end * i / steps;
    if (const auto y = treated(measure, *effect, x)) points.push_back(at(x, *y));
  }
  return line_series(std::move(name), std::move(style), std::move(points));
}

struct Arms {
  const StudyResult* study;
  double control, treatment;  ///< risks or rates
};

std::vector<Arms> arms_of(const Analysis& analysis) {
  std::vector<Arms> result;
  const std::span<const report::RawColumn> columns = report::raw_columns(analysis);  // events and total, treatment then control
  for (const StudyResult& study : analysis.studies) {
    std::vector<double> values;
    for (const report::RawColumn& column : columns) values.push_back(report::raw_value(column, study).value_or(0));
    if (values.size() == 4 && values[1] > 0 && values[3] > 0) result.push_back({&study, values[2] / values[3], values[0] / values[1]});
  }
  return result;
}

}  // namespace

Plot labbe(const PlotInput& input) {
  const Layout layout = input.studies.layout();
  const bool counts = layout == Layout::two_arm_counts;
  if (!counts && layout != Layout::two_arm_rates)
    refuse(PlotKind::labbe, "needs events in two arms; these records are " + std::string(to_string(layout)));
  const Analysis analysis = pooled(input);
  const Measure measure = measure_of(analysis);
  const std::vector<Arms> arms = arms_of(analysis);
  if (arms.empty()) refuse(PlotKind::labbe, "no study has patients in both arms");
  double largest = 0, heaviest = 0;
  const auto weight = [](const StudyResult& study) { return study.weight_random.value_or(study.weight_common.value_or(0)); };
  for (const Arms& each : arms) {
    largest = std::max({largest, each.control, each.treatment});
    heaviest = std::max(heaviest, weight(*each.study));
  }
  const std::string what = counts ? "Risk" : "Rate";
  PlotPanel panel;
  panel.width = panel.height = 420;
  panel.x = count_axis(what + " under control", 1.04 * largest);
  panel.y = count_axis(what + " under treatment", 1.04 * largest);
  const double end = counts ? std::min(panel.x.limits.second, 1.0) : panel.x.limits.second;
  for (PlotAxis* axis : {&panel.x, &panel.y}) axis->limits = {-0.035 * end, std::max(1.035 * end, largest)};  // room for discs at the edge
  panel.series.push_back(straight("No effect", null_line(), {0, 0}, {end, end}));
  if (const auto& common = analysis.common; common.estimate)
    panel.series.push_back(curve("Common effect", {"none", std::string(study_blue), 1.6, "6 3"}, measure, common.estimate, end));
  if (const auto& random = analysis.random; random.estimate)
    panel.series.push_back(curve("Random effects", pooled_line(), measure, random.estimate, end));
  PlotSeries studies{"Study, area by weight", PlotMark::points, study_disc(), true, {}};
  for (const Arms& each : arms) {
    const double share = heaviest > 0 ? weight(*each.study) / heaviest : 0.2;
    studies.points.push_back({each.study->study, each.control, each.treatment, {}, {}, share, input.choices.names});
  }
  std::stable_sort(studies.points.begin(), studies.points.end(), [](const PlotPoint& a, const PlotPoint& b) { return *a.size > *b.size; });
  panel.series.push_back(std::move(studies));
  Plot plot = plot_of(analysis);
  plot.title = "L'Abb\u00e9 plot of " + std::to_string(arms.size()) + (arms.size() == 1 ? " study" : " studies");
  plot.subtitle = estimate_words(analysis) + ".";
  plot.panels.push_back(std::move(panel));
  return plot;
}

}  // namespace tausq::plots
