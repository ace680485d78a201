// What the beta-binomial models of one arm and of two have in common.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Turns the engine's tau2, which is the dispersion gamma = rho / (1 - rho), into rho; nothing that belongs to a normal model stays.
void report_rho(const PoolingInput& input, Pooled& pooled);

inline constexpr const char* no_common_arms = "with rho = 0 the arms would be added up over studies: no common effect";

/// Two arms with moderators: the effect is linear in them, and so is the mean of the arms' logits.
Pooled pool_beta_binomial_regression(const PoolingInput& input);

/// The kernel of Pooling::betabin for two arms.
Pooled pool_beta_binomial_arms(const PoolingInput& input, const TwoArmCounts& counts);

}  // namespace tausq::pooling
