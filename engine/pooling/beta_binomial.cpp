// Beta-binomial model of single-arm counts: the proportions vary as a beta distribution, its mean is what is estimated.
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/count_prediction.hpp"
#include "engine/model/beta_binomial.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/beta_binomial.hpp"
#include "engine/pooling/exact_proportion.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_regression.hpp"

namespace tausq::pooling {

void report_rho(const PoolingInput& input, Pooled& pooled) {
  Heterogeneity& het = pooled.heterogeneity;
  const auto rho = [](std::optional<double> gamma) { return gamma ? std::optional(*gamma / (1 + *gamma)) : std::nullopt; };
  het.rho = rho(het.tau2);
  het.rho_ci_lower = rho(het.tau2_ci_lower);
  het.rho_ci_upper = het.status == Status::one_sided ? std::optional(1.0) : rho(het.tau2_ci_upper);
  if (het.status == Status::one_sided) het.reason = "the likelihood does not bound the dispersion: rho up to 1";
  drop_normal_heterogeneity(
      input, "the beta-binomial model predicts by a beta distribution, not by a normal or t interval: --prediction z for one arm", pooled);
}

namespace {

/// A new study's proportion as a beta distribution with the estimated mean p; its variance is that between studies, p (1 - p) rho, and that
/// of the estimate together. Its events among n: the beta-binomial distribution with both.
void predict_by_beta(const Options& options, Pooled& pooled) {
  const double level = options.prediction_level.value_or(options.level), logit = *pooled.random.estimate;
  const double p = logit < 0 ? std::exp(logit) / (1 + std::exp(logit)) : 1 / (1 + std::exp(-logit)), q = p / std::exp(logit);
  const double rho = *pooled.heterogeneity.rho + p * q * *pooled.random.se * *pooled.random.se;
  PredictionInterval& prediction = pooled.prediction;
  prediction = {};
  prediction.method = PredictionMethod::z;
  prediction.status = Status::not_estimable;
  prediction.reason = "no beta distribution is as wide as the uncertainty of the mean and the differences of the studies together";
  if (!(rho > 0 && rho < 1)) return;
  const double a = p * (1 - rho) / rho, b = q * (1 - rho) / rho, tail = 0.5 * (1 - level);
  const double lower = numerics::beta_quantile(tail, a, b), upper = numerics::beta_quantile_upper(tail, a, b);
  prediction.status = Status::ok;
  prediction.reason = "beta distribution with the variance of the estimate added to that between studies";
  prediction.display = {{}, lower, upper};
  if (lower > 0) prediction.lower = std::log(lower / (1 - lower));
  if (upper < 1) prediction.upper = std::log(upper / (1 - upper));
  if (options.predict_n)
    prediction.counts = inference::predicted_counts(model::beta_binomial_probabilities(*options.predict_n, a, b), level);
}

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
  return pool_one_stage(input, std::move(setup), [&](const OneStageFit&, Pooled& pooled) {
    report_rho(input, pooled);
    const bool estimated = pooled.random.estimate && pooled.random.se && pooled.heterogeneity.rho;
    if (input.options.prediction == PredictionMethod::z && is_mean(input.design) && estimated) predict_by_beta(input.options, pooled);
  });
}

}  // namespace

Pooled pool_beta_binomial(const PoolingInput& input) {
  if (const auto* tables = std::get_if<TwoArmCounts>(&input.studies.data)) return pool_beta_binomial_arms(input, *tables);
  return pool_complete_studies(input, pool_single_arms);
}

}  // namespace tausq::pooling
