#include "engine/numerics/quadrature.hpp"

#include <array>
#include <cmath>
#include <mutex>
#include <numbers>
#include <vector>

namespace tausq::numerics {

namespace {

// long double: rounding errors of the recurrences grow with the order, and in double the weights of order 512 end up with
// 11 digits. A rule is computed once, so this costs nothing.
using Real = long double;
constexpr Real pi = std::numbers::pi_v<Real>;
constexpr int largest_order = 512;

struct Points {
  std::once_flag once;
  std::vector<double> nodes, weights, scaled_weights;

  void resize(int order) {
    for (auto* column : {&nodes, &weights, &scaled_weights}) column->resize(static_cast<std::size_t>(order));
  }
  QuadratureRule rule() const { return {nodes, weights, scaled_weights}; }
};

/// Orthonormal Hermite functions h_n(x) exp(-x^2 / 2) of the two highest degrees. The factor is spread over the recurrence's
/// start, which long double holds down to x^2 / 2 = 11000.
struct HermitePair {
  Real at_n, below;
};
HermitePair hermite_functions(int n, Real x) {
  Real previous = 0, current = std::exp(-x * x / 2) / std::sqrt(std::sqrt(pi));
  for (int j = 0; j < n; ++j) {
    const Real next = x * std::sqrt(Real(2) / (j + 1)) * current - std::sqrt(Real(j) / (j + 1)) * previous;
    previous = current;
    current = next;
  }
  return {current, previous};
}

/// The i-th largest zero of the Hermite polynomial as the phase integral has it: sqrt(2 n + 1) cos(theta) with
/// (n + 1/2) (theta - sin(theta) cos(theta)) = (i - 1/4) pi.
Real hermite_zero_guess(int n, int i) {
  const Real target = (i - Real(0.25)) * pi / (n + Real(0.5));
  Real lo = 0, hi = pi / 2;
  for (int step = 0; step < 60; ++step) {
    const Real theta = (lo + hi) / 2;
    (theta - std::sin(theta) * std::cos(theta) < target ? lo : hi) = theta;
  }
  return std::sqrt(2 * Real(n) + 1) * std::cos(lo);
}

void compute_hermite(Points& points, int order) {
  points.resize(order);
  const Real slope = std::sqrt(2 * Real(order));  // h_n' = sqrt(2 n) h_{n-1}
  for (int i = 1; i <= (order + 1) / 2; ++i) {
    Real x = 2 * i == order + 1 ? 0 : hermite_zero_guess(order, i);
    for (int step = 0; step < 20 && x > 0; ++step) {
      const HermitePair h = hermite_functions(order, x);
      const Real change = h.at_n / (slope * h.below);
      x -= change;
      if (std::abs(change) < Real(1e-19) * x) break;
    }
    const Real below = hermite_functions(order, x).below;
    const Real scaled = 1 / (order * below * below);
    const auto left = static_cast<std::size_t>(i - 1), right = static_cast<std::size_t>(order - i);
    points.nodes[left] = static_cast<double>(-x);
    points.nodes[right] = static_cast<double>(x);
    points.scaled_weights[left] = points.scaled_weights[right] = static_cast<double>(scaled);
    points.weights[left] = points.weights[right] = static_cast<double>(scaled * std::exp(-x * x));
  }
}

/// Legendre polynomial of degree n and its derivative, |x| < 1.
struct LegendreValue {
  Real value, derivative;
};
LegendreValue legendre(int n, Real x) {
  Real previous = 0, current = 1;
  for (int j = 0; j < n; ++j) {
    const Real next = ((2 * j + 1) * x * current - j * previous) / (j + 1);
    previous = current;
    current = next;
  }
  return {current, n * (previous - x * current) / ((1 - x) * (1 + x))};
}

void compute_legendre(Points& points, int order) {
  points.resize(order);
  for (int i = 1; i <= (order + 1) / 2; ++i) {
    Real x = 2 * i == order + 1 ? 0 : std::cos(pi * (i - Real(0.25)) / (order + Real(0.5)));
    for (int step = 0; step < 20 && x > 0; ++step) {
      const LegendreValue p = legendre(order, x);
      const Real change = p.value / p.derivative;
      x -= change;
      if (std::abs(change) < Real(1e-19) * x) break;
    }
    const Real slope = legendre(order, x).derivative;
    const auto left = static_cast<std::size_t>(i - 1), right = static_cast<std::size_t>(order - i);
    points.nodes[left] = static_cast<double>(-x);
    points.nodes[right] = static_cast<double>(x);
    points.weights[left] = points.weights[right] = static_cast<double>(2 / ((1 - x) * (1 + x) * slope * slope));
  }
  points.scaled_weights = points.weights;
}

using Cache = std::array<Points, largest_order + 1>;

QuadratureRule cached(Cache& cache, int order, void (*compute)(Points&, int)) {
  if (order < 1 || order > largest_order) return {};
  Points& points = cache[static_cast<std::size_t>(order)];
  std::call_once(points.once, compute, points, order);
  return points.rule();
}

}  // namespace

QuadratureRule gauss_hermite(int order) {
  static Cache cache;
  return cached(cache, order, compute_hermite);
}

QuadratureRule gauss_legendre(int order) {
  static Cache cache;
  return cached(cache, order, compute_legendre);
}

}  // namespace tausq::numerics
