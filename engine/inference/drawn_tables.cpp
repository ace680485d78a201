// Equal proportions given the total of the events, by tables drawn at random.
#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/inference/equal_proportions.hpp"
#include "engine/numerics/discrete_draw.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/random.hpp"

namespace tausq::inference {

namespace {

/// Events in a study of n patients when x events fall on n + rest patients: hypergeometric, drawn by walking from the mode
/// outwards.
double draw_events(double n, double rest, double x, numerics::RandomStream& random) {
  const double least = std::max(0.0, x - rest), most = std::min(n, x);
  if (least == most) return least;
  const double mode = std::clamp(std::floor((n + 1) * (x + 1) / (n + rest + 2)), least, most);
  const auto choose = [](double all, double some) { return numerics::log_binomial(all, some); };
  const double at_mode = std::exp(choose(n, mode) + choose(rest, x - mode) - choose(n + rest, x));
  return numerics::draw_from_mode(
      mode, least, most, at_mode, [&](double j) { return (n - j) * (x - j) / ((j + 1) * (rest - x + j + 1)); }, random);
}

}  // namespace

std::optional<ConditionalTest> drawn_equal_proportions(std::span<const double> events, std::span<const double> total, std::size_t draws,
                                                       std::uint64_t seed) {
  constexpr double longest = 2e8, rounding = 1e-11;
  const std::size_t k = events.size();
  double x = 0, n = 0, observed = 0, steps = 0;
  for (std::size_t i = 0; i < k; ++i) {
    x += events[i];
    n += total[i];
    observed += events[i] * events[i] / total[i];
  }
  if (x == 0 || x == n) return ConditionalTest{1, 0.5};
  for (double ni : total) steps += 30 + std::sqrt(ni * (x / n) * (1 - x / n));
  if (steps * static_cast<double>(draws) > longest) return std::nullopt;
  double above = 0, ties = 0;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    numerics::RandomStream random(seed, draw);
    double left = x, rest = n, statistic = 0;
    for (double ni : total) {
      rest -= ni;
      const double xi = draw_events(ni, rest, left, random);
      left -= xi;
      statistic += xi * xi / ni;
    }
    if (std::abs(statistic - observed) <= rounding * observed)
      ties += 1;
    else if (statistic > observed)
      above += 1;
  }
  const double all = static_cast<double>(draws) + 1, p = (above + ties + 1) / all;
  return ConditionalTest{p, (above + 0.5 * (ties + 1)) / all, draws, std::sqrt(p * (1 - p) / all)};
}

}  // namespace tausq::inference
