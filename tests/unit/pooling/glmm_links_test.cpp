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

TEST_CASE("a common proportion does not depend on the link") {
  const double lower = *analyse(single_arm_counts({3, 5, 2}, {20, 31, 17})).common.display.ci_lower;
  for (Link link : {Link::logit, Link::probit, Link::cloglog}) {
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
