#include "engine/resampling/bootstrap_summary.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::resampling {

namespace {

constexpr const char* too_few = "too few replicates for this level";

double mean_of(std::span<const double> values) {
  numerics::Sum sum;
  for (const double x : values) sum.add(x / static_cast<double>(values.size()));
  return sum.value();
}

/// The largest deviation from `centre`; in its units no power overflows.
double largest_deviation(std::span<const double> values, double centre) {
  double largest = 0;
  for (const double x : values) largest = std::max(largest, std::abs(x - centre));
  return largest;
}

/// The value with number p (B + 1) of B sorted ones, between neighbours by straight lines.
std::optional<double> quantile(std::span<const double> sorted, double p) {
  const double place = p * (static_cast<double>(sorted.size()) + 1), below = std::floor(place);
  if (!(place >= 1 && place <= static_cast<double>(sorted.size()))) return std::nullopt;
  const std::size_t i = static_cast<std::size_t>(below) - 1;
  if (place == below) return sorted[i];
  return sorted[i] + (place - below) * (sorted[i + 1] - sorted[i]);
}

void fill(std::optional<double> lower, std::optional<double> upper, BootstrapInterval& interval) {
  interval.ci_lower = lower, interval.ci_upper = upper;
  if (!lower || !upper) interval.reason = too_few;
}

/// Phi^-1 of the share of values below the estimate, equal ones counting half; infinite at either end.
double bias_correction(std::span<const double> sorted, double estimate) {
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), estimate);
  const double below = static_cast<double>(first - sorted.begin()), equal = static_cast<double>(last - first);
  return numerics::normal_quantile((below + 0.5 * equal) / static_cast<double>(sorted.size()));
}

/// sum(d^3) / (6 sum(d^2)^(3/2)) over the jackknife; empty where no study moves the estimate.
std::optional<double> acceleration_of(std::span<const double> left_out) {
  const double mean = mean_of(left_out), unit = largest_deviation(left_out, mean);
  if (!(unit > 0)) return std::nullopt;
  numerics::Sum squares, cubes;
  for (const double t : left_out) {
    const double d = (mean - t) / unit;
    squares.add(d * d), cubes.add(d * d * d);
  }
  return cubes.value() / (6 * std::pow(squares.value(), 1.5));
}

void fill_bca(std::span<const double> sorted, std::span<const double> left_out, double level, BootstrapQuantity& quantity) {
  BootstrapInterval& bca = quantity.bca;
  if (left_out.size() < 2 || std::any_of(left_out.begin(), left_out.end(), [](double t) { return std::isnan(t); })) {
    bca.reason = "no acceleration: without some study there is no estimate";
    return;
  }
  const double z0 = bias_correction(sorted, *quantity.estimate);
  if (!std::isfinite(z0)) {
    bca.reason = "all replicates lie on one side of the estimate";
    return;
  }
  quantity.z0 = z0;
  quantity.acceleration = acceleration_of(left_out);
  if (!quantity.acceleration) {
    bca.reason = "no acceleration: no single study moves the estimate";
    return;
  }
  const double a = *quantity.acceleration, z = numerics::normal_two_sided(level);
  const auto adjusted = [&](double tail) {
    const double moved = z0 + tail, factor = 1 - a * moved;
    return factor > 0 ? quantile(sorted, numerics::normal_cdf(z0 + moved / factor)) : std::nullopt;
  };
  fill(adjusted(-z), adjusted(z), bca);
}

}  // namespace

void summarise(std::vector<double>& replicates, std::span<const double> left_out, double level, BootstrapQuantity& quantity) {
  quantity.replicates = replicates.size();
  if (replicates.size() < 2) {
    quantity.percentile.reason = quantity.basic.reason = quantity.bca.reason = too_few;
    return;
  }
  std::sort(replicates.begin(), replicates.end());
  const double mean = mean_of(replicates), unit = largest_deviation(replicates, mean), estimate = *quantity.estimate;
  numerics::Sum squares;
  for (const double t : replicates)
    if (unit > 0) squares.add((t - mean) / unit * ((t - mean) / unit));
  quantity.mean = mean;
  quantity.se = unit * std::sqrt(squares.value() / static_cast<double>(replicates.size() - 1));
  quantity.bias = mean - estimate;
  const double tail = 0.5 * (1 - level);
  const std::optional<double> lower = quantile(replicates, tail), upper = quantile(replicates, 1 - tail);
  fill(lower, upper, quantity.percentile);
  fill(upper ? std::optional(2 * estimate - *upper) : std::nullopt, lower ? std::optional(2 * estimate - *lower) : std::nullopt,
       quantity.basic);
  fill_bca(replicates, left_out, level, quantity);
}

}  // namespace tausq::resampling
