// Weighted sums of studies at any tau2 near one at which they are known.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace tausq::diagnostics {

/// Sums of w, w d and w d^2 with w = 1 / (v + tau2) and d = y - origin.
struct WeightedSums {
  double weight = 0, first = 0, second = 0;
};

/// Taylor's series of the sums around the centre c: with u = (min v + c) / (v + c) and x = (c - tau2) / (min v + c) a weight is
/// u / (min v + c) (1 + u x + (u x)^2 + ...), u at most 1.
class NearbySums {
 public:
  /// `least_variance` is that of all studies that will be added.
  NearbySums(double centre, double least_variance, double origin)
      : centre_(centre), unit_(least_variance + centre), root_(std::sqrt(unit_)), origin_(origin) {}

  double origin() const { return origin_; }

  void add(double y, double v) {
    const double u = unit_ / (v + centre_), d = (y - origin_) / root_;
    double power = u;
    for (WeightedSums& term : series_) {
      term.weight += power;
      term.first += power * d;
      term.second += power * d * d;
      power *= u;
    }
  }

  /// The remainder of the series is below rounding.
  bool reaches(double tau2) const { return std::abs(tau2 - centre_) <= reach * unit_; }

  WeightedSums at(double tau2) const {
    const double x = (centre_ - tau2) / unit_;
    WeightedSums sum;
    for (std::size_t m = terms; m-- > 0;) {
      sum.weight = sum.weight * x + series_[m].weight;
      sum.first = sum.first * x + series_[m].first;
      sum.second = sum.second * x + series_[m].second;
    }
    return {sum.weight / unit_, sum.first / root_, sum.second};
  }

 private:
  static constexpr std::size_t terms = 13;
  static constexpr double reach = 0.05;  // 0.05^13 is 1e-17

  double centre_, unit_, root_, origin_;
  std::array<WeightedSums, terms> series_{};
};

}  // namespace tausq::diagnostics
