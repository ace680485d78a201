// Whole analyses through the public interface: the unit of work of a user.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include <tausq/tausq.hpp>

namespace {

using namespace tausq;

const std::vector<double> bcg_ai{4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27};
const std::vector<double> bcg_bi{119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886};
const std::vector<double> bcg_ci{11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29};
const std::vector<double> bcg_di{128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825};

/// k effects around 0.3 with tau2 = 0.04 and variances from 0.01 to 0.1, the same in every run.
StudySet effects(std::size_t k) {
  std::vector<double> yi(k), vi(k);
  for (std::size_t i = 0; i < k; ++i) {
    const auto t = static_cast<double>(i);
    vi[i] = 0.055 + 0.045 * std::sin(1.7 * t);
    yi[i] = 0.3 + 0.2 * std::sin(12.9898 * t) + std::sqrt(vi[i]) * std::sin(78.233 * t + 1);
  }
  return generic_effects(yi, vi);
}

/// k arms of 5 to 40 patients with a third of events on average.
StudySet arms(std::size_t k) {
  std::vector<double> events(k), total(k);
  for (std::size_t i = 0; i < k; ++i) {
    total[i] = static_cast<double>(5 + (i * 7) % 36);
    events[i] = std::floor(total[i] / (1 + std::exp(0.7 + std::sin(12.9898 * static_cast<double>(i)))));
  }
  return single_arm_counts(events, total);
}

void full_analysis(benchmark::State& state) {
  const StudySet studies = effects(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(analyse(studies));
}
BENCHMARK(full_analysis)->Arg(13)->Arg(1000)->Arg(10000);

void meta_analysis_of_proportions(benchmark::State& state) {
  const StudySet studies = arms(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(analyse(studies));
}
BENCHMARK(meta_analysis_of_proportions)->Arg(5)->Arg(20)->Arg(100);

void odds_ratios_by_the_conditional_model(benchmark::State& state) {
  const StudySet studies = two_arm_counts(bcg_ai, bcg_bi, bcg_ci, bcg_di);
  for (auto _ : state) benchmark::DoNotOptimize(analyse(studies));
}
BENCHMARK(odds_ratios_by_the_conditional_model);

}  // namespace
