// Kendall's rank correlation and the noncentral hypergeometric moments behind the rank test of counts.
#include "engine/diagnostics/rank_correlation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/diagnostics/hypergeometric.hpp"
#include "engine/numerics/distributions.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::diagnostics;

TEST_CASE("Exact p counts permutations") {
  // Of the 24 permutations of 4, 1, 3 and 5 have 0, 1 and 2 inversions.
  const std::vector<double> x{1, 2, 3, 4};
  CHECK(relative_error(*kendall(x, std::vector<double>{1, 2, 3, 4}).p_exact, 2.0 / 24) < 1e-15);
  CHECK(relative_error(*kendall(x, std::vector<double>{2, 1, 3, 4}).p_exact, 8.0 / 24) < 1e-15);
  CHECK(relative_error(*kendall(x, std::vector<double>{4, 3, 1, 2}).p_exact, 8.0 / 24) < 1e-15);
  CHECK(relative_error(*kendall(x, std::vector<double>{2, 1, 4, 3}).p_exact, 18.0 / 24) < 1e-15);
  CHECK(*kendall(x, std::vector<double>{4, 1, 2, 3}).tau == 0);
  CHECK(*kendall(x, std::vector<double>{4, 1, 2, 3}).p_exact == 1);
}

TEST_CASE("A perfect order of 49 has p = 2 / 49!") {
  std::vector<double> x;
  for (int i = 0; i < 49; ++i) x.push_back(i);
  CHECK(relative_error(std::log(*kendall(x, x).p_exact), std::log(2.0) - tausq::numerics::log_gamma(50)) < 1e-14);
  x.push_back(49);
  CHECK_FALSE(kendall(x, x).p_exact.has_value());
}

TEST_CASE("Ties: tau-b and the corrected variance, by hand") {
  // Pairs: x ties {1, 1}, y ties {5, 5}; score = 2 of 6 pairs.
  const RankCorrelation r = kendall(std::vector<double>{1, 1, 2, 3}, std::vector<double>{4, 5, 5, 7});
  CHECK(r.score == 4);
  CHECK(relative_error(*r.tau, 4.0 / 5) < 1e-15);
  CHECK(relative_error(r.variance, (4 * 3 * 13 - 2 * 9 - 2 * 9) / 18.0 + 2 * 2 / (2.0 * 4 * 3)) < 1e-15);
  CHECK_FALSE(r.p_exact.has_value());
  CHECK_FALSE(kendall(std::vector<double>{1, 2, 3}, std::vector<double>{5, 5, 5}).tau.has_value());
}

TEST_CASE("Hypergeometric moments: central ones are known in closed form, others sum to it by hand") {
  const HypergeometricMoments central = hypergeometric_moments(30, 50, 20, 1);
  CHECK(relative_error(central.mean, 7.5) < 1e-14);
  CHECK(relative_error(central.variance, 20.0 * 30 * 50 * 60 / (80.0 * 80 * 79)) < 1e-13);
  // n1 = n2 = 2, 2 events: weights 1, 4 psi, psi^2 for 0, 1, 2 events
  const double psi = 3, total = 1 + 4 * psi + psi * psi, mean = (4 * psi + 2 * psi * psi) / total;
  const HypergeometricMoments small = hypergeometric_moments(2, 2, 2, psi);
  CHECK(relative_error(small.mean, mean) < 1e-15);
  CHECK(relative_error(small.variance, (4 * psi + 4 * psi * psi) / total - mean * mean) < 1e-14);
  CHECK(hypergeometric_moments(10, 12, 0, 2).variance == 0);
  const HypergeometricMoments huge = hypergeometric_moments(1e9, 1e9, 1e9, 1);
  CHECK(relative_error(huge.mean, 5e8) < 1e-14);
  CHECK(relative_error(huge.variance, 1e9 * 1e9 * 1e9 * 1e9 / (2e9 * 2e9 * (2e9 - 1))) < 1e-9);
}

}  // namespace
