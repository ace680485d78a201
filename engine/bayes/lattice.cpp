#include "engine/bayes/lattice.hpp"

#include <algorithm>

#include "engine/numerics/exp_all.hpp"
#include "engine/numerics/lanes.hpp"
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

/// sum_j +-value[j] / (distance - j), signs in turn.
TAUSQ_WIDE double alternating_sum(const std::vector<double>& value, double distance) {
  using numerics::Four;
  const std::size_t whole = value.size() / 4 * 4;
  const Four signs{1, -1, 1, -1};
  Four sum{}, to = distance - Four{0, 1, 2, 3};
  for (std::size_t j = 0; j < whole; j += 4, to -= 4.0) {
    Four v;
    numerics::load(&value[j], v);
    sum += v / to;
  }
  sum *= signs;
  double rest = 0;
  for (std::size_t j = whole; j < value.size(); ++j) rest += (j % 2 == 0 ? value[j] : -value[j]) / (distance - static_cast<double>(j));
  return numerics::sum_of(sum) + rest;
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
  constexpr double beyond = 8;  // steps outside, where nothing is left
  const double s = x / step, nearest = std::round(s), offset = s - nearest;
  if (s < static_cast<double>(first) - beyond || s > static_cast<double>(first) + static_cast<double>(value.size()) + beyond) return 0;
  const std::ptrdiff_t middle = static_cast<std::ptrdiff_t>(nearest) - first;
  if (std::abs(offset) < 1e-9)
    return middle >= 0 && middle < static_cast<std::ptrdiff_t>(value.size()) ? value[static_cast<std::size_t>(middle)] : 0;
  const double sum = alternating_sum(value, s - static_cast<double>(first));
  return (middle % 2 == 0 ? sum : -sum) * std::sin(std::numbers::pi * offset) * std::numbers::inv_pi;
}

LatticeDensity spread_out(const LatticeDensity& density, double tau) {
  const double t = tau / density.step;
  const auto margin = static_cast<std::size_t>(std::ceil(reach * t));
  const std::size_t in = density.value.size(), out = in + 2 * margin;
  const std::vector<double> k = kernel(t, in + margin);
  std::vector<double> mirrored(k.rbegin(), k.rend());  // K(-m) = K(m): one run of numbers from -(in + margin - 1) upwards
  mirrored.insert(mirrored.end(), k.begin() + 1, k.end());
  LatticeDensity result{density.step, density.first - static_cast<std::ptrdiff_t>(margin), std::vector<double>(out, 0.0)};
  for (std::size_t i = 0; i < in; ++i) {
    if (density.value[i] == 0) continue;
    const double v = density.value[i];
    const double* from = mirrored.data() + (k.size() - 1 - (i + margin));
    for (std::size_t j = 0; j < out; ++j) result.value[j] += v * from[j];
  }
  return result;
}

LatticeDensity spread_wide(const LatticeDensity& density, double tau, double step) {
  const auto first = static_cast<std::ptrdiff_t>(std::floor((density.lower() - reach * tau) / step));
  const auto last = static_cast<std::ptrdiff_t>(std::ceil((density.upper() + reach * tau) / step));
  LatticeDensity result{step, first, std::vector<double>(static_cast<std::size_t>(last - first + 1), 0.0)};
  std::vector<double> term(result.value.size());
  // Every other sample will do for a normal density that is smooth between them.
  const std::size_t stride = tau > 20 * density.step ? 2 : 1;
  for (std::size_t i = 0; i < density.value.size(); i += stride) {
    const double height = static_cast<double>(stride) * density.value[i] * density.step / (tau * std::sqrt(2 * std::numbers::pi));
    if (height == 0) continue;
    const double x = static_cast<double>(density.first + static_cast<std::ptrdiff_t>(i)) * density.step;
    const double u = (static_cast<double>(first) * step - x) / tau, by = step / tau;
    for (std::size_t j = 0; j < term.size(); ++j) {
      const double at = u + static_cast<double>(j) * by;
      term[j] = -0.5 * at * at;
    }
    numerics::exp_all(term);
    for (std::size_t j = 0; j < term.size(); ++j) result.value[j] += height * term[j];
  }
  return result;
}

}  // namespace tausq::bayes
