// Exact intervals of pooled person-time, where no model can be fitted.
#pragma once

#include <string>

#include <tausq/analysis.hpp>

namespace tausq::pooling {

/// Exact interval of x events in person-time t (Garwood 1936, Biometrika 28:437), analysis scale log rate.
PooledEstimate exact_rate(double x, double t, double level, std::string reason);

/// Exact conditional interval of one rate ratio: Clopper-Pearson for x1 of x1 + x2, whose odds are exp(theta) t1 / t2. Both
/// x1 and x2 are positive.
PooledEstimate exact_rate_ratio(double x1, double t1, double x2, double t2, double level, std::string reason);

}  // namespace tausq::pooling
