// Legendre series of degree 15 on [-1, 1]: from values at the Gauss-Legendre nodes to the function and its integral.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "engine/numerics/quadrature.hpp"

namespace tausq::bayes::legendre {

inline constexpr std::size_t order = 16;

/// Nodes and weights of the rule of `order` points.
inline const numerics::QuadratureRule& rule() {
  static const numerics::QuadratureRule gauss = numerics::gauss_legendre(static_cast<int>(order));
  return gauss;
}

/// P_0(t) .. P_order(t).
inline std::array<double, order + 1> polynomials(double t) {
  std::array<double, order + 1> p;
  p[0] = 1, p[1] = t;
  for (std::size_t m = 1; m < order; ++m) {
    const double n = static_cast<double>(m);
    p[m + 1] = ((2 * n + 1) * t * p[m] - n * p[m - 1]) / (n + 1);
  }
  return p;
}

/// The series of the polynomial through `value` at the nodes: c_m = (2 m + 1) / 2 sum_i w_i f(t_i) P_m(t_i).
inline std::array<double, order> series(const std::array<double, order>& value) {
  static const auto transform = [] {
    std::array<std::array<double, order>, order> made;  // by node, so that the loop below runs along rows
    for (std::size_t i = 0; i < order; ++i) {
      const auto p = polynomials(rule().nodes[i]);
      for (std::size_t m = 0; m < order; ++m) made[i][m] = (static_cast<double>(m) + 0.5) * rule().weights[i] * p[m];
    }
    return made;
  }();
  std::array<double, order> c{};
  for (std::size_t i = 0; i < order; ++i)
    for (std::size_t m = 0; m < order; ++m) c[m] += transform[i][m] * value[i];
  return c;
}

/// A series at t, and its integral from -1 to t: that of P_m is (P_{m+1} - P_{m-1}) / (2 m + 1), with P_{-1} = -1.
struct Value {
  double function = 0, integral = 0;
};
inline Value evaluate(const std::array<double, order>& c, double t) {
  const auto p = polynomials(t);
  Value result{c[0], c[0] * (t + 1)};
  for (std::size_t m = 1; m < order; ++m) {
    result.function += c[m] * p[m];
    result.integral += c[m] * (p[m + 1] - p[m - 1]) / static_cast<double>(2 * m + 1);
  }
  return result;
}

}  // namespace tausq::bayes::legendre
