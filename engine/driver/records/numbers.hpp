// The numbers of the records, by quantity and arm.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "engine/driver/records/layout.hpp"

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

}  // namespace tausq::records
