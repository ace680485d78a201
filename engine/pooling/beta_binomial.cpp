// Beta-binomial model of single-arm counts: the proportions vary as a beta distribution, its mean is what is estimated.
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/model/beta_binomial.hpp"
#include "engine/pooling/beta_binomial.hpp"
#include "engine/pooling/exact_proportion.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/one_stage_regression.hpp"

namespace tausq::pooling {

void report_rho(const PoolingInput& input, Pooled& pooled) {
  Heterogeneity& het = pooled.heterogeneity;
  const auto rho = [](std::optional<double> gamma) { return gamma ? std::optional(*gamma / (1 + *gamma)) : std::nullopt; };
  het.rho = rho(het.tau2);
  het.rho_ci_lower = rho(het.tau2_ci_lower);
  het.rho_ci_upper = het.status == Status::one_sided ? std::optional(1.0) : rho(het.tau2_ci_upper);
  if (het.status == Status::one_sided) het.reason = "the likelihood does not bound the dispersion: rho up to 1";
  drop_normal_heterogeneity(input, "the beta-binomial model predicts by a beta distribution, not by a normal or t interval", pooled);
}

namespace {

Pooled pool_single_arms(const PoolingInput& input) {
  const auto* counts = std::get_if<SingleArmCounts>(&input.studies.data);
  if (counts == nullptr) throw UsageError("--pooling betabin: needs counts of one arm or of two");
  const std::size_t k = counts->events.size();
  if (const char* reason = only_exact(*counts)) {
    Pooled pooled;
    without_model(input, exact_proportion(*counts, input.options.level, reason), k, reason, pooled);
    return pooled;
  }
  OneStageSetup setup;
  std::vector<model::BetaBinomialLikelihood> studies;
  for (std::size_t i = 0; i < k; ++i) {
    studies.emplace_back(counts->events[i], counts->total[i]);
    setup.saturated.add(model::study_maximum(studies.back().binomial()));
    setup.used.push_back(i);
  }
  setup.observations = static_cast<double>(k);
  setup.studies = std::make_unique<model::BetaBinomialTerms>(std::move(studies));
  return pool_one_stage(input, std::move(setup), [&](const OneStageFit&, Pooled& pooled) { report_rho(input, pooled); });
}

}  // namespace

Pooled pool_beta_binomial(const PoolingInput& input) {
  if (const auto* tables = std::get_if<TwoArmCounts>(&input.studies.data)) return pool_beta_binomial_arms(input, *tables);
  return pool_complete_studies(input, pool_single_arms);
}

}  // namespace tausq::pooling
