// Standard units: which shift, which scale, which basis of the design.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/model/normal_model.hpp"
#include "engine/model/normal_orthogonal.hpp"
#include "engine/numerics/wide.hpp"

namespace tausq::model {

namespace {

using numerics::DoubleDouble;
using numerics::two_sum;

// A column counts as dependent when less than this share of its length stands out of the columns before it.
constexpr double rank_tolerance = 1e-10;

int exponent(double x) {
  int e = 0;
  std::frexp(x, &e);
  return e;
}

/// Smallest and largest of some numbers, four at a time.
struct Range {
  double least, most;

  explicit Range(std::span<const double> values) {
    double low[4], high[4];
    std::fill_n(low, 4, values[0]), std::fill_n(high, 4, values[0]);
    const auto include = [&](std::size_t lane, double x) {
      low[lane] = x < low[lane] ? x : low[lane];
      high[lane] = x > high[lane] ? x : high[lane];
    };
    std::size_t i = 0;
    for (; i + 4 <= values.size(); i += 4)
      for (std::size_t l = 0; l < 4; ++l) include(l, values[i + l]);
    for (; i < values.size(); ++i) include(0, values[i]);
    least = std::min(std::min(low[0], low[1]), std::min(low[2], low[3]));
    most = std::max(std::max(high[0], high[1]), std::max(high[2], high[3]));
  }
};

/// Places, scale and v: the identity with the study of smallest variance brought to the front; a power of two midway, in
/// logarithms, between the smallest and the largest standard error.
void place_variances(std::span<const double> vi, NormalData& data) {
  const Range range(vi);
  data.scale = std::ldexp(1.0, (exponent(range.least) + exponent(range.most)) / 4);
  data.order.resize(data.k);
  std::iota(data.order.begin(), data.order.end(), std::size_t{0});
  const auto best = static_cast<std::size_t>(std::find(vi.begin(), vi.end(), range.least) - vi.begin());
  std::swap(data.order[0], data.order[best]);
  for (std::vector<double>* column : {&data.y, &data.y_low, &data.v}) column->resize(data.k);
  const double factor = 1 / data.scale;
  for (std::size_t j = 0; j < data.k; ++j) data.v[j] = vi[j] * factor * factor;
  std::swap(data.v[0], data.v[best]);
}

double residual_sum_of_squares(const NormalData& data) {
  if (data.mean_only) {
    double sums[4] = {}, squares[4] = {};
    const auto sum_of = [&](double* lanes, auto&& value) {
      std::size_t j = 0;
      for (; j + 4 <= data.k; j += 4)
        for (std::size_t l = 0; l < 4; ++l) lanes[l] += value(data.y[j + l]);
      for (; j < data.k; ++j) lanes[0] += value(data.y[j]);
      return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    };
    const double mean = sum_of(sums, [](double y) { return y; }) / static_cast<double>(data.k);
    return sum_of(squares, [mean](double y) { return (y - mean) * (y - mean); });
  }
  std::vector<double> rest(data.y);
  for (std::size_t j = 0; j < data.p; ++j) {
    const std::span<const double> column = std::span(data.basis).subspan(j * data.k, data.k);
    subtract<double>(rest, dot<double>(column, rest), column);
  }
  return dot<double>(rest, rest);
}

/// Coefficients b with X b = 1, or nothing when the design holds no constant.
std::vector<double> constant_coefficients(const NormalData& data) {
  std::vector<double> rest(data.k, 1.0), b(data.p);
  for (std::size_t j = 0; j < data.p; ++j) {
    const std::span<const double> column = std::span(data.basis).subspan(j * data.k, data.k);
    b[j] = dot<double>(column, rest);
    subtract<double>(rest, b[j], column);
  }
  if (dot<double>(rest, rest) > rank_tolerance * rank_tolerance * static_cast<double>(data.k)) return {};
  solve_upper<double>(data.triangle, b);
  // A dummy-coded or plain intercept has whole coefficients: the rounding of the solution is taken off them.
  for (double& x : b)
    if (std::abs(x - std::round(x)) < 1e-9) x = std::round(x);
  return b;
}

/// orthonormalise(), compiled twice.
[[gnu::flatten]] TAUSQ_WIDE void orthonormal_basis(NormalData& data) {
  orthonormalise<double>(data.basis, data.k, data.triangle, 2);
}

}  // namespace

void standardise(std::span<const double> yi, std::span<const double> vi, NormalData& data) {
  data.k = yi.size();
  data.p = 1;
  data.mean_only = true;
  data.basis.clear(), data.triangle.clear(), data.constant.clear();
  place_variances(vi, data);
  replace_effects(yi, data);
}

void standardise(std::span<const double> yi, std::span<const double> vi, std::span<const double> x, NormalData& data) {
  data.k = yi.size();
  data.p = x.size() / data.k;
  data.mean_only = false;
  place_variances(vi, data);
  data.basis.resize(x.size());
  data.triangle.resize(data.p * data.p);
  for (std::size_t j = 0; j < data.p; ++j)
    for (std::size_t i = 0; i < data.k; ++i) data.basis[j * data.k + i] = x[j * data.k + data.order[i]];
  orthonormal_basis(data);
  data.constant = constant_coefficients(data);
  replace_effects(yi, data);
}

void replace_effects(std::span<const double> yi, NormalData& data) {
  data.shift = data.mean_only || !data.constant.empty() ? yi[data.order[0]] : 0.0;
  const double factor = 1 / data.scale, shift = data.shift;
  double *const y = data.y.data(), *const y_low = data.y_low.data();
  const auto put = [&](std::size_t j, double effect) {
    const DoubleDouble deviation = two_sum(effect, -shift);
    y[j] = deviation.high * factor;
    y_low[j] = deviation.low * factor;
  };
  for (std::size_t j = 0; j < data.k; ++j) put(j, yi[j]);
  put(0, yi[data.order[0]]);
  put(data.order[0], yi[0]);  // the only two that change places
  data.spread = residual_sum_of_squares(data);
}

void permute_design(const NormalData& original, std::span<const std::size_t> rows, NormalData& data) {
  const std::size_t k = data.k;
  for (std::size_t j = 0; j < data.p; ++j)
    for (std::size_t i = 0; i < k; ++i) data.basis[j * k + i] = original.basis[j * k + rows[i]];
  data.spread = residual_sum_of_squares(data);
}

void with_known_mean(const NormalData& data, double mu, NormalData& known) {
  known.k = data.k;
  known.p = 0;
  known.scale = data.scale;
  known.v = data.v;
  known.y.resize(data.k), known.y_low.resize(data.k);
  for (std::size_t j = 0; j < data.k; ++j) {
    const DoubleDouble deviation = two_sum(data.y[j], -mu);
    known.y[j] = deviation.high;
    known.y_low[j] = deviation.low + data.y_low[j];
  }
  known.spread = dot<double>(known.y, known.y);
}

std::vector<bool> independent_columns(std::span<const double> x, std::size_t k) {
  const std::size_t p = k == 0 ? 0 : x.size() / k;
  std::vector<bool> independent(p, false);
  std::vector<double> kept;
  for (std::size_t j = 0; j < p; ++j) {
    std::vector<double> column(x.begin() + static_cast<std::ptrdiff_t>(j * k), x.begin() + static_cast<std::ptrdiff_t>((j + 1) * k));
    const double largest =
        std::abs(*std::max_element(column.begin(), column.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
    if (largest == 0 || kept.size() / k == k) continue;
    for (double& entry : column) entry /= largest;
    const double length = std::sqrt(dot<double>(column, column));
    for (int round = 0; round < 2; ++round)
      for (std::size_t l = 0; l < kept.size() / k; ++l) {
        const std::span<const double> before = std::span<const double>(kept).subspan(l * k, k);
        subtract<double>(column, dot<double>(before, column), before);
      }
    const double rest = std::sqrt(dot<double>(column, column));
    if (rest <= rank_tolerance * length) continue;
    independent[j] = true;
    for (double& entry : column) entry /= rest;
    kept.insert(kept.end(), column.begin(), column.end());
  }
  return independent;
}

}  // namespace tausq::model
