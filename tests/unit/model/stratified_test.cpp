#include "engine/model/stratified.hpp"

#include <doctest/doctest.h>
#include <array>
#include <cmath>
#include <vector>

#include "engine/model/stratified_tests.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::model;

TwoArmCounts tables(const std::vector<std::array<double, 4>>& rows) {
  TwoArmCounts counts;
  for (const auto& [a, b, c, d] : rows) {
    counts.ai.push_back(a);
    counts.bi.push_back(b);
    counts.ci.push_back(c);
    counts.di.push_back(d);
  }
  return counts;
}

// Lidocaine trials (Hine et al. 1989), a sparse set, and two sets on which naive sums lose their digits.
const TwoArmCounts hine = tables({{2, 37, 1, 42}, {4, 40, 4, 40}, {6, 101, 4, 106}, {7, 96, 5, 95}, {7, 103, 3, 103}, {11, 143, 4, 142}});
const TwoArmCounts big = tables({{123456, 7654321, 234567, 8765432}, {5, 999999995, 9, 999999991}});
const TwoArmCounts unbalanced = tables({{1, 0, 0, 1000000000}, {3, 7, 400, 600}});

struct Truth {
  const TwoArmCounts& counts;
  Measure measure;
  RiskDifferenceVariance variance;
  double estimate, se;
};

TEST_CASE("Mantel-Haenszel estimates against 25-digit truth") {
  constexpr auto sato = RiskDifferenceVariance::sato, large = RiskDifferenceVariance::greenland_robins;
  const std::array<Truth, 8> truth{{
      {hine, Measure::RD, sato, 0.02808326515720204133204216, 0.01333436250429798989099416},
      {hine, Measure::RD, large, 0.02808326515720204133204216, 0.01331406688681174202865043},
      {hine, Measure::RR, sato, 0.5507351853094876705, 0.2665718963953299943},
      {big, Measure::RD, sato, -8.433017410955346699969957e-5, 5.808006424907861007605574e-7},
      {big, Measure::RD, large, -8.433017410955346699969957e-5, 5.750616549131659407036224e-7},
      {unbalanced, Measure::OR, sato, 0.003565065805065552461458903, 0.5998790929907440048428955},
      {unbalanced, Measure::RD, sato, 0.0009082651217908582000083032, 0.1529124354275973353299646},
      {unbalanced, Measure::RD, large, 0.0009082651217908582000083032, 0.1323701122899753060537427},
  }};
  for (const Truth& t : truth) {
    const StratifiedEffect effect = mantel_haenszel(t.measure, strata(t.counts), t.variance);
    REQUIRE(effect.estimate);
    REQUIRE(effect.se);
    CHECK(relative_error(*effect.estimate, t.estimate) < 5e-16);
    CHECK(relative_error(*effect.se, t.se) < 5e-16);
  }
}

TEST_CASE("rates, Peto and tests against the exact values of one small set") {
  // Computed with 40 digits from the defining formulas.
  const TwoArmRates rates{{11, 3, 0}, {120.5, 80.25, 40}, {19, 6, 2}, {130, 77.5, 41}};
  const StratifiedEffect ratio = mantel_haenszel(Measure::IRR, strata(rates)), difference = mantel_haenszel(Measure::IRD, strata(rates));
  CHECK(relative_error(*ratio.estimate, -0.6070374008092783318) < 5e-16);
  CHECK(relative_error(*ratio.se, 0.3288736229034616983) < 5e-16);
  CHECK(relative_error(*difference.estimate, -0.04907428664935075966) < 5e-16);
  CHECK(relative_error(*difference.se, 0.02603582102948497711) < 5e-16);
  CHECK(relative_error(*cochran_mantel_haenszel(null_sums_of_rates(strata(rates)), true).statistic, 2.951582187210658084) < 1e-15);

  const StratifiedEffect one_step = peto(strata(hine));
  CHECK(relative_error(*one_step.estimate, 0.5637576661210610504) < 5e-16);
  CHECK(relative_error(*one_step.se, 0.2695171937734760482) < 5e-16);
  const ChiSquareTest cmh = cochran_mantel_haenszel(null_sums_of_tables(strata(hine)), true);
  CHECK(relative_error(*cmh.statistic, 3.829743845535464735) < 1e-15);
  CHECK(relative_error(*cmh.p_value, 0.05035062714198787107) < 5e-15);
  CHECK(relative_error(*cochran_mantel_haenszel(null_sums_of_tables(strata(hine)), false).statistic, 4.375341632221643427) < 1e-15);

  const StratifiedEffect odds = mantel_haenszel(Measure::OR, strata(hine));
  const OddsRatioHomogeneity homogeneity = odds_ratio_homogeneity(strata(hine), odds.r / odds.s);
  CHECK(relative_error(*homogeneity.breslow_day.statistic, 1.537099522531385021) < 5e-15);
  CHECK(relative_error(*homogeneity.tarone.statistic, 1.537098968723770063) < 5e-15);
  CHECK(relative_error(*homogeneity.tarone.p_value, 0.9087493050289611449) < 5e-15);
  CHECK(homogeneity.tarone.df == 5);
}

TEST_CASE("swapping the arms negates, swapping the outcome negates the odds ratio only") {
  const Strata s = strata(hine), arms{s.c, s.d, s.a, s.b}, outcome{s.b, s.a, s.d, s.c};
  for (Measure measure : {Measure::OR, Measure::RR, Measure::RD}) {
    const StratifiedEffect effect = mantel_haenszel(measure, s), swapped = mantel_haenszel(measure, arms);
    CHECK(relative_error(*swapped.estimate, -*effect.estimate) < 1e-15);
    CHECK(relative_error(*swapped.se, *effect.se) < 1e-15);
  }
  CHECK(relative_error(*mantel_haenszel(Measure::OR, outcome).estimate, -*mantel_haenszel(Measure::OR, s).estimate) < 5e-16);
  CHECK(relative_error(*peto(outcome).estimate, -*peto(s).estimate) < 5e-16);
}

TEST_CASE("excesses that cancel exactly give exactly 0, also past 2^31 and 2^53") {
  const TwoArmCounts opposite = tables({{100000, 900000, 101000, 899000}, {40000, 60000, 39000, 61000}});
  CHECK(*peto(strata(opposite)).estimate == 0);
  CHECK(relative_error(*peto(strata(opposite)).se, 0.0041830860090734216572) < 5e-16);
  const TwoArmCounts mirrored = tables({{123456789, 987654321, 222222223, 876543217}, {222222223, 876543217, 123456789, 987654321}});
  CHECK(*mantel_haenszel(Measure::RD, strata(mirrored)).estimate == 0);
  CHECK(*mantel_haenszel(Measure::OR, strata(mirrored)).estimate == 0);
}

TEST_CASE("the sums do not depend on how many studies share a lane") {
  TwoArmCounts many;
  for (int copy = 0; copy < 1003; ++copy) {
    const std::size_t i = static_cast<std::size_t>(copy) % hine.ai.size();
    many.ai.push_back(hine.ai[i]);
    many.bi.push_back(hine.bi[i]);
    many.ci.push_back(hine.ci[i]);
    many.di.push_back(hine.di[i]);
  }
  const auto [a, b, c, d] = strata(many);
  const Strata whole{a.first(1002), b.first(1002), c.first(1002), d.first(1002)};  // 167 times all six
  for (Measure measure : {Measure::OR, Measure::RR, Measure::RD}) {
    const StratifiedEffect effect = mantel_haenszel(measure, whole), once = mantel_haenszel(measure, strata(hine));
    CHECK(relative_error(*effect.estimate, *once.estimate) < 1e-14);
    CHECK(relative_error(*effect.se * std::sqrt(167.0), *once.se) < 1e-14);
  }
}

TEST_CASE("no information, infinite ratios, variance 0") {
  const TwoArmCounts zeros = tables({{0, 10, 0, 12}, {0, 5, 0, 5}}), one_arm = tables({{0, 10, 2, 12}, {0, 17, 1, 15}});
  CHECK_FALSE(mantel_haenszel(Measure::OR, strata(zeros)).estimate);
  CHECK_FALSE(mantel_haenszel(Measure::RR, strata(one_arm)).estimate);
  CHECK(mantel_haenszel(Measure::OR, strata(one_arm)).r == 0);
  CHECK(mantel_haenszel(Measure::OR, strata(one_arm)).s > 0);
  CHECK(*mantel_haenszel(Measure::RD, strata(zeros)).estimate == 0);
  CHECK_FALSE(mantel_haenszel(Measure::RD, strata(zeros)).se);
  CHECK_FALSE(peto(strata(zeros)).estimate);
  CHECK_FALSE(cochran_mantel_haenszel(null_sums_of_tables(strata(zeros)), true).statistic);
  CHECK_FALSE(odds_ratio_homogeneity(strata(zeros), 1).tarone.statistic);
  CHECK_FALSE(odds_ratio_homogeneity(strata(tables({{3, 4, 5, 6}})), 0.9).tarone.p_value);
}

TEST_CASE("tables that share one odds ratio are homogeneous to the last bits") {
  const TwoArmCounts same = tables({{10, 20, 30, 40}, {1000000, 2000000, 3000000, 4000000}, {1, 2, 3, 4}});
  const StratifiedEffect effect = mantel_haenszel(Measure::OR, strata(same));
  const OddsRatioHomogeneity homogeneity = odds_ratio_homogeneity(strata(same), effect.r / effect.s);
  CHECK(*homogeneity.breslow_day.statistic < 1e-20);
  CHECK(*homogeneity.tarone.statistic < 1e-20);
}

}  // namespace
