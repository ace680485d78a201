// What a user can change about a forest plot: columns, order, style, axis, rows that are analyses.
#include <doctest/doctest.h>

#include <algorithm>

#include <tausq/forest.hpp>
#include <tausq/problem.hpp>
#include <tausq/records.hpp>

#include "tests/unit/plots/svg_boxes.hpp"

using namespace tausq;

namespace {

struct Trials {
  StudySet studies = read_records(TAUSQ_DATASETS_DIR "/bcg.csv").studies;
  Options options{.effect = {.measure = Measure::RR}};
  Analysis analysis = analyse(studies, options);

  ForestTable table(const ForestOptions& forest) const { return forest_table(analysis, forest, &studies); }
};

std::vector<std::string> keys_of(const ForestTable& table, bool left) {
  std::vector<std::string> keys;
  for (const ForestColumn& column : table.columns)
    if (column.left == left) keys.push_back(column.key);
  return keys;
}

std::string cell(const ForestRow& row, const std::string& key) {
  for (const ForestCell& each : row.cells)
    if (each.column == key) return each.text;
  return "";
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("columns of the plot and of the records stand where they are asked for, with their titles") {
  const ForestTable table = Trials().table({.left = {"study=Trial", "year", "alloc=Allocation"}, .right = {"weight", "estimate"}});
  CHECK(keys_of(table, true) == Keys{"label", "year", "alloc"});
  CHECK(keys_of(table, false) == Keys{"weight_random", "estimate_text"});
  CHECK(table.columns[2].title == "Allocation");
  CHECK(table.columns[1].numeric);
  CHECK_FALSE(table.columns[2].numeric);
  CHECK(cell(table.rows[0], "year") == "1948");
  CHECK(cell(table.rows[0], "alloc") == "random");
  CHECK(keys_of(Trials().table({.right = {"none"}}), false).empty());
  CHECK_THROWS_AS(Trials().table({.left = {"nothing"}}), UsageError);
  CHECK_THROWS_AS(forest_table(Trials().analysis, {.left = {"year"}}), UsageError);  // the analysis alone has no such column
}

TEST_CASE("studies are sorted by numbers or words, upwards or downwards") {
  const Trials trials;
  const auto first = [&](const char* sort) { return trials.table({.sort = sort}).rows[0].label; };
  CHECK(first("yi") == "Vandiviere et al 1973");
  CHECK(first("yi:desc") == "Comstock & Webster 1969");
  CHECK(first("weight:desc") == "TPT Madras 1980");
  CHECK(first("year:desc") == "TPT Madras 1980");
  CHECK(first("study:desc") == "Vandiviere et al 1973");
  CHECK(first("alloc") == "Frimodt-Moller et al 1973");  // "alternate": ties keep the order of the records
  CHECK_THROWS_AS(first("nothing"), UsageError);
}

TEST_CASE("every style is in order, with its own columns and brackets") {
  const Trials trials;
  for (ForestPreset preset : {ForestPreset::standard, ForestPreset::revman, ForestPreset::jama, ForestPreset::bmj, ForestPreset::minimal}) {
    CAPTURE(key(preset));
    const ForestTable table = trials.table(
        {.preset = preset, .favours_left = "Favours BCG", .favours_right = "Favours control", .band_lower = 0.8, .band_upper = 1.25});
    drawing::check_structure(to_svg(table));
  }
  CHECK(cell(trials.table({.preset = ForestPreset::jama}).rows[0], "estimate_text") == "0.411 (0.134 to 1.257)");
  CHECK(cell(trials.table({.preset = ForestPreset::jama}).rows[0], "events_total_t") == "4/123");
  CHECK(keys_of(trials.table({.preset = ForestPreset::revman}), false).empty());
  CHECK(trials.table({.preset = ForestPreset::minimal}).rows.back().type == ForestRowType::prediction);
  CHECK_THROWS_AS(trials.table({.colour = "red\" onload=\"x"}), UsageError);
}

TEST_CASE("axes on the logit scale are for proportions, with ticks at round ones") {
  const StudySet studies = read_records(TAUSQ_DATASETS_DIR "/adherence.csv").studies;
  const ForestTable table = forest_table(analyse(studies), {.axis_scale = AxisScale::logit}, &studies);
  CHECK(table.axis.transform == "logit");
  CHECK(table.axis.ticks.size() >= 4);
  CHECK(std::find(table.axis.ticks.begin(), table.axis.ticks.end(), 0.5) != table.axis.ticks.end());
  drawing::check_structure(to_svg(table));
  const StudySet zero = single_arm_counts({0, 3, 12}, {12, 10, 12});
  const ForestTable ends = forest_table(analyse(zero), {.axis_scale = AxisScale::logit}, &zero);
  CHECK(ends.rows[0].clipped_lower);  // logit 0 lies beyond every axis
  CHECK(ends.rows[2].clipped_upper);
  drawing::check_structure(to_svg(ends));
  CHECK_THROWS_AS(Trials().table({.axis_scale = AxisScale::logit}), UsageError);
  CHECK_THROWS_AS(Trials().table({.axis_min = -1}), UsageError);
}

TEST_CASE("leave-one-out and cumulative forests show one analysis a row and all studies below") {
  const Trials trials;
  const Influence refits = influence(trials.studies, trials.options, {.order = "year"});
  const ForestTable without = forest_table(refits, ForestRows::leave_one_out, trials.analysis);
  REQUIRE(without.rows.size() == 14);
  CHECK(without.rows[0].estimate == refits.leave_one_out[0].display.estimate);
  const ForestTable cumulative = forest_table(refits, ForestRows::cumulative, trials.analysis);
  REQUIRE(cumulative.rows.size() == 14);
  CHECK(*cumulative.rows[12].estimate == doctest::Approx(*cumulative.rows[13].estimate).epsilon(1e-12));
  drawing::check_structure(to_svg(without));
  drawing::check_structure(to_svg(cumulative));
}

TEST_CASE("judgements are drawn as lights, and any words are harmless") {
  Trials trials;
  Column bias{"D1<b>", std::vector<std::string>(13, "low"), std::vector<std::optional<double>>(13), false};
  bias.text[1] = "<script>", bias.text[2] = "", bias.text[3] = "High", bias.text[4] = "\u202Ehigh";
  trials.studies.columns.push_back(bias);
  const ForestTable table = trials.table({.favours_left = "<i>", .lights = {"D1<b>=D1"}});
  CHECK(table.columns.back().light);
  CHECK(cell(table.rows[2], "D1<b>") == "no information");
  const std::string svg = to_svg(table);
  CHECK(svg.find("<script") == std::string::npos);
  CHECK(svg.find("<i>") == std::string::npos);
  CHECK(svg.find("\u202E") == std::string::npos);
  drawing::check_structure(svg);
}
