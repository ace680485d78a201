// A positive function between the nodes of a Gauss-Legendre rule: by the Legendre series of itself or of its logarithm,
// whichever has come to its end.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/numerics/quadrature.hpp"

namespace tausq::bayes {

class NodeSeries {
 public:
  NodeSeries() = default;
  /// Logarithms of the function at the nodes `x` of a whole rule on [-1, 1].
  NodeSeries(const std::vector<double>& x, const std::vector<double>& log_value) {
    top_ = *std::max_element(log_value.begin(), log_value.end());
    std::vector<double> value;
    for (double l : log_value) value.push_back(std::exp(l - top_));
    const std::vector<double> plain = coefficients(x, value), logarithm = coefficients(x, log_value);
    of_logarithm_ = last_terms(logarithm) < last_terms(plain);
    series_ = of_logarithm_ ? logarithm : plain;
  }

  /// Of the function relative to its maximum: the last terms of the series.
  double error() const { return last_terms(series_); }

  double log_value(double x) const {
    double before = 0, here = 1, sum = 0;
    for (std::size_t m = 0; m < series_.size(); ++m) {
      sum += series_[m] * here;
      const double n = static_cast<double>(m), next = ((2 * n + 1) * x * here - n * before) / (n + 1);
      before = here;
      here = next;
    }
    return of_logarithm_ ? sum : sum > 0 ? top_ + std::log(sum) : -std::numeric_limits<double>::infinity();
  }

 private:
  static std::vector<double> coefficients(const std::vector<double>& x, const std::vector<double>& value) {
    const numerics::QuadratureRule rule = numerics::gauss_legendre(static_cast<int>(x.size()));
    std::vector<double> c(x.size(), 0.0);
    for (std::size_t i = 0; i < x.size(); ++i) {
      double before = 0, here = 1;
      for (std::size_t m = 0; m < x.size(); ++m) {
        const double n = static_cast<double>(m);
        c[m] += (n + 0.5) * rule.weights[i] * value[i] * here;
        const double next = ((2 * n + 1) * x[i] * here - n * before) / (n + 1);
        before = here;
        here = next;
      }
    }
    return c;
  }
  static double last_terms(const std::vector<double>& c) {
    double largest = 0;
    for (std::size_t m = c.size() > 3 ? c.size() - 3 : 0; m < c.size(); ++m) largest = std::max(largest, std::abs(c[m]));
    return largest;
  }

  std::vector<double> series_;
  double top_ = 0;
  bool of_logarithm_ = false;
};

}  // namespace tausq::bayes
