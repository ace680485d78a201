// An analysis laid out as the rows and columns of a forest plot.
#include <tausq/effects.hpp>
#include <tausq/forest.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/driver/forest/axis.hpp"
#include "engine/driver/forest/columns.hpp"
#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/raw_numbers.hpp"
#include "engine/driver/report/study_blocks.hpp"

namespace tausq {

std::string_view to_string(ForestRowType type) {
  constexpr std::array<std::string_view, 8> words{"study",          "subgroup-header", "subgroup-summary", "summary-common",
                                                  "summary-random", "prediction",      "heterogeneity",    "test"};
  return words[static_cast<std::size_t>(type)];
}

namespace {

using namespace report;

/// " = 0.034" or " < 0.0001": a plot names no smaller p-value.
std::string printed_p(std::optional<double> p) {
  constexpr double below_print = 1e-5;
  return p_value(p ? std::optional(std::max(*p, below_print)) : p);
}

std::string heterogeneity_text(const Heterogeneity& h) {
  std::string text;
  const auto part = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (h.tau2) {
    const bool ends = h.tau2_ci_lower && h.tau2_ci_upper;
    part("\u03c4\u00b2 = " + significant(*h.tau2, 3) +
         (ends ? " [" + significant(*h.tau2_ci_lower, 3) + "; " + significant(*h.tau2_ci_upper, 3) + "]" : ""));
  }
  if (h.i2) part("I\u00b2 = " + percent(*h.i2));
  if (h.q && h.q_df) part("Q = " + fixed(*h.q, 2) + " (df = " + significant(*h.q_df) + ", p" + printed_p(h.q_p) + ")");
  if (text.empty()) text = "not estimable" + (h.reason.empty() ? "" : " (" + h.reason + ")");
  return "Heterogeneity: " + text;
}

std::string effect_test_text(std::string_view model, const PooledEstimate& e) {
  const std::string statistic = e.df ? "t(" + significant(*e.df, 3) + ") = " : "z = ";
  return "Test for effect (" + std::string(model) + "): " + statistic + fixed(*e.statistic, 2) + ", p" + printed_p(e.p_value);
}

std::string subgroup_test_text(std::string_view model, double q, std::optional<double> df, std::optional<double> p) {
  return "Test for subgroup differences (" + std::string(model) + "): Q = " + fixed(q, 2) + (df ? ", df = " + significant(*df) : "") +
         ", p" + printed_p(p);
}

/// Writes the rows from the studies down to the tests.
class RowWriter {
 public:
  RowWriter(const Analysis& analysis, const StudySet* studies, const std::vector<ForestColumn>& columns, const forest::PresetFacts& facts)
      : analysis_(analysis), studies_(studies), columns_(columns), facts_(facts), precision_(precision_of(analysis)) {}

  void study(const StudyResult& study) {
    ForestRow& row = add(ForestRowType::study, study.study, study.display);
    for (const ForestColumn& column : columns_)
      if (auto cell = forest::study_cell(column, analysis_, study, studies_)) row.cells.push_back(std::move(*cell));
    row.weight_common = study.weight_common;
    row.weight_random = study.weight_random;
    weight_cells(row);
  }
  void subgroup(const Subgroup& group) {
    if (shown(group.common)) summary(ForestRowType::subgroup_summary, Model::common, group.common);
    if (shown(group.random)) summary(ForestRowType::subgroup_summary, Model::random, group.random);
    if (facts_.tests) line(ForestRowType::heterogeneity, heterogeneity_text(group.heterogeneity));
  }
  void summaries() {
    const std::size_t first = rows.size();
    if (shown(analysis_.common))
      summary(ForestRowType::summary_common, Model::common, analysis_.common).weight_common = all_of(&StudyResult::weight_common);
    if (shown(analysis_.random))
      summary(ForestRowType::summary_random, Model::random, analysis_.random).weight_random = all_of(&StudyResult::weight_random);
    for (std::size_t i = first; i < rows.size(); ++i) weight_cells(rows[i]);
    if (first < rows.size()) totals(rows[first]);
    if (shown(analysis_.prediction)) add(ForestRowType::prediction, "Prediction interval", analysis_.prediction.display);
  }
  void tests() {
    line(ForestRowType::heterogeneity, heterogeneity_text(analysis_.heterogeneity));
    const bool tested = null_value(analysis_.options.effect.measure.value_or(Measure::GEN)).has_value();
    if (tested && analysis_.common.statistic) line(ForestRowType::test, effect_test_text("common effect", analysis_.common));
    if (tested && analysis_.random.statistic) line(ForestRowType::test, effect_test_text("random effects", analysis_.random));
    if (!analysis_.subgroup_test) return;
    const SubgroupTest& test = *analysis_.subgroup_test;
    if (test.common_q) line(ForestRowType::test, subgroup_test_text("common effect", *test.common_q, test.df, test.common_p_value));
    if (test.q) line(ForestRowType::test, subgroup_test_text("random effects", *test.q, test.df, test.p_value));
  }
  void line(ForestRowType type, std::string label) {
    rows.emplace_back();
    rows.back().type = type;
    rows.back().label = std::move(label);
  }

  std::vector<ForestRow> rows;

 private:
  /// The weight of a summary: that of all studies together, where they have weights.
  std::optional<double> all_of(std::optional<double> StudyResult::*weight) const {
    for (const StudyResult& study : analysis_.studies)
      if (study.*weight) return 1.0;
    return std::nullopt;
  }
  ForestRow& summary(ForestRowType type, Model model, const PooledEstimate& estimate) {
    ForestRow& row = add(type, summary_words(type, model), estimate.display);
    row.model = model;
    return row;
  }
  std::string summary_words(ForestRowType type, Model model) const {
    if (!facts_.style.totals) return model == Model::common ? "Common effect" : "Random effects";
    const std::string total = type == ForestRowType::subgroup_summary ? "Subtotal" : "Total";
    return total + " (" + level_text(analysis_.options.level) + " CI), " + (model == Model::common ? "common effect" : "random effects");
  }
  ForestRow& add(ForestRowType type, std::string label, const Display& display) {
    line(type, std::move(label));
    ForestRow& row = rows.back();
    row.estimate = display.estimate;
    row.ci_lower = display.ci_lower;
    row.ci_upper = display.ci_upper;
    row.cells.push_back({"estimate_text", forest::styled(estimate_text(display, precision_), facts_.style), std::nullopt});
    return row;
  }
  void weight_cells(ForestRow& row) const {
    if (row.weight_common && has_column("weight_common"))
      row.cells.push_back({"weight_common", percent(*row.weight_common), row.weight_common});
    if (row.weight_random && has_column("weight_random"))
      row.cells.push_back({"weight_random", percent(*row.weight_random), row.weight_random});
  }
  void totals(ForestRow& row) const {
    for (const RawColumn& column : raw_columns(analysis_))
      if (const auto sum = raw_sum(column, analysis_); sum && has_column(column.key))
        row.cells.push_back({std::string(column.key), raw_text(*sum), *sum});
  }

  bool has_column(std::string_view key) const {
    return std::any_of(columns_.begin(), columns_.end(), [&](const ForestColumn& column) { return column.key == key; });
  }

  const Analysis& analysis_;
  const StudySet* studies_;
  const std::vector<ForestColumn>& columns_;
  const forest::PresetFacts& facts_;
  Precision precision_;
};

}  // namespace

ForestTable forest_table(const Analysis& analysis, const ForestOptions& options, const StudySet* studies) {
  const forest::PresetFacts facts = forest::preset_facts(options);
  std::vector<ForestColumn> columns = forest::columns_for(analysis, studies, options, facts);
  RowWriter writer(analysis, studies, columns, facts);
  for (StudyBlock& block : study_blocks(analysis)) {
    if (block.subgroup) writer.line(ForestRowType::subgroup_header, analysis.options.subgroup + " = " + block.subgroup->level);
    forest::sort_studies(block.studies, options.sort, studies);
    for (const StudyResult* study : block.studies) writer.study(*study);
    if (block.subgroup) writer.subgroup(*block.subgroup);
  }
  writer.summaries();
  if (facts.tests) writer.tests();
  forest::drop_empty_weights(columns, writer.rows);
  ForestTable table;
  table.input = analysis.input;
  table.options = analysis.options;
  table.scale = transformed_label(analysis.options.effect.measure.value_or(Measure::GEN));
  table.title = options.title;
  table.favours_left = options.favours_left;
  table.favours_right = options.favours_right;
  table.band_lower = options.band_lower;
  table.band_upper = options.band_upper;
  table.style = facts.style;
  table.axis = forest::axis_for(analysis, writer.rows, options);
  forest::mark_clipped(writer.rows, table.axis);
  table.columns = std::move(columns);
  table.rows = std::move(writer.rows);
  return table;
}

}  // namespace tausq
