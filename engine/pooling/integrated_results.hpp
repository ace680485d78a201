// What is integrated over tau, beside the results of the exact-likelihood models.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Adds the interval `il` to random.intervals and random.marginal->intervals of single-arm counts under the logit binomial-normal model
/// (k >= 2 studies; above 200 only if it is options.interval) and to random.intervals of odds ratios under the conditional model (2 to 5
/// studies; more if it is options.interval), and puts it, or the `il` or `il-logf` interval of a log odds ratio, in the
/// place of random.ci_lower and random.ci_upper where it is options.interval. Fills the prediction
/// `integrated` and its counts. Every other model and measure stays as it is.
void add_integrated(const PoolingInput& input, Pooled& pooled);

/// The prediction alone.
void add_integrated_prediction(const PoolingInput& input, Pooled& pooled);

}  // namespace tausq::pooling
