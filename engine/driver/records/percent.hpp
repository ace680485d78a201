// Reported percentages: what they say about the counts beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/layout.hpp"
#include "engine/driver/records/numbers.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// The whole numbers e from `first` to `last` for which 100 e / total rounds to a percentage (none: first > last).
struct CountRange {
  double first = 0, last = -1;
};

/// Counts of `total` that are `percent` when rounded to `decimals` places; a half unit may have been rounded either way.
CountRange counts_of_percent(double percent, int decimals, double total);

/// Checks the column reported_percent against the counts, and recovers a missing count where exactly one fits.
/// Problems: E_PERCENT, E_NOT_NUMBER, E_RANGE; warning W_COUNT_RECOVERED.
void check_percentages(const Table& table, const Columns& columns, const std::vector<std::string>& labels, char decimal, Numbers& numbers,
                       Findings& findings);

}  // namespace tausq::records
