// The number columns of the records, parsed and checked cell by cell.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/layout.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// A number that a row does not have. Stays inside the reader: rows with one leave the analysis or get it filled in.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();
inline bool is_missing(double x) {
  return x != x;
}

/// One column of numbers for every quantity and arm of the layout, empty where the layout has none.
class Numbers {
 public:
  std::vector<double>& of(Quantity quantity, Arm arm = Arm::only) { return columns_[index(quantity, arm)]; }
  const std::vector<double>& of(Quantity quantity, Arm arm = Arm::only) const { return columns_[index(quantity, arm)]; }
  bool has(Quantity quantity, Arm arm = Arm::only) const { return !of(quantity, arm).empty(); }

 private:
  static std::size_t index(Quantity quantity, Arm arm) {
    return static_cast<std::size_t>(arm) * quantities + static_cast<std::size_t>(quantity);
  }
  std::array<std::vector<double>, 3 * quantities> columns_;
};

/// Parses the number columns. Problems: E_NOT_NUMBER, E_NAN, E_INF, E_TYPE, E_NOT_INTEGER, E_NEGATIVE, E_ZERO_TOTAL, E_RANGE;
/// warning W_NEGATIVE_ZERO.
Numbers read_numbers(const Table& table, const Columns& columns, char decimal, Findings& findings);

/// Checks what the numbers of a row say together and fills in what follows from them: totals from non-events, variances
/// from standard errors or 95 % confidence limits. Problems: E_EVENTS_GT_TOTAL, E_TOTAL_MISMATCH, E_ZERO_TOTAL, E_CI_ORDER.
void complete_numbers(const Table& table, const Columns& columns, Numbers& numbers, Findings& findings);

}  // namespace tausq::records
