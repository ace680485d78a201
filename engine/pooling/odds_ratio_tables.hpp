// Two-by-two tables for models of the odds ratio that condition on the margins.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Leaves out the tables whose margins determine them and lists them in `account`; the places of the others.
std::vector<std::size_t> informative_tables(const PoolingInput& input, const TwoArmCounts& counts, Pooled& account);

/// The conditional likelihoods of the tables at `places`.
std::vector<model::HypergeometricLikelihood> conditional_likelihoods(const TwoArmCounts& counts, const std::vector<std::size_t>& places);

/// Pooled odds ratio by exact conditional inference: the kernel of Pooling::exact for two arms.
Pooled pool_exact_odds_ratio(const PoolingInput& input, const TwoArmCounts& counts);

/// What data say in which every table has as few, or as many, events under treatment as the margins allow.
inline constexpr const char* separated_tables_reason =
    "the log odds ratio is infinite: in every informative study the events are as few, or as many, as the margins allow; "
    "the finite limit is exact given the margins";

}  // namespace tausq::pooling
