// From a fitted model with two random effects a study to results.
#pragma once

#include "engine/model/two_effects.hpp"
#include "engine/pooling/one_stage_results.hpp"

namespace tausq::pooling {

/// Pools the studies `used` under an unconditional model with random study effects, independent of the effect or (`correlated`) not.
/// `saturated` holds the studies' own estimates for the Wald test of homogeneity; the likelihood-ratio test keeps the random study effects
/// and gives every study a difference of its own. Moderators act on the
/// difference; the random level takes up what they say about it.
Pooled pool_two_effects(const PoolingInput& input, const model::ArmPairs& arms, const HomogeneitySums& saturated,
                        const std::vector<std::size_t>& used, bool correlated);

/// The same from studies of two arms.
template <typename Arm>
Pooled pool_two_effects(const PoolingInput& input, std::vector<std::pair<Arm, Arm>> studies, const std::vector<std::size_t>& used,
                        bool correlated) {
  HomogeneitySums saturated;
  for (const auto& study : studies) saturated.add(model::study_maximum(study));
  return pool_two_effects(input, model::ArmPairsOf<Arm>(std::move(studies)), saturated, used, correlated);
}

}  // namespace tausq::pooling
