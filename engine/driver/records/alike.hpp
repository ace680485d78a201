// Which labels are equal, and which only look equal.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace tausq::records {

/// Positions in a list of labels.
struct AlikeLabels {
  std::vector<std::vector<std::size_t>> equal;             ///< labels that stand more than once: all positions of each, rising
  std::vector<std::pair<std::size_t, std::size_t>> alike;  ///< the first of two different labels that look the same, and the later
};

/// Compares all labels with each other, in linear time. Labels look the same when likeness() does not tell them apart.
AlikeLabels find_alike(const std::vector<std::string_view>& labels);

}  // namespace tausq::records
