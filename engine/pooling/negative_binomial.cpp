// Negative binomial model of person-time: the rates vary as a gamma distribution, its mean is what is estimated.
#include <memory>
#include <utility>
#include <vector>

#include "engine/model/negative_binomial.hpp"
#include "engine/pooling/exact_rates.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/negative_binomial.hpp"
#include "engine/pooling/one_stage_regression.hpp"

namespace tausq::pooling {

void report_dispersion(const PoolingInput& input, Pooled& pooled) {
  Heterogeneity& het = pooled.heterogeneity;
  het.dispersion = het.tau2;
  het.dispersion_ci_lower = het.tau2_ci_lower;
  het.dispersion_ci_upper = het.tau2_ci_upper;
  if (het.status == Status::one_sided) het.reason = "the likelihood does not bound the dispersion from above";
  drop_normal_heterogeneity(input, "the negative binomial model predicts by a gamma distribution, not by a normal or t interval", pooled);
}

namespace {

Pooled pool_rates(const PoolingInput& input) {
  const auto& rates = std::get<SingleArmRates>(input.studies.data);
  const std::size_t k = rates.events.size();
  double events = 0, time = 0;
  for (std::size_t i = 0; i < k; ++i) {
    events += rates.events[i];
    time += rates.time[i];
  }
  Pooled pooled;
  if (events == 0 || k == 1) {
    const char* reason = events == 0 ? "no events in any study: exact interval of the pooled rate" : "a single study: its exact interval";
    without_model(input, exact_rate(events, time, input.options.level, reason), k, reason, pooled);
    return pooled;
  }
  OneStageSetup setup;
  std::vector<model::NegativeBinomialLikelihood> studies;
  for (std::size_t i = 0; i < k; ++i) {
    studies.emplace_back(rates.events[i], rates.time[i]);
    setup.saturated.add(model::study_maximum(studies.back().poisson()));
    setup.used.push_back(i);
  }
  setup.observations = static_cast<double>(k);
  setup.studies = std::make_unique<model::NegativeBinomialTerms>(std::move(studies));
  return pool_one_stage(input, std::move(setup), [&](const OneStageFit&, Pooled& fitted) { report_dispersion(input, fitted); });
}

}  // namespace

Pooled pool_negative_binomial(const PoolingInput& input) {
  if (std::holds_alternative<SingleArmRates>(input.studies.data)) return pool_complete_studies(input, pool_rates);
  return pool_gamma_rates(input, std::get<TwoArmRates>(input.studies.data));
}

}  // namespace tausq::pooling
