// Results as Markdown.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/coverage/run.hpp"

namespace tausq::coverage {

/// Every method over all designs of one kind, at one level.
std::string overview(const std::vector<Result>& results, double level);
/// Coverage cell by cell of chosen methods, side by side.
std::string by_cell(const std::vector<Result>& results, double level, const std::vector<std::string>& methods);
/// Every method in every design, at every level.
std::string by_design(const std::vector<Result>& results);
/// Level and power of the tests of heterogeneity.
std::string tests(const std::vector<Result>& results);
/// Designs, numbers of data sets and costs.
std::string designs(const std::vector<Result>& results);

}  // namespace tausq::coverage
