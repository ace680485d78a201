// Composition: what analyse() puts together from the models.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <tausq/problem.hpp>
#include <tausq/tausq.hpp>

using namespace tausq;

namespace {

StudySet with_column(StudySet studies, const std::string& name, std::vector<std::string> text) {
  Column column{name, text, std::vector<std::optional<double>>(text.size()), false};
  studies.columns.push_back(std::move(column));
  return studies;
}

TEST_CASE("without extras: the same estimate and interval, nothing beside them, and the reason why") {
  const StudySet studies = single_arm_counts({3, 2, 9, 1}, {6, 10, 20, 15});
  Options options;
  const Analysis all = analyse(studies, options);
  options.extras = false;
  const Analysis bare = analyse(studies, options);
  CHECK(bare.random.estimate == all.random.estimate);
  CHECK(bare.random.ci_lower == all.random.ci_lower);
  CHECK(bare.heterogeneity.tau2_ci_upper == all.heterogeneity.tau2_ci_upper);
  CHECK(all.heterogeneity.exact_p);
  CHECK_FALSE(bare.heterogeneity.exact_p);
  CHECK(all.prediction.status == Status::ok);
  CHECK(bare.prediction.status == Status::not_requested);
  CHECK(bare.prediction.reason == "left out by --no-extras");
  bool found = false;
  for (const NamedInterval& interval : bare.random.intervals) {
    if (interval.method != IntervalMethod::il) continue;
    found = true;
    CHECK(interval.status == Status::not_requested);
    CHECK(interval.reason == "left out by --no-extras");
    CHECK_FALSE(interval.ci_lower);
  }
  CHECK(found);
  options.interval = IntervalMethod::il;  // asked for by name
  options.prediction = PredictionMethod::integrated;
  const Analysis asked = analyse(studies, options);
  CHECK(asked.prediction.status == Status::ok);
  CHECK(asked.random.ci_lower);
  CHECK(asked.random.ci_lower != all.random.ci_lower);
}

/// `il` among the intervals of the random-effects estimate.
const NamedInterval* integrated(const Analysis& analysis) {
  for (const NamedInterval& interval : analysis.random.intervals)
    if (interval.method == IntervalMethod::il) return &interval;
  return nullptr;
}

TEST_CASE("the integrated interval of an odds ratio stands beside the profile one of two to five studies, and changes nothing") {
  const std::vector<double> ai{1, 4, 6, 3, 9, 2}, bi{9, 11, 14, 17, 11, 22}, ci{3, 5, 9, 7, 12, 6}, di{7, 7, 13, 14, 8, 17};
  const auto first = [](const std::vector<double>& x, std::size_t k) {
    return std::vector<double>(x.begin(), x.begin() + static_cast<int>(k));
  };
  for (std::size_t k = 1; k <= 6; ++k) {
    CAPTURE(k);
    const StudySet tables = two_arm_counts(first(ai, k), first(bi, k), first(ci, k), first(di, k));
    Options options{.effect = {.measure = Measure::OR}};
    const Analysis usual = analyse(tables, options);
    CHECK((integrated(usual) != nullptr) == (k >= 2 && k <= 5));
    if (k == 1) continue;
    options.interval = IntervalMethod::il;
    const Analysis asked = analyse(tables, options);
    REQUIRE(integrated(asked));
    CHECK(asked.random.ci_upper == integrated(asked)->ci_upper);
    CHECK(usual.random.ci_upper != integrated(asked)->ci_upper);
    if (integrated(usual)) CHECK(integrated(usual)->ci_upper == integrated(asked)->ci_upper);
    options.interval = {}, options.extras = false;
    const Analysis bare = analyse(tables, options);
    if (integrated(bare)) CHECK(integrated(bare)->status == Status::not_requested);
    CHECK(bare.random.ci_upper == usual.random.ci_upper);
  }
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

TEST_CASE("a single subgroup is the plain analysis, and says that there is nothing to compare") {
  const StudySet studies = with_column(generic_effects({0.1, 0.5, 0.2}, {0.04, 0.02, 0.09}), "site", {"north", "north", "north"});
  for (const bool common_tau2 : {false, true}) {
    const Analysis a = analyse(studies, {.pooling = Pooling::inverse, .subgroup = "site", .common_tau2 = common_tau2});
    REQUIRE(a.subgroups.size() == 1);
    CHECK(*a.subgroups[0].random.estimate == doctest::Approx(*a.random.estimate).epsilon(1e-15));
    REQUIRE(a.subgroup_test);
    CHECK(a.subgroup_test->status == Status::not_estimable);
    CHECK_FALSE(a.subgroup_test->reason.empty());
  }
}

TEST_CASE("a subgroup of one study enters the test with the standard error of its effect size") {
  const StudySet studies = with_column(single_arm_counts({3, 9, 5, 16}, {20, 30, 21, 20}), "site", {"north", "north", "north", "south"});
  const Analysis a = analyse(studies, {.subgroup = "site"});
  REQUIRE(a.subgroup_test->q);
  const double d = *a.subgroups[0].random.estimate - std::log(4),
               v = *a.subgroups[0].random.se * *a.subgroups[0].random.se + 1 / 16.0 + 1 / 4.0;
  CHECK(*a.subgroup_test->q == doctest::Approx(d * d / v).epsilon(1e-12));
  const StudySet none = with_column(single_arm_counts({3, 9, 5, 0}, {20, 30, 21, 20}), "site", {"north", "north", "north", "south"});
  const Analysis b = analyse(none, {.subgroup = "site"});
  CHECK_FALSE(b.subgroup_test->q);
  CHECK(b.subgroup_test->reason.find("south") != std::string::npos);
}

TEST_CASE("subgroups keep the user's weights") {
  const StudySet studies =
      with_column(generic_effects({0.1, 0.5, 0.2, 0.9}, {0.04, 0.02, 0.09, 0.03}), "site", {"north", "south", "north", "south"});
  const Analysis a = analyse(studies, {.user_weights = {1, 2, 3, 4}, .subgroup = "site"});
  CHECK(*a.subgroups[0].common.estimate == doctest::Approx((0.1 + 3 * 0.2) / 4).epsilon(1e-14));
  CHECK(*a.subgroups[1].common.estimate == doctest::Approx((2 * 0.5 + 4 * 0.9) / 6).epsilon(1e-14));
}

TEST_CASE("the curve over tau2 is the analysis at each tau2, from 0 to beyond the upper limit") {
  const StudySet studies = generic_effects({0.1, 0.5, 0.2, 0.9, 1.4, 0.7}, {0.04, 0.02, 0.09, 0.03, 0.05, 0.04});
  const Analysis a = analyse(studies, {.tau2_curve = 7});
  REQUIRE(a.tau2_curve.size() == 7);
  CHECK(a.tau2_curve.front().tau2 == 0);
  CHECK(*a.tau2_curve.front().estimate == doctest::Approx(*a.common.estimate).epsilon(1e-14));
  CHECK(a.tau2_curve.back().tau2 > *a.heterogeneity.tau2_ci_upper);
  for (const Tau2CurvePoint& point : a.tau2_curve) {
    const Analysis fixed = analyse(studies, {.tau2_fixed = point.tau2});
    CHECK(point.estimate == fixed.random.estimate);
    CHECK(point.ci_upper == fixed.random.ci_upper);
    CHECK(point.p_value == fixed.random.p_value);
    CHECK(point.i2 == fixed.heterogeneity.i2);
  }
  CHECK_THROWS_AS(analyse(studies, {.tau2_curve = 1}), UsageError);
  CHECK_THROWS_AS(analyse(studies, {.model = Model::common, .tau2_curve = 5}), UsageError);
  CHECK(analyse(generic_effects({0.1, 0.1}, {0.04, 0.04}), {.tau2_curve = 3}).tau2_curve.back().tau2 > 0);
}

TEST_CASE("a preset is compared with tausq's own defaults, one setting at a time") {
  const StudySet studies = single_arm_counts({3, 9, 5, 16}, {20, 30, 21, 20});
  const Analysis a = analyse(studies, {.sensitivity = true, .preset = Preset::metafor});
  const Analysis own = analyse(studies);
  REQUIRE(a.preset_comparison.size() == 2);
  const PresetComparison& random = a.preset_comparison[1];
  CHECK(random.model == Model::random);
  CHECK(random.own.ci_upper == own.random.display.ci_upper);
  CHECK_FALSE(random.decisive.empty());
  double most = 0, decisive = 0;
  for (const ChangedSetting& changed : random.changed) {
    most = std::max(most, changed.moved);
    if (changed.option == random.decisive) decisive = changed.moved;
    if (changed.option == "pooling") {
      CHECK(changed.preset == "inverse");
      CHECK(changed.own == "glmm");
    }
  }
  CHECK(most == decisive);
  CHECK(analyse(studies, {.preset = Preset::metafor}).preset_comparison.empty());
  const Analysis same = analyse(generic_effects({0.1, 0.5, 0.2}, {0.04, 0.02, 0.09}),
                                {.interval = IntervalMethod::hk_ci, .sensitivity = true, .preset = Preset::metafor});
  CHECK(same.preset_comparison[1].changed.empty());
}

TEST_CASE("row accounting: used and excluded add up") {
  const StudySet tables = two_arm_counts({0, 6, 3}, {12, 300, 228}, {0, 29, 11}, {13, 274, 209});
  const Analysis result = analyse(tables, {.effect = {.measure = Measure::OR, .drop00 = true}, .pooling = Pooling::inverse});
  CHECK(result.input.rows == 3);
  CHECK(result.input.used == 2);
  REQUIRE(result.input.excluded.size() == 1);
  CHECK(result.input.excluded[0].code == "double_zero");
}

TEST_CASE("a ratio beyond the doubles has no number on the natural scale, never an infinite one") {
  Options options;
  options.effect.measure = Measure::PETO;
  options.pooling = Pooling::inverse;
  const Analysis result = analyse(two_arm_counts({184610000, 3, 4}, {10, 10, 10}, {10, 5, 3}, {0, 12, 9}), options);
  CHECK(*result.studies[0].yi > 710);
  CHECK(!result.studies[0].display.estimate);
  CHECK(*result.random.estimate > 710);
  CHECK(!result.random.display.estimate);
}
