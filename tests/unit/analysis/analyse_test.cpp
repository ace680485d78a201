// Composition: what analyse() puts together from the models.
#include <doctest/doctest.h>

#include <tausq/problem.hpp>
#include <tausq/tausq.hpp>

using namespace tausq;

namespace {

StudySet with_column(StudySet studies, const std::string& name, std::vector<std::string> text) {
  Column column{name, text, std::vector<std::optional<double>>(text.size()), false};
  studies.columns.push_back(std::move(column));
  return studies;
}

}  // namespace

TEST_CASE("Mantel-Haenszel stands beside random effects by inverse variance, each with its weights") {
  const StudySet tables = two_arm_counts({4, 6, 3, 62}, {119, 300, 228, 13536}, {11, 29, 11, 248}, {128, 274, 209, 12619});
  const Analysis mh = analyse(tables, {.effect = {.measure = Measure::RR}, .pooling = Pooling::mh});
  const Analysis inverse = analyse(tables, {.effect = {.measure = Measure::RR}, .pooling = Pooling::inverse});
  CHECK(mh.random.estimate == inverse.random.estimate);
  CHECK(mh.heterogeneity.tau2 == inverse.heterogeneity.tau2);
  CHECK(*mh.common.estimate != *inverse.common.estimate);
  CHECK(*mh.heterogeneity.q != *inverse.heterogeneity.q);  // around the Mantel-Haenszel estimate
  REQUIRE(mh.tests);
  double common = 0, random = 0;
  for (const StudyResult& study : mh.studies) common += *study.weight_common, random += *study.weight_random;
  CHECK(common == doctest::Approx(1).epsilon(1e-14));
  CHECK(random == doctest::Approx(1).epsilon(1e-14));
}

TEST_CASE("--model leaves the other estimate out") {
  const StudySet effects = generic_effects({0.1, -0.3, 0.2}, {0.04, 0.02, 0.09});
  const Analysis common = analyse(effects, {.model = Model::common});
  CHECK(common.random.status == Status::not_requested);
  CHECK(common.prediction.status == Status::not_requested);
  CHECK(common.common.status == Status::ok);
  CHECK(analyse(effects, {.model = Model::random}).common.status == Status::not_requested);
}

TEST_CASE("exact likelihoods show zero cells as they are") {
  const Analysis result = analyse(single_arm_counts({16, 4, 0}, {20, 21, 22}));
  CHECK(!result.studies[2].yi);
  CHECK(!result.studies[2].note.empty());
  CHECK(result.studies[2].display.estimate == 0);
  for (const Warning& w : result.warnings) CHECK(w.code != "zero-cells-corrected");
  const Analysis inverse = analyse(single_arm_counts({16, 4, 0}, {20, 21, 22}), {.pooling = Pooling::inverse});
  CHECK(inverse.studies[2].yi);
}

TEST_CASE("a Freeman-Tukey interval that collapses to a point is not shown") {
  const Analysis result = analyse(single_arm_counts({0, 20}, {5, 20000}), {.effect = {.measure = Measure::PFT}, .model = Model::common});
  CHECK(!result.common.display.ci_lower);
  bool clamped = false;
  for (const Warning& w : result.warnings) clamped = clamped || w.code == "freeman-tukey-clamped";
  CHECK(clamped);
}

TEST_CASE("subgroups: own tau2, or one for all; Q between from the estimates") {
  const StudySet studies = with_column(generic_effects({0.1, 0.5, 0.2, 0.9, 1.4, 0.7}, {0.04, 0.02, 0.09, 0.03, 0.05, 0.04}), "site",
                                       {"north", "north", "north", "south", "south", "south"});
  const Analysis own = analyse(studies, {.pooling = Pooling::inverse, .subgroup = "site"});
  REQUIRE(own.subgroups.size() == 2);
  CHECK(own.subgroups[0].level == "north");
  CHECK(own.subgroups[0].k == 3);
  CHECK(own.studies[3].subgroup == "south");
  const Analysis north = analyse(studies.subset({0, 1, 2}), {.pooling = Pooling::inverse});
  CHECK(own.subgroups[0].random.estimate == north.random.estimate);
  REQUIRE(own.subgroup_test);
  const double d = *own.subgroups[0].random.estimate - *own.subgroups[1].random.estimate;
  const double v = *own.subgroups[0].random.se * *own.subgroups[0].random.se + *own.subgroups[1].random.se * *own.subgroups[1].random.se;
  CHECK(*own.subgroup_test->q == doctest::Approx(d * d / v).epsilon(1e-12));
  const Analysis joint = analyse(studies, {.pooling = Pooling::inverse, .subgroup = "site", .common_tau2 = true});
  CHECK(joint.subgroups[0].heterogeneity.tau2 == joint.subgroups[1].heterogeneity.tau2);
}

TEST_CASE("row accounting: used and excluded add up") {
  const StudySet tables = two_arm_counts({0, 6, 3}, {12, 300, 228}, {0, 29, 11}, {13, 274, 209});
  const Analysis result = analyse(tables, {.effect = {.measure = Measure::OR, .drop00 = true}, .pooling = Pooling::inverse});
  CHECK(result.input.rows == 3);
  CHECK(result.input.used == 2);
  REQUIRE(result.input.excluded.size() == 1);
  CHECK(result.input.excluded[0].code == "double_zero");
}
