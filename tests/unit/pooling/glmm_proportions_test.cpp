#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;
using Counts = std::vector<double>;

Options resolved(IntervalMethod interval) {
  Options options;
  options.effect.measure = Measure::PLO;
  options.pooling = options.pooling_common = Pooling::glmm;
  options.interval = options.interval_common = interval;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::v;
  return options;
}

Pooled pool(const Counts& x, const Counts& n, const Options& options) {
  const StudySet studies = single_arm_counts(x, n);
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design{x.size(), {"intercept"}, Counts(x.size(), 1.0), true, {}};
  return pool_glmm({studies, effects, options, design});
}
Pooled pool(const Counts& x, const Counts& n, IntervalMethod interval = IntervalMethod::profile) {
  return pool(x, n, resolved(interval));
}

const Counts pritz_x{16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6}, pritz_n{17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10};

TEST_CASE("dat.pritz1997 as metafor has it, log-likelihood as it is") {
  const Pooled r = pool(pritz_x, pritz_n, IntervalMethod::z);
  // Heterogeneity statistics of rma.glmm (closed forms there too); its log-likelihood, -21.66, is the conditional one.
  CHECK(relative_error(*r.heterogeneity.q, 25.097908511158927) < 1e-13);
  CHECK(*r.heterogeneity.q_df == 13);
  CHECK(relative_error(*r.heterogeneity.i2, 0.6778894477722079) < 1e-7);
  CHECK(relative_error(*r.heterogeneity.h2, 3.1045241861335056) < 1e-7);
  CHECK(relative_error(*r.fit.loglik, -32.60544731531542440176632) < 1e-15);
  CHECK(relative_error(*r.fit.aic, 69.2108946306308488) < 1e-15);
  CHECK(relative_error(*r.random.ci_lower, 1.376594389018421703 - 1.959963984540054236 * 0.2883798590761435506) < 1e-13);
  REQUIRE(r.random.marginal);
  CHECK(*r.random.marginal->estimate < 1 / (1 + std::exp(-*r.random.estimate)));
  CHECK(*r.random.marginal->ci_lower < *r.random.marginal->estimate);
  CHECK(*r.random.marginal->ci_upper > *r.random.marginal->estimate);
  double sum = 0;
  for (const auto& w : r.weight_random) sum += *w;
  CHECK(relative_error(sum, 1) < 1e-14);
  CHECK(*r.prediction.df == 13);
}

TEST_CASE("profile is the default interval, z stands beside it") {
  const Pooled r = pool({3, 2, 9}, {6, 10, 20});
  REQUIRE(r.random.intervals.size() == 2);
  CHECK(r.random.intervals[0].method == IntervalMethod::profile);
  CHECK(*r.random.ci_lower == *r.random.intervals[0].ci_lower);
  CHECK(*r.random.intervals[1].ci_lower != *r.random.ci_lower);
  const auto expit = [](double t) { return 1 / (1 + std::exp(-t)); };
  CHECK(expit(*r.random.ci_lower) == doctest::Approx(0.188).epsilon(0.002));  // published with three digits
  CHECK(expit(*r.random.ci_upper) == doctest::Approx(0.594).epsilon(0.002));
}

TEST_CASE("all-zero, all-event and single-study data give the exact interval, never a silent [0, 1]") {
  const Pooled none = pool({0, 0, 0}, {5, 8, 12});
  CHECK(none.random.status == Status::exact);
  CHECK(!none.random.reason.empty());
  CHECK(!none.random.estimate);
  CHECK(*none.random.display.estimate == 0);
  CHECK(*none.random.display.ci_lower == 0);
  CHECK(relative_error(*none.random.display.ci_upper, 1 - std::pow(0.025, 1.0 / 25)) < 1e-14);
  CHECK(none.heterogeneity.status == Status::not_estimable);
  CHECK(!none.heterogeneity.tau2);
  CHECK(none.common.status == Status::exact);

  const Pooled all = pool({5, 8, 12}, {5, 8, 12});
  CHECK(*all.random.display.estimate == 1);
  CHECK(*all.random.display.ci_upper == 1);
  CHECK(relative_error(*all.random.display.ci_lower, std::pow(0.025, 1.0 / 25)) < 1e-14);
  CHECK(!all.random.ci_upper);

  const Pooled one = pool({16}, {20});
  CHECK(one.random.status == Status::exact);
  CHECK(relative_error(*one.random.estimate, std::log(4.0)) < 1e-15);
  CHECK(relative_error(*one.random.display.ci_lower, 0.5633860) < 1e-6);  // 0.5634, 0.9427 in every table
  CHECK(relative_error(*one.random.display.ci_upper, 0.9426660) < 1e-6);
  CHECK(one.heterogeneity.status == Status::not_estimable);
  // Asked for by name, the common effect of one study has its z interval.
  const Pooled z = pool({7}, {50}, IntervalMethod::z);
  CHECK(relative_error(*z.common.estimate, std::log(7.0 / 43)) < 1e-14);
  CHECK(relative_error(*z.common.se, std::sqrt(50.0 / (7 * 43))) < 1e-14);
  CHECK(z.random.status == Status::exact);
}

TEST_CASE("separated and extreme data are fitted or refused with a reason") {
  const Pooled mixed = pool({0, 6, 2}, {6, 6, 9});
  CHECK(mixed.fit.status == Status::converged);
  CHECK(*mixed.heterogeneity.tau2 > 1);
  CHECK(mixed.random.status == Status::ok);
  CHECK(*mixed.random.ci_lower < *mixed.random.estimate);

  const Pooled opposite = pool({0, 6}, {6, 6});
  CHECK(opposite.random.status == Status::not_estimable);
  CHECK(!opposite.random.reason.empty());
  CHECK(!opposite.heterogeneity.tau2);
  CHECK(opposite.common.status == Status::ok);
  CHECK(*opposite.heterogeneity.lrt > 10);

  const Pooled singles = pool({0, 1, 1, 0, 1, 1, 1}, Counts(7, 1.0));
  CHECK(*singles.heterogeneity.tau2 == 0);
  REQUIRE(!singles.warnings.empty());
  CHECK(singles.warnings.back().code == "tau2-not-identified");

  const Pooled huge = pool({1, 500000000}, {1000000000, 1000000000});
  CHECK(huge.fit.status == Status::converged);
}

TEST_CASE("prediction needs three studies") {
  const Pooled two = pool({2, 9}, {20, 20});
  CHECK(two.prediction.status == Status::not_estimable);
  CHECK(!two.prediction.reason.empty());
}

}  // namespace
