// What the pooling models without iteration share: the z interval of an estimate, Cochran's Q around it, studies left out.
#pragma once

#include <cstddef>
#include <string>

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Estimate with standard error se > 0: z test of 0 and interval estimate -+ z se at `level`.
PooledEstimate wald(double estimate, double se, double level);

/// Q, its test on k - 1 degrees of freedom, and the I2 and H2 that come from it, for k >= 1 studies.
Heterogeneity from_q(double q, std::size_t k);

/// Lists study i, a table without information, in `pooled.excluded`, unless drop00 has already left it out.
void leave_out(const PoolingInput& input, std::size_t i, std::string reason, Pooled& pooled);

}  // namespace tausq::pooling
