#include "engine/numerics/quadrature.hpp"

#include <doctest/doctest.h>
#include <array>
#include <cmath>
#include <numbers>

#include "engine/numerics/sums.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::numerics;

template <typename F>
double integral(std::span<const double> nodes, std::span<const double> weights, F&& f) {
  Sum sum;
  for (std::size_t i = 0; i < nodes.size(); ++i) sum.add(weights[i] * f(nodes[i]));
  return sum.value();
}

TEST_CASE("a Gauss-Hermite rule of order n integrates even powers up to 2 n - 2") {
  for (int order : {1, 2, 3, 7, 20, 64, 101}) {
    const QuadratureRule rule = gauss_hermite(order);
    REQUIRE(rule.nodes.size() == static_cast<std::size_t>(order));
    for (int power = 0; power <= 2 * order - 2; power += 2) {
      const double truth = std::tgamma((power + 1) / 2.0);
      if (!std::isfinite(truth)) break;
      CHECK(relative_error(integral(rule.nodes, rule.weights, [&](double x) { return std::pow(x, power); }), truth) < 2e-13);
    }
  }
}

TEST_CASE("every Gauss-Hermite rule is ascending, symmetric, positive and of total sqrt(pi)") {
  for (int order = 1; order <= 512; order += order < 40 ? 1 : 59) {
    const auto [nodes, weights, scaled] = gauss_hermite(order);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (i > 0) CHECK(nodes[i] > nodes[i - 1]);
      CHECK(nodes[i] == -nodes[nodes.size() - 1 - i]);
      CHECK(scaled[i] > 0);
      CHECK(weights[i] >= 0);
    }
    CHECK(relative_error(integral(nodes, weights, [](double) { return 1.0; }), std::sqrt(std::numbers::pi)) < 1e-15);
    // The same integral with the weight function in the integrand, as adaptive quadrature has it.
    CHECK(integral(nodes, scaled, [](double x) { return std::exp(-x * x); }) ==
          doctest::Approx(std::sqrt(std::numbers::pi)).epsilon(1e-14));
  }
}

TEST_CASE("extreme nodes and weights against 30-digit values") {
  struct Truth {
    int order;
    double node, weight, scaled;
  };
  constexpr std::array<Truth, 8> largest{{
      {2, 0.7071067811865475244, 0.88622692545275801365, 1.4611411826611389323},
      {10, 3.4361591188377376033, 7.6404328552326206292e-6, 1.025451691365737233},
      {20, 5.387480890011232862, 2.2293936455341512925e-13, 0.89859196145319141642},
      {64, 10.526123167960545883, 5.5357065358569428206e-49, 0.72892720869044842774},
      {100, 13.406487338144910138, 5.9080678650312068153e-79, 0.67435355242090814391},
      {200, 19.339248667911405432, 2.2290934962806277577e-163, 0.59855544412746315786},
      {300, 23.874809763694205531, 1.5718232219576950356e-248, 0.55859779297245121073},
      {512, 31.430117386802788998, 0, 0.51023300325087646234},
  }};
  for (const Truth& t : largest) {
    const auto [nodes, weights, scaled] = gauss_hermite(t.order);
    CHECK(relative_error(nodes.back(), t.node) < 1e-15);
    CHECK(relative_error(weights.back(), t.weight) < 2e-15);
    CHECK(relative_error(scaled.back(), t.scaled) < 2e-15);
  }
}

TEST_CASE("a Gauss-Legendre rule of order n integrates powers up to 2 n - 1") {
  for (int order : {1, 2, 5, 16, 64, 200, 512}) {
    const QuadratureRule rule = gauss_legendre(order);
    for (int power = 0; power <= 2 * order - 2; power += 2)
      CHECK(integral(rule.nodes, rule.weights, [&](double x) { return std::pow(x, power); }) ==
            doctest::Approx(2.0 / (power + 1)).epsilon(1e-14));
  }
}

TEST_CASE("an order out of range gives an empty rule") {
  CHECK(gauss_hermite(0).nodes.empty());
  CHECK(gauss_hermite(513).nodes.empty());
  CHECK(gauss_legendre(-1).weights.empty());
}

}  // namespace
