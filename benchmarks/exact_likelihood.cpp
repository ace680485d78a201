// The exact-likelihood engine by its parts: fits, profile intervals, integrated-likelihood intervals and prediction, posterior
// distributions.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include <tausq/tausq.hpp>

#include "engine/bayes/count_posterior.hpp"
#include "engine/inference/integrated_interval.hpp"
#include "engine/inference/integrated_prediction.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/model/one_stage.hpp"

namespace {

using namespace tausq;

constexpr double chi2_95 = 3.8414588206941236;

/// k arms of 5 to 40 patients with a third of events on average.
struct Arms {
  std::vector<double> events, total;
  explicit Arms(std::size_t k) {
    for (std::size_t i = 0; i < k; ++i) {
      total.push_back(static_cast<double>(5 + (i * 7) % 36));
      events.push_back(std::floor(total[i] / (1 + std::exp(0.7 + std::sin(12.9898 * static_cast<double>(i))))));
    }
  }
  std::vector<model::BinomialLikelihood> likelihoods() const {
    std::vector<model::BinomialLikelihood> studies;
    for (std::size_t i = 0; i < total.size(); ++i) studies.emplace_back(events[i], total[i]);
    return studies;
  }
};

std::vector<model::HypergeometricLikelihood> bcg() {
  const std::vector<double> a{4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27};
  const std::vector<double> b{119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886};
  const std::vector<double> c{11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29};
  const std::vector<double> d{128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825};
  std::vector<model::HypergeometricLikelihood> tables;
  for (std::size_t i = 0; i < a.size(); ++i) tables.emplace_back(a[i], b[i], c[i], d[i]);
  return tables;
}

model::Design mean_of(std::size_t k) {
  return {k, {"intercept"}, std::vector<double>(k, 1.0), true, {}};
}

template <typename Likelihood>
void fit(std::vector<Likelihood> studies, const model::Design& design, bool profile) {
  model::OneStageModel engine(std::make_unique<model::StudyTermsOf<Likelihood>>(std::move(studies)), design);
  const model::OneStageMaximum common = engine.maximise_common(), random = engine.maximise(common);
  benchmark::DoNotOptimize(random.at.loglik);
  if (profile) benchmark::DoNotOptimize(engine.profile_beta(random.at, 0, chi2_95));
}

void binomial_normal_fit(benchmark::State& state) {
  const Arms arms(static_cast<std::size_t>(state.range(0)));
  const model::Design design = mean_of(arms.total.size());
  for (auto _ : state) fit(arms.likelihoods(), design, false);
}
BENCHMARK(binomial_normal_fit)->Arg(10)->Arg(20)->Arg(100);

void binomial_normal_fit_and_profile(benchmark::State& state) {
  const Arms arms(static_cast<std::size_t>(state.range(0)));
  const model::Design design = mean_of(arms.total.size());
  for (auto _ : state) fit(arms.likelihoods(), design, true);
}
BENCHMARK(binomial_normal_fit_and_profile)->Arg(10)->Arg(20)->Arg(100);

void hypergeometric_normal_bcg(benchmark::State& state) {
  const model::Design design = mean_of(13);
  for (auto _ : state) fit(bcg(), design, state.range(0) == 1);
}
BENCHMARK(hypergeometric_normal_bcg)->Arg(0)->Arg(1);

/// 100 parametric replicates of proportions, or of 13 tables, with all that is read from them.
void bootstrap_of_proportions(benchmark::State& state) {
  const Arms arms(static_cast<std::size_t>(state.range(0)));
  const StudySet studies = single_arm_counts(arms.events, arms.total);
  const Options options{.prediction = PredictionMethod::v, .bootstrap = BootstrapMethod::parametric, .replicates = 100, .threads = 1};
  for (auto _ : state) benchmark::DoNotOptimize(analyse(studies, options));
}
BENCHMARK(bootstrap_of_proportions)->Arg(10)->Arg(20)->Unit(benchmark::kMillisecond);

void integrated_interval_of_a_proportion(benchmark::State& state) {
  const Arms arms(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(inference::IntegratedProportion(arms.events, arms.total, 0.95).median());
}
BENCHMARK(integrated_interval_of_a_proportion)->Arg(3)->Arg(5)->Arg(10)->Arg(20)->Arg(100);

void integrated_interval_of_an_average(benchmark::State& state) {
  const Arms arms(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(inference::IntegratedProportion(arms.events, arms.total, 0.95).mean());
}
BENCHMARK(integrated_interval_of_an_average)->Arg(3)->Arg(10);

void integrated_prediction_of_a_proportion(benchmark::State& state) {
  const Arms arms(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const inference::IntegratedPrediction law(arms.events, arms.total);
    benchmark::DoNotOptimize(law.quantile(0.025));
    benchmark::DoNotOptimize(law.quantile(0.025, true));
  }
}
BENCHMARK(integrated_prediction_of_a_proportion)->Arg(3)->Arg(10);

void integrated_prediction_of_counts(benchmark::State& state) {
  const Arms arms(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(inference::IntegratedPrediction(arms.events, arms.total).counts(20, 0.95));
}
BENCHMARK(integrated_prediction_of_counts)->Arg(3)->Arg(10);

/// The whole posterior: densities of mu, tau and a new study's effect, and the studies' own effects.
void bayesian_proportions(benchmark::State& state, const char* prior_of_tau, bool no_events) {
  Arms arms(static_cast<std::size_t>(state.range(0)));
  if (no_events) arms.events.assign(arms.events.size(), 0);
  const bayes::PriorOfMu mu = bayes::parse_mu_prior("uniform-probability");
  const bayes::PriorOfTau tau = bayes::parse_tau_prior(prior_of_tau);
  for (auto _ : state) {
    model::IntegratedLikelihood likelihood = model::IntegratedLikelihood::of(arms.likelihoods());
    benchmark::DoNotOptimize(bayes::count_posterior(likelihood, mu, tau).marginals.log_marginal);
  }
}
BENCHMARK_CAPTURE(bayesian_proportions, half_normal, "halfnormal(1)", false)->Arg(3)->Arg(10)->Arg(20);
BENCHMARK_CAPTURE(bayesian_proportions, log_normal, "lognormal(-2.5,1.7)", false)->Arg(3)->Arg(10);
BENCHMARK_CAPTURE(bayesian_proportions, half_cauchy, "halfcauchy(0.5)", false)->Arg(3)->Arg(10);
BENCHMARK_CAPTURE(bayesian_proportions, half_cauchy_without_events, "halfcauchy(0.5)", true)->Arg(3);

void integrated_interval_of_an_odds_ratio(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(
        inference::integrated_odds_ratio(std::make_unique<model::StudyLikelihoodsOf<model::HypergeometricLikelihood>>(bcg()), 13, 0.95));
}
BENCHMARK(integrated_interval_of_an_odds_ratio);

}  // namespace
