// A smooth density sampled on an equally spaced lattice, close enough that the samples determine it everywhere (Whittaker's
// cardinal series): sums over it are integrals, and its convolution with a normal density is a sum of samples too.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace tausq::bayes {

/// Samples at x = (first + j) step, j = 0, 1, ...; zero elsewhere.
struct LatticeDensity {
  double step = 1;
  std::ptrdiff_t first = 0;
  std::vector<double> value;

  double lower() const { return static_cast<double>(first) * step; }
  double upper() const { return static_cast<double>(first + static_cast<std::ptrdiff_t>(value.size()) - 1) * step; }

  /// Adds weight times another density of the same step.
  void add(double weight, const LatticeDensity& other);
  /// The density between the samples: sum_j value[j] sinc((x - x_j) / step).
  double at(double x) const;
};

/// The density of X + tau U for X with this density, U standard normal, on the same lattice; 0 < tau < 2.9 steps.
LatticeDensity spread_out(const LatticeDensity& density, double tau);

/// The same for tau > 2.5 steps, on a lattice of step `step` <= tau / 2: its cost does not depend on tau.
LatticeDensity spread_wide(const LatticeDensity& density, double tau, double step);

}  // namespace tausq::bayes
