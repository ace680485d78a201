// The bubble plot of a meta-regression: effects against a moderator, the line with its bands.
#include <tausq/effects.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"
#include "engine/driver/report/numbers.hpp"
#include "engine/methods/letters.hpp"

namespace tausq::plots {

using namespace drawing;

namespace {

constexpr int steps = 50;

/// Whether the formula speaks of the column, and whether as factor(column).
struct Mention {
  bool mentioned = false, as_factor = false;
};

Mention mention_of(const std::string& mods, const std::string& name) {
  for (std::size_t at = mods.find(name); at != std::string::npos; at = mods.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at > 0 && letters::is_word(mods[at - 1])) || (end < mods.size() && letters::is_word(mods[end]))) continue;
    constexpr std::string_view call = "factor(";
    const std::size_t open = mods.find_last_not_of(" `", at - 1);
    const bool factor =
        at > 0 && open != std::string::npos && open + 1 >= call.size() && mods.substr(open + 1 - call.size(), call.size()) == call;
    return {true, factor};
  }
  return {};
}

std::string most_frequent(const Column& column) {
  std::map<std::string, int> counts;
  for (const std::string& text : column.text)
    if (!text.empty()) ++counts[text];
  const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? "" : most->first;
}

double mean_of(const Column& column) {
  double sum = 0, k = 0;
  for (const std::optional<double>& value : column.number)
    if (value) sum += *value, ++k;
  return k > 0 ? sum / k : 0;
}

/// The moderator along the axis, and at which values the others are held.
struct Moderators {
  const Column* shown = nullptr;
  std::string others;        ///< ", `alloc`=\"random\""
  std::string others_words;  ///< "alloc = random"
};

Moderators moderators_of(const PlotInput& input) {
  const std::string& mods = input.options.mods;
  if (mods.empty()) refuse(PlotKind::bubble, "needs a moderator: --mods COLUMN");
  Moderators result;
  for (const Column& column : input.studies.columns) {
    const Mention mention = mention_of(mods, column.name);
    if (!mention.mentioned) continue;
    const bool wanted = input.choices.moderator.empty() ? !result.shown : column.name == input.choices.moderator;
    const bool numeric = column.numeric && !mention.as_factor;
    if (wanted && numeric) {
      result.shown = &column;
      continue;
    }
    if (wanted && !input.choices.moderator.empty())
      refuse(PlotKind::bubble, column.name + " is categorical: the axis needs a numeric moderator");
    const std::string value = numeric ? report::shortest(mean_of(column)) : most_frequent(column);
    result.others += ", `" + column.name + "`=" + (numeric ? value : "\"" + value + "\"");
    result.others_words +=
        (result.others_words.empty() ? "" : ", ") + column.name + " = " + (numeric ? report::significant(mean_of(column)) : value);
  }
  if (!result.shown)
    refuse(PlotKind::bubble, input.choices.moderator.empty() ? "no moderator of --mods '" + mods + "' is numeric"
                                                             : "--mods has no moderator '" + input.choices.moderator + "'");
  return result;
}

/// The analysis with predictions along the axis.
Analysis predicted(const PlotInput& input, const Moderators& moderators, Range range, std::vector<double>& grid) {
  std::string points;
  for (int i = 0; i <= steps; ++i) {
    grid.push_back(range.lower + range.span() * i / steps);
    points += (points.empty() ? "`" : "; `") + moderators.shown->name + "`=" + report::shortest(grid.back()) + moderators.others;
  }
  Options options = input.options;
  options.predict_at = points;
  return analyse(input.studies, options);
}

PlotSeries band(std::string name, std::string_view fill, const std::vector<double>& grid, const std::vector<RegressionPrediction>& at_grid,
                std::optional<double> RegressionPrediction::*lower, std::optional<double> RegressionPrediction::*upper) {
  PlotSeries series{std::move(name), PlotMark::area, {std::string(fill)}, true, {}};
  for (std::size_t i = 0; i < grid.size(); ++i)
    if (const auto end = at_grid[i].*lower) series.points.push_back(at(grid[i], *end));
  for (std::size_t i = grid.size(); i-- > 0;)
    if (const auto end = at_grid[i].*upper) series.points.push_back(at(grid[i], *end));
  return series;
}

}  // namespace

Plot bubble(const PlotInput& input) {
  const Moderators moderators = moderators_of(input);
  const Column& column = *moderators.shown;
  Range along;
  for (const std::optional<double>& value : column.number) along.see(value);
  if (along.empty() || !(along.span() > 0)) refuse(PlotKind::bubble, column.name + " has the same value in all studies");
  along = along.widened(0.05);
  std::vector<double> grid;
  const Analysis analysis = predicted(input, moderators, along, grid);
  if (!analysis.regression || analysis.regression->predictions.size() != grid.size())
    refuse(PlotKind::bubble, "the regression cannot be fitted");
  const std::vector<RegressionPrediction>& at_grid = analysis.regression->predictions;
  const Measure measure = measure_of(analysis);
  const double tau2 = analysis.heterogeneity.tau2.value_or(0);
  PlotSeries studies{"Study, area by weight", PlotMark::points, study_disc(), true, {}};
  Range heights;
  double heaviest = 0;
  for (const StudyPoint& point : study_points(analysis)) heaviest = std::max(heaviest, 1 / (point.vi + tau2));
  for (const StudyPoint& point : study_points(analysis)) {
    std::optional<double> x;
    for (std::size_t i = 0; i < input.studies.size(); ++i)
      if (input.studies.row[i] == point.study->row) x = column.number[i];
    if (!x) continue;
    heights.see(point.yi);
    studies.points.push_back({point.study->study, x, point.yi, {}, {}, 1 / (point.vi + tau2) / heaviest, input.choices.names});
  }
  std::stable_sort(studies.points.begin(), studies.points.end(), [](const PlotPoint& a, const PlotPoint& b) { return *a.size > *b.size; });
  PlotSeries line = line_series("Regression line", pooled_line(), {});
  for (std::size_t i = 0; i < grid.size(); ++i) {
    line.points.push_back({"", grid[i], at_grid[i].estimate, {}, {}, {}, false});
    heights.see(at_grid[i].ci_lower), heights.see(at_grid[i].ci_upper);
  }
  PlotPanel panel;
  panel.x = number_axis(column.name, along);
  panel.y = effect_axis(measure, heights.widened(0.08));
  panel.series.push_back(band("Prediction", pale_blue, grid, at_grid, &RegressionPrediction::pi_lower, &RegressionPrediction::pi_upper));
  panel.series.push_back(band(report::level_text(analysis.options.level) + " interval", band_blue, grid, at_grid,
                              &RegressionPrediction::ci_lower, &RegressionPrediction::ci_upper));
  if (const auto natural = null_value(measure)) {
    const double null = analysis_scale(measure, *natural);
    panel.series.push_back(straight("No effect", null_line(), {along.lower, null}, {along.upper, null}));
  }
  panel.series.push_back(std::move(line));
  Plot plot = plot_of(analysis);
  plot.title = "Meta-regression on " + column.name + ", " + std::to_string(studies.points.size()) + " studies";
  panel.series.push_back(std::move(studies));
  const Regression& r = *analysis.regression;
  if (!moderators.others_words.empty()) plot.subtitle = "At " + moderators.others_words + ". ";
  for (std::size_t j = 0; j < r.terms.size(); ++j)
    if (j < r.p_value.size() && r.terms[j] == column.name)
      plot.subtitle += "Slope " + report::significant(r.beta[j], 3) + ", p" + report::p_value(r.p_value[j]) + ". ";
  if (r.r2) plot.subtitle += "R\u00b2 = " + report::percent(*r.r2) + ". ";
  if (!plot.subtitle.empty()) plot.subtitle.pop_back();
  plot.panels.push_back(std::move(panel));
  return plot;
}

}  // namespace tausq::plots
