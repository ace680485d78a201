// Bayesian random-effects pooling: by the exact likelihood of the counts where the measure has one, else of effect sizes.
#include <cmath>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/bayes/count_posterior.hpp"
#include "engine/inference/wald.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/model/poisson_likelihood.hpp"
#include "engine/pooling/bayes_results.hpp"
#include "engine/pooling/closed_form.hpp"
#include "engine/pooling/odds_ratio_tables.hpp"

namespace tausq::pooling {

namespace {

using model::BinomialLikelihood;
using model::HypergeometricLikelihood;
using model::PoissonLikelihood;

void check_prior_of_mu(const Priors& priors, bool proportions) {
  if (priors.mu.family == MuPrior::normal || (proportions && priors.mu.family == MuPrior::uniform_probability)) return;
  throw UsageError("--prior-mu " + priors.mu.text + ": the exact likelihood takes normal(m, s)" +
                   (proportions ? " or uniform-probability" : "") + "; --pooling bayes-normal has flat");
}

void random_effects(const PoolingInput& input, model::IntegratedLikelihood& likelihood, const Priors& priors,
                    const std::vector<std::size_t>& used, Pooled& pooled) {
  if (!(bayes::count_tail(likelihood, priors.tau) > 1)) {
    report_improper(input,
                    priors.tau.proper()
                        ? "the posterior of tau falls more slowly than any power: a log-t prior needs a study with both events "
                          "and non-events"
                        : "the posterior is improper: a uniform prior of tau without an upper end needs at least two studies "
                          "with both events and non-events",
                    pooled);
    pooled.heterogeneity.status = Status::not_estimable;
    pooled.heterogeneity.reason = pooled.fit.reason;
    return;
  }
  const bayes::CountPosterior posterior = bayes::count_posterior(likelihood, priors.mu, priors.tau);
  if (!std::isfinite(posterior.marginals.log_marginal)) {
    report_improper(input, "the posterior lies beyond what the quadrature can follow", pooled);
    pooled.heterogeneity.status = Status::not_estimable;
    pooled.heterogeneity.reason = pooled.fit.reason;
    return;
  }
  report_bayes(posterior.marginals, input, priors, used, pooled);
  if (used.size() == 1) pooled.heterogeneity.reason = "a single study: what is known of tau is its prior";
  if (!posterior.reliable)
    pooled.warnings.push_back({"bayes-accuracy", "the posterior of tau is so uneven that fewer than eight digits are certain", {}});
}

template <typename Likelihood>
void pool_counts(const PoolingInput& input, const Priors& priors, std::vector<Likelihood> studies, const std::vector<std::size_t>& used,
                 Pooled& pooled) {
  const Options& options = input.options;
  pooled.heterogeneity.k = used.size();
  if (studies.empty()) {
    const char* const reason = "no study says anything about the effect: none has both events and non-events, or events at all";
    report_improper(input, reason, pooled);
    pooled.common = inference::not_estimable(reason);
    pooled.heterogeneity.status = Status::not_estimable;
    pooled.heterogeneity.reason = reason;
    return;
  }
  model::IntegratedLikelihood likelihood = model::IntegratedLikelihood::of(std::move(studies));
  if (options.model != Model::random) pooled.common = bayes_estimate(bayes::count_posterior_common(likelihood, priors.mu), options);
  if (options.model != Model::common) random_effects(input, likelihood, priors, used, pooled);
}

/// One arm: every study counts.
template <typename Likelihood>
Pooled one_arm(const PoolingInput& input, std::span<const double> events, std::span<const double> size) {
  const Priors priors(input.options);
  check_prior_of_mu(priors, std::is_same_v<Likelihood, BinomialLikelihood>);
  Pooled pooled;
  std::vector<Likelihood> studies;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < events.size(); ++i) {
    studies.emplace_back(events[i], size[i]);
    all.push_back(i);
  }
  pool_counts(input, priors, std::move(studies), all, pooled);
  return pooled;
}

Pooled odds_ratios(const PoolingInput& input, const TwoArmCounts& counts) {
  const Priors priors(input.options);
  check_prior_of_mu(priors, false);
  Pooled pooled;
  const std::vector<std::size_t> used = informative_tables(input, counts, pooled);
  std::vector<HypergeometricLikelihood> studies;
  for (std::size_t i : used) studies.emplace_back(counts.ai[i], counts.bi[i], counts.ci[i], counts.di[i]);
  pool_counts(input, priors, std::move(studies), used, pooled);
  return pooled;
}

/// Given the events of both arms together, which say nothing about the ratio of their rates.
Pooled rate_ratios(const PoolingInput& input, const TwoArmRates& rates) {
  const Priors priors(input.options);
  check_prior_of_mu(priors, false);
  Pooled pooled;
  std::vector<BinomialLikelihood> studies;
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < rates.x1i.size(); ++i) {
    const double events = rates.x1i[i] + rates.x2i[i];
    if (events == 0) {
      leave_out(input, i, "no event in either arm: says nothing about a rate ratio", pooled);
      continue;
    }
    used.push_back(i);
    studies.emplace_back(rates.x1i[i], events, std::log(rates.t1i[i] / rates.t2i[i]));
  }
  pool_counts(input, priors, std::move(studies), used, pooled);
  return pooled;
}

}  // namespace

Pooled pool_bayes(const PoolingInput& input) {
  const Measure measure = *input.options.effect.measure;
  if (const auto* counts = std::get_if<SingleArmCounts>(&input.studies.data); counts && measure == Measure::PLO)
    return one_arm<BinomialLikelihood>(input, counts->events, counts->total);
  if (const auto* rates = std::get_if<SingleArmRates>(&input.studies.data); rates && measure == Measure::IRLN)
    return one_arm<PoissonLikelihood>(input, rates->events, rates->time);
  if (const auto* counts = std::get_if<TwoArmCounts>(&input.studies.data); counts && measure == Measure::OR)
    return odds_ratios(input, *counts);
  if (const auto* rates = std::get_if<TwoArmRates>(&input.studies.data); rates && measure == Measure::IRR)
    return rate_ratios(input, *rates);
  return pool_bayes_normal(input);
}

}  // namespace tausq::pooling
