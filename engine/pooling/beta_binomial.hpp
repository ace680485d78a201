// What the beta-binomial models of one arm and of two have in common.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Turns the engine's tau2, which is the dispersion gamma = rho / (1 - rho), into rho; nothing that belongs to a normal model stays.
void report_rho(const PoolingInput& input, Pooled& pooled);

/// Two arms with moderators, odds ratio only: each arm's mean logit is linear in them, coefficients are those of the difference.
Pooled pool_beta_binomial_regression(const PoolingInput& input);

/// The kernel of Pooling::betabin for two arms.
Pooled pool_beta_binomial_arms(const PoolingInput& input, const TwoArmCounts& counts);

}  // namespace tausq::pooling
