#include "engine/numerics/roots.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <utility>

#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::numerics;

TEST_CASE("newton_root and brent_root find roots to the last bits at any scale") {
  for (double scale : {1e-150, 1e-9, 1.0, 1e9, 1e150}) {
    const auto cubic = [&](double x) { return std::pair{std::pow(x / scale, 3) - 2, 3 * std::pow(x / scale, 2) / scale}; };
    const Root newton = newton_root(cubic, 0, 100 * scale, 50 * scale);
    const Root brent = brent_root([&](double x) { return cubic(x).first; }, 0, 100 * scale);
    CHECK(newton.converged);
    CHECK(brent.converged);
    CHECK(relative_error(newton.x / scale, std::cbrt(2.0)) < 4e-16);
    CHECK(relative_error(brent.x / scale, std::cbrt(2.0)) < 9e-16);
    CHECK(newton.iterations < 15);
  }
}

TEST_CASE("newton_root survives a function on which Newton's method alone diverges") {
  const auto arctan = [](double x) { return std::pair{std::atan(x - 1), 1 / (1 + (x - 1) * (x - 1))}; };
  const Root root = newton_root(arctan, -1e6, 1e7, 1e6);
  CHECK(root.converged);
  CHECK(relative_error(root.x, 1) < 1e-15);
}

TEST_CASE("newton_root takes a wrong derivative, a falling function and a start outside") {
  const auto zero_slope = [](double x) { return std::pair{0.3 - x, 0.0}; };
  const Root root = newton_root(zero_slope, 0, 1, 7);
  CHECK(root.converged);
  CHECK(relative_error(root.x, 0.3) < 4e-16);
}

TEST_CASE("a bracket without sign change is said to be one") {
  const auto square = [](double x) { return std::pair{x * x + 1, 2 * x}; };
  CHECK_FALSE(newton_root(square, -1, 2, 0).converged);
  CHECK_FALSE(brent_root([](double x) { return x * x + 1; }, -1.0, 2.0).converged);
}

TEST_CASE("bracket_outward grows until it encloses, and gives up at the limit") {
  const auto shifted = [](double x) { return x - 1e100; };
  const auto bracket = bracket_outward(shifted, 0, 1e-3);
  REQUIRE(bracket);
  CHECK(bracket->first <= 1e100);
  CHECK(bracket->second >= 1e100);
  CHECK_FALSE(bracket_outward(shifted, 0, -1.0));
}

}  // namespace
