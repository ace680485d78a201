#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/problem.hpp>

#include "engine/numerics/distributions.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;

const std::vector<double> events{2, 15, 0, 9, 12, 3, 3, 24}, total{20, 31, 9, 40, 25, 22, 8, 30};

}  // namespace

// Maximised separately by finite differences over a fixed fine grid; good to 1e-7.
TEST_CASE("probit and complementary log-log links") {
  const Analysis probit = analyse(single_arm_counts(events, total), {.link = Link::probit});
  CHECK(probit.options.effect.measure == Measure::PRZ);
  CHECK(probit.options.pooling == Pooling::glmm);
  CHECK(relative_error(*probit.random.estimate, -0.5250811037560301) < 1e-7);
  CHECK(relative_error(*probit.heterogeneity.tau2, 0.5188384925062739) < 1e-6);
  CHECK(relative_error(*probit.fit.loglik, -22.969866106514957) < 1e-12);
  CHECK(relative_error(*probit.random.se, 0.2864752880052115) < 1e-4);
  CHECK(relative_error(*probit.random.display.estimate, numerics::normal_cdf(*probit.random.estimate)) < 1e-12);
  CHECK(relative_error(*probit.random.marginal->estimate,
                       numerics::normal_cdf(*probit.random.estimate / std::sqrt(1 + *probit.heterogeneity.tau2))) < 1e-11);

  const Analysis cloglog = analyse(single_arm_counts(events, total), {.link = Link::cloglog});
  CHECK(cloglog.options.effect.measure == Measure::PCLL);
  CHECK(relative_error(*cloglog.random.estimate, -1.1134290579688981) < 1e-7);
  CHECK(relative_error(*cloglog.heterogeneity.tau2, 0.8499301935618487) < 1e-6);
  CHECK(relative_error(*cloglog.fit.loglik, -22.98128829828924) < 1e-12);
  CHECK(*cloglog.random.display.ci_lower < *cloglog.random.display.estimate);
}

// Likelihood by a grid of 240001 points, maxima and roots by searches without derivatives: good to about 1e-8.
TEST_CASE("log link") {
  std::vector<double> with_full = events, of = total;
  with_full.push_back(6), of.push_back(6);
  const Analysis log = analyse(single_arm_counts(with_full, of), {.link = Link::log});
  CHECK(log.options.effect.measure == Measure::PLN);
  CHECK(relative_error(*log.random.estimate, -1.1617074833) < 1e-7);
  CHECK(relative_error(*log.heterogeneity.tau2, 0.7436810222) < 1e-7);
  CHECK(relative_error(*log.fit.loglik, -25.785187417611564) < 1e-11);
  CHECK(relative_error(*log.random.ci_lower, -1.9928224668527714) < 1e-9);
  CHECK(relative_error(*log.random.ci_upper, -0.4640172746450398) < 1e-9);
  CHECK(relative_error(*log.heterogeneity.tau2_ci_lower, 0.1998711040831015) < 1e-9);
  CHECK(relative_error(*log.heterogeneity.tau2_ci_upper, 3.5407506190322393) < 1e-9);
  // E min(1, exp(mu + tau u)) in closed form
  CHECK(relative_error(*log.random.marginal->estimate, 0.40038304008396924) < 1e-7);
  CHECK(relative_error(*log.random.display.estimate, std::exp(*log.random.estimate)) < 1e-14);
}

TEST_CASE("log link with a moderator: profiles leave tau2 = 0 where its support ends") {
  StudySet studies = single_arm_counts({3, 0, 9, 4, 1}, {20, 12, 30, 9, 17});
  studies.columns.push_back({"x", {"0", "1", "4", "4", "1"}, {0, 1, 4, 4, 1}, true});
  const Analysis a = analyse(studies, {.link = Link::log, .mods = "x"});
  REQUIRE(a.regression);
  CHECK(*a.heterogeneity.tau2 == 0);
  for (const Warning& w : a.warnings) CHECK(w.code != "profile-end");
  CHECK(a.regression->ci_lower[1]);
  CHECK(*a.regression->ci_upper[1] > a.regression->beta[1]);
}

TEST_CASE("log link with a median proportion of 1") {
  const Analysis a = analyse(single_arm_counts({10, 8, 9, 2}, {10, 8, 9, 10}), {.link = Link::log});
  CHECK(*a.random.estimate > 0);
  CHECK(*a.random.display.estimate == 1);
  CHECK(*a.random.display.ci_upper == 1);
  CHECK(*a.random.marginal->estimate < 1);
  CHECK(a.warnings.front().code == "median-at-one");
  // The search for the end of the common effect meets the end of the support.
  CHECK(relative_error(*a.common.estimate, std::log(29.0 / 37)) < 1e-10);
  CHECK(*a.common.ci_upper < 0);
  const double end = *a.common.display.ci_upper, p = 29.0 / 37;
  CHECK(2 * (29 * std::log(p / end) + 8 * std::log((1 - p) / (1 - end))) == doctest::Approx(3.841458820694124).epsilon(1e-7));
  const Analysis none = analyse(single_arm_counts({4, 5}, {4, 5}), {.link = Link::log});
  CHECK(none.random.status == Status::exact);
  CHECK(*none.random.display.estimate == 1);
}

TEST_CASE("a common proportion does not depend on the link") {
  const double lower = *analyse(single_arm_counts({3, 5, 2}, {20, 31, 17})).common.display.ci_lower;
  for (Link link : {Link::logit, Link::probit, Link::cloglog, Link::log}) {
    const Analysis a = analyse(single_arm_counts({3, 5, 2}, {20, 31, 17}), {.link = link});
    CHECK(relative_error(*a.common.display.estimate, 10.0 / 68) < 1e-12);
    CHECK(relative_error(*a.common.display.ci_lower, lower) < 1e-7);
    CHECK(*a.heterogeneity.tau2 == 0);
    const Analysis none = analyse(single_arm_counts({0, 0}, {12, 9}), {.link = link});
    CHECK(none.random.status == Status::exact);
    CHECK(relative_error(*none.random.display.ci_upper, 1 - std::pow(0.025, 1.0 / 21)) < 1e-12);
    const Analysis one = analyse(single_arm_counts({3}, {12}), {.link = link});
    CHECK(relative_error(natural_scale(*one.options.effect.measure, *one.random.ci_lower), *one.random.display.ci_lower) < 1e-12);
  }
}

TEST_CASE("one patient a study: tau2 is not identified, the interval is that of the common proportion, whatever the link") {
  const StudySet patients = single_arm_counts({0, 1, 1, 0, 1}, {1, 1, 1, 1, 1});
  for (const Link link : {Link::logit, Link::probit, Link::cloglog}) {
    const Analysis r = analyse(patients, {.link = link});
    CAPTURE(key(link));
    CHECK(r.fit.status == Status::converged);
    CHECK(*r.heterogeneity.tau2 == 0);
    CHECK(!r.heterogeneity.tau2_ci_upper);
    CHECK(r.random.status == Status::ok);
    // 2 (l(0.6) - l(p)) = 3.8414588206941 for l(p) = 3 log p + 2 log(1 - p)
    for (const double end : {*r.random.display.ci_lower, *r.random.display.ci_upper})
      CHECK(2 * (3 * std::log(0.6 / end) + 2 * std::log(0.4 / (1 - end))) == doctest::Approx(3.8414588206941).epsilon(1e-9));
  }
}

TEST_CASE("measure and link go together") {
  const StudySet studies = single_arm_counts(events, total);
  CHECK(analyse(studies, {.effect = {.measure = Measure::PRZ}, .pooling = Pooling::glmm}).options.link == Link::probit);
  CHECK(analyse(studies, {}).options.link == Link::logit);
  CHECK(!analyse(studies, {.pooling = Pooling::inverse}).options.link);
  CHECK_THROWS_WITH_AS(analyse(studies, {.effect = {.measure = Measure::PLO}, .link = Link::probit}), doctest::Contains("--link"),
                       UsageError);
  CHECK_THROWS_WITH_AS(analyse(studies, {.pooling = Pooling::inverse, .link = Link::probit}), doctest::Contains("--link"), UsageError);
  CHECK_THROWS_WITH_AS(analyse(two_arm_counts({1}, {2}, {3}, {4}), {.link = Link::logit}), doctest::Contains("--link"), UsageError);
}

TEST_CASE("exact test of equal proportions where the tables are few") {
  const Analysis sparse = analyse(single_arm_counts({0, 3, 0}, {5, 8, 12}));
  REQUIRE(sparse.heterogeneity.exact_p);
  CHECK(*sparse.heterogeneity.exact_mid_p < *sparse.heterogeneity.exact_p);
  CHECK(*analyse(single_arm_counts({0, 0, 0}, {5, 8, 12})).heterogeneity.exact_p == 1);
  CHECK(!analyse(single_arm_counts(events, total)).heterogeneity.exact_p);
}

TEST_CASE("drawn tables where they are too many to count") {
  const StudySet studies = single_arm_counts(events, total);
  const Analysis exact = analyse(studies, {.pooling = Pooling::exact});
  REQUIRE(exact.heterogeneity.exact_draws == 10000);
  CHECK(*exact.heterogeneity.exact_p > 0);
  CHECK(analyse(studies, {.pooling = Pooling::exact}).heterogeneity.exact_p == exact.heterogeneity.exact_p);
  CHECK(!analyse(studies, {.pooling = Pooling::exact, .exact_draws = 0}).heterogeneity.exact_p);
  CHECK(analyse(studies, {.pooling = Pooling::glmm, .exact_draws = 500}).heterogeneity.exact_draws == 500);
  CHECK_THROWS_AS(analyse(studies, {.pooling = Pooling::betabin, .exact_draws = 500}), UsageError);
}

TEST_CASE("intervals of the exact common proportion") {
  const auto with = [](IntervalMethod method) {
    return analyse(single_arm_counts({1, 2, 0}, {9, 12, 9}), {.pooling = Pooling::exact, .interval = method}).common;
  };
  const PooledEstimate exact = with(IntervalMethod::exact), midp = with(IntervalMethod::midp), blaker = with(IntervalMethod::blaker);
  CHECK(relative_error(*exact.display.ci_lower, 0.02111713702972257) < 1e-12);
  CHECK(*midp.display.ci_lower > *exact.display.ci_lower);
  CHECK(*midp.display.ci_upper < *exact.display.ci_upper);
  CHECK(*blaker.display.ci_lower >= *exact.display.ci_lower);
  CHECK(*blaker.display.ci_upper < *exact.display.ci_upper);
  CHECK(relative_error(*blaker.ci_upper, std::log(*blaker.display.ci_upper / (1 - *blaker.display.ci_upper))) < 1e-12);
  REQUIRE(exact.intervals.size() == 4);
  CHECK(*exact.intervals[2].display.ci_upper == *blaker.display.ci_upper);
  const PooledEstimate none =
      analyse(single_arm_counts({0, 0}, {9, 12}), {.pooling = Pooling::exact, .interval = IntervalMethod::blaker}).common;
  CHECK(!none.ci_lower);
  CHECK(*none.display.ci_lower == 0);
}
