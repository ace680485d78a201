// The normal model: single fits, intervals of tau2, and refits by the hundred.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include <tausq/influence.hpp>
#include <tausq/tausq.hpp>

#include "engine/inference/tau2_interval.hpp"
#include "engine/model/tau2.hpp"
#include "engine/resampling/gosh.hpp"
#include "engine/resampling/subset_fits.hpp"

namespace {

using namespace tausq;

/// k effects around 0.3 with tau2 = 0.04 and variances from 0.01 to 0.1, the same in every run.
GenericEffects effects(std::size_t k) {
  GenericEffects data;
  for (std::size_t i = 0; i < k; ++i) {
    const auto t = static_cast<double>(i);
    data.vi.push_back(0.055 + 0.045 * std::sin(1.7 * t));
    data.yi.push_back(0.3 + 0.2 * std::sin(12.9898 * t) + std::sqrt(data.vi[i]) * std::sin(78.233 * t + 1));
  }
  return data;
}

StudySet studies_of(std::size_t k) {
  const GenericEffects data = effects(k);
  return generic_effects(data.yi, data.vi);
}

model::NormalData standardised(std::size_t k) {
  const GenericEffects data = effects(k);
  model::NormalData result;
  model::standardise(data.yi, data.vi, result);
  return result;
}

void reml(benchmark::State& state) {
  const GenericEffects effect = effects(static_cast<std::size_t>(state.range(0)));
  model::NormalData data;
  model::NormalWorkspace work;
  for (auto _ : state) {
    model::standardise(effect.yi, effect.vi, data);
    benchmark::DoNotOptimize(model::estimate_tau2(Tau2Method::REML, {data, {}, work}));
  }
}
BENCHMARK(reml)->Arg(13)->Arg(1000)->Arg(10000);

/// k x 5, column-major: a constant and four moderators.
std::vector<double> design_of(std::size_t k) {
  std::vector<double> x(k, 1.0);
  for (std::size_t j = 1; j < 5; ++j)
    for (std::size_t i = 0; i < k; ++i) x.push_back(std::cos(static_cast<double>(i * j) * 0.37 + static_cast<double>(j)));
  return x;
}

/// tau2 and five coefficients with their covariances.
void reml_with_moderators(benchmark::State& state) {
  const auto k = static_cast<std::size_t>(state.range(0));
  const GenericEffects effect = effects(k);
  const std::vector<double> x = design_of(k);
  model::NormalData data;
  model::NormalWorkspace work;
  for (auto _ : state) {
    model::standardise(effect.yi, effect.vi, x, data);
    const model::Tau2Estimate tau2 = model::estimate_tau2(Tau2Method::REML, {data, {}, work});
    benchmark::DoNotOptimize(model::coefficients(data, tau2.tau2, {}, work));
    state.counters["evaluations"] = tau2.iterations;
  }
}
BENCHMARK(reml_with_moderators)->Arg(13)->Arg(1000);

void moments_with_moderators(benchmark::State& state) {
  const auto k = static_cast<std::size_t>(state.range(0));
  const GenericEffects effect = effects(k);
  model::NormalData data;
  model::NormalWorkspace work;
  model::standardise(effect.yi, effect.vi, design_of(k), data);
  for (auto _ : state) benchmark::DoNotOptimize(model::normal_moments(data, 0.7, work));
}
BENCHMARK(moments_with_moderators)->Arg(13)->Arg(1000);

void moments(benchmark::State& state) {
  const model::NormalData data = standardised(static_cast<std::size_t>(state.range(0)));
  model::NormalWorkspace work;
  for (auto _ : state) benchmark::DoNotOptimize(model::normal_moments(data, 0.7, work));
}
BENCHMARK(moments)->Arg(13)->Arg(1000)->Arg(10000);

void moments_in_twice_the_precision(benchmark::State& state) {
  const model::NormalData data = standardised(static_cast<std::size_t>(state.range(0)));
  model::NormalWorkspace work;
  for (auto _ : state) benchmark::DoNotOptimize(model::precise_moments(data, 0.7, work));
}
BENCHMARK(moments_in_twice_the_precision)->Arg(13)->Arg(1000);

void tau2_interval(benchmark::State& state, Tau2IntervalMethod method) {
  const model::NormalData data = standardised(static_cast<std::size_t>(state.range(0)));
  model::NormalWorkspace work;
  for (auto _ : state) benchmark::DoNotOptimize(inference::tau2_interval(method, {data, 0.95, model::Likelihood::reml, {}, work}));
}
BENCHMARK_CAPTURE(tau2_interval, QP, Tau2IntervalMethod::QP)->Arg(13)->Arg(1000);
BENCHMARK_CAPTURE(tau2_interval, PL, Tau2IntervalMethod::PL)->Arg(13)->Arg(1000);
BENCHMARK_CAPTURE(tau2_interval, J, Tau2IntervalMethod::J)->Arg(13)->Arg(300);
BENCHMARK_CAPTURE(tau2_interval, BJ, Tau2IntervalMethod::BJ)->Arg(13)->Arg(300);

/// Five coefficients; the fit with tests and intervals of all of them.
void meta_regression(benchmark::State& state) {
  const auto k = static_cast<std::size_t>(state.range(0));
  StudySet studies = studies_of(k);
  const std::vector<double> x = design_of(k);
  for (std::size_t j = 1; j < 5; ++j) {
    Column column{"x" + std::to_string(j), {}, {}, true};
    column.text.assign(k, "x");
    column.number.assign(x.begin() + static_cast<std::ptrdiff_t>(j * k), x.begin() + static_cast<std::ptrdiff_t>((j + 1) * k));
    studies.columns.push_back(std::move(column));
  }
  const Options options{.pooling = Pooling::inverse, .interval = IntervalMethod::z, .model = Model::random, .mods = "x1 + x2 + x3 + x4"};
  for (auto _ : state) benchmark::DoNotOptimize(analyse(studies, options));
}
BENCHMARK(meta_regression)->Arg(13)->Arg(1000);

void influence_of_every_study(benchmark::State& state, Tau2Method tau2) {
  const StudySet studies = studies_of(static_cast<std::size_t>(state.range(0)));
  const Options options{.pooling = Pooling::inverse, .tau2 = tau2};
  for (auto _ : state) benchmark::DoNotOptimize(influence(studies, options));
}
BENCHMARK_CAPTURE(influence_of_every_study, DL, Tau2Method::DL)->Arg(13)->Arg(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(influence_of_every_study, REML, Tau2Method::REML)->Arg(13)->Arg(1000)->Unit(benchmark::kMicrosecond);

/// 1,000 refits on one core: the signs of the effects, and the rows of one moderator.
void permutation_test(benchmark::State& state, const char* mods) {
  StudySet studies = studies_of(13);
  Column column{"x", {}, {}, true};
  for (std::size_t i = 0; i < 13; ++i) column.number.emplace_back(std::cos(static_cast<double>(i))), column.text.emplace_back("x");
  studies.columns.push_back(std::move(column));
  const Options options{.pooling = Pooling::inverse, .tau2 = Tau2Method::REML, .mods = mods, .permutations = 1000, .threads = 1};
  for (auto _ : state) benchmark::DoNotOptimize(analyse(studies, options));
}
BENCHMARK_CAPTURE(permutation_test, signs, "")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(permutation_test, rows, "x")->Unit(benchmark::kMicrosecond);

/// 1000 replicates with everything that is read from them, REML.
void bootstrap(benchmark::State& state, BootstrapMethod method) {
  const StudySet studies = studies_of(static_cast<std::size_t>(state.range(0)));
  const Options options{.bootstrap = method, .replicates = 1000, .threads = 1};
  for (auto _ : state) benchmark::DoNotOptimize(analyse(studies, options));
}
BENCHMARK_CAPTURE(bootstrap, parametric, BootstrapMethod::parametric)->Arg(13)->Arg(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(bootstrap, nonparametric, BootstrapMethod::nonparametric)->Arg(13)->Arg(1000)->Unit(benchmark::kMicrosecond);

/// The means of all 2^k - 1 subsets on one core, without the quantiles of the summary.
void subsets(benchmark::State& state, resampling::SubsetModel model) {
  const GenericEffects data = effects(static_cast<std::size_t>(state.range(0)));
  GoshFits fits;
  for (std::vector<double>* column : {&fits.estimate, &fits.tau2, &fits.i2}) column->resize((std::size_t{1} << data.yi.size()) - 1);
  std::size_t open = 0;
  for (auto _ : state) {
    const resampling::SubsetSums sums(data.yi, data.vi, model);
    open = 0;
    for (std::size_t block = 0; block < sums.blocks(); ++block) open += sums.fit(block, fits).size();
  }
  state.counters["open"] = static_cast<double>(open);
}
BENCHMARK_CAPTURE(subsets, common, resampling::SubsetModel::common)->Arg(13)->Arg(20)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(subsets, DL, resampling::SubsetModel::dl)->Arg(13)->Arg(20)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(subsets, REML, resampling::SubsetModel::reml)->Arg(13)->Arg(20)->Unit(benchmark::kMicrosecond);

/// The whole GOSH analysis of 20 studies.
void gosh(benchmark::State& state, Tau2Method tau2) {
  const GenericEffects data = effects(20);
  const pooling::NormalStudies studies{{}, data.yi, data.vi, {}};
  for (auto _ : state) benchmark::DoNotOptimize(resampling::gosh(studies, {.tau2 = tau2, .threads = 1}, 0));
}
BENCHMARK_CAPTURE(gosh, DL, Tau2Method::DL)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(gosh, REML, Tau2Method::REML)->Unit(benchmark::kMillisecond);

}  // namespace
