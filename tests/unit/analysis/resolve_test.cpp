// Defaults, presets and refusals: what resolve() makes of options that were left open.
#include <doctest/doctest.h>

#include <tausq/problem.hpp>
#include <tausq/tausq.hpp>

using namespace tausq;

namespace {

const StudySet proportions = single_arm_counts({16, 4, 0}, {20, 21, 22});
const StudySet tables = two_arm_counts({4, 6, 3}, {119, 300, 228}, {11, 29, 11}, {128, 274, 209});
const StudySet effects = generic_effects({0.1, -0.3, 0.2}, {0.04, 0.02, 0.09});

}  // namespace

TEST_CASE("single-arm counts get the exact-likelihood model with profile-likelihood intervals") {
  const Options o = resolve({}, proportions);
  CHECK(o.effect.measure == Measure::PLO);
  CHECK(o.pooling == Pooling::glmm);
  CHECK(o.tau2 == Tau2Method::ML);
  CHECK(o.interval == IntervalMethod::profile);
  CHECK(o.tau2_interval == Tau2IntervalMethod::PL);
  CHECK(o.study_interval == StudyIntervalMethod::CP);
}

TEST_CASE("two-by-two tables get the conditional model beside Mantel-Haenszel") {
  const Options o = resolve({}, tables);
  CHECK(o.effect.measure == Measure::OR);
  CHECK(o.pooling == Pooling::glmm);
  CHECK(o.pooling_common == Pooling::mh);
  CHECK(o.glmm == GlmmModel::CM_EL);
}

TEST_CASE("an explicit pooling model is the model of both estimates") {
  CHECK(resolve({.pooling = Pooling::glmm}, tables).pooling_common == Pooling::glmm);
  CHECK(resolve({.pooling = Pooling::inverse}, tables).pooling_common == Pooling::inverse);
}

TEST_CASE("asking for an inverse-variance choice asks for the inverse-variance model") {
  CHECK(resolve({.tau2 = Tau2Method::REML}, proportions).pooling == Pooling::inverse);
  CHECK(resolve({.interval = IntervalMethod::hk}, proportions).pooling == Pooling::inverse);
  CHECK(resolve({.tau2_fixed = 0.1}, proportions).pooling == Pooling::inverse);
}

TEST_CASE("everything else gets REML, a guarded Hartung-Knapp interval and hts") {
  const Options o = resolve({}, effects);
  CHECK(o.pooling == Pooling::inverse);
  CHECK(o.tau2 == Tau2Method::REML);
  CHECK(o.interval == IntervalMethod::hk_ci);
  CHECK(o.interval_common == IntervalMethod::z);
  CHECK(o.prediction == PredictionMethod::hts);
  CHECK(o.study_level == 0.95);
}

TEST_CASE("a named interval holds for both estimates, except where the preset is meta's") {
  CHECK(resolve({.interval = IntervalMethod::hk}, effects).interval_common == IntervalMethod::hk);
  CHECK(resolve({.interval = IntervalMethod::hk, .preset = Preset::meta}, effects).interval_common == IntervalMethod::z);
}

TEST_CASE("presets") {
  const Options cochrane = resolve({.preset = Preset::cochrane}, tables);
  CHECK(cochrane.effect.measure == Measure::RR);
  CHECK(cochrane.pooling == Pooling::inverse);
  CHECK(cochrane.pooling_common == Pooling::mh);
  CHECK(cochrane.interval == IntervalMethod::hk);
  const Options metafor = resolve({.preset = Preset::metafor}, proportions);
  CHECK(metafor.pooling == Pooling::inverse);
  CHECK(metafor.interval == IntervalMethod::z);
  CHECK(metafor.prediction == PredictionMethod::z);
  const Options meta = resolve({.tau2 = Tau2Method::DL, .level = 0.9, .preset = Preset::meta}, effects);
  CHECK(meta.tau2_interval == Tau2IntervalMethod::J);
  CHECK(meta.prediction_level == 0.95);
  CHECK(resolve({.preset = Preset::meta}, tables).pooling == Pooling::mh);
}

TEST_CASE("zero cells are corrected in pooling only where the measure needs it") {
  EffectOptions arcsine{.measure = Measure::PAS, .add = 0.5};
  CHECK(resolve({.effect = arcsine}, proportions).effect.add == 0);
  CHECK(resolve_effects({.effect = arcsine}, proportions).effect.add == 0.5);
  arcsine.to = CorrectionTo::all;
  CHECK(resolve({.effect = arcsine}, proportions).effect.add == 0.5);
  CHECK(resolve({.effect = {.measure = Measure::PR}}, proportions).effect.add == 0.5);
}

TEST_CASE("Peto pools Peto's odds ratio and nothing else") {
  CHECK(resolve({.pooling = Pooling::peto}, tables).effect.measure == Measure::PETO);
  CHECK(resolve({.effect = {.measure = Measure::OR}, .pooling = Pooling::peto}, tables).effect.measure == Measure::PETO);
  CHECK_THROWS_AS(resolve({.effect = {.measure = Measure::RR}, .pooling = Pooling::peto}, tables), UsageError);
}

TEST_CASE("moderators belong to the exact likelihood and the inverse-variance model") {
  CHECK(resolve({.mods = "year"}, proportions).pooling == Pooling::glmm);
  CHECK(resolve({.mods = "year"}, tables).pooling_common == Pooling::glmm);
  CHECK(resolve({.interval = IntervalMethod::hk, .mods = "year"}, tables).pooling_common == Pooling::inverse);
  CHECK_THROWS_WITH_AS(resolve({.pooling = Pooling::mh, .mods = "year"}, tables), doctest::Contains("--mods"), UsageError);
}

TEST_CASE("contradictions are refused with the option's name") {
  CHECK_THROWS_WITH_AS(resolve({.level = 1}, effects), doctest::Contains("--level"), UsageError);
  CHECK_THROWS_WITH_AS(resolve({.tau2_fixed = -1.0}, effects), doctest::Contains("--tau2"), UsageError);
  CHECK_THROWS_WITH_AS(resolve({.pooling = Pooling::mh}, proportions), doctest::Contains("it pools OR RR RD"), UsageError);
  CHECK_THROWS_WITH_AS(resolve({.pooling = Pooling::glmm, .tau2 = Tau2Method::DL}, proportions), doctest::Contains("--tau2"), UsageError);
  CHECK_THROWS_WITH_AS(resolve({.subgroup = "region"}, effects), doctest::Contains("no such column"), UsageError);
  CHECK_THROWS_WITH_AS(resolve({.user_weights = {1, 2}}, effects), doctest::Contains("one weight a study"), UsageError);
}
