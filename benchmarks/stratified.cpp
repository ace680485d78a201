// Mantel-Haenszel, Peto and their tests; the goal for a million studies is 1.5 ms.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "engine/model/stratified.hpp"
#include "engine/model/stratified_tests.hpp"

namespace {

using namespace tausq;
using namespace tausq::model;

TwoArmCounts trials(std::int64_t k) {
  TwoArmCounts counts;
  std::uint32_t state = 12345;  // a linear congruential generator: the same counts on every machine
  for (std::int64_t i = 0; i < k; ++i)
    for (auto* column : {&counts.ai, &counts.bi, &counts.ci, &counts.di}) {
      state = state * 1664525u + 1013904223u;
      column->push_back(static_cast<double>(1 + (state >> 16) % 400));
    }
  return counts;
}

void mantel_haenszel_estimate(benchmark::State& state) {
  const auto measure = static_cast<Measure>(state.range(1));
  const TwoArmCounts counts = trials(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(mantel_haenszel(measure, strata(counts)).estimate);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(mantel_haenszel_estimate)
    ->ArgsProduct({{13, 1000, 1000000}, {static_cast<int>(Measure::OR), static_cast<int>(Measure::RR), static_cast<int>(Measure::RD)}})
    ->Unit(benchmark::kMicrosecond);

void peto_estimate(benchmark::State& state) {
  const TwoArmCounts counts = trials(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(peto(strata(counts)).estimate);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(peto_estimate)->Arg(13)->Arg(1000000)->Unit(benchmark::kMicrosecond);

void breslow_day_and_tarone(benchmark::State& state) {
  const TwoArmCounts counts = trials(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(odds_ratio_homogeneity(strata(counts), 1.1).tarone.statistic);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(breslow_day_and_tarone)->Arg(13)->Arg(1000000)->Unit(benchmark::kMicrosecond);

}  // namespace
