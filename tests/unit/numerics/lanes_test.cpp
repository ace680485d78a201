#include "engine/numerics/lanes.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <vector>

namespace {

using tausq::numerics::Four;

enum class Function { exp, expm1, log1p };

TAUSQ_WIDE void apply(Function function, std::vector<double>& x) {
  for (std::size_t i = 0; i + 4 <= x.size(); i += 4) {
    Four at;
    tausq::numerics::load(&x[i], at);
    if (function == Function::exp) tausq::numerics::exp(at);
    if (function == Function::expm1) tausq::numerics::expm1(at);
    if (function == Function::log1p) tausq::numerics::log1p(at);
    tausq::numerics::store(at, &x[i]);
  }
}

/// Largest relative error in units of the last place against long double.
template <typename Reference>
double worst(Function function, const std::vector<double>& x, Reference&& reference) {
  std::vector<double> y = x;
  apply(function, y);
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double truth = reference(static_cast<long double>(x[i]));
    largest = std::max(largest, static_cast<double>(std::abs((y[i] - truth) / truth)) / 2.2e-16);
  }
  return largest;
}

std::vector<double> spread(double from, double to) {
  std::vector<double> x;
  for (int i = 0; i < 40000; ++i) x.push_back(from + (to - from) * (i + 0.37) / 40000);
  return x;
}

/// from 10^-16 to 10^to on a logarithmic scale, with the given sign.
std::vector<double> magnitudes(double sign, double to) {
  std::vector<double> x = spread(-16, to);
  for (double& v : x) v = sign * std::pow(10, v);
  return x;
}

}  // namespace

TEST_CASE("four exponentials and logarithms at a time keep their last digits") {
  const auto exp = [](long double x) { return std::exp(x); };
  const auto expm1 = [](long double x) { return std::expm1(x); };
  const auto log1p = [](long double x) { return std::log1p(x); };
  CHECK(worst(Function::exp, spread(-700, 700), exp) < 2);
  CHECK(worst(Function::exp, spread(-1, 1), exp) < 2);
  CHECK(worst(Function::expm1, spread(-40, 700), expm1) < 2);
  CHECK(worst(Function::expm1, magnitudes(1, 1), expm1) < 2);
  CHECK(worst(Function::expm1, magnitudes(-1, 1), expm1) < 2);
  CHECK(worst(Function::log1p, magnitudes(1, 300), log1p) < 2);
  CHECK(worst(Function::log1p, magnitudes(-1, -0.001), log1p) < 2);
  CHECK(worst(Function::log1p, spread(-0.99999, 1), log1p) < 2);
}

TEST_CASE("four exponentials out of range") {
  std::vector<double> x{-1e300, -709, 710, 1e300}, y = x;
  apply(Function::exp, y);
  CHECK(y[0] < 1e-300);
  CHECK(y[1] < 1e-300);
  CHECK(y[2] > 1e300);
  CHECK(y[3] > 1e300);
}
