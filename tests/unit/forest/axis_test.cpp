#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <tausq/forest.hpp>
#include <vector>

#include "engine/driver/forest/axis.hpp"
#include "tests/unit/report/sample_analyses.hpp"

using namespace tausq;

namespace {

ForestRow study(double estimate, double lower, double upper) {
  ForestRow row;
  row.estimate = estimate;
  row.ci_lower = lower;
  row.ci_upper = upper;
  return row;
}

ForestAxis axis(Measure measure, const std::vector<ForestRow>& rows, const ForestOptions& options = {}) {
  Analysis analysis;
  analysis.options.effect.measure = measure;
  return forest::axis_for(analysis, rows, options);
}

using Ticks = std::vector<double>;

}  // namespace

TEST_CASE("proportions: the whole range, or tight where all are small or large") {
  const ForestAxis whole = axis(Measure::PLO, {study(0.8, 0.3, 0.95)});
  CHECK(whole.limits == std::pair{0.0, 1.0});
  CHECK(whole.ticks == Ticks{0, 0.2, 0.4, 0.6, 0.8, 1});
  CHECK_FALSE(whole.null.has_value());
  CHECK(axis(Measure::PLO, {study(0.1, 0.02, 0.28)}).limits == std::pair{0.0, 0.3});
  CHECK(axis(Measure::PLO, {study(0.95, 0.82, 0.999)}).limits == std::pair{0.8, 1.0});
  CHECK(axis(Measure::PLO, {study(0.001, 0.0005, 0.0019)}).ticks == Ticks{0, 0.0005, 0.001, 0.0015, 0.002});
}

TEST_CASE("ratios: a log axis with 1, 2, 5, no effect inside") {
  const ForestAxis a = axis(Measure::OR, {study(0.4, 0.12, 1.3), study(0.2, 0.08, 0.5), study(1.5, 0.4, 4.0)});
  CHECK(a.transform == "log");
  CHECK(a.null == 1.0);
  CHECK(a.limits == std::pair{0.05, 5.0});
  CHECK(a.ticks == Ticks{0.05, 0.1, 0.2, 0.5, 1, 2, 5});
  CHECK(forest::axis_position(a, 0.5) == doctest::Approx(0.5));
}

TEST_CASE("ratios close to 1 get ticks of their own") {
  const ForestAxis a = axis(Measure::RR, {study(1.02, 0.97, 1.08), study(0.99, 0.93, 1.05)});
  CHECK(a.limits.first <= 0.93);
  CHECK(a.limits.first > 0.85);
  CHECK(a.limits.second >= 1.08);
  CHECK(a.ticks.size() >= 4);
  CHECK(std::find(a.ticks.begin(), a.ticks.end(), 1.0) != a.ticks.end());
}

TEST_CASE("ratios over many decades get few ticks") {
  const ForestAxis a = axis(Measure::OR, {study(1e-4, 1e-6, 1e-2), study(1e5, 1e4, 1e6)});
  CHECK(a.ticks.size() >= 3);
  CHECK(a.ticks.size() <= 8);
  CHECK(std::find(a.ticks.begin(), a.ticks.end(), 1.0) != a.ticks.end());
}

TEST_CASE("differences: linear, no effect inside even when all effects are on one side") {
  const ForestAxis a = axis(Measure::MD, {study(12, 8, 16), study(20, 14, 26)});
  CHECK(a.transform == "identity");
  CHECK(a.limits.first == 0);
  CHECK(a.limits.second >= 26);
  CHECK(axis(Measure::RD, {study(0.9, 0.7, 1.4)}).limits.second == 1.0);
}

TEST_CASE("an extreme interval is clipped, not obeyed") {
  std::vector<ForestRow> rows{study(0.5, 0.3, 0.8), study(0.6, 0.4, 0.9), study(0.7, 0.0001, 5000)};
  const ForestAxis a = axis(Measure::OR, rows);
  CHECK(a.limits.first > 0.01);
  CHECK(a.limits.second < 100);
  forest::mark_clipped(rows, a);
  CHECK(rows[2].clipped_lower);
  CHECK(rows[2].clipped_upper);
  CHECK_FALSE(rows[0].clipped_lower);
  CHECK_FALSE(rows[0].clipped_upper);
}

TEST_CASE("an interval with an infinite end is clipped there") {
  std::vector<ForestRow> rows{study(0.5, 0.3, 0.8), study(0.6, 0.4, 0.9)};
  rows[1].ci_upper.reset();
  rows[0].ci_lower = 0;  // the log of 0
  const ForestAxis a = axis(Measure::OR, rows);
  forest::mark_clipped(rows, a);
  CHECK(rows[1].clipped_upper);
  CHECK_FALSE(rows[1].clipped_lower);
  CHECK(rows[0].clipped_lower);
}

TEST_CASE("limits that the user names are kept") {
  const ForestAxis a = axis(Measure::OR, {study(0.4, 0.12, 1.3)}, {0.25, 4.0, "", true});
  CHECK(a.limits.first == doctest::Approx(0.25));
  CHECK(a.limits.second == doctest::Approx(4));
  CHECK(axis(Measure::PLO, {study(0.1, 0.05, 0.2)}, {0.0, 0.25, "", true}).limits == std::pair{0.0, 0.25});
}

TEST_CASE("limits at the ends of the numbers end, and are limits") {
  constexpr double most = std::numeric_limits<double>::max(), least = std::numeric_limits<double>::denorm_min();
  for (const auto& [lower, upper] : {std::pair{least, 2.0}, {0.5, most}, {least, most}})
    for (const Measure measure : {Measure::OR, Measure::MD}) {
      ForestOptions options;
      options.axis_min = lower, options.axis_max = upper;
      const ForestAxis found = axis(measure, {study(1, 0.7, 1.4)}, options);
      CHECK(found.limits.first == doctest::Approx(lower).epsilon(1e-12));
      CHECK(found.limits.second / upper == doctest::Approx(1).epsilon(1e-12));
      CHECK(found.ticks.size() < 20);
    }
}

TEST_CASE("ticks lie inside the limits, rise, and rows without numbers do no harm") {
  for (Measure measure : {Measure::PLO, Measure::OR, Measure::MD, Measure::IRLN, Measure::ZCOR})
    for (double scale : {1e-6, 1e-3, 0.1, 0.5}) {
      const ForestAxis a = axis(measure, {study(scale, scale / 2, scale * 1.9), ForestRow{}});
      CHECK(a.limits.first < a.limits.second);
      REQUIRE(a.ticks.size() >= 2);
      CHECK(std::is_sorted(a.ticks.begin(), a.ticks.end()));
      CHECK(a.ticks.front() >= a.limits.first * (1 - 1e-9));
      CHECK(a.ticks.back() <= a.limits.second * (1 + 1e-9));
    }
  CHECK(axis(Measure::MD, {}).ticks.size() >= 2);
  CHECK(axis(Measure::OR, {}).ticks.size() >= 2);
  CHECK(axis(Measure::PLO, {ForestRow{}}).ticks.size() >= 2);
}
