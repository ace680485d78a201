// What the pooling models of tables share: Cochran's Q around their estimate, studies left out.
#pragma once

#include <cstddef>
#include <string>

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Q, its test on k - 1 degrees of freedom, and the I2 and H2 that come from it, for k >= 1 studies.
Heterogeneity from_q(double q, std::size_t k);

/// Lists study i, a table without information, in `pooled.excluded`, unless drop00 has already left it out.
void leave_out(const PoolingInput& input, std::size_t i, std::string reason, Pooled& pooled);

}  // namespace tausq::pooling
