// One odds ratio for all studies: exact conditional and penalised; Mantel-Haenszel where one arm has no event.
#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;
using Counts = std::vector<double>;

Pooled pool(Pooled (*kernel)(const PoolingInput&), const Counts& a, const Counts& b, const Counts& c, const Counts& d,
            IntervalMethod interval) {
  const StudySet studies = two_arm_counts(a, b, c, d);
  Options options;
  options.effect.measure = Measure::OR;
  options.interval = options.interval_common = interval;
  options.prediction = PredictionMethod::none;
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design{a.size(), {"intercept"}, Counts(a.size(), 1.0), true, {}};
  return kernel({studies, effects, options, design});
}

TEST_CASE("tables too large for exact sums are refused with a reason, and at once") {
  const Pooled r = pool(pool_exact, {1e14, 3e14}, {1e15, 1e15}, {2e14, 1e14}, {1e15, 1e15}, IntervalMethod::exact);
  CHECK(r.common.status == Status::not_estimable);
  CHECK(!r.common.estimate);
  CHECK(!r.common.reason.empty());
}

TEST_CASE("one table: Fisher's exact limits") {
  // R: fisher.test(matrix(c(3, 7, 1, 11), 2)): conditional estimate 4.428..., tails checked by direct summation.
  const Pooled r = pool(pool_exact, {3}, {7}, {1}, {11}, IntervalMethod::exact);
  const auto tail = [](double theta, bool upper) {
    double sum = 0, part = 0;
    for (int j = 0; j <= 4; ++j) {
      const double weight = std::exp(std::lgamma(11) - std::lgamma(j + 1) - std::lgamma(11 - j) + std::lgamma(13) - std::lgamma(5 - j) -
                                     std::lgamma(9 + j) + j * theta);
      sum += weight;
      if (upper ? j >= 3 : j <= 3) part += weight;
    }
    return part / sum;
  };
  CHECK(std::abs(tail(*r.common.ci_lower, true) - 0.025) < 1e-14);
  CHECK(std::abs(tail(*r.common.ci_upper, false) - 0.025) < 1e-14);
  CHECK(relative_error(*r.common.p_value, 2 * tail(0, true)) < 1e-13);
  CHECK(r.random.status == Status::not_requested);
  CHECK(r.heterogeneity.status == Status::not_estimable);
}

TEST_CASE("exact and mid-p limits nest; tables without information are listed") {
  const Counts a{1, 3, 0, 0}, b{9, 17, 8, 12}, c{0, 5, 2, 0}, d{12, 15, 6, 9};
  const Pooled exact = pool(pool_exact, a, b, c, d, IntervalMethod::exact), mid = pool(pool_exact, a, b, c, d, IntervalMethod::midp);
  CHECK(exact.excluded.size() == 1);
  CHECK(exact.heterogeneity.k == 3);
  CHECK(*exact.heterogeneity.lrt_df == 2);
  CHECK(*exact.common.estimate == *mid.common.estimate);
  CHECK(*exact.common.ci_lower < *mid.common.ci_lower);
  CHECK(*exact.common.ci_upper > *mid.common.ci_upper);
  CHECK(*exact.common.p_value > *mid.common.p_value);
  CHECK(*exact.common.intervals[1].ci_lower == *mid.common.ci_lower);
  CHECK(!exact.weight_common[3]);
}

TEST_CASE("no event under treatment in any study") {
  const Counts a{0, 0, 0}, b{20, 30, 15}, c{3, 1, 2}, d{17, 29, 13};
  const Pooled exact = pool(pool_exact, a, b, c, d, IntervalMethod::exact), mh = pool(pool_mantel_haenszel, a, b, c, d, IntervalMethod::z);
  CHECK(exact.common.status == Status::one_sided);
  CHECK(mh.common.status == Status::one_sided);
  CHECK(!exact.common.ci_lower);
  CHECK(relative_error(*mh.common.ci_upper, *exact.common.ci_upper) < 1e-14);
  CHECK(*pool(pool_exact, a, b, c, d, IntervalMethod::midp).common.ci_upper < *exact.common.ci_upper);
  const Pooled firth = pool(pool_firth, a, b, c, d, IntervalMethod::profile);
  CHECK(firth.common.status == Status::ok);
  CHECK(*firth.common.estimate < 0);
  CHECK(std::isfinite(*firth.common.ci_lower));
  // The interval excludes no effect exactly where the test does.
  CHECK((*firth.common.ci_upper < 0) == (*firth.common.p_value < 0.05));
}

TEST_CASE("studies with no event at all pull Firth's estimate by their penalty, and it says so") {
  const Counts a{1, 3, 0}, b{9, 17, 40}, c{4, 5, 0}, d{12, 15, 30};
  const Pooled r = pool(pool_firth, a, b, c, d, IntervalMethod::profile);
  REQUIRE(r.warnings.size() == 1);
  CHECK(r.warnings[0].code == "penalty-only");
  CHECK(r.warnings[0].studies == std::vector<std::string>{"study 3"});
  CHECK(pool(pool_firth, {0, 0}, {9, 8}, {0, 0}, {7, 5}, IntervalMethod::profile).common.status == Status::not_estimable);
  double share = 0;
  for (const auto& w : r.weight_common) share += *w;
  CHECK(relative_error(share, 1) < 1e-14);
}

}  // namespace
