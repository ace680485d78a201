// Many sets of ten studies at once: fits a second on one core.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include <tausq/batch.hpp>

namespace {

using namespace tausq;

constexpr std::size_t k = 10, sets = 1 << 14;

struct Effects {
  std::vector<double> yi, vi;
  Effects() {
    for (std::size_t i = 0; i < k * sets; ++i) {
      const auto t = static_cast<double>(i);
      vi.push_back(0.055 + 0.045 * std::sin(1.7 * t));
      yi.push_back(0.3 + 0.2 * std::sin(12.9898 * t) + std::sqrt(vi[i]) * std::sin(78.233 * t + 1));
    }
  }
};

struct Tables {
  std::vector<double> ai, bi, ci, di;
  Tables() {
    std::uint32_t state = 12345;
    for (std::size_t i = 0; i < k * sets; ++i)
      for (std::vector<double>* column : {&ai, &bi, &ci, &di}) {
        state = state * 1664525u + 1013904223u;
        column->push_back(static_cast<double>((state >> 16) % 400));
      }
  }
};

struct Results {
  std::vector<double> estimate = std::vector<double>(sets), se = estimate, common = estimate, common_se = estimate, tau2 = estimate;
  BatchFits fits(Model model) {
    BatchFits f;
    if (model != Model::random) f.common_estimate = common, f.common_se = common_se;
    if (model != Model::common) f.estimate = estimate, f.se = se, f.tau2 = tau2;
    return f;
  }
};

void run(benchmark::State& state, const BatchStudies& studies, const Options& options, const BatchFits& fits) {
  for (auto _ : state) {
    fit_batch(studies, fits, options);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sets));
}

void batch_of_effects(benchmark::State& state, const Options& options) {
  const Effects data;
  Results results;
  run(state, batch_effects(data.yi, data.vi, k), options, results.fits(options.model));
}
BENCHMARK_CAPTURE(batch_of_effects, common, {.model = Model::common});
BENCHMARK_CAPTURE(batch_of_effects, DL, {.tau2 = Tau2Method::DL, .interval = IntervalMethod::z, .model = Model::random});
BENCHMARK_CAPTURE(batch_of_effects, REML, {.tau2 = Tau2Method::REML, .interval = IntervalMethod::z, .model = Model::random});
BENCHMARK_CAPTURE(batch_of_effects, PM, {.tau2 = Tau2Method::PM, .interval = IntervalMethod::z, .model = Model::random});
BENCHMARK_CAPTURE(batch_of_effects, REML_HK, {.tau2 = Tau2Method::REML, .interval = IntervalMethod::hk, .model = Model::random});

void batch_of_odds_ratios(benchmark::State& state, const Options& options) {
  const Tables t;
  Results results;
  run(state, batch_tables(t.ai, t.bi, t.ci, t.di, k), options, results.fits(options.model));
}
BENCHMARK_CAPTURE(batch_of_odds_ratios, common, {.effect = {.measure = Measure::OR}, .model = Model::common});
BENCHMARK_CAPTURE(batch_of_odds_ratios, DL,
                  {.effect = {.measure = Measure::OR}, .tau2 = Tau2Method::DL, .interval = IntervalMethod::z, .model = Model::random});

}  // namespace
