// Moments and intervals of replicates by their formulas.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/unit/resampling/bootstraps.hpp"

using namespace tausq;
using namespace tausq::bootstraps;

TEST_CASE("BCa by its formula: an unweighted mean has the skewness of the data for acceleration") {
  const std::vector<double> y{0.1, 0.2, 0.25, 0.4, 0.5, 2.5}, v(6, 0.01);
  const Bootstrap b = *analyse(generic_effects(y, v), by(BootstrapMethod::nonparametric, 3999, {.model = Model::common})).bootstrap;
  const BootstrapQuantity& mu = quantity(b, "common.estimate");
  double mean = 0, squares = 0, cubes = 0;
  for (const double x : y) mean += x / 6;
  for (const double x : y) squares += (x - mean) * (x - mean), cubes += std::pow(x - mean, 3);
  CHECK(*mu.acceleration == doctest::Approx(cubes / (6 * std::pow(squares, 1.5))).epsilon(1e-10));
  // z0 and the ends from the same resamples, sorted here.
  std::vector<double> t;
  double below = 0;
  for (std::size_t r = 0; r < 3999; ++r) {
    double sum = 0;
    for (const std::size_t i : drawn(Options{}.seed, r, 6)) sum += y[i];
    t.push_back(sum / 6);
    below += std::abs(t.back() - mean) < 1e-12 ? 0.5 : t.back() < mean ? 1 : 0;
  }
  std::sort(t.begin(), t.end());
  CHECK(0.5 * std::erfc(-*mu.z0 / std::sqrt(2.0)) == doctest::Approx(below / 3999).epsilon(1e-12));
  CHECK(*mu.percentile.ci_lower == doctest::Approx(t[99]).epsilon(1e-12));    // 0.025 * 4000 = 100
  CHECK(*mu.percentile.ci_upper == doctest::Approx(t[3899]).epsilon(1e-12));  // 0.975 * 4000 = 3900
  CHECK(*mu.basic.ci_lower == doctest::Approx(2 * mean - t[3899]).epsilon(1e-12));
  for (const double z : {-1.959963984540054, 1.959963984540054}) {
    const double moved = *mu.z0 + z, level = 0.5 * std::erfc(-(*mu.z0 + moved / (1 - *mu.acceleration * moved)) / std::sqrt(2.0));
    const double place = level * 4000, whole = std::floor(place);
    const auto i = static_cast<std::size_t>(whole) - 1;
    const double expected = t[i] + (place - whole) * (t[i + 1] - t[i]);
    CHECK(*(z < 0 ? mu.bca.ci_lower : mu.bca.ci_upper) == doctest::Approx(expected).epsilon(1e-9));
  }
  CHECK(*mu.bca.ci_upper > *mu.percentile.ci_upper);  // the long tail gets its due
}
