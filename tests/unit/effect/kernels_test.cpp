// Every measure against high-precision truth, through effect_sizes().
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include <tausq/effects.hpp>

#include "tests/unit/effect/effect_truth.hpp"

using namespace tausq;

namespace {

StudySet one_study(StudyData data) {
  return {{"study"}, {1}, std::move(data), {}};
}

/// The wanted and the gotten numbers agree to `tolerance`, relative.
void check(const StudySet& studies, const EffectOptions& options, double yi, double vi, double tolerance) {
  CAPTURE(key(*options.measure));
  CAPTURE(key(options.vtype));
  const EffectSize study = effect_sizes(studies, options).study[0];
  REQUIRE(study.yi);
  REQUIRE(study.vi);
  CHECK(std::abs(*study.yi - yi) <= tolerance * std::abs(yi));
  CHECK(std::abs(*study.vi - vi) <= tolerance * std::abs(vi));
}

EffectOptions options_of(Measure measure, VarianceType vtype = VarianceType::LS, double add = 0) {
  EffectOptions options;
  options.measure = measure;
  options.vtype = vtype;
  options.add = add;
  options.to = add > 0 ? CorrectionTo::all : CorrectionTo::none;
  return options;
}

}  // namespace

TEST_CASE("proportions, up to n = 2^53") {
  for (const auto& t : truth::proportions) {
    CAPTURE(t.x);
    CAPTURE(t.n);
    check(single_arm_counts({t.x}, {t.n}), options_of(t.measure, VarianceType::LS, t.add), t.yi, t.vi, 1e-15);
  }
}

TEST_CASE("two-by-two tables, also where the two proportions differ by 1e-9") {
  for (const auto& t : truth::tables) {
    CAPTURE(t.cells[0]);
    check(two_arm_counts({t.cells[0]}, {t.cells[1]}, {t.cells[2]}, {t.cells[3]}), options_of(t.measure, VarianceType::LS, t.add), t.yi,
          t.vi, 1e-15);
  }
  for (const auto& t : truth::table_variants) {
    CAPTURE(t.cells[0]);
    check(two_arm_counts({t.cells[0]}, {t.cells[1]}, {t.cells[2]}, {t.cells[3]}), options_of(t.measure, t.vtype), t.yi, t.vi, 1e-14);
  }
}

TEST_CASE("rates") {
  for (const auto& t : truth::rates) check(one_study(SingleArmRates{{t.arm[0]}, {t.arm[1]}}), options_of(t.measure), t.yi, t.vi, 1e-15);
  for (const auto& t : truth::two_rates)
    check(one_study(TwoArmRates{{t.arms[0]}, {t.arms[1]}, {t.arms[2]}, {t.arms[3]}}), options_of(t.measure), t.yi, t.vi, 2e-15);
}

TEST_CASE("means, and what is made of them") {
  for (const auto& t : truth::means)
    check(one_study(SingleArmMeans{{t.arm[0]}, {t.arm[1]}, {t.arm[2]}}), options_of(t.measure), t.yi, t.vi, 2e-15);
  for (const auto& t : truth::two_means) {
    CAPTURE(t.arms[0]);
    const auto& a = t.arms;
    check(one_study(TwoArmMeans{{a[0]}, {a[1]}, {a[2]}, {a[3]}, {a[4]}, {a[5]}}), options_of(t.measure, t.vtype), t.yi, t.vi, 3e-15);
  }
}

TEST_CASE("correlations, weak ones in small samples and strong ones included") {
  for (const auto& t : truth::correlations) {
    CAPTURE(t.rn[0]);
    CAPTURE(t.rn[1]);
    check(one_study(Correlations{{t.rn[0]}, {t.rn[1]}}), options_of(t.measure, t.vtype), t.yi, t.vi, 3e-15);
  }
}

TEST_CASE("every measure but the one without formula has a truth above") {
  std::set<Measure> covered{Measure::GEN};
  for (const auto& t : truth::proportions) covered.insert(t.measure);
  for (const auto& t : truth::tables) covered.insert(t.measure);
  for (const auto& t : truth::table_variants) covered.insert(t.measure);
  for (const auto& t : truth::rates) covered.insert(t.measure);
  for (const auto& t : truth::two_rates) covered.insert(t.measure);
  for (const auto& t : truth::means) covered.insert(t.measure);
  for (const auto& t : truth::two_means) covered.insert(t.measure);
  for (const auto& t : truth::correlations) covered.insert(t.measure);
  for (const MethodInfo& info : methods<Measure>()) {
    CAPTURE(info.key);
    CHECK(covered.contains(*find_method<Measure>(info.key)));
  }
}

TEST_CASE("the phi coefficient of a table with an empty diagonal has variance 0, whatever its margins") {
  const EffectSize one = effect_sizes(two_arm_counts({1}, {0}, {0}, {1e9}), options_of(Measure::PHI)).study[0];
  CHECK(*one.yi == 1);
  CHECK(*one.vi == 0);
  CHECK(*effect_sizes(two_arm_counts({0}, {7}, {3}, {0}), options_of(Measure::PHI)).study[0].vi == 0);
}

TEST_CASE("swapping the arms changes the sign and nothing else") {
  // measures in which the two arms play the same part; PHI and the like correlate rows with columns
  const StudySet there = two_arm_counts({4}, {119}, {11}, {128}), back = two_arm_counts({11}, {128}, {4}, {119});
  for (Measure measure : {Measure::OR, Measure::RR, Measure::RD, Measure::PETO, Measure::AS, Measure::PHI, Measure::ZPHI, Measure::YUQ,
                          Measure::YUY, Measure::RTET, Measure::ZTET, Measure::PBIT, Measure::OR2DN, Measure::OR2DL}) {
    const EffectSize one = effect_sizes(there, options_of(measure)).study[0], two = effect_sizes(back, options_of(measure)).study[0];
    CAPTURE(key(measure));
    CHECK(*one.yi == doctest::Approx(-*two.yi).epsilon(1e-14));
    CHECK(*one.vi == doctest::Approx(*two.vi).epsilon(1e-14));
  }
  const StudySet means = one_study(TwoArmMeans{{5}, {2}, {10}, {7}, {3}, {12}}),
                 swapped = one_study(TwoArmMeans{{7}, {3}, {12}, {5}, {2}, {10}});
  for (Measure measure : {Measure::MD, Measure::SMD, Measure::SMDH, Measure::ROM, Measure::CVR, Measure::VR, Measure::RPB, Measure::ZPB,
                          Measure::RBIS, Measure::D2ORN, Measure::D2ORL}) {
    const EffectSize one = effect_sizes(means, options_of(measure)).study[0], two = effect_sizes(swapped, options_of(measure)).study[0];
    CAPTURE(key(measure));
    CHECK(*one.yi == doctest::Approx(-*two.yi).epsilon(1e-14));
    CHECK(*one.vi == doctest::Approx(*two.vi).epsilon(1e-14));
  }
}

TEST_CASE("units of time and of measurement cancel, 1e-150 to 1e150") {
  for (double unit : {1e-150, 1e150}) {
    const StudySet rates = one_study(TwoArmRates{{7}, {120 * unit}, {12}, {99 * unit}});
    CHECK(*effect_sizes(rates, options_of(Measure::IRR)).study[0].yi == doctest::Approx(std::log(7 * 99.0 / (12 * 120))).epsilon(1e-14));
    const StudySet means = one_study(TwoArmMeans{{5 * unit}, {2 * unit}, {10}, {7 * unit}, {3 * unit}, {12}});
    const StudySet plain = one_study(TwoArmMeans{{5}, {2}, {10}, {7}, {3}, {12}});
    for (Measure measure :
         {Measure::SMD, Measure::SMDH, Measure::SMD1, Measure::ROM, Measure::CVR, Measure::VR, Measure::RPB, Measure::D2ORL}) {
      const EffectSize scaled = effect_sizes(means, options_of(measure)).study[0],
                       as_is = effect_sizes(plain, options_of(measure)).study[0];
      CAPTURE(key(measure));
      REQUIRE(scaled.yi);
      CHECK(*scaled.yi == doctest::Approx(*as_is.yi).epsilon(1e-13));
      CHECK(*scaled.vi == doctest::Approx(*as_is.vi).epsilon(1e-13));
    }
  }
}
