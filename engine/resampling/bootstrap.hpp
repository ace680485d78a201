// Bootstrap of everything that a pooling model estimates.
#pragma once

#include <tausq/bootstrap.hpp>

#include "engine/pooling/pooling.hpp"

namespace tausq::resampling {

/// The bootstrap that `input.options` ask for; `observed` is what the two models give for the studies as they are. Natural-scale
/// numbers are left to the caller. Throws UsageError where the model of the options has no parametric replicates.
Bootstrap bootstrap(const pooling::PoolingInput& input, const pooling::Pooled& observed);

}  // namespace tausq::resampling
