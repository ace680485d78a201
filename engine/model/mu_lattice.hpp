// Equally spaced values of mu that share their nodes with the lattices on which study likelihoods are tabulated.
#pragma once

#include <cmath>
#include <cstddef>

namespace tausq::model {

/// mu = (first + j) step, j = 0 .. count - 1. Steps are powers of two and three quarters of them: 1, 0.75, 0.5, 0.375, ...
struct MuLattice {
  int level = 0;  ///< even: step 2^(-level / 2); odd: 0.75 * 2^(-(level - 1) / 2)
  std::ptrdiff_t first = 0;
  std::size_t count = 0;

  static double step_of(int level) { return std::ldexp(level % 2 == 0 ? 1.0 : 0.75, -(level - (level & 1)) / 2); }
  /// The level of the largest step that is not above `widest`.
  static int level_for(double widest) {
    const int level = 2 * static_cast<int>(std::ceil(-std::log2(widest)));
    return step_of(level - 1) <= widest ? level - 1 : level;
  }

  double step() const { return step_of(level); }
  double at(std::size_t j) const { return static_cast<double>(first + static_cast<std::ptrdiff_t>(j)) * step(); }
};

}  // namespace tausq::model
