// Tests of funnel-plot asymmetry, limit estimates, fail-safe numbers and excess significance against metafor and meta.
#include <doctest/doctest.h>

#include <cmath>

#include "engine/diagnostics/funnel.hpp"
#include "tests/unit/diagnostics/peers_bias.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::diagnostics;

/// A funnel with everything that it refers to.
struct Sample {
  StudySet studies;
  Options options;
  BiasOptions bias;
  std::vector<Excluded> excluded;

  explicit Sample(const Trials& trials) : studies(trials.studies) {
    options.effect.measure = trials.measure;
    options.tau2 = Tau2Method::REML;
    options.interval = IntervalMethod::z;
    options.model = Model::random;
  }
  Funnel funnel() { return make_funnel(studies, effect_sizes(studies, options.effect), options, bias, excluded); }
  AsymmetryTest test(BiasTest test) { return asymmetry_test(test, funnel()); }
};

Trials generic(std::vector<double> yi, std::vector<double> vi) {
  return {generic_effects(std::move(yi), std::move(vi)), Measure::GEN};
}

void check(const std::optional<double>& got, const std::optional<double>& want, double tolerance = 1e-9) {
  REQUIRE(got.has_value() == want.has_value());
  if (want) CHECK(relative_error(*got, *want) < tolerance);
}

TEST_CASE("Egger's regression in both forms on every predictor as in metafor") {
  for (const peers::Egger& peer : peers::regtest) {
    Sample sample(peer.trials);
    sample.bias.model = peer.model;
    sample.bias.predictor = peer.predictor;
    const AsymmetryTest test = sample.test(BiasTest::egger);
    CAPTURE(test.predictor);
    REQUIRE(test.status == Status::ok);
    check(test.statistic, peer.statistic);
    check(test.p_value, peer.p_value);
    check(test.intercept, peer.intercept);
    check(test.slope, peer.slope);
    check(test.intercept_se, peer.intercept_se);
    check(test.slope_se, peer.slope_se);
    CHECK(test.df.has_value() == (peer.model == BiasModel::lm));
    for (const LimitEstimate& limit : limit_estimates(sample.funnel())) {
      if (limit.model != peer.model || limit.predictor != peer.predictor) continue;
      check(limit.estimate, peer.limit);
      check(limit.ci_lower, peer.ci_lower);
      check(limit.ci_upper, peer.ci_upper);
    }
  }
}

TEST_CASE("Begg, Harbord, Peters, Macaskill, Deeks, Schwarzer and Pustejovsky as in meta") {
  for (const peers::Asymmetry& peer : peers::metabias) {
    Sample sample(peer.trials);
    sample.options.preset = Preset::meta;  // rank tests by the normal distribution
    const AsymmetryTest test = sample.test(peer.test);
    CAPTURE(key(peer.test));
    REQUIRE(test.status == Status::ok);
    check(test.statistic, peer.statistic);
    check(test.p_value, peer.p_value);
    check(test.df, peer.df);
    check(test.slope, peer.slope);
    check(test.slope_se, peer.slope_se);
  }
}

TEST_CASE("Begg's rank correlation with the exact distribution, and with ties, as in metafor") {
  for (const peers::RankTest& peer : peers::ranktest) {
    const AsymmetryTest test = Sample(peer.trials).test(BiasTest::begg);
    check(test.kendall_tau, peer.tau);
    check(test.p_value, peer.p_value);
  }
}

TEST_CASE("Thompson's test is Egger's meta-regression with k - 2 degrees of freedom") {
  Sample sample(bcg);
  sample.bias.model = BiasModel::rma;
  const AsymmetryTest egger = sample.test(BiasTest::egger), thompson = sample.test(BiasTest::thompson);
  CHECK(*thompson.statistic == *egger.statistic);
  CHECK(*thompson.df == 11);
  CHECK(*thompson.p_value > *egger.p_value);
  CHECK(relative_error(*thompson.p_value, 0.455079682749361) < 1e-5);  // meta, whose tau2 is right to six digits here
}

TEST_CASE("Fail-safe numbers as in metafor") {
  for (const peers::FileDrawer& peer : peers::fsn) {
    Sample sample(peer.trials);
    const FailSafeN drawer = fail_safe_n(peer.type, sample.funnel());
    CAPTURE(key(peer.type));
    CHECK(drawer.n == peer.n);
    check(drawer.p_value, peer.p_value);
  }
}

TEST_CASE("Orwin's target is an effect on the way to zero") {
  Sample sample(expectancy);
  sample.bias.target = 0.1;
  CHECK(fail_safe_n(FailSafe::orwin, sample.funnel()).n == 13);  // 19 (0.16368 - 0.1) / 0.1 = 12.1
  sample.bias.target = 0.2;
  CHECK(fail_safe_n(FailSafe::orwin, sample.funnel()).n == 0);
  for (double beyond : {0.0, -0.1}) {
    sample.bias.target = beyond;
    CHECK(fail_safe_n(FailSafe::orwin, sample.funnel()).status == Status::not_estimable);
  }
}

TEST_CASE("Excess significance as in metafor") {
  for (const peers::Excess& peer : peers::tes) {
    Sample sample(peer.trials);
    const ExcessSignificance excess = excess_significance(sample.funnel());
    CHECK(excess.observed == peer.observed);
    check(excess.expected, peer.expected);
    check(excess.statistic, peer.statistic);
    check(excess.p_value, peer.p_value);
  }
  CHECK(relative_error(*excess_significance(Sample(bcg).funnel()).p_value_exact, 0.1355011438793667) < 1e-10);
}

TEST_CASE("Two studies, equal effects and equal sizes have a status instead of numbers") {
  for (const Trials& trials :
       {generic({0.1, 0.4}, {0.04, 0.09}), generic({0.3, 0.3, 0.3}, {0.01, 0.04, 0.09}), generic({0.1, 0.2, 0.4}, {0.04, 0.04, 0.04})}) {
    Sample sample(trials);
    for (BiasTest which : {BiasTest::egger, BiasTest::begg, BiasTest::macaskill}) {
      const AsymmetryTest test = sample.test(which);
      CAPTURE(key(which));
      CHECK(test.status == Status::not_estimable);
      CHECK(!test.reason.empty());
      CHECK_FALSE(test.statistic.has_value());
      CHECK_FALSE(test.p_value.has_value());
    }
  }
}

TEST_CASE("A test that the layout does not allow says what it needs") {
  const AsymmetryTest test = Sample(expectancy).test(BiasTest::harbord);
  CHECK(test.status == Status::not_estimable);
  CHECK(test.reason == "needs two-by-two tables");
  CHECK(test.test == BiasTest::harbord);
}

TEST_CASE("Tables without events say nothing about the odds ratio, and the tests on counts leave them out") {
  const Trials sparse{two_arm_counts({0, 2, 5, 9, 1}, {30, 40, 60, 90, 20}, {0, 4, 4, 20, 3}, {30, 38, 61, 80, 18}), Measure::OR};
  Sample sample(sparse);
  for (BiasTest test : {BiasTest::harbord, BiasTest::peters, BiasTest::schwarzer}) CHECK(sample.test(test).k == 4);
  CHECK(sample.test(BiasTest::egger).k == 5);
}

TEST_CASE("Asymmetry does not depend on the scale of the effects") {
  const AsymmetryTest plain = Sample(expectancy).test(BiasTest::egger);
  for (double factor : {1e-120, 1e-3, 1e120}) {
    Trials scaled = expectancy;
    auto& data = std::get<GenericEffects>(scaled.studies.data);
    for (double& y : data.yi) y *= factor;
    for (double& v : data.vi) v *= factor * factor;
    Sample sample(scaled);
    check(sample.test(BiasTest::egger).statistic, plain.statistic, 1e-12);
    check(sample.test(BiasTest::begg).kendall_tau, Sample(expectancy).test(BiasTest::begg).kendall_tau, 1e-12);
    CHECK(fail_safe_n(FailSafe::rosenthal, sample.funnel()).n == 26);
  }
}

/// The studies in another order, and with their arms exchanged.
Trials reversed(const Trials& trials) {
  std::vector<std::size_t> order;
  for (std::size_t i = trials.studies.size(); i-- > 0;) order.push_back(i);
  return {trials.studies.subset(order), trials.measure};
}
Trials arms_swapped(Trials trials) {
  auto& counts = std::get<TwoArmCounts>(trials.studies.data);
  std::swap(counts.ai, counts.ci);
  std::swap(counts.bi, counts.di);
  return trials;
}

TEST_CASE("No test depends on the order of the studies, and exchanging the arms turns the sign of each") {
  for (const BiasTestRow& row : bias_test_table()) {
    CAPTURE(row.info.key);
    const AsymmetryTest plain = Sample(magnesium).test(row.id), other = Sample(reversed(magnesium)).test(row.id),
                        turned = Sample(arms_swapped(magnesium)).test(row.id);
    REQUIRE(plain.status == Status::ok);
    check(other.statistic, plain.statistic, 1e-12);
    check(other.p_value, plain.p_value, 1e-11);
    check(turned.statistic, -*plain.statistic, 1e-9);
    check(turned.p_value, plain.p_value, 1e-9);
  }
}

TEST_CASE("Few studies and standard errors that follow from the effect are warned about") {
  const auto codes = [](const Trials& trials) {
    std::string all;
    for (const Warning& warning : bias_warnings(Sample(trials).funnel())) all += warning.code + " ";
    return all;
  };
  CHECK(codes(stroke) == "few-studies correlated-standard-error ");
  CHECK(codes(pritz) == "correlated-standard-error ");
  CHECK(codes(expectancy).empty());
}

}  // namespace
