// Negative binomial pooling of person-time.
#include <doctest/doctest.h>
#include <cmath>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>

#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;
using Counts = std::vector<double>;

Pooled pool(StudyData data, Measure measure, std::size_t k) {
  StudySet studies;
  studies.data = std::move(data);
  for (std::size_t i = 0; i < k; ++i) studies.study.push_back("study " + std::to_string(i + 1)), studies.row.push_back(i + 1);
  Options options;
  options.effect.measure = measure;
  options.interval = options.interval_common = IntervalMethod::profile;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::none;
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design{k, {"intercept"}, Counts(k, 1.0), true, {}};
  return pool_negative_binomial({studies, effects, options, design});
}

TEST_CASE("one rate: maximum and profile intervals against 40-digit values") {
  const Pooled r = pool(SingleArmRates{{3, 14, 0, 22, 9}, {40, 51, 33, 60, 72.5}}, Measure::IRLN, 5);
  CHECK(relative_error(*r.random.estimate, -1.763583033446131831008) < 1e-14);
  CHECK(relative_error(*r.random.se, 0.4158666614925734157524) < 1e-12);
  CHECK(relative_error(*r.fit.loglik, -15.86527992385202210451) < 1e-14);
  CHECK(relative_error(*r.heterogeneity.dispersion, 0.7562341983488987088811) < 1e-13);
  CHECK(relative_error(*r.random.ci_lower, -2.68559058478767) < 1e-12);
  CHECK(relative_error(*r.random.ci_upper, -0.526905031373751) < 1e-12);
  CHECK(relative_error(*r.heterogeneity.dispersion_ci_lower, 0.120621160316829) < 1e-11);
  CHECK(relative_error(*r.heterogeneity.dispersion_ci_upper, 4.32477403473409) < 1e-11);
  CHECK(!r.heterogeneity.tau2);
  CHECK(*r.heterogeneity.lrt_tau2_p == doctest::Approx(0.5 * *r.heterogeneity.lrt_tau2_p_plain));
}

TEST_CASE("rates that vary less than Poisson ones leave the dispersion at 0") {
  const Pooled r = pool(SingleArmRates{{20, 21, 19, 20}, {100, 100, 100, 100}}, Measure::IRLN, 4);
  CHECK(*r.heterogeneity.dispersion == 0);
  CHECK(*r.heterogeneity.dispersion_ci_lower == 0);
  CHECK(relative_error(*r.random.estimate, std::log(0.2)) < 1e-14);
  CHECK(*r.heterogeneity.lrt_tau2_p == 1);
}

TEST_CASE("no events, and one study, have exact intervals") {
  const Pooled none = pool(SingleArmRates{{0, 0}, {30, 10}}, Measure::IRLN, 2);
  CHECK(none.random.status == Status::exact);
  CHECK(relative_error(*none.random.display.ci_upper, -std::log(0.025) / 40) < 1e-13);
  CHECK(pool(SingleArmRates{{4}, {30}}, Measure::IRLN, 1).random.status == Status::exact);
}

TEST_CASE("rate ratio: maximum and profile intervals against 30-digit values") {
  const TwoArmRates rates{{3, 14, 0, 2, 9}, {40, 51, 33, 60, 72.5}, {7, 19, 0, 11, 8}, {38, 50, 30, 66, 70}};
  const Pooled r = pool(rates, Measure::IRR, 5);
  CHECK(relative_error(*r.common.estimate, -0.482660883631924962) < 1e-13);
  CHECK(relative_error(*r.common.se, 0.240766685006010198) < 1e-12);
  CHECK(relative_error(*r.common.ci_lower, -0.9654639161495573) < 1e-11);
  CHECK(relative_error(*r.common.ci_upper, -0.01721891819951744) < 1e-10);
  CHECK(relative_error(*r.heterogeneity.dispersion, 0.80126621564142897) < 1e-12);
  CHECK(relative_error(*r.heterogeneity.dispersion_ci_lower, 0.1564600733694062) < 1e-10);
  CHECK(relative_error(*r.heterogeneity.dispersion_ci_upper, 4.419428869819076) < 1e-10);
  CHECK(relative_error(*r.fit.loglik, -26.5860183081534764) < 1e-14);
  CHECK(r.heterogeneity.k == 5);  // the study without events informs about the rates
  CHECK(r.random.status == Status::not_requested);
}

TEST_CASE("equal times: the split of the events, whatever the dispersion") {
  const Pooled r = pool(TwoArmRates{{3, 10, 2}, {20, 20, 20}, {6, 14, 10}, {20, 20, 20}}, Measure::IRR, 3);
  CHECK(relative_error(*r.common.estimate, std::log(15.0 / 30)) < 1e-12);
  CHECK(relative_error(*r.common.se, std::sqrt(1 / 15.0 + 1 / 30.0)) < 1e-11);
}

TEST_CASE("rate ratio where one arm has no event, or neither has") {
  const Counts none{0, 0, 0}, some{4, 1, 9}, time{30, 20, 40};
  const Pooled zero = pool(TwoArmRates{none, time, some, time}, Measure::IRR, 3);
  CHECK(zero.common.status == Status::one_sided);
  CHECK(!zero.common.ci_lower);
  // Equal times: l(theta) falls short of its supremum by -14 log(1 - share).
  CHECK(relative_error(*zero.common.ci_upper, std::log(std::expm1(3.841458820694124 / 28))) < 1e-9);
  const Pooled infinite = pool(TwoArmRates{some, time, none, time}, Measure::IRR, 3);
  CHECK(relative_error(*infinite.common.ci_lower, -*zero.common.ci_upper) < 1e-9);
  CHECK(pool(TwoArmRates{none, time, none, time}, Measure::IRR, 3).common.status == Status::not_estimable);
}

TEST_CASE("moderators of a rate") {
  StudySet studies;
  studies.data = SingleArmRates{{3, 14, 5, 22, 9, 30}, {40, 51, 33, 60, 72.5, 64}};
  for (std::size_t i = 0; i < 6; ++i) studies.study.push_back("study"), studies.row.push_back(i + 1);
  Options options;
  options.effect.measure = Measure::IRLN;
  options.interval = options.interval_common = IntervalMethod::z;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::none;
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design{6, {"intercept", "late"}, {1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1}, true, {}};
  const Pooled r = pool_negative_binomial({studies, effects, options, design});
  REQUIRE(r.regression);
  CHECK(r.regression->beta.size() == 2);
}

}  // namespace

TEST_CASE("one silent arm: the dispersion is that of the other") {
  StudySet both, alone;
  both.data = TwoArmRates{{0, 0, 0}, {26, 22, 28}, {9, 3, 2}, {22, 21, 18}};
  alone.data = SingleArmRates{{9, 3, 2}, {22, 21, 18}};
  for (StudySet* studies : {&both, &alone})
    for (std::size_t i = 1; i <= 3; ++i) studies->study.push_back("study " + std::to_string(i)), studies->row.push_back(i);
  const Heterogeneity two = analyse(both, {.pooling = Pooling::negbin}).heterogeneity,
                      one = analyse(alone, {.pooling = Pooling::negbin}).heterogeneity;
  CHECK(two.status == Status::ok);
  REQUIRE(two.dispersion);
  CHECK(*two.dispersion == *one.dispersion);
  CHECK(*two.dispersion_ci_lower == 0);
  CHECK(*two.dispersion_ci_upper == *one.dispersion_ci_upper);
  CHECK(*two.lrt_tau2_p == *one.lrt_tau2_p);
}
