// Which labels are equal, and which only look equal.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace tausq::records {

/// Positions in a list of labels.
struct AlikeLabels {
  std::vector<std::vector<std::size_t>> equal;             ///< labels that stand more than once: all positions of each, rising
  std::vector<std::pair<std::size_t, std::size_t>> alike;  ///< the first of two different labels that look the same, and the later
};

/// The label at a position.
using LabelAt = std::function<std::string_view(std::size_t)>;

/// Compares n labels with each other, in linear time. Labels look the same when likeness() does not tell them apart.
AlikeLabels find_alike(std::size_t n, const LabelAt& label_at);

}  // namespace tausq::records
