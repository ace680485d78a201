// A function of mu at one tau, likelihood times weight, on a lattice from end to end.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/model/integrated_likelihood.hpp"

namespace tausq::model {

/// log prod L_i and that plus the weight of mu, at all mu of the lattice.
struct MuSlice {
  MuLattice mu;
  std::vector<double> loglik, log_value;
  double top = -std::numeric_limits<double>::infinity();  ///< of log_value
};

/// No search beyond these.
struct MuLimits {
  double lower = -std::numeric_limits<double>::infinity(), upper = std::numeric_limits<double>::infinity();
};

/// Log-concave likelihood times weight on a lattice of the given level, until it has fallen by exp(-negligible) on both sides of `mode`;
/// `sd` is its width there.
template <typename LogWeight>
MuSlice mu_slice(LikelihoodAtTau& likelihood, LogWeight&& log_weight, double mode, double sd, int level, double negligible,
                 const MuLimits& limits = {}) {
  const double step = MuLattice::step_of(level);
  const auto middle = static_cast<std::ptrdiff_t>(std::floor(mode / step + 0.5));
  const auto reach = static_cast<std::ptrdiff_t>(std::ceil(std::min(1e5, std::sqrt(2 * negligible) * sd / step))) + 1;
  MuSlice slice;
  const auto added = [&](std::ptrdiff_t from, std::ptrdiff_t to) {  // both included
    MuSlice part;
    part.mu = {level, from, static_cast<std::size_t>(to - from + 1)};
    part.loglik.resize(part.mu.count);
    likelihood.log_likelihoods(part.mu, part.loglik);
    for (std::size_t j = 0; j < part.mu.count; ++j) {
      part.log_value.push_back(part.loglik[j] + log_weight(part.mu.at(j)));
      slice.top = std::max(slice.top, part.log_value.back());
    }
    return part;
  };
  const auto join = [](std::vector<double>& to, const std::vector<double>& from, bool before) {
    to.insert(before ? to.begin() : to.end(), from.begin(), from.end());
  };
  const MuSlice whole = added(middle - reach, middle + reach);
  slice.mu = whole.mu, slice.loglik = whole.loglik, slice.log_value = whole.log_value;
  for (std::ptrdiff_t more = reach / 2 + 2;; more += more / 2) {
    const bool below = slice.log_value.front() > slice.top - negligible && slice.mu.at(0) > limits.lower;
    const bool above = slice.log_value.back() > slice.top - negligible && slice.mu.at(slice.mu.count - 1) < limits.upper;
    if (!below && !above) break;
    const std::ptrdiff_t first = slice.mu.first, end = first + static_cast<std::ptrdiff_t>(slice.mu.count);
    const MuSlice part = below ? added(first - more, first - 1) : added(end, end + more - 1);
    join(slice.loglik, part.loglik, below);
    join(slice.log_value, part.log_value, below);
    if (below) slice.mu.first -= more;
    slice.mu.count += part.mu.count;
  }
  if (!std::isfinite(slice.top)) return slice;  // every likelihood underflows
  // Nothing more than the first on either side that is negligible.
  const auto matters = [&](double l) { return l > slice.top - negligible; };
  const auto first =
      std::max<std::ptrdiff_t>(0, std::find_if(slice.log_value.begin(), slice.log_value.end(), matters) - slice.log_value.begin() - 1);
  const auto last =
      std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(slice.mu.count) - 1,
                               slice.log_value.rend() - std::find_if(slice.log_value.rbegin(), slice.log_value.rend(), matters));
  for (std::vector<double>* values : {&slice.loglik, &slice.log_value}) *values = {values->begin() + first, values->begin() + last + 1};
  slice.mu.first += first;
  slice.mu.count = slice.loglik.size();
  return slice;
}

}  // namespace tausq::model
