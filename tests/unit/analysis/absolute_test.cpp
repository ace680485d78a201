// Absolute effects of whole analyses: rows, sources of the baseline, what is refused.
#include <doctest/doctest.h>

#include <cmath>

#include <tausq/tausq.hpp>

using namespace tausq;

namespace {

StudySet trials() {
  return two_arm_counts({4, 6, 3, 62}, {119, 300, 228, 13536}, {11, 29, 11, 248}, {128, 274, 209, 12619}, {"A", "B", "C", "D"});
}

}  // namespace

TEST_CASE("a row a baseline and model, common before random effects") {
  const Analysis a = analyse(trials(), {.effect = {.measure = Measure::RR}, .baseline = {0.05, 0.2}});
  REQUIRE(a.absolute);
  CHECK(a.options.absolute);
  REQUIRE(a.absolute->rows.size() == 4);
  const AbsoluteEffect& row = a.absolute->rows[3];
  CHECK(row.model == Model::random);
  CHECK(row.baseline == 0.2);
  CHECK(row.baseline_source == "given");
  CHECK(row.k == 4);
  CHECK(*row.participants == 4 + 119 + 11 + 128 + 6 + 300 + 29 + 274 + 3 + 228 + 11 + 209 + 62 + 13536 + 248 + 12619);
  CHECK(*row.risk.estimate == doctest::Approx(0.2 * std::exp(*a.random.estimate)).epsilon(1e-14));
  CHECK(*row.risk.ci_lower == doctest::Approx(0.2 * std::exp(*a.random.ci_lower)).epsilon(1e-14));
  CHECK(*row.difference.estimate == doctest::Approx(*row.risk.estimate - 0.2).epsilon(1e-12));
  CHECK(*row.per_1000.risk.estimate == doctest::Approx(1000 * *row.risk.estimate).epsilon(1e-14));
  CHECK(*row.nnt.estimate == doctest::Approx(-1 / *row.difference.estimate).epsilon(1e-14));
  CHECK(row.prediction.ci_lower.has_value());
  CHECK_FALSE(a.absolute->rows[0].prediction.ci_lower.has_value());
}

TEST_CASE("without a baseline it is the median risk of the control groups") {
  const Analysis a = analyse(trials(), {.absolute = true});
  REQUIRE(a.absolute);
  const double expected = (11.0 / 220 + 11.0 / 139) / 2;  // of 0.0193, 0.05, 0.0791, 0.0957
  CHECK(a.absolute->rows[0].baseline == doctest::Approx(expected).epsilon(1e-15));
  CHECK(a.absolute->rows[0].baseline_source == "median of the control groups");
}

TEST_CASE("nothing is computed unless asked for") {
  CHECK_FALSE(analyse(trials()).absolute);
}

TEST_CASE("generic effects need to be named") {
  const StudySet hazard_ratios = generic_effects({-0.2, -0.4, -0.1}, {0.02, 0.03, 0.05});
  CHECK_THROWS_AS(analyse(hazard_ratios, {.baseline = {0.3}}), UsageError);
  const Analysis a = analyse(hazard_ratios, {.baseline = {0.3}, .absolute_effect = RiskModel::HR});
  CHECK(*a.absolute->rows[0].risk.estimate == doctest::Approx(1 - std::pow(0.7, std::exp(*a.common.estimate))).epsilon(1e-14));
  CHECK_FALSE(a.absolute->rows[0].participants);
}

TEST_CASE("what says nothing about risks is refused") {
  CHECK_THROWS_AS(analyse(single_arm_counts({1, 2}, {10, 12}), {.baseline = {0.1}}), UsageError);
  CHECK_THROWS_AS(analyse(trials(), {.effect = {.measure = Measure::PHI}, .baseline = {0.1}}), UsageError);
  CHECK_THROWS_AS(analyse(trials(), {.baseline = {1.0}}), UsageError);
  CHECK_THROWS_AS(analyse(trials(), {.baseline = {0.1}, .absolute_effect = RiskModel::RR}), UsageError);
  CHECK_THROWS_AS(analyse(generic_effects({1, 2}, {1, 1}), {.absolute = true, .absolute_effect = RiskModel::OR}), UsageError);
}

TEST_CASE("an infinite limit of the effect is a risk of 0 or 1") {
  // No event under treatment: Peto's and the other approximations aside, the exact odds ratio is 0 with an infinite lower limit.
  const Analysis a = analyse(two_arm_counts({0, 0}, {30, 40}, {3, 4}, {27, 36}), {.pooling = Pooling::exact, .baseline = {0.1}});
  REQUIRE(a.absolute);
  for (const AbsoluteEffect& row : a.absolute->rows) {
    if (row.risk.ci_lower) CHECK(*row.risk.ci_lower >= 0);
    CHECK(std::isfinite(*row.difference.estimate));
  }
}
