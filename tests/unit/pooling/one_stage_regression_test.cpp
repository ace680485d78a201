#include <doctest/doctest.h>
#include <cmath>
#include <optional>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;
using Numbers = std::vector<double>;

Options options_for(Measure measure, Pooling model = Pooling::glmm) {
  Options options;
  options.effect.measure = measure;
  options.pooling = options.pooling_common = model;
  options.interval = options.interval_common = IntervalMethod::profile;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::v;
  options.glmm = GlmmModel::CM_EL;
  return options;
}

Pooled regress(StudySet studies, const Numbers& z, const std::string& mods, const Options& options) {
  tausq::Column column{"z", {}, {}, true};
  for (double value : z) {
    column.number.push_back(std::isnan(value) ? std::nullopt : std::optional(value));
    column.text.push_back(std::isnan(value) ? "" : std::to_string(value));
  }
  studies.columns.push_back(column);
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design = model::make_design(studies, mods);
  return row_of(*options.pooling).kernel({studies, effects, options, design});
}

const Numbers events{2, 15, 0, 9, 12, 3, 3, 24}, total{20, 31, 9, 40, 25, 22, 8, 30}, dose{0.5, 1, 1.5, 2, 3.5, 3, 4, 2.5};

Pooled by_dose(const std::string& mods, const Options& options = options_for(Measure::PLO)) {
  return regress(single_arm_counts(events, total), dose, mods, options);
}

}  // namespace

// Estimates, errors, log-likelihood and the profile end come from a separate maximisation by finite differences with a
// fixed fine grid over the random effect; good to 1e-7.
TEST_CASE("logit binomial-normal regression") {
  const Pooled p = by_dose("z");
  REQUIRE(p.regression);
  const Regression& r = *p.regression;
  CHECK(r.terms == std::vector<std::string>{"intercept", "z"});
  CHECK(relative_error(r.beta[0], -1.7735095323030714) < 1e-7);
  CHECK(relative_error(r.beta[1], 0.3986151944736643) < 1e-7);
  CHECK(relative_error(r.se[0], 1.050836) < 1e-5);
  CHECK(relative_error(r.se[1], 0.4091893) < 1e-5);
  CHECK(relative_error(*r.ci_upper[1], 1.3775498864911582) < 1e-8);
  CHECK(relative_error(*p.heterogeneity.tau2, 1.3193830146542187) < 1e-7);
  CHECK(relative_error(*p.fit.loglik, -22.425686740331038) < 1e-13);
  CHECK(relative_error(*p.fit.aic, 2 * 22.425686740331038 + 6) < 1e-13);
  CHECK(*r.qe_df == 6);
  CHECK(*p.heterogeneity.lrt_df == 6);
  CHECK(relative_error(*r.qm, std::pow(r.beta[1] / r.se[1], 2)) < 1e-12);
  CHECK(!p.random.estimate);
  CHECK(p.random.status == Status::not_requested);
  CHECK(p.prediction.status == Status::not_estimable);
}

TEST_CASE("a moderator in other units, or as the means of its levels, is the same model") {
  const Pooled p = by_dose("z"), scaled = by_dose("I(100 + 1000 * z)");
  CHECK(relative_error(1000 * scaled.regression->beta[1], p.regression->beta[1]) < 1e-10);
  CHECK(relative_error(1000 * *scaled.regression->ci_lower[1], *p.regression->ci_lower[1]) < 1e-8);
  CHECK(relative_error(*scaled.regression->qe, *p.regression->qe) < 1e-12);
  CHECK(relative_error(*scaled.heterogeneity.i2, *p.heterogeneity.i2) < 1e-10);
  CHECK(relative_error(*scaled.regression->r2, *p.regression->r2) < 1e-9);
  const Numbers group{0, 0, 1, 1, 1, 0, 1, 0};
  const Options options = options_for(Measure::PLO);
  const Pooled treatment = regress(single_arm_counts(events, total), group, "factor(z)", options);
  const Pooled means = regress(single_arm_counts(events, total), group, "0 + factor(z)", options);
  CHECK(relative_error(treatment.regression->beta[0] + treatment.regression->beta[1], means.regression->beta[1]) < 1e-10);
  CHECK(relative_error(*treatment.heterogeneity.tau2_ci_upper, *means.heterogeneity.tau2_ci_upper) < 1e-9);
  CHECK(!means.regression->r2);
}

TEST_CASE("at tau2 = 0 the means of levels are the pooled proportions") {
  Options options = options_for(Measure::PLO);
  options.model = Model::common;
  const Pooled p = regress(single_arm_counts(events, total), {0, 0, 1, 1, 1, 0, 1, 0}, "0 + factor(z)", options);
  CHECK(relative_error(p.regression->beta[0], std::log(44.0 / 59)) < 1e-13);
  CHECK(relative_error(p.regression->se[0], std::sqrt(1.0 / 44 + 1.0 / 59)) < 1e-13);
  CHECK(relative_error(p.regression->beta[1], std::log(24.0 / 58)) < 1e-13);
  CHECK(!p.common.estimate);
}

TEST_CASE("odds ratios and rates: a moderator of zero everywhere but in one study takes that study out") {
  const Numbers ai{4, 6, 3, 62, 33}, bi{119, 300, 228, 136, 50}, ci{11, 29, 11, 24, 47}, di{128, 274, 209, 128, 58};
  for (GlmmModel model : {GlmmModel::CM_EL, GlmmModel::CM_AL, GlmmModel::UM_FS}) {
    Options options = options_for(Measure::OR);
    options.glmm = model;
    const Pooled with = regress(two_arm_counts(ai, bi, ci, di), {0, 0, 0, 1, 0}, "z", options);
    const Pooled without =
        regress(two_arm_counts({4, 6, 3, 33}, {119, 300, 228, 50}, {11, 29, 11, 47}, {128, 274, 209, 58}), {0, 0, 0, 0}, "", options);
    REQUIRE(with.regression);
    // The study that has a coefficient of its own still informs about tau2, but a common effect does not see it.
    options.model = Model::common;
    const Pooled common = regress(two_arm_counts(ai, bi, ci, di), {0, 0, 0, 1, 0}, "z", options);
    CHECK(relative_error(common.regression->beta[0], *without.common.estimate) < 1e-11);
    CHECK(relative_error(common.regression->se[0], *without.common.se) < 1e-10);
    CHECK(relative_error(*common.regression->ci_lower[0], without.common.ci_lower.value()) < 1e-7);
  }
}

TEST_CASE("beta-binomial regression without overdispersion is the binomial one") {
  const Pooled p =
      regress(single_arm_counts({2, 5, 3, 9}, {20, 31, 17, 40}), {1, 2, 3, 4}, "z", options_for(Measure::PLO, Pooling::betabin));
  Options options = options_for(Measure::PLO);
  options.model = Model::common;
  const Pooled binomial = regress(single_arm_counts({2, 5, 3, 9}, {20, 31, 17, 40}), {1, 2, 3, 4}, "z", options);
  CHECK(*p.heterogeneity.rho == 0);
  CHECK(relative_error(p.regression->beta[1], binomial.regression->beta[1]) < 1e-10);
  CHECK(relative_error(p.regression->se[1], binomial.regression->se[1]) < 1e-9);
}

TEST_CASE("separation, missing moderators, as many terms as studies") {
  const Numbers x{0, 0, 3, 5, 2}, n{10, 12, 10, 11, 9};
  const Options options = options_for(Measure::PLO);
  const Pooled apart = regress(single_arm_counts(x, n), {0, 0, 1, 1, 1}, "z", options);
  CHECK(!apart.regression);
  CHECK(apart.random.status == Status::not_estimable);
  CHECK(apart.random.reason.find("separate") != std::string::npos);
  const Pooled zero = regress(single_arm_counts({0, 0, 0}, {10, 12, 9}), {1, 2, 3}, "z", options);
  CHECK(zero.random.status == Status::not_estimable);
  CHECK(!zero.random.display.ci_upper);

  Numbers gaps = dose;
  gaps[4] = std::nan("");
  const Pooled incomplete = regress(single_arm_counts(events, total), gaps, "z", options);
  CHECK(incomplete.heterogeneity.k == 7);
  REQUIRE(incomplete.excluded.size() == 1);
  CHECK(incomplete.excluded[0].code == "missing_moderator");
  REQUIRE(incomplete.weight_random.size() == 8);
  CHECK(!incomplete.weight_random[4]);
  const Pooled redundant = regress(single_arm_counts({1, 2}, {10, 12}), {1, 2}, "z + I(z * z)", options);
  REQUIRE(redundant.warnings.size() == 1);
  CHECK(redundant.warnings[0].code == "redundant-terms");
  CHECK(relative_error(redundant.regression->beta[0] + redundant.regression->beta[1], std::log(1.0 / 9)) < 1e-12);
  CHECK(*redundant.regression->qe_df == 0);
}

TEST_CASE("the exact model of proportions is logistic regression: its score equations hold") {
  Options options = options_for(Measure::PLO, Pooling::exact);
  const Pooled pooled = by_dose("z", options);
  REQUIRE(pooled.regression);
  const Numbers& beta = pooled.regression->beta;
  REQUIRE(beta.size() == 2);
  double level = 0, slope = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const double excess = events[i] - total[i] / (1 + std::exp(-(beta[0] + beta[1] * dose[i])));
    level += excess;
    slope += excess * dose[i];
  }
  CHECK(std::abs(level) < 1e-10);
  CHECK(std::abs(slope) < 1e-10);
  CHECK(pooled.heterogeneity.tau2.value_or(0) == 0);
  options.interval_common = IntervalMethod::exact;
  CHECK_THROWS_WITH_AS(by_dose("z", options), doctest::Contains("with moderators --pooling exact offers profile and z"), UsageError);
}
