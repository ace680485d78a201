// Mantel-Haenszel, Peto and sample-size pooling.
#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include <tausq/effects.hpp>

#include "engine/pooling/pooling.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::pooling;

Pooled pooled(Pooled (*kernel)(const PoolingInput&), const StudySet& studies, Options options) {
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design;
  return kernel({studies, effects, options, design});
}

Options measured(Measure measure) {
  Options options;
  options.effect.measure = measure;
  options.tau2 = Tau2Method::REML;
  return options;
}

double total(const std::vector<std::optional<double>>& weights) {
  double sum = 0;
  for (const auto& weight : weights) sum += weight.value_or(0);
  return sum;
}

// Beta blockers after infarction (Yusuf et al. 1985, table 6): 21 trials, three of them without any event.
const StudySet yusuf = two_arm_counts({14, 18, 15, 10, 21, 3, 2, 19, 15, 5, 0, 8, 3, 0, 1, 0, 14, 0, 8, 6, 3},
                                      {42, 48, 85, 42, 205, 35, 18, 57, 91, 57, 9, 125, 45, 16, 41, 25, 207, 11, 251, 151, 174},
                                      {15, 19, 12, 12, 24, 6, 3, 15, 9, 4, 0, 11, 3, 0, 1, 3, 15, 0, 7, 4, 2},
                                      {43, 45, 83, 35, 204, 25, 17, 52, 105, 53, 8, 116, 46, 13, 45, 22, 213, 11, 122, 154, 134});

TEST_CASE("Mantel-Haenszel odds ratio of Yusuf's trials as metafor's rma.mh has it") {
  Options options = measured(Measure::OR);
  options.effect.drop00 = true;
  const Pooled result = pooled(pool_mantel_haenszel, yusuf, options);
  CHECK(relative_error(*result.common.estimate, -0.06896174118632838579) < 2e-15);
  CHECK(relative_error(*result.common.se, 0.1191880841790202288) < 2e-15);
  CHECK(relative_error(*result.common.p_value, 0.5628618472227169) < 1e-13);
  CHECK(relative_error(*result.common.ci_lower, -0.30256609356353636) < 1e-13);
  CHECK(relative_error(*result.common.ci_upper, 0.1646426111908793) < 1e-13);
  CHECK(relative_error(*result.heterogeneity.q, 9.423318051078799434) < 5e-15);
  CHECK(result.heterogeneity.q_df == 17);
  CHECK(relative_error(*result.heterogeneity.q_p, 0.9260385512144337) < 1e-13);
  CHECK(relative_error(*result.tests->cmh.statistic, 0.2700840765442658296) < 2e-15);
  CHECK(relative_error(*result.tests->cmh.p_value, 0.6032753786232357) < 1e-13);
  CHECK(relative_error(*result.tests->breslow_day.statistic, 10.92887054035777805) < 5e-15);
  CHECK(relative_error(*result.tests->tarone.statistic, 10.92884610277950343) < 5e-15);
  CHECK(relative_error(*result.tests->tarone.p_value, 0.8602388935965637) < 1e-12);
  CHECK(relative_error(total(result.weight_common), 1) < 1e-15);
  CHECK(result.excluded.empty());  // drop00 has listed them
}

TEST_CASE("Peto odds ratio of Yusuf's trials") {
  const Pooled result = pooled(pool_peto, yusuf, measured(Measure::PETO));
  CHECK(relative_error(*result.common.estimate, -0.06916763223649609723) < 2e-15);
  CHECK(relative_error(*result.common.se, 0.1193808058542681529) < 2e-15);
  CHECK(relative_error(*result.heterogeneity.q, 10.82748467937424873) < 5e-15);
  CHECK(relative_error(*result.heterogeneity.q_p, 0.8653902592907434) < 1e-13);
  // rma.peto without drop00 counts the three trials without events in the degrees of freedom, though their terms are 0.
  CHECK(result.heterogeneity.k == 18);
  CHECK(result.heterogeneity.q_df == 17);
  CHECK(result.excluded.size() == 3);
  CHECK(result.excluded[0].row == 11);
  CHECK(relative_error(total(result.weight_common), 1) < 1e-15);
}

TEST_CASE("the conventions of R's meta: corrected zero cells, Greenland and Robins's variance") {
  Options options = measured(Measure::OR);
  options.effect.drop00 = true;
  options.effect.convention = Preset::meta;
  const Pooled odds = pooled(pool_mantel_haenszel, yusuf, options);
  CHECK(relative_error(*odds.common.estimate, -0.06875030966249422) < 1e-13);
  CHECK(relative_error(*odds.common.se, 0.1190046944901661) < 1e-13);
  CHECK(relative_error(*odds.heterogeneity.q, 9.420298357692609) < 1e-12);
  options.effect.measure = Measure::RD;
  options.effect.drop00 = false;
  const Pooled difference = pooled(pool_mantel_haenszel, yusuf, options);
  CHECK(relative_error(*difference.common.estimate, -0.005509604237984823) < 1e-13);
  CHECK(relative_error(*difference.common.se, 0.009468732999272825) < 1e-13);
}

TEST_CASE("no event in one arm: the ratio is 0 and says so") {
  const StudySet studies = two_arm_counts({0, 0}, {10, 17}, {2, 1}, {12, 15});
  const Pooled result = pooled(pool_mantel_haenszel, studies, measured(Measure::OR));
  CHECK(result.common.status == Status::one_sided);
  CHECK_FALSE(result.common.estimate);
  CHECK(result.common.display.estimate == 0);
  CHECK_FALSE(result.common.reason.empty());
  CHECK(result.tests->cmh.statistic);
  CHECK_FALSE(result.tests->tarone.statistic);
  const StudySet swapped = two_arm_counts({2, 1}, {12, 15}, {0, 0}, {10, 17});
  const Pooled infinite = pooled(pool_mantel_haenszel, swapped, measured(Measure::RR));
  CHECK(infinite.common.status == Status::one_sided);
  CHECK_FALSE(infinite.common.display.estimate);
}

TEST_CASE("no event anywhere: nothing to estimate, and why") {
  const StudySet studies = two_arm_counts({0, 0}, {10, 17}, {0, 0}, {12, 15});
  for (Measure measure : {Measure::OR, Measure::RR, Measure::RD}) {
    const Pooled result = pooled(pool_mantel_haenszel, studies, measured(measure));
    CHECK(result.common.status == Status::not_estimable);
    CHECK(result.heterogeneity.status == Status::not_estimable);
    CHECK_FALSE(result.common.reason.empty());
    CHECK_FALSE(result.common.estimate);
    CHECK(result.excluded.size() == (measure == Measure::RD ? 0 : 2));
  }
  const Pooled one_step = pooled(pool_peto, studies, measured(Measure::PETO));
  CHECK(one_step.common.status == Status::not_estimable);
  CHECK(one_step.heterogeneity.status == Status::not_estimable);
}

TEST_CASE("one study: its own effect, no heterogeneity") {
  const StudySet studies = two_arm_counts({7}, {13}, {4}, {21});
  const Pooled result = pooled(pool_mantel_haenszel, studies, measured(Measure::OR));
  CHECK(relative_error(*result.common.estimate, std::log(7 * 21 / (13 * 4.0))) < 1e-15);
  CHECK(relative_error(*result.common.se, std::sqrt(1 / 7.0 + 1 / 13.0 + 1 / 4.0 + 1 / 21.0)) < 1e-15);
  CHECK(result.heterogeneity.q_p == 1);
  CHECK(result.heterogeneity.status == Status::not_estimable);
  CHECK_FALSE(result.heterogeneity.i2_from_q);
}

TEST_CASE("a narrower level gives a narrower interval, a far estimate a finite log p") {
  const StudySet studies = two_arm_counts({900000, 800000}, {100000, 200000}, {100000, 200000}, {900000, 800000});
  Options options = measured(Measure::OR);
  const Pooled wide = pooled(pool_mantel_haenszel, studies, options);
  options.level = 0.5;
  const Pooled narrow = pooled(pool_mantel_haenszel, studies, options);
  CHECK(*narrow.common.ci_lower > *wide.common.ci_lower);
  CHECK(*narrow.common.ci_upper < *wide.common.ci_upper);
  CHECK(*wide.common.p_value == 0);
  const double z = *wide.common.statistic;
  CHECK(relative_error(*wide.common.log_p_value, -0.5 * z * z) < 1e-4);
}

TEST_CASE("person-time without any event takes part in the risk difference, not in Q") {
  StudySet studies;
  studies.study = {"a", "b", "c"};
  studies.row = {2, 3, 4};
  studies.data = TwoArmRates{{11, 3, 0}, {120.5, 80.25, 40}, {19, 6, 0}, {130, 77.5, 41}};
  const Pooled result = pooled(pool_mantel_haenszel, studies, measured(Measure::IRD));
  CHECK(result.heterogeneity.q_df == 1);
  CHECK(result.excluded.empty());
  CHECK(*result.weight_common[2] > 0);
  const Pooled ratio = pooled(pool_mantel_haenszel, studies, measured(Measure::IRR));
  CHECK(ratio.excluded.size() == 1);
  CHECK_FALSE(ratio.weight_common[2]);
}

TEST_CASE("sample-size weights on the BCG trials as R's meta has them") {
  const StudySet bcg = two_arm_counts({4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27},
                                      {119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886},
                                      {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29},
                                      {128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825});
  const Pooled result = pooled(pool_sample_size, bcg, measured(Measure::OR));
  CHECK(relative_error(*result.common.estimate, -0.2324716456575183) < 2e-15);
  CHECK(relative_error(*result.common.se, 0.05140844999143752) < 2e-15);
  CHECK(*result.random.estimate == *result.common.estimate);
  CHECK(relative_error(*result.random.se, 0.3310131946808885) < 1e-12);  // with tau2 as meta's REML stopped
  CHECK(relative_error(total(result.weight_random), 1) < 1e-15);
  CHECK(result.weight_common == result.weight_random);
}

}  // namespace
