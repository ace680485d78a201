// Moderators of a common proportion or of a common odds ratio by exact likelihood.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// The kernel of Pooling::exact with moderators, for studies that have all of them. PLO: logistic regression of the pooled counts. OR:
/// conditional logistic regression, the log odds ratio of each study linear in moderators and its table noncentral hypergeometric given
/// the margins (Breslow & Day 1980, Statistical Methods in Cancer Research I, ch. 7). Intervals are z or profile: exact ones would need
/// the joint distribution of the coefficients' sufficient statistics, which for a continuous moderator leaves the observed data alone.
Pooled pool_exact_regression(const PoolingInput& input);

}  // namespace tausq::pooling
