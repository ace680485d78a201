#include "engine/numerics/quadratic_form.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/numerics/distributions.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::numerics;

TEST_CASE("against 30-digit inversion, weights up to 1e12 apart and tails down to 1e-86") {
  struct Truth {
    double x;
    std::vector<double> weights, df;
    bool upper;
    double truth;
  };
  const std::vector<Truth> table{
      {7.0, {6.0, 3.0, 1.0}, {1.0, 1.0, 1.0}, false, 0.49356176653018679},
      {20.0, {6.0, 3.0, 1.0}, {1.0, 1.0, 1.0}, true, 0.1239590741623263},
      {150.0, {7.0, 3.0, 7.0, 3.0}, {6.0, 2.0, 1.0, 1.0}, true, 0.0058241987429624325},
      {1e-13, {1.0, 1e-12}, {1.0, 1.0}, false, 4.9382731826562062e-8},
      {3.0, {1.0, 1e-12}, {1.0, 1.0}, true, 0.083264516663601795},
      {1e-07, {1.0, 0.0001, 1e-08, 1e-12}, {1.0, 1.0, 1.0, 1.0}, false, 4.5008874729226029e-6},
      {10.0, {1.0, 0.0001, 1e-08, 1e-12}, {1.0, 1.0, 1.0, 1.0}, true, 0.0015654872771837152},
      {300.0, {1.0, 0.3}, {0.5, 2000.0}, false, 2.2843121688994823e-86},
      {620.0, {1.0, 0.3}, {0.5, 2000.0}, true, 0.1524604116491404},
      {0.001, {1.0, 0.5, 0.25, 0.125, 0.0625}, {1.0, 1.0, 1.0, 1.0, 1.0}, false, 5.370781442202431e-8},
      {60.0, {1.0, 0.5, 0.25, 0.125, 0.0625}, {1.0, 1.0, 1.0, 1.0, 1.0}, true, 1.7324209635137151e-14},
      {5.5, {1.0, 0.01}, {1.0, 500.0}, false, 0.48024288968795419},
  };
  for (const Truth& t : table) {
    CAPTURE(t.x);
    CAPTURE(t.weights.size());
    const double got = t.upper ? quadratic_form_sf(t.x, t.weights, t.df) : quadratic_form_cdf(t.x, t.weights, t.df);
    CHECK(relative_error(got, t.truth) < 1e-12);
  }
}

TEST_CASE("two weights with two degrees of freedom each have a closed form") {
  for (double b : {0.999, 0.5, 1e-3, 1e-9})
    for (double x : {0.01, 0.7, 2.0, 4.0, 9.0, 60.0, 1000.0}) {
      const std::vector<double> weights{1, b}, df{2, 2};
      const double truth = (std::exp(-0.5 * x) - b * std::exp(-0.5 * x / b)) / (1 - b);
      CAPTURE(b);
      CAPTURE(x);
      CHECK(relative_error(quadratic_form_sf(x, weights, df), truth) < 1e-11);
    }
}

TEST_CASE("weights that are all but equal give the chi-square distribution") {
  for (double df : {0.5, 3.0, 20.0, 1000.0})
    for (double factor : {0.01, 0.5, 0.9, 1.1, 2.0, 10.0}) {
      const double x = factor * df;
      const std::vector<double> equal{3, 3}, close{3, 3 * (1 - 1e-15)}, half{0.5 * df, 0.5 * df};
      CAPTURE(df);
      CAPTURE(factor);
      CHECK(relative_error(quadratic_form_sf(3 * x, equal, half), chi2_sf(x, df)) < 1e-14);
      const bool upper = factor > 1;
      const double got = upper ? quadratic_form_sf(3 * x, close, half) : quadratic_form_cdf(3 * x, close, half);
      CHECK(relative_error(got, upper ? chi2_sf(x, df) : chi2_cdf(x, df)) < 2e-12);
    }
}

TEST_CASE("neither scale nor order matter, and the tails sum to 1") {
  const std::vector<double> weights{0.3, 5, 1.1, 0.02}, reversed{0.02, 1.1, 5, 0.3};
  for (double x : {0.1, 2.0, 6.0, 7.0, 30.0}) {
    CHECK(relative_error(quadratic_form_cdf(x, weights) + quadratic_form_sf(x, weights), 1) < 1e-15);
    CHECK(relative_error(quadratic_form_cdf(x, reversed), quadratic_form_cdf(x, weights)) < 1e-14);
    for (double scale : {1e-150, 1e150}) {
      std::vector<double> scaled;
      for (double weight : weights) scaled.push_back(weight * scale);
      CHECK(relative_error(quadratic_form_cdf(x * scale, scaled), quadratic_form_cdf(x, weights)) < 1e-13);
    }
  }
}

TEST_CASE("thousands of weights") {
  std::vector<double> weights;
  double mean = 0, variance = 0, third = 0;
  for (int j = 0; j < 4000; ++j) {
    const double weight = 1 + 0.5 * std::sin(j);
    weights.push_back(weight);
    mean += weight;
    variance += 2 * weight * weight;
    third += 8 * weight * weight * weight;
  }
  // Edgeworth's first term at the mean; the next is of relative size 1 / k.
  const double skewness = third / std::pow(variance, 1.5);
  CHECK(std::abs(quadratic_form_sf(mean, weights) - (0.5 - skewness / 6 * normal_pdf(0))) < 1e-5);
  CHECK(relative_error(quadratic_form_cdf(mean, weights) + quadratic_form_sf(mean, weights), 1) < 1e-15);
}

TEST_CASE("edges") {
  const std::vector<double> weights{1, 0.5}, none{0, 0}, negative{1, -1};
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(quadratic_form_cdf(0, weights) == 0);
  CHECK(quadratic_form_sf(-1, weights) == 1);
  CHECK(quadratic_form_cdf(inf, weights) == 1);
  CHECK(quadratic_form_sf(1e10, weights) == 0);
  CHECK(quadratic_form_cdf(0, none) == 1);
  CHECK(quadratic_form_sf(0, none) == 0);
  CHECK(std::isnan(quadratic_form_cdf(1, negative)));
  CHECK(std::isnan(quadratic_form_cdf(std::nan(""), weights)));
  CHECK(std::isnan(quadratic_form_cdf(1, weights, std::vector<double>{1})));
}

}  // namespace
