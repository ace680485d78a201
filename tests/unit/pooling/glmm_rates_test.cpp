#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;
using Column = std::vector<double>;

StudySet study_set(StudyData data, std::size_t k) {
  StudySet studies;
  for (std::size_t i = 0; i < k; ++i) studies.study.push_back("study " + std::to_string(i + 1)), studies.row.push_back(i + 2);
  studies.data = std::move(data);
  return studies;
}

Pooled pool(const StudySet& studies, Measure measure, GlmmModel model = GlmmModel::CM_EL,
            IntervalMethod interval = IntervalMethod::profile) {
  Options options;
  options.effect.measure = measure;
  options.pooling = options.pooling_common = Pooling::glmm;
  options.interval = options.interval_common = interval;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::v;
  options.glmm = model;
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design{studies.size(), {"intercept"}, Column(studies.size(), 1.0), true, {}};
  return pool_glmm({studies, effects, options, design});
}

// Values of an independent evaluation (numpy, 150 Gauss-Hermite nodes a study), good to 1e-7 in estimates and 1e-9 in log-likelihoods.
TEST_CASE("log rates, some studies without events") {
  const Pooled r = pool(study_set(SingleArmRates{{0, 4, 9, 0, 30}, {12.5, 80, 100, 300, 200}}, 5), Measure::IRLN);
  CHECK(*r.random.estimate == doctest::Approx(-3.7094026253271593).epsilon(1e-7));
  CHECK(*r.heterogeneity.tau2 == doctest::Approx(3.2054224189750644).epsilon(1e-7));
  CHECK(*r.random.se == doctest::Approx(0.9947579140880862).epsilon(1e-7));
  CHECK(*r.fit.loglik == doctest::Approx(-14.962390306258195).epsilon(1e-10));
  CHECK(*r.heterogeneity.lrt == doctest::Approx(57.86722029).epsilon(1e-7));
  CHECK(*r.heterogeneity.q == doctest::Approx(5.295957907).epsilon(1e-7));
  CHECK(*r.heterogeneity.i2 == doctest::Approx(0.9447286336).epsilon(1e-7));
}

TEST_CASE("no events at all: the exact rate") {
  const Pooled r = pool(study_set(SingleArmRates{{0, 0}, {30, 70}}, 2), Measure::IRLN);
  CHECK(r.random.status == Status::exact);
  CHECK(*r.random.display.estimate == 0);
  CHECK(relative_error(*r.random.display.ci_upper, -std::log(0.025) / 100) < 1e-14);
  CHECK(!r.random.ci_lower);
}

TEST_CASE("rate ratios of dat.hart1999, conditional and unconditional") {
  const TwoArmRates hart{{9, 8, 3, 6, 7, 20}, {413, 263, 487, 237, 489, 507}, {19, 19, 13, 9, 23, 50}, {398, 245, 435, 241, 483, 405}};
  const Pooled conditional = pool(study_set(hart, 6), Measure::IRR);
  CHECK(*conditional.random.estimate == doctest::Approx(-1.0326954689138534).epsilon(1e-7));
  CHECK(*conditional.random.se == doctest::Approx(0.162586604263088).epsilon(1e-7));
  CHECK(*conditional.heterogeneity.tau2 == 0);
  CHECK(*conditional.fit.loglik == doctest::Approx(-12.107309157155939).epsilon(1e-10));
  const Pooled unconditional = pool(study_set(hart, 6), Measure::IRR, GlmmModel::UM_FS);
  // Poisson: maximising the levels out and conditioning on the totals give the same score at tau2 = 0.
  CHECK(relative_error(*unconditional.common.estimate, *conditional.common.estimate) < 1e-13);
  CHECK(relative_error(*unconditional.common.se, *conditional.common.se) < 1e-12);
}

TEST_CASE("rate ratios with empty cells; parameters and observations of the unconditional model") {
  const StudySet studies = study_set(TwoArmRates{{0, 2, 5, 0}, {100, 200.5, 33.25, 50}, {3, 0, 6, 0}, {110, 190.5, 30.75, 52}}, 4);
  const Pooled r = pool(studies, Measure::IRR, GlmmModel::UM_FS);
  CHECK(r.heterogeneity.k == 3);
  REQUIRE(r.excluded.size() == 1);
  CHECK(*r.random.estimate == doctest::Approx(-0.2938909380383807).epsilon(1e-7));
  CHECK(*r.fit.loglik == doctest::Approx(-9.569097574523688).epsilon(1e-10));
  CHECK(*r.fit.aic == doctest::Approx(29.138195149047377).epsilon(1e-10));
  CHECK(*r.fit.bic == doctest::Approx(28.0969925).epsilon(1e-7));
  CHECK(*r.fit.aicc == doctest::Approx(89.13819515).epsilon(1e-7));
}

TEST_CASE("one study: Clopper-Pearson behind the rate ratio") {
  const Pooled r = pool(study_set(TwoArmRates{{4}, {50}, {9}, {48}}, 1), Measure::IRR);
  CHECK(r.random.status == Status::exact);
  CHECK(relative_error(*r.random.estimate, std::log(4.0 / 50 / (9.0 / 48))) < 1e-14);
  CHECK(*r.random.ci_lower < *r.random.estimate);
}

}  // namespace
