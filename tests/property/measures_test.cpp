// What holds for every effect measure.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/property/samples.hpp"

namespace tausq::property {
namespace {

/// Tetrachoric correlations are found by iteration, everything else is a closed form.
double accuracy(Measure measure) {
  return measure == Measure::RTET || measure == Measure::ZTET ? 1e-9 : 4e-15;
}

EffectSizes effects_of(Measure measure, const StudySet& studies, CorrectionTo to = CorrectionTo::only0) {
  EffectOptions options;
  options.measure = measure;
  options.to = to;
  return effect_sizes(studies, options);
}

template <typename Check>
void for_each_measure(Check check) {
  for (Measure measure : all<Measure>()) {
    INFO(std::string(key(measure)));
    check(measure, layout_of(measure));
  }
}

TEST_CASE("every measure gives finite numbers with positive variance") {
  for_each_measure([](Measure measure, Layout layout) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
      const EffectSizes effects = effects_of(measure, sample(layout, 8, seed));
      REQUIRE(effects.study.size() == 8);
      for (const EffectSize& study : effects.study) {
        REQUIRE(study.yi.has_value());
        REQUIRE(study.vi.has_value());
        CHECK(std::isfinite(*study.yi));
        CHECK(std::isfinite(*study.vi));
        CHECK(*study.vi > 0);
        CHECK_FALSE(study.corrected);
      }
    }
  });
}

TEST_CASE("exchanging the arms turns the sign and keeps the variance") {
  for_each_measure([](Measure measure, Layout layout) {
    const bool one_arm_standardises = measure == Measure::SMD1 || measure == Measure::SMD1H;  // by the control group's deviation
    if (!is_two_arm(layout) || one_arm_standardises) return;
    for (unsigned seed = 1; seed <= 20; ++seed) {
      const StudySet studies = sample(layout, 8, seed);
      const EffectSizes there = effects_of(measure, studies), back = effects_of(measure, arms_exchanged(studies));
      for (std::size_t i = 0; i < studies.size(); ++i) {
        const double se = std::sqrt(*there.study[i].vi);
        CHECK(close(*there.study[i].yi, -*back.study[i].yi, accuracy(measure), se));
        CHECK(close(there.study[i].vi, back.study[i].vi, 10 * accuracy(measure)));
      }
    }
  });
}

TEST_CASE("zero cells: what is undefined is empty with a reason, what is corrected says so") {
  for_each_measure([](Measure measure, Layout layout) {
    if (layout != Layout::single_arm_counts && layout != Layout::two_arm_counts) return;
    for (CorrectionTo to : all<CorrectionTo>()) {
      for (const EffectSize& study : effects_of(measure, sample_with_zeros(layout), to).study) {
        INFO(std::string(key(to)));
        if (study.yi) CHECK(std::isfinite(*study.yi));
        if (study.vi) CHECK(std::isfinite(*study.vi));
        if (study.vi) CHECK(*study.vi >= 0);
        if (!study.yi || !study.vi) CHECK_FALSE(study.reason.empty());
        if (to == CorrectionTo::none) CHECK_FALSE(study.corrected);
      }
    }
  });
}

TEST_CASE("drop00 leaves out double-zero and double-full studies, and lists them") {
  for_each_measure([](Measure measure, Layout layout) {
    if (layout != Layout::two_arm_counts) return;
    EffectOptions options;
    options.measure = measure;
    options.drop00 = true;
    const EffectSizes effects = effect_sizes(sample_with_zeros(layout), options);
    REQUIRE(effects.excluded.size() == 1);
    CHECK(effects.excluded[0].study == "study 5");
    CHECK_FALSE(effects.study[4].yi.has_value());
  });
}

TEST_CASE("an effect size depends on its study alone") {
  for_each_measure([](Measure measure, Layout layout) {
    const StudySet studies = sample(layout, 8, 7);
    const EffectSizes together = effects_of(measure, studies), turned = effects_of(measure, reversed(studies));
    for (std::size_t i = 0; i < studies.size(); ++i) {
      const EffectSize alone = effects_of(measure, studies.subset({i})).study.at(0);
      CHECK(alone.yi == together.study[i].yi);
      CHECK(alone.vi == together.study[i].vi);
      CHECK(turned.study[7 - i].yi == together.study[i].yi);
    }
  });
}

/// Values of the natural scale that a measure can take, its ends included.
std::vector<double> natural_values(Measure measure) {
  const Layout layout = layout_of(measure);
  if (layout == Layout::single_arm_counts) return {1e-6, 0.01, 0.25, 0.5, 0.75, 0.99};
  if (layout == Layout::single_arm_rates || is_ratio(measure)) return {1e-6, 0.02, 0.5, 1, 3, 500};
  if (layout == Layout::single_arm_means) return {1e-6, 0.5, 1, 40};
  return {-0.9, -0.2, 0, 1e-6, 0.3, 0.95};
}

TEST_CASE("back-transformation returns what the transformation got") {
  for_each_measure([](Measure measure, Layout) {
    const double n = measure == Measure::PFT || measure == Measure::IRFT ? 1000 : 0;
    double before = -HUGE_VAL;
    for (double natural : natural_values(measure)) {
      if (n > 0 && natural < 1 / n) continue;  // below the range that Freeman-Tukey reaches with n patients
      INFO(natural);
      const double analysis = analysis_scale(measure, natural, n);
      CHECK(analysis > before);
      before = analysis;
      CHECK(close(natural_scale(measure, analysis, n), natural, n > 0 ? 1e-11 : 1e-13, 1e-3));
    }
  });
}

TEST_CASE("a study's natural estimate is its proportion, its rate, its mean") {
  for_each_measure([](Measure measure, Layout layout) {
    if (measure == Measure::PBIT || layout == Layout::generic) return;
    const StudySet studies = sample(layout, 6, 3);
    const EffectSizes effects = effects_of(measure, studies);
    for (std::size_t i = 0; i < studies.size(); ++i) {
      const EffectSize& study = effects.study[i];
      const double natural = natural_scale(measure, *study.yi, study.ni);
      if (const auto* counts = std::get_if<SingleArmCounts>(&studies.data))
        CHECK(close(natural, counts->events[i] / counts->total[i], 1e-12));
      if (const auto* rates = std::get_if<SingleArmRates>(&studies.data)) CHECK(close(natural, rates->events[i] / rates->time[i], 1e-12));
      if (const auto* means = std::get_if<SingleArmMeans>(&studies.data); means && (measure == Measure::MN || measure == Measure::MNLN))
        CHECK(close(natural, means->mi[i], 1e-13));
      if (measure == Measure::ZCOR) CHECK(close(natural, std::get<Correlations>(studies.data).ri[i], 1e-13));
    }
  });
}

TEST_CASE("every measure says what its scales are called and where no effect lies") {
  for_each_measure([](Measure measure, Layout layout) {
    CHECK(scale_label(measure).size() > 1);
    CHECK(transformed_label(measure).size() > 1);
    if (is_two_arm(layout)) {
      REQUIRE(null_value(measure).has_value());
      CHECK(*null_value(measure) == (is_ratio(measure) ? 1 : 0));
      CHECK(close(analysis_scale(measure, *null_value(measure)), 0.0, 0, 1));
    }
  });
}

TEST_CASE("study intervals: the estimate inside, a higher level wider, exact ones within 0 and 1") {
  const StudySet counts = sample(Layout::single_arm_counts, 8, 11), zeros = sample_with_zeros(Layout::single_arm_counts);
  for (StudyIntervalMethod method : all<StudyIntervalMethod>()) {
    if (method == StudyIntervalMethod::poisson) continue;  // for rates, below
    INFO(std::string(key(method)));
    for (const StudySet& studies : {counts, zeros}) {
      const EffectSizes effects = effects_of(Measure::PR, studies);
      for (std::size_t i = 0; i < studies.size(); ++i) {
        const StudyInterval narrow = study_interval(studies, effects, i, method, 0.8),
                            wide = study_interval(studies, effects, i, method, 0.99);
        REQUIRE(narrow.display_lower.has_value());
        REQUIRE(wide.display_upper.has_value());
        CHECK(*wide.display_lower <= *narrow.display_lower);
        CHECK(*wide.display_upper >= *narrow.display_upper);
        CHECK(*narrow.display_lower <= *narrow.display_upper);
        const auto& raw = std::get<SingleArmCounts>(studies.data);
        const double p = raw.events[i] / raw.total[i];
        if (method != StudyIntervalMethod::wald && method != StudyIntervalMethod::SA && method != StudyIntervalMethod::NAsm) {
          CHECK(*wide.display_lower <= p);
          CHECK(*wide.display_upper >= p);
        }
        if (method != StudyIntervalMethod::wald) {
          CHECK(*wide.display_lower >= 0);
          CHECK(*wide.display_upper <= 1);
        }
      }
    }
  }
  const StudySet rates = sample(Layout::single_arm_rates, 8, 11);
  const EffectSizes effects = effects_of(Measure::IR, rates);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const StudyInterval narrow = study_interval(rates, effects, i, StudyIntervalMethod::poisson, 0.8);
    const StudyInterval wide = study_interval(rates, effects, i, StudyIntervalMethod::poisson, 0.99);
    CHECK(*wide.display_lower < *narrow.display_lower);
    CHECK(*wide.display_upper > *narrow.display_upper);
    CHECK(*narrow.display_lower < *effects.study[i].yi);
  }
}

}  // namespace
}  // namespace tausq::property
