#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "engine/numerics/distributions.hpp"
#include "engine/numerics/quadratic_form.hpp"
#include "engine/numerics/quadrature.hpp"

namespace {

using namespace tausq::numerics;

void normal_tail(benchmark::State& state) {
  double x = 1.96;
  for (auto _ : state) benchmark::DoNotOptimize(normal_sf(x = 3 - x * 0.5));
}
BENCHMARK(normal_tail);

// The argument is the degrees of freedom, from which on a different method may take over.
void t_tail(benchmark::State& state) {
  const auto df = static_cast<double>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(t_sf(2.1, df));
}
BENCHMARK(t_tail)->Arg(5)->Arg(100)->Arg(100000);

void t_quantile(benchmark::State& state) {
  const auto df = static_cast<double>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(t_two_sided(0.95, df));
}
BENCHMARK(t_quantile)->Arg(5)->Arg(100)->Arg(100000);

void chi2_tail(benchmark::State& state) {
  const auto df = static_cast<double>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(chi2_sf(1.3 * df, df));
}
BENCHMARK(chi2_tail)->Arg(1)->Arg(12)->Arg(1000)->Arg(100000);

void chi2_quantile_at(benchmark::State& state) {
  const auto df = static_cast<double>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(chi2_quantile_upper(0.025, df));
}
BENCHMARK(chi2_quantile_at)->Arg(1)->Arg(12)->Arg(1000);

// Clopper-Pearson: a fifth of n patients with event.
void clopper_pearson(benchmark::State& state) {
  const auto n = static_cast<double>(state.range(0)), x = std::floor(0.2 * n);
  for (auto _ : state) {
    benchmark::DoNotOptimize(beta_quantile(0.025, x, n - x + 1));
    benchmark::DoNotOptimize(beta_quantile_upper(0.025, x + 1, n - x));
  }
}
BENCHMARK(clopper_pearson)->Arg(20)->Arg(1000)->Arg(1000000);

void log_binomial_coefficient(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(log_binomial(1000, 137));
}
BENCHMARK(log_binomial_coefficient);

void quadratic_form(benchmark::State& state) {
  std::vector<double> weights;
  for (int j = 0; j < state.range(0); ++j) weights.push_back(1 / (1 + 0.3 * j));
  double mean = 0;
  for (double weight : weights) mean += weight;
  for (auto _ : state) benchmark::DoNotOptimize(quadratic_form_sf(1.5 * mean, weights));
}
BENCHMARK(quadratic_form)->Arg(3)->Arg(12)->Arg(100)->Arg(1000)->Unit(benchmark::kMicrosecond);

// A rule that is already there: what every fit pays.
void hermite_rule(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(gauss_hermite(64).nodes.data());
}
BENCHMARK(hermite_rule);

}  // namespace
