// Zero cells, exclusions and refusals of effect_sizes().
#include <doctest/doctest.h>

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

using namespace tausq;

namespace {

EffectSizes of_measure(const StudySet& studies, Measure measure, CorrectionTo to = CorrectionTo::only0, bool drop00 = false) {
  EffectOptions options;
  options.measure = measure;
  options.to = to;
  options.drop00 = drop00;
  return effect_sizes(studies, options);
}

}  // namespace

TEST_CASE("only0 corrects the studies with a zero cell, and names them") {
  const StudySet studies = single_arm_counts({0, 3, 10}, {10, 10, 10}, {"none", "some", "all"});
  const EffectSizes effects = of_measure(studies, Measure::PLO);
  CHECK(effects.study[0].corrected);
  CHECK_FALSE(effects.study[1].corrected);
  CHECK(effects.study[2].corrected);
  CHECK(*effects.study[0].yi == doctest::Approx(-3.044522437723423).epsilon(1e-15));
  REQUIRE(effects.warnings.size() == 1);
  CHECK(effects.warnings[0].code == "zero-cells-corrected");
  CHECK(effects.warnings[0].studies == std::vector<std::string>{"none", "all"});
}

TEST_CASE("without correction an infinite effect is empty and says why; a proportion of 0 stays") {
  const StudySet studies = single_arm_counts({0, 3}, {10, 10});
  const EffectSizes logit = of_measure(studies, Measure::PLO, CorrectionTo::none);
  CHECK_FALSE(logit.study[0].yi);
  CHECK_FALSE(logit.study[0].vi);
  CHECK_FALSE(logit.study[0].reason.empty());
  CHECK(logit.study[1].yi);
  const EffectSizes raw = of_measure(studies, Measure::PR, CorrectionTo::none);
  CHECK(*raw.study[0].yi == 0);
  CHECK(*raw.study[0].vi == 0);
}

TEST_CASE("if0all corrects every study, unless drop00 has left out the ones with zeros") {
  const StudySet studies = two_arm_counts({0, 5}, {10, 5}, {0, 4}, {10, 6});
  CHECK(of_measure(studies, Measure::OR, CorrectionTo::if0all).study[1].corrected);
  const EffectSizes dropped = of_measure(studies, Measure::OR, CorrectionTo::if0all, true);
  CHECK_FALSE(dropped.study[1].corrected);
  CHECK_FALSE(dropped.study[0].yi);
  REQUIRE(dropped.excluded.size() == 1);
  CHECK(dropped.excluded[0].code == "double_zero");
  CHECK(dropped.excluded[0].row == 1);
}

TEST_CASE("a measure that does not fit the layout, or has no such variance, is refused") {
  const StudySet studies = single_arm_counts({1}, {10});
  CHECK_THROWS_AS(of_measure(studies, Measure::OR), UsageError);
  EffectOptions options{.measure = Measure::PLO, .vtype = VarianceType::UB};
  CHECK_THROWS_AS(effect_sizes(studies, options), UsageError);
}
