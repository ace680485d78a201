// Drawn counts against the probabilities of their distributions.
#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "engine/numerics/discrete_draw.hpp"

namespace {

using namespace tausq::numerics;

constexpr double draws = 20000;

/// Shares of drawn values against their probabilities: within four standard errors each, where they are not rare.
template <typename Draw, typename Probability>
void compare(Draw&& draw, Probability&& probability) {
  std::map<double, double> count;
  for (std::uint64_t r = 0; r < 20000; ++r) {
    RandomStream random(7, r);
    count[draw(random)] += 1;
  }
  double covered = 0;
  for (const auto& each : count) {
    const double x = each.first, n = each.second, p = probability(x);
    INFO("value " << x);
    REQUIRE(p > 0);
    covered += p;
    if (p > 1e-3) CHECK(std::abs(n / draws - p) < 4 * std::sqrt(p * (1 - p) / draws));
  }
  CHECK(covered > 0.99);
}

}  // namespace

TEST_CASE("binomial draws") {
  for (const auto& [n, p] : {std::pair{10.0, 0.3}, {1.0, 0.5}, {40.0, 0.02}, {200.0, 0.97}})
    compare([n = n, p = p](RandomStream& random) { return draw_binomial(n, p, random); },
            [n = n, p = p](double x) { return x >= 0 && x <= n ? binomial_pmf(x, n, p) : 0; });
  RandomStream random(1, 1);
  CHECK(draw_binomial(5, 0, random) == 0);
  CHECK(draw_binomial(5, 1, random) == 5);
  CHECK(draw_binomial(0, 0.4, random) == 0);
  CHECK(draw_binomial(1e9, 1e-300, random) == 0);
}

TEST_CASE("Poisson draws") {
  for (const double mean : {0.2, 1.0, 7.3, 90.0})
    compare([mean](RandomStream& random) { return draw_poisson(mean, random); },
            [mean](double x) { return std::exp(x * std::log(mean) - mean - std::lgamma(x + 1)); });
  RandomStream random(1, 1);
  CHECK(draw_poisson(0, random) == 0);
}

TEST_CASE("large counts have the mean and the spread of theirs") {
  double binomial = 0, poisson = 0, squares = 0;
  for (std::uint64_t r = 0; r < 400; ++r) {
    RandomStream random(3, r);
    binomial += (draw_binomial(1e8, 0.25, random) - 2.5e7) / std::sqrt(1e8 * 0.25 * 0.75);
    const double z = (draw_poisson(1e6, random) - 1e6) / 1e3;
    poisson += z, squares += z * z;
  }
  CHECK(std::abs(binomial) < 4 * 20);
  CHECK(std::abs(poisson) < 4 * 20);
  CHECK(std::abs(squares - 400) < 4 * std::sqrt(800.0));
}
