// Intervals of single studies.
#include <doctest/doctest.h>

#include <cmath>

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include "engine/effect/binomial_intervals.hpp"
#include "tests/unit/effect/effect_truth.hpp"

using namespace tausq;

namespace {

StudyInterval of_counts(double x, double n, Measure measure, StudyIntervalMethod method, double level = 0.95,
                        Preset convention = Preset::none) {
  const StudySet studies = single_arm_counts({x}, {n});
  EffectOptions options;
  options.measure = measure;
  options.convention = convention;
  return study_interval(studies, effect_sizes(studies, options), 0, method, level);
}

constexpr StudyIntervalMethod binomial_methods[] = {StudyIntervalMethod::CP,  StudyIntervalMethod::WS,   StudyIntervalMethod::WSCC,
                                                    StudyIntervalMethod::AC,  StudyIntervalMethod::SA,   StudyIntervalMethod::SACC,
                                                    StudyIntervalMethod::JEF, StudyIntervalMethod::MIDP, StudyIntervalMethod::BLAKER};

}  // namespace

TEST_CASE("binomial intervals against truth, up to n = 1e9") {
  for (const auto& t : truth::intervals) {
    CAPTURE(key(t.method));
    CAPTURE(t.x);
    CAPTURE(t.n);
    const StudyInterval ci = of_counts(t.x, t.n, Measure::PR, t.method, t.level);
    // 1 - level is off by 9e-16 of itself already, as 0.95 and 0.99 are no doubles
    CHECK(std::abs(*ci.display_lower - t.lower) <= 3e-15 * t.lower);
    CHECK(std::abs(*ci.display_upper - t.upper) <= 3e-15 * t.upper);
    // the logit of an upper limit next to 1 keeps the digits of its complement
    const StudyInterval logit = of_counts(t.x, t.n, Measure::PLO, t.method, t.level);
    CHECK(logit.ci_upper.has_value() == (t.one_minus_upper > 0));
    if (logit.ci_upper) CHECK(*logit.ci_upper == doctest::Approx(std::log(t.upper / t.one_minus_upper)).epsilon(1e-14));
  }
}

TEST_CASE("0 of 1 and 1 of 1 by every method") {
  for (StudyIntervalMethod method : binomial_methods) {
    CAPTURE(key(method));
    const StudyInterval none = of_counts(0, 1, Measure::PLO, method), all = of_counts(1, 1, Measure::PLO, method);
    CHECK(*none.display_lower == 0);
    CHECK(*all.display_upper == 1);
    CHECK_FALSE(none.ci_lower);  // the logit of 0
    CHECK_FALSE(all.ci_upper);
    CHECK(*none.display_upper == doctest::Approx(1 - *all.display_lower).epsilon(1e-15));
  }
}

TEST_CASE("swapping events and non-events mirrors the interval; it holds the estimate and grows with the level") {
  for (StudyIntervalMethod method : binomial_methods)
    for (double x : {0.0, 1.0, 3.0, 8.0, 17.0}) {
      CAPTURE(key(method));
      CAPTURE(x);
      const StudyInterval ci = of_counts(x, 17, Measure::PR, method), mirrored = of_counts(17 - x, 17, Measure::PR, method);
      CHECK(*ci.display_lower == doctest::Approx(1 - *mirrored.display_upper).epsilon(1e-14));
      CHECK(*ci.display_lower <= x / 17);
      CHECK(*ci.display_upper >= x / 17);
      const StudyInterval wider = of_counts(x, 17, Measure::PR, method, 0.99);
      CHECK(*wider.display_lower <= *ci.display_lower);
      CHECK(*wider.display_upper >= *ci.display_upper);
    }
}

// Pooled totals can exceed 2^53, where the next whole number is no double: the search among counts ended in a circle there.
TEST_CASE("Blaker beyond 2^53 patients: the limits of a rare event are those of its expected number") {
  for (double x : {1.0, 5.0}) {
    const double patients = 1e12, more = 0x1p53 + 20;
    const double upper = effect::blaker_lower(patients - x, x, 0.95).q * patients,
                 lower = effect::blaker_lower(x, patients - x, 0.95).p * patients;
    CHECK(effect::blaker_lower(more, x, 0.95).q * (more + x) == doctest::Approx(upper).epsilon(1e-9));
    CHECK(effect::blaker_lower(x, more, 0.95).p * (more + x) == doctest::Approx(lower).epsilon(1e-9));
  }
}

TEST_CASE("Blaker lies within Clopper-Pearson") {
  for (double n : {5.0, 20.0, 1000.0, 1e6})
    for (double share : {0.05, 0.3, 0.5, 0.9}) {
      const double x = std::round(share * n);
      const StudyInterval exact = of_counts(x, n, Measure::PR, StudyIntervalMethod::CP),
                          blaker = of_counts(x, n, Measure::PR, StudyIntervalMethod::BLAKER);
      CAPTURE(n);
      CAPTURE(x);
      CHECK(*blaker.display_lower >= *exact.display_lower);
      CHECK(*blaker.display_upper <= *exact.display_upper);
    }
}

TEST_CASE("Newcombe's corrected score interval starts at 0 for no events; meta's does not") {
  CHECK(*of_counts(0, 10, Measure::PLO, StudyIntervalMethod::WSCC).display_lower == 0);
  const StudyInterval as_meta = of_counts(0, 10, Measure::PLO, StudyIntervalMethod::WSCC, 0.95, Preset::meta);
  CHECK(*as_meta.ci_lower == doctest::Approx(-4.6780325509426675).epsilon(1e-13));
}

TEST_CASE("Wald on the analysis scale, taken back with the study's own size") {
  const StudyInterval ci = of_counts(3, 17, Measure::PFT, StudyIntervalMethod::wald);
  CHECK(*ci.display_lower == doctest::Approx(natural_scale(Measure::PFT, *ci.ci_lower, 17)));
  CHECK(*ci.display_estimate == doctest::Approx(3.0 / 17).epsilon(1e-14));
  CHECK(of_counts(3, 17, Measure::PFT, StudyIntervalMethod::NAsm).ci_lower == ci.ci_lower);
}

TEST_CASE("exact Poisson limits of a rate") {
  const StudySet studies{{"a", "b"}, {1, 2}, SingleArmRates{{0, 10}, {12.5, 1}}, {}};
  EffectOptions options;
  options.measure = Measure::IRLN;
  const EffectSizes effects = effect_sizes(studies, options);
  const StudyInterval none = study_interval(studies, effects, 0, StudyIntervalMethod::poisson, 0.95);
  CHECK(*none.display_lower == 0);
  CHECK_FALSE(none.ci_lower);
  CHECK(*none.display_upper == doctest::Approx(-std::log(0.025) / 12.5).epsilon(1e-14));
  const StudyInterval ten = study_interval(studies, effects, 1, StudyIntervalMethod::poisson, 0.95);
  CHECK(*ten.display_lower == doctest::Approx(4.795388696132).epsilon(1e-12));
  CHECK(*ten.display_upper == doctest::Approx(18.390356042018).epsilon(1e-12));
}

TEST_CASE("a method for counts is refused for other layouts, a level for nothing") {
  const StudySet studies = generic_effects({0.5}, {0.1});
  const EffectSizes effects = effect_sizes(studies, {});
  CHECK_THROWS_AS(study_interval(studies, effects, 0, StudyIntervalMethod::CP, 0.95), UsageError);
  CHECK_THROWS_AS(study_interval(studies, effects, 0, StudyIntervalMethod::poisson, 0.95), UsageError);
  CHECK_THROWS_AS(study_interval(studies, effects, 0, StudyIntervalMethod::wald, 1.0), UsageError);
  CHECK(study_interval(studies, effects, 0, StudyIntervalMethod::wald, 0.95).ci_lower);
}
