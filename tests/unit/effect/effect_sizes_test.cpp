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

TEST_CASE("the average variant takes sum(events) / sum(total) for every study") {
  const EffectOptions options{.measure = Measure::PR, .vtype = VarianceType::AV};
  const EffectSizes effects = effect_sizes(single_arm_counts({1, 5}, {10, 20}), options);
  CHECK(*effects.study[0].vi == doctest::Approx(0.2 * 0.8 / 10).epsilon(1e-15));
  CHECK(*effects.study[1].vi == doctest::Approx(0.2 * 0.8 / 20).epsilon(1e-15));
}

TEST_CASE("meta's habits: which numbers a zero cell moves") {
  // numbers of metaprop and metabin, meta 8.4
  const auto as_meta = [](const StudySet& studies, Measure measure) {
    return effect_sizes(studies, EffectOptions{.measure = measure, .convention = Preset::meta}).study[0];
  };
  const StudySet none = single_arm_counts({0}, {33}), all = single_arm_counts({10}, {10});
  CHECK(*as_meta(none, Measure::PR).yi == 0);
  CHECK(*as_meta(none, Measure::PR).vi == doctest::Approx(0.00042616527579890086).epsilon(1e-14));
  CHECK(*as_meta(none, Measure::PLN).yi == doctest::Approx(-4.204692619390966).epsilon(1e-14));
  CHECK(*as_meta(none, Measure::PLN).vi == doctest::Approx(1.970149253731343).epsilon(1e-14));
  CHECK(*as_meta(all, Measure::PLN).yi == 0);
  CHECK(*as_meta(all, Measure::PLN).vi == doctest::Approx(1.0 / 210).epsilon(1e-14));
  CHECK(*as_meta(all, Measure::PFT).yi == doctest::Approx(1.417657642210062).epsilon(1e-14));
  CHECK_FALSE(as_meta(all, Measure::PFT).corrected);
  const StudySet table = two_arm_counts({0}, {25}, {3}, {22});
  CHECK(*as_meta(table, Measure::RR).yi == doctest::Approx(-1.9459101490553135).epsilon(1e-14));
  CHECK(*as_meta(table, Measure::RD).yi == doctest::Approx(-0.12).epsilon(1e-14));
  CHECK(*as_meta(table, Measure::RD).vi == doctest::Approx(0.005205962676376878).epsilon(1e-14));
  const StudySet empty = two_arm_counts({0}, {9}, {0}, {8});
  CHECK_FALSE(as_meta(empty, Measure::OR).yi);
  CHECK(*as_meta(empty, Measure::RD).yi == 0);
}

TEST_CASE("an undefined variance leaves the study out and says so") {
  const StudySet studies{{"a", "b"}, {1, 2}, Correlations{{0.5, 0.5}, {3, 10}}, {}};
  const EffectSizes effects = of_measure(studies, Measure::ZCOR);
  CHECK_FALSE(effects.study[0].vi);
  CHECK(effects.study[0].reason == "the sampling variance is undefined for these numbers");
  CHECK(effects.study[1].vi);
}

TEST_CASE("sizes are those of the raw counts, over both arms") {
  CHECK(of_measure(two_arm_counts({0}, {10}, {1}, {11}), Measure::OR).study[0].ni == 22);
  CHECK(of_measure(single_arm_counts({0}, {10}), Measure::PFT).study[0].ni == 10);
}
