#include <doctest/doctest.h>
#include <cmath>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/problem.hpp>

#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;

StudySet five_studies() {
  return two_arm_counts({4, 0, 12, 9, 3}, {26, 22, 28, 16, 15}, {9, 3, 20, 6, 0}, {22, 21, 18, 21, 20});
}

StudySet bcg_trials() {
  return two_arm_counts({4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27},
                        {119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886},
                        {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29},
                        {128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825});
}

StudySet rates(const TwoArmRates& arms) {
  StudySet studies;
  studies.data = arms;
  for (std::size_t i = 1; i <= arms.x1i.size(); ++i) studies.study.push_back("study " + std::to_string(i)), studies.row.push_back(i);
  return studies;
}

Analysis pool(const StudySet& studies, GlmmModel model) {
  return analyse(studies, {.pooling = Pooling::glmm, .pooling_common = Pooling::glmm, .glmm = model});
}

}  // namespace

// Maximised separately by finite differences over a fixed fine grid of both effects; good to 1e-6.
TEST_CASE("odds ratio with random study effects") {
  const Analysis a = pool(five_studies(), GlmmModel::UM_RS);
  CHECK(std::abs(*a.random.estimate + 0.3071976) < 1e-6);
  CHECK(std::abs(*a.heterogeneity.tau2 - 0.586399) < 2e-6);
  CHECK(std::abs(*a.heterogeneity.sigma2 - 0.678710) < 2e-6);
  CHECK(std::abs(*a.fit.loglik + 27.2006154507) < 1e-9);
  CHECK(std::abs(*a.random.se - 0.48472) < 1e-4);
  CHECK(!a.heterogeneity.correlation);
  CHECK(*a.random.ci_lower < *a.random.estimate - 1);
  CHECK(*a.heterogeneity.tau2_ci_lower == 0);
  CHECK(*a.heterogeneity.tau2_ci_upper > 1);
  CHECK(*a.heterogeneity.lrt_df == 4);
  CHECK(relative_error(*a.fit.aic, -2 * *a.fit.loglik + 8) < 1e-12);
  double weights = 0;
  for (const StudyResult& s : a.studies) weights += *s.weight_random;
  CHECK(std::abs(weights - 1) < 1e-12);
  CHECK(relative_error(*a.heterogeneity.lrt_tau2_p_plain, 2 * *a.heterogeneity.lrt_tau2_p) < 1e-14);
}

TEST_CASE("the bivariate model contains the independent one") {
  const Analysis independent = pool(five_studies(), GlmmModel::UM_RS), bivariate = pool(five_studies(), GlmmModel::BV);
  CHECK(*bivariate.fit.loglik > *independent.fit.loglik);
  REQUIRE(bivariate.heterogeneity.correlation);
  CHECK(std::abs(*bivariate.heterogeneity.correlation) <= 1);
  CHECK(relative_error(*bivariate.common.estimate, *independent.common.estimate) < 1e-9);
}

// metafor, rma.glmm(model = "UM.RS", method = "EE"), one random effect by Laplace's approximation: agreement to 1e-6 at these counts.
TEST_CASE("common odds ratio of the BCG trials under random study effects") {
  const Analysis a = pool(two_arm_counts({4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27},
                                         {119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886},
                                         {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29},
                                         {128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825}),
                          GlmmModel::UM_RS);
  CHECK(std::abs(*a.common.estimate + 0.47745852470484623) < 1e-6);
  CHECK(std::abs(*a.common.se - 0.041227866495661104) < 1e-6);
  CHECK(std::abs(*a.random.estimate + 0.761648974804188) < 1e-3);
  CHECK(std::abs(*a.heterogeneity.tau2 - 0.31985976048948594) < 3e-3);
  CHECK(std::abs(*a.heterogeneity.sigma2 - 1.8616003383610007) < 3e-3);
}

TEST_CASE("arms with only events or none ask for variances without end: no estimate, no other model's number") {
  for (GlmmModel model : {GlmmModel::UM_RS, GlmmModel::BV}) {
    const Analysis a = pool(two_arm_counts({1, 0}, {0, 1}, {0, 1}, {1, 0}), model);
    CHECK(!a.random.estimate);
    CHECK(a.random.status == Status::not_estimable);
    CHECK(a.fit.reason.find("without bound") != std::string::npos);
    CHECK(std::abs(*a.common.estimate) < 1e-10);
  }
}

TEST_CASE("one study has its exact interval") {
  const Analysis one = pool(two_arm_counts({4}, {26}, {9}, {22}), GlmmModel::UM_RS);
  CHECK(one.random.status == Status::exact);
}

TEST_CASE("rate ratios with random study effects") {
  const Analysis a =
      pool(rates({{9, 8, 3, 6, 7, 20}, {413, 263, 487, 237, 489, 507}, {19, 19, 13, 9, 23, 50}, {398, 245, 435, 241, 483, 405}}),
           GlmmModel::UM_RS);
  // metafor by Laplace's approximation
  CHECK(std::abs(*a.common.estimate + 1.029690167770215) < 1e-3);
  CHECK(std::abs(*a.common.se - 0.16258056382515548) < 1e-3);
  CHECK(*a.heterogeneity.tau2 == 0);
  CHECK(std::abs(*a.heterogeneity.sigma2 - 0.2000265391558324) < 3e-3);
}

TEST_CASE("rates over twenty decades: the estimate, and an interval whose ends cost too much is said not to be found") {
  // An end that would take minutes once took them. The estimate is that of 5,000,000 nodes a study.
  const StudySet far = rates({{255120000, 4, 6, 1}, {1e9, 1e3, 20, 1e-8}, {3, 2, 9, 0}, {1e-3, 1e3, 22, 1e6}});
  const Analysis a = pool(far, GlmmModel::UM_RS);
  CHECK(relative_error(*a.random.estimate, 7.35187731661052) < 1e-12);
  CHECK(relative_error(*a.random.se, 8.882719215932005) < 1e-12);
  CHECK(!a.random.ci_lower);
  CHECK(a.random.reason == "an end of the profile-likelihood interval was not found");
}

// Gauss-Hermite quadrature of 40 by 40 nodes at each study's mode, derivatives by differences: good to 1e-5.
TEST_CASE("risk ratio and risk difference of the average proportions") {
  const StudySet trials = bcg_trials();
  const Analysis a = pool(trials, GlmmModel::BV);
  REQUIRE(a.random.marginal_effects.size() == 2);
  const MarginalEffect &ratio = a.random.marginal_effects[0], &difference = a.random.marginal_effects[1];
  CHECK(ratio.measure == Measure::RR);
  CHECK(relative_error(*ratio.estimate, 0.3555624328518438) < 1e-7);
  CHECK(relative_error(*ratio.ci_lower, 0.23475177745877762) < 1e-5);
  CHECK(relative_error(*ratio.ci_upper, 0.5385460550036605) < 1e-5);
  CHECK(difference.measure == Measure::RD);
  CHECK(relative_error(*difference.estimate, -0.027082765963263117) < 1e-6);
  CHECK(relative_error(*difference.ci_lower, -0.0552571710050203) < 1e-5);
  CHECK(std::abs(*difference.ci_upper - 0.001134732893596002) < 1e-6);
  CHECK(pool(trials, GlmmModel::CM_EL).random.marginal_effects.empty());
}

// The same quadrature with the difference b0 + b1 latitude: coefficients good to 1e-7, the bivariate standard errors to 1e-6.
TEST_CASE("moderators of the difference with random study effects") {
  StudySet trials = bcg_trials();
  trials.columns.push_back({"latitude",
                            {"44", "55", "42", "52", "13", "44", "19", "13", "27", "42", "18", "33", "33"},
                            {44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33},
                            true});
  const auto fit = [&](GlmmModel model) { return analyse(trials, {.pooling = Pooling::glmm, .glmm = model, .mods = "latitude"}); };
  const Analysis independent = fit(GlmmModel::UM_RS), bivariate = fit(GlmmModel::BV);
  REQUIRE(independent.regression);
  CHECK(relative_error(independent.regression->beta[0], 0.37914177) < 1e-7);
  CHECK(relative_error(independent.regression->beta[1], -0.03311952) < 1e-6);
  CHECK(std::abs(*independent.heterogeneity.tau2 - 0.003698380) < 1e-8);
  CHECK(relative_error(*independent.heterogeneity.sigma2, 1.890073295) < 1e-7);
  CHECK(relative_error(*independent.fit.loglik, 13 * std::log(2 * 3.14159265358979324) - 143.89574924053107) < 1e-8);
  REQUIRE(bivariate.regression);
  CHECK(relative_error(bivariate.regression->beta[0], 0.4322251578) < 1e-7);
  CHECK(relative_error(bivariate.regression->beta[1], -0.0347146249) < 1e-7);
  CHECK(relative_error(bivariate.regression->se[0], 0.10486773174) < 1e-5);
  CHECK(relative_error(bivariate.regression->se[1], 0.00382283089) < 1e-5);
  CHECK(*bivariate.regression->ci_upper[1] < 0);
  CHECK(!bivariate.random.estimate);
  CHECK(*bivariate.regression->r2 > 0.99);
  CHECK(*bivariate.heterogeneity.q_df == 11);
}
