// What the beta-binomial models of one arm and of two have in common.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Turns the engine's tau2, which is the dispersion gamma = rho / (1 - rho), into rho; nothing that belongs to a normal model stays.
void report_rho(const PoolingInput& input, Pooled& pooled);

/// The kernel of Pooling::betabin for two arms.
Pooled pool_beta_binomial_arms(const PoolingInput& input, const TwoArmCounts& counts);

}  // namespace tausq::pooling
