// Means and standard deviations from medians, quartiles and ranges; the numbers are worked by hand from the formulas.
#include <doctest/doctest.h>

#include <tausq/summaries.hpp>

using namespace tausq;

TEST_CASE("S1: median and range of 16") {
  // 16^0.75 = 8, w = 4/12; mean = 30/3 + 20 * 2/3; Phi^-1(15.625 / 16.25) = 1.768825038
  const auto found = mean_and_sd({.n = 16, .median = 20, .minimum = 10, .maximum = 50});
  REQUIRE(found);
  CHECK(found->mean == doctest::Approx(70.0 / 3).epsilon(1e-15));
  CHECK(found->sd == doctest::Approx(40 / (2 * 1.768825038)).epsilon(1e-9));
}

TEST_CASE("S2: median and quartiles of 39") {
  // w = 0.7 + 0.39/39 = 0.71; Phi^-1(29.125 / 39.25) = 0.649641891
  const auto found = mean_and_sd({.n = 39, .median = 20, .q1 = 15, .q3 = 35});
  REQUIRE(found);
  CHECK(found->mean == doctest::Approx(0.71 * 25 + 0.29 * 20).epsilon(1e-15));
  CHECK(found->sd == doctest::Approx(20 / (2 * 0.649641891)).epsilon(1e-9));
}

TEST_CASE("S3: median, quartiles and range of 32") {
  // 32^0.6 = 8, 32^0.75 = 13.454343, 32^0.55 = 6.727171: w1 = 0.14053608, w2 = 0.59297136;
  // Phi^-1(31.625 / 32.25) = 2.066729075, Phi^-1(23.875 / 32.25) = 0.644301651
  const auto found = mean_and_sd({.n = 32, .median = 16, .minimum = 0, .maximum = 64, .q1 = 10, .q3 = 30});
  REQUIRE(found);
  CHECK(found->mean == doctest::Approx(0.14053608 * 32 + 0.59297136 * 20 + 0.26649256 * 16).epsilon(1e-8));
  CHECK(found->sd == doctest::Approx(64 / (3.12 * 2.066729075) + 20 / ((2 + 2 / 0.56) * 0.644301651)).epsilon(1e-9));
}

TEST_CASE("a sample that is symmetric about its median has that for its mean") {
  CHECK(mean_and_sd({.n = 25, .median = 3, .minimum = 1, .maximum = 5})->mean == doctest::Approx(3).epsilon(1e-15));
  CHECK(mean_and_sd({.n = 25, .median = 3, .minimum = 1, .maximum = 5, .q1 = 2, .q3 = 4})->mean == doctest::Approx(3).epsilon(1e-15));
}

TEST_CASE("too little, or out of order") {
  CHECK_FALSE(mean_and_sd({.n = 20, .median = 3}));
  CHECK_FALSE(mean_and_sd({.n = 20, .median = 3, .minimum = 1}));
  CHECK_FALSE(mean_and_sd({.n = 1, .median = 3, .minimum = 3, .maximum = 3}));
  CHECK_FALSE(mean_and_sd({.n = 20, .median = 3, .q1 = 4, .q3 = 5}));
  CHECK_FALSE(mean_and_sd({.n = 20, .median = 3, .minimum = 2.5, .maximum = 5, .q1 = 2, .q3 = 4}));
  CHECK(scenario({.n = 20, .median = 3, .q1 = 3, .q3 = 3}) == SummaryScenario::quartiles);
}
