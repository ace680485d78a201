#include <doctest/doctest.h>

#include <algorithm>
#include <tausq/forest.hpp>

#include "tests/unit/report/sample_analyses.hpp"

using namespace tausq;

namespace {

std::size_t count(const ForestTable& table, ForestRowType type) {
  return static_cast<std::size_t>(
      std::count_if(table.rows.begin(), table.rows.end(), [&](const ForestRow& row) { return row.type == type; }));
}

const ForestCell* cell(const ForestRow& row, const std::string& column) {
  const auto found = std::find_if(row.cells.begin(), row.cells.end(), [&](const ForestCell& c) { return c.column == column; });
  return found == row.cells.end() ? nullptr : &*found;
}

bool has_column(const ForestTable& table, const std::string& key) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const ForestColumn& column) { return column.key == key; });
}

}  // namespace

TEST_CASE("rows of a plain analysis") {
  const ForestTable table = forest_table(samples::bcg());
  CHECK(table.scale == "log odds ratio");
  CHECK(table.axis.label == "Odds Ratio");
  CHECK(count(table, ForestRowType::study) == 13);
  CHECK(count(table, ForestRowType::summary_common) == 1);
  CHECK(count(table, ForestRowType::summary_random) == 1);
  CHECK(count(table, ForestRowType::prediction) == 1);
  CHECK(count(table, ForestRowType::heterogeneity) == 1);
  CHECK(count(table, ForestRowType::test) == 2);
  REQUIRE(cell(table.rows[0], "events_t"));
  CHECK(cell(table.rows[0], "events_t")->text == "4");
  CHECK(cell(table.rows[0], "total_c")->number == 139.0);
  CHECK(cell(table.rows[0], "estimate_text")->text == "0.39 [0.12; 1.26]");
  CHECK(table.rows[0].weight_random.has_value());
}

TEST_CASE("the first summary carries the totals, each summary its model") {
  const ForestTable table = forest_table(samples::bcg());
  const ForestRow& common = table.rows[13];
  CHECK(common.type == ForestRowType::summary_common);
  CHECK(common.model == Model::common);
  CHECK(cell(common, "total_t")->number == 191064.0);
  CHECK(table.rows[14].model == Model::random);
  CHECK(cell(table.rows[14], "total_t") == nullptr);
}

TEST_CASE("subgroups: header, studies, summaries, heterogeneity, in the order of the analysis") {
  const ForestTable table = forest_table(samples::bcg_by_allocation());
  CHECK(count(table, ForestRowType::subgroup_header) == 3);
  CHECK(count(table, ForestRowType::subgroup_summary) == 6);
  CHECK(count(table, ForestRowType::heterogeneity) == 4);
  CHECK(count(table, ForestRowType::test) == 4);
  CHECK(table.rows[0].label == "alloc = random");
  for (std::size_t i = 1; i <= 7; ++i) CHECK(table.rows[i].type == ForestRowType::study);
  CHECK(table.rows[8].type == ForestRowType::subgroup_summary);
  CHECK(table.rows[10].type == ForestRowType::heterogeneity);
  CHECK(table.rows[11].label == "alloc = alternate");
}

TEST_CASE("only what was asked for") {
  Analysis analysis = samples::proportions();
  analysis.common = {};
  analysis.prediction = {};
  for (StudyResult& study : analysis.studies) study.weight_common.reset();
  const ForestTable table = forest_table(analysis);
  CHECK(count(table, ForestRowType::summary_common) == 0);
  CHECK(count(table, ForestRowType::prediction) == 0);
  CHECK_FALSE(has_column(table, "weight_common"));
  CHECK(has_column(table, "weight_random"));
  CHECK(table.columns.back().title == "Weight");
  const ForestTable bare = forest_table(analysis, {{}, {}, "A title", false});
  CHECK_FALSE(has_column(bare, "weight_random"));
  CHECK(bare.title == "A title");
}

TEST_CASE("no test of logit 0 for single-arm proportions") {
  CHECK(count(forest_table(samples::proportions()), ForestRowType::test) == 0);
}

TEST_CASE("a study without an estimate keeps its row") {
  Analysis analysis = samples::bcg();
  analysis.studies[2].display = {};
  const ForestTable table = forest_table(analysis);
  CHECK(cell(table.rows[2], "estimate_text")->text == "not estimable");
  CHECK_FALSE(table.rows[2].clipped_lower);
}

TEST_CASE("ready-made effect sizes have no count columns") {
  const ForestTable table = forest_table(samples::differences(3));
  CHECK(table.columns[0].key == "label");
  CHECK(table.columns[1].key == "estimate_text");
}
