// The exact-likelihood models, one a layout of counts.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Binomial-normal model of single-arm counts: logit p_i = mu + tau u_i.
Pooled pool_proportions(const PoolingInput& input, const SingleArmCounts& counts);

/// Two-by-two tables: log odds ratio mu + tau u_i; conditional and unconditional models (options.glmm).
Pooled pool_odds_ratio(const PoolingInput& input, const TwoArmCounts& counts);

}  // namespace tausq::pooling
