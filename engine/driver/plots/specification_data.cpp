// The data of the specification curve: estimates in ascending order with their intervals and settings.
#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include <algorithm>
#include <cmath>

#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"

namespace tausq::plots {

namespace {

std::string settings_words(const SpecificationSettings& settings) {
  std::string words;
  for (const char* dimension : {"model", "pooling", "measure", "correction", "tau2", "interval", "without"}) {
    const std::string choice = choice_in(dimension, settings);
    if (!choice.empty()) words += (words.empty() ? "" : ", ") + std::string(dimension) + " " + choice;
  }
  return words;
}

}  // namespace

Plot specification(const PlotInput& input) {
  const Multiverse result = multiverse(input.studies, input.options, input.choices.multiverse);
  if (result.summary.estimated == 0) throw NoResult(Status::not_estimable, "not estimable: no specification has an estimate");
  std::vector<const Specification*> drawn;
  for (const Specification& s : result.specifications)
    if (s.display.estimate) drawn.push_back(&s);
  std::stable_sort(drawn.begin(), drawn.end(), [](const auto* a, const auto* b) { return *a->display.estimate < *b->display.estimate; });
  const Measure measure = result.options.effect.measure.value_or(Measure::GEN);
  PlotSeries intervals{"Interval", PlotMark::segments, {"none", std::string(drawing::bar_grey), 1.5, ""}, true, {}};
  PlotSeries estimates{"Estimate", PlotMark::points, study_disc(), true, {}};
  Range range;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const Display& display = drawn[i]->display;
    const std::string words = settings_words(drawn[i]->settings);
    const double x = static_cast<double>(i + 1);
    estimates.points.push_back({words, x, display.estimate, {}, {}, {}, false});
    intervals.points.push_back({words, x, display.ci_lower, x, display.ci_upper, {}, false});
    for (const auto& value : {display.estimate, display.ci_lower, display.ci_upper}) range.see(value);
  }
  PlotPanel panel;
  panel.x = number_axis("Rank of the specification", {0, static_cast<double>(drawn.size() + 1)});
  panel.y = number_axis(std::string(scale_label(measure)), range.widened(0.03));
  panel.series = {std::move(intervals), std::move(estimates)};
  Plot plot = plot_of(result);
  plot.title = std::to_string(drawn.size()) + " specifications";
  plot.panels.push_back(std::move(panel));
  return plot;
}

}  // namespace tausq::plots
