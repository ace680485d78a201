// Beta-binomial and exact common proportion.
#include <doctest/doctest.h>
#include <cmath>
#include <utility>
#include <vector>

#include <tausq/analysis.hpp>

#include "engine/model/beta_binomial.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;
using Counts = std::vector<double>;

Pooled pool(Pooled (*kernel)(const PoolingInput&), const Counts& x, const Counts& n, IntervalMethod interval = IntervalMethod::profile) {
  const StudySet studies = single_arm_counts(x, n);
  Options options;
  options.effect.measure = Measure::PLO;
  options.interval = options.interval_common = interval;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::none;
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design{x.size(), {"intercept"}, Counts(x.size(), 1.0), true, {}};
  return kernel({studies, effects, options, design});
}

TEST_CASE("beta-binomial maximum likelihood against 25-digit truth") {
  const Pooled small = pool(pool_beta_binomial, {3, 0, 5, 2, 18}, {20, 15, 30, 22, 25});
  CHECK(relative_error(*small.random.estimate, -1.159937984881702929515195) < 1e-14);
  CHECK(relative_error(*small.fit.loglik, -13.53045727638332675546792) < 1e-15);
  CHECK(relative_error(*small.random.se, 0.5614394535935250705073515) < 1e-13);
  CHECK(relative_error(*small.heterogeneity.rho, 1 / (1 + 0.6719556964662152486429922 + 2.143360911331302893253481)) < 1e-13);
  const Pooled big = pool(pool_beta_binomial, {50, 800, 120}, {1000, 2000, 1500});
  CHECK(relative_error(*big.random.estimate, -1.524181727709055718106245) < 1e-13);
  CHECK(relative_error(*big.fit.loglik, -19.56023766378609521802857) < 1e-12);
  CHECK(!big.heterogeneity.tau2);
  CHECK(*big.heterogeneity.rho_ci_lower > 0);
  CHECK(*big.heterogeneity.rho_ci_lower < *big.heterogeneity.rho);
  CHECK(*big.heterogeneity.rho_ci_upper > *big.heterogeneity.rho);
}

TEST_CASE("counts of 1e9 and 1e14 patients lose no digits to the size of the sums") {
  const Pooled r = pool(pool_beta_binomial, {1e8, 1.1e8, 1.01e8}, {3e8, 1e9, 3e8});
  CHECK(relative_error(*r.random.estimate, -1.0577694594397604538) < 1e-13);
  CHECK(relative_error(*r.random.se, 0.340628416878458062) < 1e-12);
  // Rounding of the score at 1e9 patients: 2e-13 to 6e-13, by where Newton's method starts.
  CHECK(relative_error(*r.heterogeneity.rho, 0.066800717218564454912) < 1e-12);
  CHECK(relative_error(*r.fit.loglik, -57.367675175942839977) < 1e-15);
  const Pooled huge = pool(pool_beta_binomial, {1e14, 1.1e14, 1.01e14}, {3e14, 3e14, 3e14});
  CHECK(relative_error(*huge.random.estimate, -0.63861870202383213608) < 1e-10);
  CHECK(relative_error(*huge.heterogeneity.rho, 0.00098383252260875476066) < 1e-9);
  CHECK(relative_error(*huge.fit.loglik, -91.644876849889381562) < 1e-14);
}

TEST_CASE("a maximum that is not found is said so, never the boundary in its place") {
  const Pooled far = pool(pool_beta_binomial, {1, 1000, 1e6}, {1e9, 1e9, 1e9});
  CHECK(*far.common.estimate == doctest::Approx(-8.005033345637443));
  if (far.random.status == Status::not_converged)
    CHECK(!far.random.estimate);
  else
    CHECK(*far.heterogeneity.rho > 1e-4);
}

TEST_CASE("counts that vary less than binomial ones leave rho at 0") {
  const Pooled r = pool(pool_beta_binomial, {48, 52, 61, 45, 50, 55}, {100, 100, 110, 95, 102, 104});
  CHECK(*r.heterogeneity.rho == 0);
  CHECK(*r.heterogeneity.rho_ci_lower == 0);
  CHECK(relative_error(*r.random.estimate, *r.common.estimate) < 1e-13);
  CHECK(pool(pool_beta_binomial, {0, 0}, {5, 9}).random.status == Status::exact);
}

TEST_CASE("beyond 1e12 patients the exact proportion has the interval that was asked for, no others beside it") {
  const Pooled r = pool(pool_exact, {5, 1e14}, {1e15, 1e15}, IntervalMethod::exact);
  CHECK(*r.common.ci_lower < *r.common.estimate);
  CHECK(*r.common.estimate < *r.common.ci_upper);
  for (const NamedInterval& interval : r.common.intervals) CHECK(interval.method != IntervalMethod::blaker);
}

TEST_CASE("exact common proportion") {
  const Pooled r = pool(pool_exact, {7, 9}, {8, 12}, IntervalMethod::exact);
  CHECK(r.common.status == Status::ok);
  CHECK(relative_error(*r.common.display.estimate, 0.8) < 1e-15);
  CHECK(relative_error(*r.common.display.ci_lower, 0.5633860) < 1e-6);  // 16/20 in every table
  CHECK(relative_error(*r.common.display.ci_upper, 0.9426660) < 1e-6);
  CHECK(r.random.status == Status::not_requested);
  CHECK(relative_error(*r.heterogeneity.q, 0.36 / 1.28 + 0.36 / 1.92) < 1e-13);  // (7 - 6.4)^2 / (8 x 0.16) + (9 - 9.6)^2 / (12 x 0.16)
  const Pooled none = pool(pool_exact, {0, 0, 0}, {5, 8, 12}, IntervalMethod::exact);
  CHECK(*none.common.display.ci_lower == 0);
  CHECK(relative_error(*none.common.display.ci_upper, 1 - std::pow(0.025, 0.04)) < 1e-14);
  CHECK(none.heterogeneity.status == Status::not_estimable);
}

TEST_CASE("a new study by a beta distribution: variance between studies and of the mean together") {
  Options options;
  options.pooling = Pooling::betabin;
  options.predict_n = 1;
  const StudySet studies = single_arm_counts({3, 0, 5, 2, 18}, {20, 15, 30, 22, 25});
  const Analysis one = analyse(studies, options);
  REQUIRE(one.prediction.counts);
  CHECK(one.prediction.method == PredictionMethod::z);
  const double p = 1 / (1 + std::exp(-*one.random.estimate)), spread = p * (1 - p);
  CHECK(*one.prediction.counts->mean == doctest::Approx(p).epsilon(1e-13));
  const double rho = *one.heterogeneity.rho + spread * *one.random.se * *one.random.se, size = (1 - rho) / rho;
  CHECK(numerics::beta_cdf(*one.prediction.display.ci_lower, p * size, (1 - p) * size) == doctest::Approx(0.025).epsilon(1e-10));
  CHECK(numerics::beta_sf(*one.prediction.display.ci_upper, p * size, (1 - p) * size) == doctest::Approx(0.025).epsilon(1e-10));
  options.predict_n = 100000;
  const Analysis many = analyse(studies, options);
  CHECK(static_cast<double>(many.prediction.counts->upper) == doctest::Approx(1e5 * *one.prediction.display.ci_upper).epsilon(1e-3));
  options.prediction = PredictionMethod::hts;
  CHECK(analyse(studies, options).prediction.status == Status::not_estimable);
  options = {};
  options.pooling = Pooling::betabin;
  CHECK(analyse(studies, options).prediction.status == Status::not_requested);
}

TEST_CASE("beta-binomial probabilities, bowl-shaped too") {
  for (const auto& [a, b] : {std::pair{2.5, 4.0}, {0.01, 0.02}, {300.0, 5.0}}) {
    const std::vector<double> p = model::beta_binomial_probabilities(12, a, b);
    for (std::size_t y = 0; y <= 12; ++y) {
      const double x = static_cast<double>(y), log_p = std::lgamma(13) - std::lgamma(x + 1) - std::lgamma(13 - x) + std::lgamma(x + a) +
                                                       std::lgamma(12 - x + b) - std::lgamma(12 + a + b) + std::lgamma(a + b) -
                                                       std::lgamma(a) - std::lgamma(b);
      CHECK(p[y] == doctest::Approx(std::exp(log_p)).epsilon(1e-11));
    }
  }
}

}  // namespace
