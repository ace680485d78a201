#include "engine/diagnostics/rank_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "engine/numerics/distributions.hpp"

namespace tausq::diagnostics {

namespace {

constexpr std::size_t largest_exact_k = 49;

/// Sums over groups of t tied values that enter the variance of the score.
struct Ties {
  double pairs = 0;     ///< t (t - 1)
  double triples = 0;   ///< t (t - 1) (t - 2)
  double variance = 0;  ///< t (t - 1) (2 t + 5)
};

Ties ties(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  Ties sums;
  for (auto group = sorted.begin(); group != sorted.end();) {
    const auto next = std::upper_bound(group, sorted.end(), *group);
    const auto t = static_cast<double>(next - group);
    sums.pairs += t * (t - 1);
    sums.triples += t * (t - 1) * (t - 2);
    sums.variance += t * (t - 1) * (2 * t + 5);
    group = next;
  }
  return sums;
}

int sign_of_difference(double a, double b) {
  return (a > b) - (a < b);
}

double score(std::span<const double> x, std::span<const double> y) {
  double sum = 0;
  for (std::size_t i = 1; i < x.size(); ++i) {
    int row = 0;
    for (std::size_t j = 0; j < i; ++j) row += sign_of_difference(x[i], x[j]) * sign_of_difference(y[i], y[j]);
    sum += row;
  }
  return sum;
}

/// Two-sided p of `score` from the distribution of the number of inversions of a random permutation of k.
double exact_p(double score, std::size_t k) {
  std::vector<double> probability{1.0};  // of 0, 1, ... inversions among the first n
  for (std::size_t n = 2; n <= k; ++n) {
    std::vector<double> next(probability.size() + n - 1, 0.0);
    for (std::size_t j = 0; j < probability.size(); ++j)
      for (std::size_t i = 0; i < n; ++i) next[j + i] += probability[j] / static_cast<double>(n);
    probability = std::move(next);
  }
  // The distribution is symmetric, so the tail beyond |score| is the lower tail of this many inversions.
  const auto pairs = static_cast<double>(probability.size() - 1);
  const auto inversions = static_cast<std::size_t>((pairs - std::abs(score)) / 2);
  double tail = 0;
  for (std::size_t j = 0; j <= inversions; ++j) tail += probability[j];
  return std::min(1.0, 2 * tail);
}

}  // namespace

RankCorrelation kendall(std::span<const double> x, std::span<const double> y) {
  const auto k = static_cast<double>(x.size());
  const Ties in_x = ties(x), in_y = ties(y);
  const double pairs = k * (k - 1);
  RankCorrelation r;
  r.score = score(x, y);
  r.variance = (pairs * (2 * k + 5) - in_x.variance - in_y.variance) / 18 + in_x.pairs * in_y.pairs / (2 * pairs);
  if (x.size() > 2) r.variance += in_x.triples * in_y.triples / (9 * pairs * (k - 2));
  if (in_x.pairs == pairs || in_y.pairs == pairs) return r;
  r.tau = std::clamp(2 * r.score / std::sqrt((pairs - in_x.pairs) * (pairs - in_y.pairs)), -1.0, 1.0);
  r.z = r.score / std::sqrt(r.variance);
  r.p_normal = std::min(1.0, 2 * numerics::normal_sf(std::abs(*r.z)));
  if (x.size() <= largest_exact_k && in_x.pairs == 0 && in_y.pairs == 0) r.p_exact = exact_p(r.score, x.size());
  return r;
}

}  // namespace tausq::diagnostics
