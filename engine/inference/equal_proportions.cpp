#include "engine/inference/equal_proportions.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/numerics/distributions.hpp"

namespace tausq::inference {

namespace {

/// How many tables with these totals have x events together, or some number above `most`.
double table_count(std::span<const double> total, std::size_t x, double most) {
  std::vector<double> ways(x + 1);
  ways[0] = 1;
  for (double n : total) {
    const std::size_t width = n < static_cast<double>(x) ? static_cast<std::size_t>(n) : x;
    std::vector<double> next(x + 1);
    double window = 0;
    for (std::size_t s = 0; s <= x; ++s) {
      window += ways[s] - (s > width ? ways[s - width - 1] : 0);
      next[s] = std::min(window, 1e300);
    }
    ways = std::move(next);
    // The counts of later studies can only add to the middle of the distribution.
    if (ways[x] > most) return ways[x];
  }
  return ways[x];
}

class Enumeration {
 public:
  Enumeration(std::span<const double> events, std::span<const double> total)
      : total_(total), after_(total.size() + 1), chance_(total.size()) {
    double x = 0;
    for (std::size_t i = total.size(); i-- > 0;) {
      after_[i] = after_[i + 1] + total[i];
      x += events[i];
      observed_ += events[i] * events[i] / total[i];
    }
    for (std::size_t i = 0; i < total.size(); ++i)
      for (double j = 0; j <= std::min(total[i], x); ++j) chance_[i].push_back(numerics::binomial_pmf(j, total[i], x / after_[0]));
    visit(0, x, 0, 1);
  }
  ConditionalTest test() const { return {(above_ + ties_) / all_, (above_ + 0.5 * ties_) / all_}; }

 private:
  /// Studies i and later share `left` events.
  void visit(std::size_t i, double left, double statistic, double chance) {
    if (i == total_.size()) {
      constexpr double rounding = 1e-11;
      all_ += chance;
      if (std::abs(statistic - observed_) <= rounding * observed_)
        ties_ += chance;
      else if (statistic > observed_)
        above_ += chance;
      return;
    }
    const double most = std::min(total_[i], left);
    for (double x = std::max(0.0, left - after_[i + 1]); x <= most; ++x)
      visit(i + 1, left - x, statistic + x * x / total_[i], chance * chance_[i][static_cast<std::size_t>(x)]);
  }

  std::span<const double> total_;
  std::vector<double> after_;                ///< sum of total from study i on
  std::vector<std::vector<double>> chance_;  ///< of x events in study i, up to a factor that all tables share
  double observed_ = 0, all_ = 0, above_ = 0, ties_ = 0;
};

}  // namespace

std::optional<ConditionalTest> equal_proportions(std::span<const double> events, std::span<const double> total, double most) {
  constexpr double longest = 1000;  // rarer of events and non-events: with more, tables are too many
  double x = 0, n = 0;
  for (double e : events) x += e;
  for (double t : total) n += t;
  if (x == 0 || x == n) return ConditionalTest{1, 0.5};
  // Pearson's chi-square is the same for non-events: the rarer of the two is counted.
  std::vector<double> rarer(events.begin(), events.end());
  if (2 * x > n)
    for (std::size_t i = 0; i < rarer.size(); ++i) rarer[i] = total[i] - events[i];
  x = std::min(x, n - x);
  if (x > longest || table_count(total, static_cast<std::size_t>(x), most) > most) return std::nullopt;
  return Enumeration(rarer, total).test();
}

}  // namespace tausq::inference
