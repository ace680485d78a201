// The exact-likelihood models, one a layout of counts.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Binomial-normal model of single-arm counts: logit p_i = mu + tau u_i.
Pooled pool_proportions(const PoolingInput& input, const SingleArmCounts& counts);

/// Two-by-two tables: log odds ratio mu + tau u_i; conditional and unconditional models (options.glmm).
Pooled pool_odds_ratio(const PoolingInput& input, const TwoArmCounts& counts);

/// Poisson-normal model of the rates of one arm: log rate_i = mu + tau u_i.
Pooled pool_rates(const PoolingInput& input, const SingleArmRates& rates);

/// Rates of two arms: log rate ratio mu + tau u_i; conditional (binomial given x1 + x2) and unconditional models.
Pooled pool_rate_ratio(const PoolingInput& input, const TwoArmRates& rates);

}  // namespace tausq::pooling
