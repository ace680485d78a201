// Batches of counts against batches of their effect sizes.
#include <doctest/doctest.h>

#include <cmath>
#include <tausq/batch.hpp>
#include <tausq/effects.hpp>
#include <vector>

#include "engine/numerics/random.hpp"
#include "tests/unit/batch/columns.hpp"

namespace {

using namespace tausq;
using tests::Columns;
using tests::nan;

/// Tables with zero cells among them.
TwoArmCounts tables(std::size_t n) {
  TwoArmCounts t;
  for (std::size_t i = 0; i < n; ++i) {
    numerics::RandomStream random(3, i);
    for (std::vector<double>* column : {&t.ai, &t.bi, &t.ci, &t.di}) column->push_back(random.below(i % 5 == 0 ? 3 : 400));
  }
  return t;
}

void agrees(const BatchStudies& studies, const StudyData& data, const EffectOptions& effect) {
  const std::size_t n = studies.sets(), entries = studies.column[0].size();
  StudySet set;
  set.data = data, set.study.resize(entries), set.row.resize(entries);
  const EffectSizes effects = effect_sizes(set, effect);
  std::vector<double> yi, vi;
  for (const EffectSize& e : effects.study) {
    const bool usable = e.yi && e.vi && *e.vi > 0;
    yi.push_back(usable ? *e.yi : nan), vi.push_back(usable ? *e.vi : nan);
  }
  Columns counts(n), expected(n);
  Options options{.effect = effect, .tau2 = Tau2Method::DL};
  fit_batch(studies, counts.fits(), options);
  options.effect = {};
  fit_batch(batch_effects(yi, vi, studies.k), expected.fits(), options);
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(counts.k[i] == expected.k[i]);
    if (std::isnan(expected.estimate[i])) {
      CHECK(std::isnan(counts.estimate[i]));
      continue;
    }
    const double unit = std::abs(expected.estimate[i]) + expected.se[i];
    CHECK(std::abs(counts.estimate[i] - expected.estimate[i]) < 1e-14 * unit);
    CHECK(std::abs(counts.se[i] - expected.se[i]) < 1e-14 * unit);
    CHECK(std::abs(counts.ci_upper[i] - expected.ci_upper[i]) < 1e-13 * unit);
  }
}

TEST_CASE("counts become the effect sizes of effect_sizes()") {
  TwoArmCounts t = tables(600);
  const auto check = [&](const EffectOptions& effect) { agrees(batch_tables(t.ai, t.bi, t.ci, t.di, 6), t, effect); };
  for (const Measure measure : {Measure::OR, Measure::RR, Measure::RD, Measure::AS, Measure::PHI, Measure::PETO})
    for (const CorrectionTo to : {CorrectionTo::only0, CorrectionTo::all, CorrectionTo::none}) {
      INFO(std::string(key(measure)) << " " << std::string(key(to)));
      check({.measure = measure, .to = to});
      check({.measure = measure, .to = to, .drop00 = true});
    }
  check({.measure = Measure::OR, .add = 0.37});
  check({.measure = Measure::OR, .add = 2.0, .to = CorrectionTo::all});
  t.ai[7] = 1e9, t.bi[7] = 3e9;  // beyond what products of four lanes hold
  check({.measure = Measure::OR});

  std::vector<double> total(600);
  for (std::size_t i = 0; i < total.size(); ++i) total[i] = t.ai[i] + t.ci[i] + 1;
  for (const Measure measure : {Measure::PLO, Measure::PAS, Measure::PFT, Measure::PR, Measure::PLN})
    agrees(batch_counts(t.ci, total, 6), SingleArmCounts{t.ci, total}, {.measure = measure});
}

TEST_CASE("rates, means and correlations become the effect sizes of effect_sizes()") {
  std::vector<double> events, time, others, longer, size, sd, r;
  for (std::size_t i = 0; i < 120; ++i) {
    numerics::RandomStream random(5, i);
    events.push_back(random.below(i % 5 == 0 ? 2 : 40));
    others.push_back(random.below(i % 7 == 0 ? 2 : 40));
    time.push_back(1 + random.below(1000) / 8.0);
    longer.push_back(1 + random.below(1000) / 8.0);
    size.push_back(4 + random.below(200));
    sd.push_back(0.5 + random.below(100) / 32.0);
    r.push_back(random.below(199) / 100.0 - 0.99);
  }
  agrees({Layout::single_arm_rates, {events, time}, 6, {}}, SingleArmRates{events, time}, {.measure = Measure::IRLN});
  agrees({Layout::two_arm_rates, {events, time, others, longer}, 6, {}}, TwoArmRates{events, time, others, longer},
         {.measure = Measure::IRR});
  agrees({Layout::single_arm_means, {others, sd, size}, 6, {}}, SingleArmMeans{others, sd, size}, {.measure = Measure::MN});
  agrees({Layout::correlations, {r, size}, 6, {}}, Correlations{r, size}, {.measure = Measure::ZCOR});
}

TEST_CASE("logarithms of close and of distant counts") {
  // Odds ratios next to 1, and as far from it as counts go.
  const std::vector<double> ai{1000, 1001, 33000000, 1}, bi{1000, 1000, 1, 33000000}, ci{1000, 1000, 1, 33000000},
      di{1000, 1000, 33000000, 1};
  agrees(batch_tables(ai, bi, ci, di, 1), TwoArmCounts{ai, bi, ci, di}, {.measure = Measure::OR});
  agrees(batch_tables(ai, bi, ci, di, 1), TwoArmCounts{ai, bi, ci, di}, {.measure = Measure::RR});
}

}  // namespace
