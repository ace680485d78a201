// Permutation tests of the inverse-variance model.
#pragma once

#include <tausq/analysis.hpp>

#include "engine/pooling/pooling.hpp"

namespace tausq::resampling {

/// The permutation test that `input.options.permutations` asks for, of the estimate that the options name: the common
/// effect for Model::common, else random effects. The statistic is that of the interval's test (z, t, Hartung-Knapp), or z
/// where the interval has none of this kind (profile likelihood, Kenward-Roger, Henmi-Copas).
PermutationTest permutation_test(const pooling::PoolingInput& input);

}  // namespace tausq::resampling
