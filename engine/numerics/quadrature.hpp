// Gauss rules, computed once per order and kept.
#pragma once

#include <span>

namespace tausq::numerics {

/// Nodes and weights of equal length.
struct QuadratureRule {
  std::span<const double> nodes;
  std::span<const double> weights;
};

/// Gauss-Hermite rule of `order` points for the weight exp(-x^2), nodes ascending, right to 1e-15 relative; 1 <= order <=
/// 512. Thread-safe; the spans live as long as the program.
QuadratureRule gauss_hermite(int order);

/// Gauss-Legendre rule of `order` points on [-1, 1].
QuadratureRule gauss_legendre(int order);

}  // namespace tausq::numerics
