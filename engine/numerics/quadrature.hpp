// Gauss rules, computed once per order and kept.
#pragma once

#include <span>

namespace tausq::numerics {

/// Nodes and weights of equal length, nodes ascending.
struct QuadratureRule {
  std::span<const double> nodes;
  std::span<const double> weights;
  /// weights / w(nodes) for a rule with weight function w: sum of scaled_weights * f approximates the integral of f itself.
  /// Stays in range where the weights of a high order underflow.
  std::span<const double> scaled_weights;
};

/// Gauss-Hermite rule of `order` points for the weight exp(-x^2) on the real line, right to 1e-15 relative; 1 <= order <=
/// 512, empty spans otherwise. Thread-safe; the spans live as long as the program.
QuadratureRule gauss_hermite(int order);

/// Gauss-Legendre rule of `order` points for the weight 1 on [-1, 1]; the same limits.
QuadratureRule gauss_legendre(int order);

}  // namespace tausq::numerics
