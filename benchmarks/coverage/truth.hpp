// Distributions that experiments draw from.
#pragma once

#include <cmath>
#include <vector>

#include "engine/numerics/distributions.hpp"
#include "engine/numerics/random.hpp"

namespace tausq::coverage {

inline double expit(double x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}
inline double logit(double p) {
  return std::log(p / (1 - p));
}

/// Standard normal nodes and weights by the trapezoidal rule, which is exact to rounding for smooth functions.
struct NormalRule {
  std::vector<double> u, w;
  explicit NormalRule(double step) {
    const int half = static_cast<int>(8.5 / step);
    double sum = 0;
    for (int i = -half; i <= half; ++i) {
      u.push_back(step * i);
      w.push_back(numerics::normal_pdf(u.back()));
      sum += w.back();
    }
    for (double& weight : w) weight /= sum;
  }
};

inline double draw_normal(numerics::RandomStream& random) {
  return numerics::normal_quantile(random.uniform());
}

inline int draw_binomial(int n, double p, numerics::RandomStream& random) {
  int events = 0;
  for (int i = 0; i < n; ++i) events += random.uniform() < p ? 1 : 0;
  return events;
}

}  // namespace tausq::coverage
