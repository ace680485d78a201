// Beta-binomial model of two arms.
#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/problem.hpp>

#include "engine/model/beta_binomial.hpp"
#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;
using Counts = std::vector<double>;

Pooled pool(Measure measure, const Counts& a, const Counts& n1, const Counts& c, const Counts& n2) {
  Counts b, d;
  for (std::size_t i = 0; i < a.size(); ++i) b.push_back(n1[i] - a[i]), d.push_back(n2[i] - c[i]);
  const StudySet studies = two_arm_counts(a, b, c, d);
  Options options;
  options.effect.measure = measure;
  options.interval = options.interval_common = IntervalMethod::profile;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::none;
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design{a.size(), {"intercept"}, Counts(a.size(), 1.0), true, {}};
  return pool_beta_binomial({studies, effects, options, design});
}

TEST_CASE("odds ratio, risk ratio and risk difference against 30-digit values: one fit, three profiles") {
  struct Case {
    Measure measure;
    double estimate, se, lower, upper;
  };
  for (const Case& c : {Case{Measure::OR, -0.522739006716771578, 0.62985362805822622, -1.815704643592799, 0.8305759159784126},
                        Case{Measure::RR, -0.410990875455318238, 0.497578589745295244, -1.47616464629529, 0.6626337042813438},
                        Case{Measure::RD, -0.0875250298306605103, 0.104920970187988403, -0.3005139237927643, 0.1415239195896337}}) {
    const Pooled r = pool(c.measure, {3, 0, 5, 2, 9}, {20, 15, 30, 22, 25}, {6, 2, 11, 0, 14}, {21, 14, 33, 20, 24});
    CAPTURE(key(c.measure));
    CHECK(relative_error(*r.random.estimate, c.estimate) < 1e-13);
    CHECK(relative_error(*r.random.se, c.se) < 1e-12);
    CHECK(relative_error(*r.random.ci_lower, c.lower) < 1e-11);
    CHECK(relative_error(*r.random.ci_upper, c.upper) < 1e-11);
    CHECK(relative_error(*r.heterogeneity.rho, 0.127219840388245703) < 1e-13);
    CHECK(relative_error(*r.fit.loglik, -25.4279172520181711) < 1e-14);
    CHECK(*r.heterogeneity.rho_ci_lower < *r.heterogeneity.rho);
    CHECK(*r.heterogeneity.rho_ci_upper > *r.heterogeneity.rho);
    CHECK(r.common.status == Status::not_requested);
  }
}

TEST_CASE("exchanging the arms mirrors every measure") {
  const Counts a{3, 0, 5, 2, 9}, n1{20, 15, 30, 22, 25}, c{6, 2, 11, 0, 14}, n2{21, 14, 33, 20, 24};
  for (Measure measure : {Measure::OR, Measure::RR, Measure::RD}) {
    const Pooled r = pool(measure, a, n1, c, n2), mirrored = pool(measure, c, n2, a, n1);
    CHECK(relative_error(*r.random.estimate, -*mirrored.random.estimate) < 1e-13);
    CHECK(relative_error(*r.random.ci_lower, -*mirrored.random.ci_upper) < 1e-10);
    CHECK(relative_error(*r.random.ci_upper, -*mirrored.random.ci_lower) < 1e-10);
  }
}

TEST_CASE("counts that vary less than binomial ones: rho is 0, the arms are added up") {
  const Pooled r = pool(Measure::RD, {10, 20, 10}, {50, 100, 50}, {15, 30, 15}, {50, 100, 50});
  CHECK(*r.heterogeneity.rho == 0);
  CHECK(relative_error(*r.random.estimate, -0.1) < 1e-13);
  CHECK(relative_error(*r.random.se, std::sqrt(0.2 * 0.8 / 200 + 0.3 * 0.7 / 200)) < 1e-12);
  CHECK(*r.heterogeneity.lrt_tau2_p == 1);
}

TEST_CASE("an arm without events: one limit for ratios, two for the difference; studies without any event stay") {
  const Counts a{0, 0, 0}, n1{20, 30, 15}, c{3, 0, 2}, n2{20, 30, 15};
  for (Measure measure : {Measure::OR, Measure::RR}) {
    const Pooled r = pool(measure, a, n1, c, n2);
    CHECK(r.random.status == Status::one_sided);
    CHECK(!r.random.estimate);
    CHECK(!r.random.ci_lower);
    REQUIRE(r.random.ci_upper);
    CHECK(*r.random.display.estimate == 0);
    CHECK(r.heterogeneity.k == 3);
    const Pooled mirrored = pool(measure, c, n2, a, n1);
    CHECK(relative_error(*mirrored.random.ci_lower, -*r.random.ci_upper) < 1e-9);
  }
  const Pooled r = pool(Measure::RD, a, n1, c, n2);
  CHECK(r.random.status == Status::ok);
  CHECK(!r.random.se);
  CHECK(*r.random.estimate < 0);
  CHECK(*r.random.ci_lower < *r.random.estimate);
  CHECK(*r.random.ci_upper > *r.random.estimate);
  CHECK(*r.random.ci_lower > -1);
}

TEST_CASE("a difference at the edge: both ends by the likelihood on a grid of proportions and dispersions") {
  const Counts n{20, 30, 15}, events{2, 3, 2};
  const Pooled r = pool(Measure::RD, {0, 0, 0}, n, events, n);
  REQUIRE(*r.heterogeneity.rho == 0);
  const auto loglik = [&](double p1, double p2, double gamma) {
    double sum = 0;
    for (std::size_t i = 0; i < n.size(); ++i)
      sum += model::BetaBinomialLikelihood(0, n[i]).term(std::log(p1 / (1 - p1)), gamma).loglik +
             model::BetaBinomialLikelihood(events[i], n[i]).term(std::log(p2 / (1 - p2)), gamma).loglik;
    return sum;
  };
  for (double end : {*r.random.ci_lower, *r.random.ci_upper}) {
    double highest = -1e9;
    for (double gamma = 0; gamma < 0.3; gamma += 0.01)
      for (double p1 = 1e-9; p1 < 0.2; p1 += 2e-3)
        if (p1 - end > 0) highest = std::max(highest, loglik(p1, p1 - end, gamma));
    CHECK(2 * (*r.fit.loglik - highest) == doctest::Approx(3.8414588).epsilon(5e-3));
  }
}

TEST_CASE("an arm with events only") {
  const Counts a{20, 30, 15}, n1{20, 30, 15}, c{13, 28, 11}, n2{20, 30, 15};
  CHECK(pool(Measure::OR, a, n1, c, n2).random.status == Status::one_sided);
  CHECK(pool(Measure::OR, a, n1, c, n2).random.ci_lower);
  const Pooled r = pool(Measure::RR, a, n1, c, n2);
  CHECK(r.random.status == Status::ok);
  CHECK(*r.random.estimate > 0);
  CHECK(*r.random.ci_lower < *r.random.estimate);
  CHECK(*r.random.ci_upper > *r.random.estimate);
}

TEST_CASE("what cannot be estimated says so") {
  CHECK(pool(Measure::OR, {0, 0}, {9, 8}, {0, 0}, {7, 9}).random.status == Status::not_estimable);
  CHECK(pool(Measure::OR, {3}, {9}, {2}, {7}).random.status == Status::not_estimable);
  CHECK(pool(Measure::OR, {0, 9, 0}, {9, 9, 9}, {8, 0, 8}, {8, 8, 8}).random.status == Status::not_estimable);
}

TEST_CASE("hundreds of thousands of patients") {
  const Pooled r =
      pool(Measure::RR, {100000, 210000, 160000}, {1000000, 2000000, 1500000}, {120000, 230000, 170000}, {1000000, 2000000, 1500000});
  CHECK(r.random.status == Status::ok);
  CHECK(*r.heterogeneity.rho > 0);
  CHECK(*r.random.ci_lower < *r.random.estimate);
}

}  // namespace

// Maximised separately with beta functions and searches without derivatives; profile ends good to 1e-8.
TEST_CASE("beta-binomial odds ratio with a moderator") {
  StudySet trials = two_arm_counts({4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27},
                                   {119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886},
                                   {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29},
                                   {128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825});
  trials.columns.push_back({"latitude",
                            {"44", "55", "42", "52", "13", "44", "19", "13", "27", "42", "18", "33", "33"},
                            {44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33},
                            true});
  const Analysis a = analyse(trials, {.effect = {.measure = Measure::OR}, .pooling = Pooling::betabin, .mods = "latitude"});
  REQUIRE(a.regression);
  REQUIRE(a.regression->beta.size() == 2);
  CHECK(std::abs(a.regression->beta[1] + 0.0259504) < 1e-6);
  CHECK(std::abs(*a.regression->ci_lower[1] + 0.07666585671693717) < 1e-8);
  CHECK(std::abs(*a.regression->ci_upper[1] - 0.025185308422173987) < 1e-8);
  CHECK(relative_error(*a.fit.loglik, -138.40612722319003) < 1e-9);
  CHECK(std::abs(*a.heterogeneity.rho - 0.0374743) < 1e-6);
  CHECK(!a.heterogeneity.tau2);
  CHECK(*a.heterogeneity.lrt_df == 22);
}
