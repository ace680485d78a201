// One value of a discrete distribution with one mode, by inversion from the mode outwards.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/numerics/deviance.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/random.hpp"

namespace tausq::numerics {

/// One of least .. most. `at_mode` is the probability of the mode, up(j) = p(j + 1) / p(j). Walks from the mode outwards, always to
/// the side that is the more probable next: some standard deviations of steps, exact but for rounding.
template <typename Ratio>
double draw_from_mode(double mode, double least, double most, double at_mode, Ratio&& up, RandomStream& random) {
  double left = random.uniform() - at_mode;
  double low = mode, high = mode, p_high = at_mode * up(mode), p_low = mode > least ? at_mode / up(mode - 1) : 0;
  while (left > 0 && (low > least || high < most)) {
    if (high < most && (p_high >= p_low || low == least)) {
      ++high;
      left -= p_high;
      if (left <= 0) return high;
      p_high *= up(high);
      if (p_high == 0 && p_low == 0) break;
    } else {
      --low;
      left -= p_low;
      if (left <= 0) return low;
      p_low = low > least ? p_low / up(low - 1) : 0;
    }
  }
  return mode;  // at once, or what rounding has left over
}

/// Binomial(n, p), 0 <= p <= 1.
inline double draw_binomial(double n, double p, RandomStream& random) {
  if (n == 0 || p <= 0) return 0;
  if (p >= 1) return n;
  const double mode = std::min(n, std::floor((n + 1) * p)), odds = p / (1 - p);
  return draw_from_mode(
      mode, 0, n, binomial_pmf(mode, n, p), [&](double j) { return (n - j) / (j + 1) * odds; }, random);
}

/// Poisson(mean), mean >= 0 and finite.
inline double draw_poisson(double mean, RandomStream& random) {
  constexpr double most = 0x1p53, two_pi = 6.283185307179586;
  if (mean <= 0) return 0;
  const double mode = std::floor(mean);
  const double at_mode =
      mode == 0 ? std::exp(-mean) : std::exp(-stirling_error(mode) - deviance_term(mode, mean)) / std::sqrt(two_pi * mode);
  return draw_from_mode(
      mode, 0, most, at_mode, [&](double j) { return mean / (j + 1); }, random);
}

}  // namespace tausq::numerics
