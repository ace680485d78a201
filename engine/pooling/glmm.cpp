// One-stage random-effects models with exact likelihoods: which one fits the counts at hand.
#include <string>
#include <variant>

#include <tausq/problem.hpp>

#include "engine/pooling/glmm.hpp"

namespace tausq::pooling {

Pooled pool_glmm(const PoolingInput& input) {
  if (const auto* counts = std::get_if<SingleArmCounts>(&input.studies.data)) return pool_proportions(input, *counts);
  if (const auto* counts = std::get_if<TwoArmCounts>(&input.studies.data)) return pool_odds_ratio(input, *counts);
  throw UsageError("--pooling glmm: no exact-likelihood model for " + std::string(to_string(input.studies.layout())));
}

}  // namespace tausq::pooling
