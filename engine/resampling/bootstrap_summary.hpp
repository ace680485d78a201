// What the replicates of one quantity say: moments and intervals.
#pragma once

#include <span>
#include <vector>

#include <tausq/bootstrap.hpp>

namespace tausq::resampling {

/// Fills all but name and estimate of `quantity`, which has an estimate. `replicates` are finite and come back sorted; `left_out` are
/// the estimates with each study left out once, NaN where there is none, or empty.
void summarise(std::vector<double>& replicates, std::span<const double> left_out, double level, BootstrapQuantity& quantity);

}  // namespace tausq::resampling
