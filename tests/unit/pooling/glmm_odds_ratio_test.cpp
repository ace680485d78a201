#include <doctest/doctest.h>
#include <array>
#include <cmath>
#include <vector>

#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;
using Tables = std::vector<std::array<double, 4>>;

Pooled pool(const Tables& tables, GlmmModel model = GlmmModel::CM_EL, IntervalMethod interval = IntervalMethod::profile) {
  std::vector<double> a, b, c, d;
  for (const auto& [ai, bi, ci, di] : tables) a.push_back(ai), b.push_back(bi), c.push_back(ci), d.push_back(di);
  const StudySet studies = two_arm_counts(a, b, c, d);
  Options options;
  options.effect.measure = Measure::OR;
  options.pooling = options.pooling_common = Pooling::glmm;
  options.interval = options.interval_common = interval;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::v;
  options.glmm = model;
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design{tables.size(), {"intercept"}, std::vector<double>(tables.size(), 1.0), true, {}};
  return pool_glmm({studies, effects, options, design});
}

const Tables nielweise{{0, 116, 3, 114}, {1, 43, 3, 32},    {2, 206, 9, 186}, {0, 130, 7, 129}, {5, 146, 6, 151}, {1, 97, 4, 135},
                       {1, 173, 3, 174}, {1, 73, 2, 37},    {1, 96, 19, 84},  {1, 112, 2, 120}, {0, 66, 7, 57},   {0, 70, 1, 57},
                       {3, 185, 5, 170}, {6, 181, 11, 169}, {0, 118, 0, 105}, {0, 252, 1, 261}, {1, 344, 3, 359}, {4, 60, 1, 68}};
const Tables hine{{2, 37, 1, 42}, {4, 40, 4, 40}, {6, 101, 4, 106}, {7, 96, 5, 95}, {7, 103, 3, 103}, {11, 143, 4, 142}};

TEST_CASE("exact conditional common effect against 25-digit truth") {
  const Pooled niel = pool(nielweise, GlmmModel::CM_EL, IntervalMethod::z);
  CHECK(relative_error(*niel.common.estimate, -1.223559241187594873484568) < 1e-13);
  CHECK(relative_error(*niel.common.se, 0.2240348165542803150976417) < 1e-13);
  const Pooled one = pool({{4, 16, 2, 18}}, GlmmModel::CM_EL, IntervalMethod::z);
  CHECK(relative_error(*one.common.estimate, 0.7909733996205566269710902) < 1e-13);
  CHECK(relative_error(*one.common.se, 0.9205396889715095424952125) < 1e-13);
  const Pooled dz = pool({{0, 10, 0, 12}, {3, 17, 5, 15}}, GlmmModel::CM_EL, IntervalMethod::z);
  CHECK(relative_error(*dz.common.estimate, -0.6201314516369436511470889) < 1e-13);
  REQUIRE(dz.excluded.size() == 1);
  CHECK(dz.excluded[0].code == "double_zero");
}

TEST_CASE("hypergeometric-normal model against 25-digit truth") {
  const Pooled niel = pool(nielweise);
  CHECK(relative_error(*niel.random.estimate, -1.353158125319834676186754) < 1e-13);
  CHECK(relative_error(*niel.heterogeneity.tau2, 0.6934578042661371263315356) < 1e-13);
  CHECK(relative_error(*niel.fit.loglik, -24.94445663338635715788379) < 1e-14);
  CHECK(relative_error(*niel.random.se, 0.3510403291471003022156551) < 1e-13);
  CHECK(relative_error(*niel.heterogeneity.lrt_tau2, 3.460007344087754294026285) < 1e-12);
  CHECK(niel.heterogeneity.k == 17);
  CHECK(!niel.weight_random[14]);
  const Pooled none = pool(hine);
  CHECK(relative_error(*none.random.estimate, 0.5783738352419200627939412) < 1e-13);
  CHECK(*none.heterogeneity.tau2 == 0);
  CHECK(relative_error(*none.fit.loglik, -8.380428115466113343262823) < 1e-14);
  CHECK(relative_error(*none.random.se, 0.2798420117433750195364360) < 1e-13);
  CHECK(*none.heterogeneity.lrt_tau2_p == 1);
  CHECK(*none.heterogeneity.lrt == doctest::Approx(1.538492941).epsilon(1e-7));  // metafor, seven digits
  CHECK(*none.heterogeneity.q == doctest::Approx(1.511083014).epsilon(1e-6));
}

TEST_CASE("conditional approximate model: hine1989 as metafor has it") {
  const Pooled r = pool(hine, GlmmModel::CM_AL, IntervalMethod::z);
  CHECK(*r.common.estimate == doctest::Approx(0.5501175329).epsilon(1e-8));
  CHECK(*r.common.se == doctest::Approx(0.2732625204).epsilon(1e-8));
  CHECK(*r.heterogeneity.lrt == doctest::Approx(1.504669809).epsilon(1e-8));
  CHECK(*r.fit.loglik == doctest::Approx(-8.519683404).epsilon(1e-9));
}

// An independent evaluation (numpy, 150 Gauss-Hermite nodes a study), good to 1e-7 in estimates and 1e-9 in log-likelihoods.
TEST_CASE("unconditional model with fixed study effects: het and mixed tables") {
  const Pooled het = pool({{1, 49, 40, 10}, {40, 10, 1, 49}, {2, 48, 42, 8}, {45, 5, 3, 47}, {3, 47, 44, 6}}, GlmmModel::UM_FS);
  CHECK(*het.random.estimate == doctest::Approx(-0.9464408748579896).epsilon(1e-8));
  CHECK(*het.heterogeneity.tau2 == doctest::Approx(24.150729399066446).epsilon(1e-8));
  CHECK(*het.random.se == doctest::Approx(2.2314820545577376).epsilon(1e-7));
  CHECK(*het.fit.loglik == doctest::Approx(-27.81537800724576).epsilon(1e-10));
  const Pooled mix =
      pool({{0, 12, 2, 11}, {3, 9, 0, 11}, {10, 0, 9, 1}, {50, 1, 50, 0}, {2, 0, 1, 1}, {7, 893, 3, 997}, {1, 99999, 4, 99996}},
           GlmmModel::UM_FS);
  CHECK(*mix.random.estimate == doctest::Approx(0.2668933829072312).epsilon(1e-7));
  CHECK(*mix.heterogeneity.tau2 == doctest::Approx(1.111890718057549).epsilon(1e-7));
  CHECK(*mix.fit.loglik == doctest::Approx(-18.247865998714307).epsilon(1e-10));
  CHECK(*mix.heterogeneity.lrt == doctest::Approx(15.11464061).epsilon(1e-7));
}

TEST_CASE("no event under treatment in any study: one end is infinite and said to be") {
  const Pooled r = pool({{0, 10, 2, 12}, {0, 17, 1, 15}, {0, 20, 3, 14}});
  for (const PooledEstimate* e : {&r.common, &r.random}) {
    CHECK(e->status == Status::one_sided);
    CHECK(!e->reason.empty());
    CHECK(!e->estimate);
    CHECK(!e->ci_lower);
    REQUIRE(e->ci_upper);
    CHECK(*e->display.estimate == 0);
  }
  CHECK(r.heterogeneity.status == Status::not_estimable);
  // Where the probability of no event under treatment is 0.025, by integer arithmetic.
  CHECK(relative_error(*r.random.ci_upper, -0.2055165226749321) < 1e-12);
  const Pooled mirrored = pool({{2, 12, 0, 10}, {1, 15, 0, 17}, {3, 14, 0, 20}});
  CHECK(relative_error(*mirrored.random.ci_lower, -*r.random.ci_upper) < 1e-12);
  CHECK(!mirrored.random.display.estimate);
}

TEST_CASE("a single study has its exact conditional interval") {
  const Pooled r = pool({{4, 16, 2, 18}});
  CHECK(r.random.status == Status::exact);
  CHECK(relative_error(*r.random.estimate, 0.7909733996205566269710902) < 1e-13);
  CHECK(relative_error(*r.random.ci_lower, -1.2981470892546974) < 1e-12);  // tails from integer binomial coefficients
  CHECK(relative_error(*r.random.ci_upper, 3.3135071613219935) < 1e-12);
  CHECK(r.heterogeneity.status == Status::not_estimable);
}

TEST_CASE("nothing to say: every table without events") {
  const Pooled r = pool({{0, 10, 0, 12}, {0, 8, 0, 9}});
  CHECK(r.random.status == Status::not_estimable);
  CHECK(r.common.status == Status::not_estimable);
  CHECK(r.excluded.size() == 2);
}

}  // namespace
