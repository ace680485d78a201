// Numbers of twice the working precision.
#include <doctest/doctest.h>

#include <cmath>

#include "engine/numerics/double_double.hpp"

namespace {

using tausq::numerics::DoubleDouble;
using tausq::numerics::two_product;
using tausq::numerics::two_sum;

/// |a - b| / |b| of numbers that agree in their leading part.
double difference(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble d = a - b;
  return std::abs(static_cast<double>(d) / static_cast<double>(b));
}

}  // namespace

TEST_CASE("sums and products without error") {
  CHECK(two_sum(1, 1e-20).high == 1);
  CHECK(two_sum(1, 1e-20).low == 1e-20);
  const double x = 1 + std::ldexp(1.0, -30);
  CHECK(two_product(x, x).high == 1 + std::ldexp(1.0, -29));
  CHECK(two_product(x, x).low == std::ldexp(1.0, -60));
}

TEST_CASE("arithmetic to 30 digits") {
  const DoubleDouble third = DoubleDouble(1) / DoubleDouble(3), seventh = DoubleDouble(1) / DoubleDouble(7);
  CHECK(difference(third * DoubleDouble(3), 1) < 1e-31);
  CHECK(difference(third + seventh, DoubleDouble(10) / DoubleDouble(21)) < 1e-31);
  CHECK(difference((third - seventh) * DoubleDouble(21), 4) < 1e-30);
  CHECK(difference((third / seventh) * DoubleDouble(3), 7) < 1e-31);
  const DoubleDouble root = sqrt(DoubleDouble(2));
  CHECK(difference(root * root, 2) < 1e-31);
  CHECK(static_cast<double>(sqrt(DoubleDouble(0))) == 0);
}

TEST_CASE("what cancels is not lost") {
  DoubleDouble sum = 1;
  sum += DoubleDouble(1e-25);
  sum -= DoubleDouble(1);
  CHECK(std::abs(static_cast<double>(sum) - 1e-25) < 1e-40);
}
