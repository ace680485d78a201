// Lists of name and value, as records and studies carry their numbers.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace tausq::report {

/// The names in the lists of all rows, in order of first appearance.
template <typename Rows, typename Pairs>
std::vector<std::string> names_of(const Rows& rows, Pairs pairs) {
  std::vector<std::string> names;
  for (const auto& row : rows)
    for (const auto& pair : std::invoke(pairs, row))
      if (std::find(names.begin(), names.end(), pair.first) == names.end()) names.push_back(pair.first);
  return names;
}

/// The pair of that name, or the end of the list.
template <typename Pairs>
auto find_named(const Pairs& pairs, const std::string& name) {
  return std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
}

}  // namespace tausq::report
