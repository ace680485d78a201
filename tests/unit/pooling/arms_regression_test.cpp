// Moderators of effects of two arms. Values of maxima, errors and likelihood ratios: own computation with 40 digits (Newton's method on
// log-gamma functions and full sums, derivatives by differences); errors are those of the observed information, Firth's of the expected
// one.
#include <doctest/doctest.h>
#include <cmath>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/problem.hpp>

#include "engine/model/arm_logits.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using Numbers = std::vector<double>;

const Numbers first{3, 0, 5, 2, 9, 7}, first_others{17, 15, 25, 20, 16, 24}, second{6, 2, 11, 1, 14, 4},
    second_others{15, 12, 22, 19, 10, 25};
const Numbers dose{1, 2, 4, 3, 5, 7};

StudySet with_dose(StudySet studies, const Numbers& z = dose) {
  tausq::Column column{"z", {}, {}, true};
  for (double value : z) column.number.push_back(value), column.text.push_back(std::to_string(value));
  studies.columns.push_back(column);
  return studies;
}

StudySet tables() {
  return with_dose(two_arm_counts(first, first_others, second, second_others));
}

StudySet rates() {
  StudySet studies = tables();  // for the names
  studies.data = TwoArmRates{first, {11, 9, 14, 10, 12, 13}, second, {10, 8, 15, 9, 12, 12}};
  return studies;
}

struct Truth {
  Numbers beta, se;
  double loglik, lrt;
};

void check(const Regression& r, const Truth& truth) {
  for (std::size_t j = 0; j < truth.beta.size(); ++j) {
    CHECK(relative_error(r.beta[j], truth.beta[j]) < 1e-12);
    CHECK(relative_error(r.se[j], truth.se[j]) < 1e-12);
    CHECK(*r.ci_lower[j] < r.beta[j]);
    CHECK(*r.ci_upper[j] > r.beta[j]);
  }
  CHECK(relative_error(*r.qm, std::pow(truth.beta[1] / truth.se[1], 2)) < 1e-11);
  CHECK(relative_error(*r.lrt, truth.lrt) < 1e-12);
  CHECK(*r.lrt_df == 1);
}

TEST_CASE("beta-binomial odds ratios, risk ratios and risk differences") {
  struct Case {
    Measure measure;
    double rho;
    Truth truth;
  };
  for (const Case& c : {Case{Measure::OR,
                             0.06469748610813945555,
                             {{-1.252269621775643361, 0.1957458455505819265},
                              {1.0350938244412, 0.223996170368225},
                              -29.04929319002939247,
                              2 * (29.42515064645448411 - 29.04929319002939247)}},
                        Case{Measure::RR,
                             0.06426985087356949679,
                             {{-1.041313644569630298, 0.1639161094128654556},
                              {0.843945637611175, 0.172627662573043},
                              -29.03058650119419045,
                              2 * (29.47357090905049963 - 29.03058650119419045)}},
                        Case{Measure::RD,
                             0.06578027140928366348,
                             {{-0.1723499538280432676, 0.02577719360261694751},
                              {0.153166654631879, 0.0382725610456193},
                              -29.09306032934985217,
                              2 * (29.31772542122238377 - 29.09306032934985217)}}}) {
    const Analysis a = analyse(tables(), {.effect = {.measure = c.measure}, .pooling = Pooling::betabin, .mods = "z"});
    CAPTURE(key(c.measure));
    REQUIRE(a.regression);
    check(*a.regression, c.truth);
    CHECK(relative_error(*a.fit.loglik, c.truth.loglik) < 1e-14);
    CHECK(relative_error(*a.heterogeneity.rho, c.rho) < 1e-12);
  }
}

TEST_CASE("negative binomial rate ratios") {
  const Analysis a = analyse(rates(), {.effect = {.measure = Measure::IRR}, .pooling = Pooling::negbin, .mods = "z"});
  REQUIRE(a.regression);
  check(*a.regression, {{-1.418834572243416114, 0.2327175695582700791},
                        {0.651159601147778, 0.132434972234035},
                        -26.8428376431778123,
                        2 * (28.44738996918206404 - 26.8428376431778123)});
  CHECK(relative_error(*a.fit.loglik, -26.8428376431778123) < 1e-14);
  CHECK(relative_error(*a.heterogeneity.dispersion, 0.2195472187824254362) < 1e-12);
  CHECK(!a.random.estimate);
}

TEST_CASE("penalised logistic regression") {
  const Analysis a = analyse(tables(), {.effect = {.measure = Measure::OR}, .pooling = Pooling::firth, .mods = "z"});
  REQUIRE(a.regression);
  const Regression& r = *a.regression;
  const double root = std::sqrt(1.7597302283230061);
  check(r, {{-1.425444702041292336, 0.2091519657468195182}, {0.76276529190184523, 0.16088991232747179}, 0, root * root});
  CHECK(relative_error(*a.fit.loglik, -11.08277653278683201) < 1e-14);
  CHECK(relative_error(r.statistic[1], root) < 1e-12);  // one moderator: its own test is that of all
  CHECK(relative_error(r.p_value[1], *r.lrt_p) < 1e-11);
}

TEST_CASE("conditional logistic regression is what exact pooling has with moderators") {
  Options options{.effect = {.measure = Measure::OR}, .pooling = Pooling::exact, .mods = "z"};
  const Analysis a = analyse(tables(), options);
  REQUIRE(a.regression);
  check(*a.regression, {{-1.48774947378246086, 0.2202311970553942341}, {0.783931250416407, 0.164310571379866}, 0, 1.8652172504771435});
  CHECK(relative_error(*a.fit.loglik, -8.570841235330740592) < 1e-14);
  CHECK(!a.heterogeneity.tau2);
  CHECK(!a.random.estimate);
  CHECK(*a.regression->qe_df == 4);
  for (IntervalMethod exact : {IntervalMethod::exact, IntervalMethod::midp}) {
    options.interval = exact;
    CHECK_THROWS_WITH_AS(analyse(tables(), options), doctest::Contains("continuous moderator"), UsageError);
  }
}

TEST_CASE("a level for every group: the effects of groups are those of their own studies") {
  // With a moderator of two groups, effect and level are free in each; at rho = 0 the proportions are those of the added counts.
  const StudySet groups = with_dose(two_arm_counts({2, 4, 3, 6}, {18, 36, 17, 34}, {4, 8, 5, 10}, {16, 32, 15, 30}), {0, 0, 1, 1});
  const auto fit = [&](Measure measure) {
    return analyse(groups, {.effect = {.measure = measure}, .pooling = Pooling::betabin, .mods = "0 + factor(z)"});
  };
  const Analysis ratio = fit(Measure::RR), difference = fit(Measure::RD);
  CHECK(*ratio.heterogeneity.rho == 0);
  CHECK(relative_error(ratio.regression->beta[0], std::log(0.5)) < 1e-12);
  CHECK(relative_error(ratio.regression->beta[1], std::log(0.6)) < 1e-12);
  CHECK(relative_error(difference.regression->beta[0], -0.1) < 1e-12);
  CHECK(relative_error(difference.regression->beta[1], -0.1) < 1e-12);
  CHECK(relative_error(*ratio.fit.loglik, *difference.fit.loglik) < 1e-14);
}

TEST_CASE("a moderator in other units is the same model, and separated arms have none") {
  for (Pooling model : {Pooling::betabin, Pooling::firth, Pooling::exact}) {
    const Options options{.effect = {.measure = Measure::OR}, .pooling = model, .mods = "z"};
    Options scaled = options;
    scaled.mods = "I(500 + 100 * z)";
    const Analysis a = analyse(tables(), options), b = analyse(tables(), scaled);
    CAPTURE(key(model));
    CHECK(relative_error(100 * b.regression->beta[1], a.regression->beta[1]) < 1e-9);
    CHECK(relative_error(*b.regression->lrt, *a.regression->lrt) < 1e-9);
  }
  const StudySet apart = with_dose(two_arm_counts({0, 0, 0, 4}, {20, 15, 30, 18}, {2, 1, 3, 1}, {28, 17, 18, 20}), {0, 0, 0, 1});
  for (Pooling model : {Pooling::betabin, Pooling::exact}) {
    const Analysis a = analyse(apart, {.effect = {.measure = Measure::OR}, .pooling = model, .mods = "z"});
    CAPTURE(key(model));
    CHECK(!a.regression);
    CHECK(a.fit.status == Status::not_estimable);
    CHECK(a.fit.reason.find("separate") != std::string::npos);
  }
  const Analysis firth = analyse(apart, {.effect = {.measure = Measure::OR}, .pooling = Pooling::firth, .mods = "z"});
  REQUIRE(firth.regression);  // the penalty keeps it finite
  CHECK(std::isfinite(*firth.regression->ci_lower[1]));
}

TEST_CASE("effect and level give two proportions back, and the derivatives are those of differences") {
  const auto expit = [](double eta) { return 1 / (1 + std::exp(-eta)); };
  for (Measure measure : {Measure::OR, Measure::RR, Measure::RD})
    for (double effect : {-0.8, -0.1, 0.0, 0.3, 0.9})
      for (double level : {-6.0, -0.5, 0.0, 2.0}) {
        const model::HalfDifference h = model::half_difference(measure, effect, level);
        const double p1 = expit(level + h.value), p2 = expit(level - h.value);
        const double got = measure == Measure::OR ? 2 * h.value : measure == Measure::RR ? std::log(p1 / p2) : p1 - p2;
        CHECK(std::abs(got - effect) < 1e-13);
        const double step = 1e-5;
        const auto up = model::half_difference(measure, effect + step, level), down = model::half_difference(measure, effect - step, level);
        const auto right = model::half_difference(measure, effect, level + step),
                   left = model::half_difference(measure, effect, level - step);
        CHECK(h.d_effect == doctest::Approx((up.value - down.value) / (2 * step)).epsilon(1e-5));
        CHECK(h.d_effect_effect == doctest::Approx((up.d_effect - down.d_effect) / (2 * step)).epsilon(1e-6));
        CHECK(std::abs(h.d_level - (right.value - left.value) / (2 * step)) < 1e-8);
        CHECK(std::abs(h.d_level_level - (right.d_level - left.d_level) / (2 * step)) < 1e-8);
        CHECK(h.d_effect_level == doctest::Approx((right.d_effect - left.d_effect) / (2 * step)).epsilon(1e-6));
      }
  CHECK(!model::is_effect(Measure::RD, 1));
  CHECK(model::is_effect(Measure::RR, 1));
}

}  // namespace
