#include "engine/bayes/lattice.hpp"

#include <algorithm>

#include "engine/numerics/quadrature.hpp"

namespace tausq::bayes {

namespace {

constexpr double reach = 7.5;  // standard deviations to either side, exp(-28)
constexpr double wide = 2;     // tau in steps from which the samples of the normal density themselves resolve it

/// K(m), m = 0 .. size - 1: what one sample adds m steps away, t = tau / step.
std::vector<double> kernel(double t, std::size_t size) {
  constexpr int nodes = 40;
  std::vector<double> k(size);
  if (t >= wide) {
    const double height = 1 / (t * std::sqrt(2 * std::numbers::pi));
    for (std::size_t m = 0; m < size; ++m) k[m] = height * std::exp(-0.5 * (static_cast<double>(m) / t) * (static_cast<double>(m) / t));
    return k;
  }
  // E sinc(m - t U), by Gauss-Hermite quadrature: sin(pi (m - s)) is sin(pi s) with alternating sign.
  const numerics::QuadratureRule rule = numerics::gauss_hermite(nodes);
  for (std::size_t j = 0; j < rule.nodes.size(); ++j) {
    const double s = std::numbers::sqrt2 * t * rule.nodes[j], weight = rule.weights[j] * std::numbers::inv_sqrtpi;
    double sine = -std::sin(std::numbers::pi * s) * std::numbers::inv_pi * weight;
    for (std::size_t m = 0; m < size; ++m, sine = -sine) {
      const double distance = static_cast<double>(m) - s;
      k[m] += std::abs(distance) < 1e-9 ? weight : sine / distance;
    }
  }
  return k;
}

/// For tau of many steps: steps as wide as the normal density allows, so that the cost does not depend on tau.
Spread spread_wide(const LatticeDensity& density, double tau) {
  const int coarser = static_cast<int>(std::floor(2 * std::log2(tau / (wide * density.step))));
  const double step = density.step * std::exp2(0.5 * coarser), height = density.step / (tau * std::sqrt(2 * std::numbers::pi));
  const auto first = static_cast<std::ptrdiff_t>(std::floor((density.lower() - reach * tau) / step));
  const auto last = static_cast<std::ptrdiff_t>(std::ceil((density.upper() + reach * tau) / step));
  Spread result{{step, first, std::vector<double>(static_cast<std::size_t>(last - first + 1), 0.0)}, coarser};
  for (std::size_t i = 0; i < density.value.size(); ++i) {
    const double x = static_cast<double>(density.first + static_cast<std::ptrdiff_t>(i)) * density.step;
    for (std::size_t j = 0; j < result.density.value.size(); ++j) {
      const double u = (static_cast<double>(first + static_cast<std::ptrdiff_t>(j)) * step - x) / tau;
      result.density.value[j] += density.value[i] * height * std::exp(-0.5 * u * u);
    }
  }
  return result;
}

}  // namespace

void LatticeDensity::add(double weight, const LatticeDensity& other) {
  if (value.empty()) first = other.first, step = other.step;
  const std::ptrdiff_t end = other.first + static_cast<std::ptrdiff_t>(other.value.size());
  if (other.first < first) {
    value.insert(value.begin(), static_cast<std::size_t>(first - other.first), 0.0);
    first = other.first;
  }
  if (end > first + static_cast<std::ptrdiff_t>(value.size())) value.resize(static_cast<std::size_t>(end - first), 0.0);
  double* to = value.data() + (other.first - first);
  for (double v : other.value) *to++ += weight * v;
}

double LatticeDensity::at(double x) const {
  const double s = x / step, nearest = std::round(s), offset = s - nearest;
  const std::ptrdiff_t middle = static_cast<std::ptrdiff_t>(nearest) - first;
  if (std::abs(offset) < 1e-9)
    return middle >= 0 && middle < static_cast<std::ptrdiff_t>(value.size()) ? value[static_cast<std::size_t>(middle)] : 0;
  double sum = 0, sign = middle % 2 == 0 ? 1 : -1, distance = s - static_cast<double>(first);
  for (double v : value) {
    sum += sign * v / distance;
    sign = -sign;
    distance -= 1;
  }
  return std::sin(std::numbers::pi * offset) * std::numbers::inv_pi * sum;
}

Spread spread_out(const LatticeDensity& density, double tau) {
  const double t = tau / density.step;
  if (t >= wide * std::numbers::sqrt2) return spread_wide(density, tau);
  const auto margin = static_cast<std::size_t>(std::ceil(reach * t));
  const std::size_t in = density.value.size(), out = in + 2 * margin;
  const std::vector<double> k = kernel(t, in + margin);
  std::vector<double> mirrored(k.rbegin(), k.rend());  // K(-m) = K(m): one run of numbers from -(in + margin - 1) upwards
  mirrored.insert(mirrored.end(), k.begin() + 1, k.end());
  Spread result{{density.step, density.first - static_cast<std::ptrdiff_t>(margin), std::vector<double>(out, 0.0)}, 0};
  for (std::size_t i = 0; i < in; ++i) {
    if (density.value[i] == 0) continue;
    const double v = density.value[i];
    const double* from = mirrored.data() + (k.size() - 1 - (i + margin));
    for (std::size_t j = 0; j < out; ++j) result.density.value[j] += v * from[j];
  }
  return result;
}

}  // namespace tausq::bayes
