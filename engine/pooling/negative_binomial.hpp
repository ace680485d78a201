// What the negative binomial models of one arm and of two have in common.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Turns the engine's tau2, which is the dispersion, into `dispersion`; nothing that belongs to a normal model stays.
void report_dispersion(const PoolingInput& input, Pooled& pooled);

/// The kernel of Pooling::negbin for two arms.
Pooled pool_gamma_rates(const PoolingInput& input, const TwoArmRates& rates);

}  // namespace tausq::pooling
