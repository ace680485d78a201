// Forest plots whose rows are analyses: without each study in turn, or of ever more studies.
#include <tausq/effects.hpp>
#include <tausq/forest.hpp>
#include <tausq/problem.hpp>

#include "engine/driver/forest/axis.hpp"
#include "engine/driver/forest/styles.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq {

namespace {

using namespace report;

ForestRow row_of(ForestRowType type, std::string label, const Display& display, const std::string& words) {
  ForestRow row;
  row.type = type;
  row.label = std::move(label);
  row.estimate = display.estimate;
  row.ci_lower = display.ci_lower;
  row.ci_upper = display.ci_upper;
  row.cells.push_back({"estimate_text", words, {}});
  return row;
}

void add_cell(ForestRow& row, const char* column, std::optional<double> value, const std::string& text) {
  if (value) row.cells.push_back({column, text, value});
}

std::string short_p(std::optional<double> p) {
  constexpr double least = 0.0001;
  return !p ? "" : *p < least ? "<0.0001" : fixed(*p, *p < 0.01 ? 4 : 3);
}

void numbers(ForestRow& row, std::optional<double> p, std::optional<double> tau2, std::optional<double> i2) {
  add_cell(row, "p_value", p, short_p(p));
  add_cell(row, "tau2", tau2, significant(tau2.value_or(0), 3));
  add_cell(row, "i2", i2, percent(i2.value_or(0)));
}

}  // namespace

ForestTable forest_table(const Influence& influence, ForestRows rows, const Analysis& whole, const ForestOptions& options) {
  const bool cumulative = rows == ForestRows::cumulative;
  const std::vector<Refit>& refits = cumulative ? influence.cumulative : influence.leave_one_out;
  if (refits.empty())
    throw UsageError("a cumulative or leave-one-out forest plot shows one mean; a meta-regression (--mods) has several coefficients");
  const forest::PresetFacts facts = forest::preset_facts(options);
  const Precision precision = precision_of(whole);
  const auto words = [&](const Display& display) { return forest::styled(estimate_text(display, precision), facts.style); };
  const bool common = !whole.random.estimate;
  ForestTable table;
  for (const Refit& refit : refits) {
    const std::string label = (cumulative ? (table.rows.empty() ? "" : "+ ") : "Without ") + refit.study;
    table.rows.push_back(row_of(ForestRowType::study, label, refit.display, words(refit.display)));
    numbers(table.rows.back(), refit.p_value, common ? std::nullopt : refit.tau2, refit.i2);
  }
  const PooledEstimate& all = common ? whole.common : whole.random;
  table.rows.push_back(
      row_of(common ? ForestRowType::summary_common : ForestRowType::summary_random, "All studies", all.display, words(all.display)));
  table.rows.back().model = common ? Model::common : Model::random;
  numbers(table.rows.back(), all.p_value, common ? std::nullopt : whole.heterogeneity.tau2, whole.heterogeneity.i2);
  table.input = whole.input;
  table.options = whole.options;
  table.title = options.title;
  table.style = facts.style;
  table.favours_left = options.favours_left;
  table.favours_right = options.favours_right;
  table.band_lower = options.band_lower;
  table.band_upper = options.band_upper;
  const Measure measure = whole.options.effect.measure.value_or(Measure::GEN);
  table.scale = transformed_label(measure);
  const std::string estimate =
      std::string(scale_label(measure)) + " " + facts.style.open + level_text(whole.options.level) + " CI" + facts.style.close;
  table.columns = {{"label", cumulative ? "Study added" : "Study left out", "", true, false, false},
                   {"estimate_text", estimate, "", false, true, false}};
  const auto add_column = [&](const char* key, const char* title) {
    for (const ForestRow& row : table.rows)
      for (const ForestCell& cell : row.cells)
        if (cell.column == key) return table.columns.push_back({key, title, "", false, true, false});
  };
  if (null_value(measure)) add_column("p_value", "p");
  add_column("tau2", "\u03c4\u00b2");
  add_column("i2", "I\u00b2");
  table.axis = forest::axis_for(whole, table.rows, options);
  forest::mark_clipped(table.rows, table.axis);
  return table;
}

}  // namespace tausq
