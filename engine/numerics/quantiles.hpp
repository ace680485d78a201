// Quantiles of many numbers without sorting them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace tausq::numerics {

/// Quantiles at ascending `probabilities`: linear between the order statistics around 1 + (n - 1) p (Hyndman & Fan 1996, Am
/// Stat 50:361, definition 7). `values` is not empty, holds no NaN, and is reordered.
inline std::vector<double> quantiles(std::span<double> values, std::span<const double> probabilities) {
  std::vector<double> result;
  auto from = values.begin();
  for (const double p : probabilities) {
    const double place = p * static_cast<double>(values.size() - 1), whole = std::floor(place);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(whole);
    // What is left of `from` is not larger than anything to its right.
    if (at >= from) std::nth_element(from, at, values.end());
    const double share = place - whole;
    const double above = share > 0 ? *std::min_element(at + 1, values.end()) : *at;
    result.push_back(*at + share * (above - *at));
    from = std::max(from, at);
  }
  return result;
}

}  // namespace tausq::numerics
