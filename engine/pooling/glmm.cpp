// One-stage random-effects models with exact likelihoods: which one fits the counts at hand.
#include <variant>

#include "engine/pooling/glmm.hpp"
#include "engine/pooling/one_stage_regression.hpp"

namespace tausq::pooling {

namespace {

Pooled pool_counts(const PoolingInput& input) {
  if (const auto* counts = std::get_if<SingleArmCounts>(&input.studies.data)) return pool_proportions(input, *counts);
  if (const auto* counts = std::get_if<TwoArmCounts>(&input.studies.data)) return pool_odds_ratio(input, *counts);
  if (const auto* rates = std::get_if<SingleArmRates>(&input.studies.data)) return pool_rates(input, *rates);
  return pool_rate_ratio(input, std::get<TwoArmRates>(input.studies.data));
}

}  // namespace

Pooled pool_glmm(const PoolingInput& input) {
  return pool_complete_studies(input, pool_counts);
}

}  // namespace tausq::pooling
