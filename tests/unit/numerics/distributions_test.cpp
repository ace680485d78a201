#include "engine/numerics/distributions.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <variant>

#include "engine/numerics/deviance.hpp"
#include "tests/unit/numerics/distributions_truth.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::numerics;

using Function = std::variant<double (*)(double), double (*)(double, double), double (*)(double, double, double)>;

const std::map<std::string_view, Function> functions{
#define FUNCTION(f) {#f, f}
    FUNCTION(normal_pdf),
    FUNCTION(normal_cdf),
    FUNCTION(normal_sf),
    FUNCTION(log_normal_sf),
    FUNCTION(normal_quantile),
    FUNCTION(normal_quantile_upper),
    FUNCTION(normal_two_sided),
    FUNCTION(t_cdf),
    FUNCTION(t_sf),
    FUNCTION(log_t_sf),
    FUNCTION(t_quantile_upper),
    FUNCTION(t_two_sided),
    FUNCTION(chi2_cdf),
    FUNCTION(chi2_sf),
    FUNCTION(log_chi2_sf),
    FUNCTION(chi2_quantile),
    FUNCTION(chi2_quantile_upper),
    FUNCTION(f_sf),
    FUNCTION(beta_cdf),
    FUNCTION(beta_sf),
    FUNCTION(beta_quantile),
    FUNCTION(beta_quantile_upper),
    FUNCTION(gamma_quantile),
    FUNCTION(gamma_quantile_upper),
    FUNCTION(binomial_pmf),
    FUNCTION(binomial_cdf),
    FUNCTION(binomial_sf_inclusive),
    FUNCTION(log_gamma),
    FUNCTION(digamma),
    FUNCTION(trigamma),
    FUNCTION(log_binomial),
    FUNCTION(stirling_error),
    FUNCTION(log1p_excess),
    FUNCTION(log1p_minus),
#undef FUNCTION
};

double call(std::string_view name, const std::array<double, 3>& x) {
  struct Caller {
    const std::array<double, 3>& x;
    double operator()(double (*f)(double)) const { return f(x[0]); }
    double operator()(double (*f)(double, double)) const { return f(x[0], x[1]); }
    double operator()(double (*f)(double, double, double)) const { return f(x[0], x[1], x[2]); }
  };
  return std::visit(Caller{x}, functions.at(name));
}

TEST_CASE("every function against 18-digit truth") {
  for (const DistributionTruth& row : distribution_truth) {
    CAPTURE(std::string(row.function));
    CAPTURE(row.arguments[0]);
    CAPTURE(row.arguments[1]);
    CAPTURE(row.arguments[2]);
    // A tail p is exp of something of size |log p|, and so is the p that a quantile inverts.
    const bool quantile = row.function.find("quantile") != std::string_view::npos;
    const double p = quantile ? std::min(row.arguments[0], 1 - row.arguments[0]) : std::abs(row.truth);
    const double magnified = p > 0 && p < 1 ? -std::log(p) : 0;
    CHECK(relative_error(call(row.function, row.arguments), row.truth) < 3e-15 + 4e-16 * magnified);
  }
}

TEST_CASE("quantiles invert their tails") {
  for (double p : {1e-200, 1e-8, 0.025, 0.3, 0.5, 0.7, 0.975, 0.999})
    for (double size : {0.2, 1.0, 4.5, 60.0, 1e4, 1e6}) {
      CAPTURE(p);
      CAPTURE(size);
      const double tolerance = 1e-11;  // the quantile's last bit, seen through a distribution function that is steep
      if (p > 1e-100) CHECK(relative_error(chi2_cdf(chi2_quantile(p, size), size), p) < tolerance);
      CHECK(relative_error(chi2_sf(chi2_quantile_upper(p, size), size), p) < tolerance);
      if (p > 1e-100) CHECK(relative_error(t_sf(t_quantile_upper(p, size), size), p) < tolerance);
      for (double b : {0.5, 3.0, 1e5}) {
        const double x = beta_quantile(p, size, b);
        if (x > 1e-300 && x < 0.999) CHECK(relative_error(beta_cdf(x, size, b), p) < tolerance);
      }
    }
}

TEST_CASE("edges") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  CHECK(normal_cdf(-inf) == 0);
  CHECK(normal_sf(-inf) == 1);
  CHECK(normal_quantile(0) == -inf);
  CHECK(normal_quantile(1) == inf);
  CHECK(normal_quantile(0.5) == 0);
  CHECK(normal_two_sided(0) == 0);
  CHECK(t_sf(1.5, inf) == normal_sf(1.5));
  CHECK(t_two_sided(0.95, inf) == normal_two_sided(0.95));
  CHECK(relative_error(t_two_sided(0.95, 1e15), normal_two_sided(0.95)) < 2e-15);
  CHECK(t_sf(inf, 3) == 0);
  CHECK(t_quantile_upper(0.5, 3) == 0);
  CHECK(chi2_sf(0, 3) == 1);
  CHECK(chi2_sf(-1, 3) == 1);
  CHECK(chi2_cdf(inf, 3) == 1);
  CHECK(chi2_sf(2, 0) == 0);  // no degrees of freedom: all mass at 0
  CHECK(chi2_quantile(0, 3) == 0);
  CHECK(chi2_quantile(1, 3) == inf);
  CHECK(f_sf(0, 2, 3) == 1);
  CHECK(f_sf(1.3, 4, inf) == chi2_sf(5.2, 4));
  CHECK(beta_cdf(0, 2, 3) == 0);
  CHECK(beta_cdf(1, 2, 3) == 1);
  CHECK(beta_quantile(0.3, 0, 5) == 0);
  CHECK(beta_quantile(0.3, 5, 0) == 1);
  CHECK(beta_quantile_upper(0, 2, 3) == 1);
  CHECK(binomial_pmf(0, 7, 0) == 1);
  CHECK(binomial_pmf(7, 7, 1) == 1);
  CHECK(binomial_pmf(2.5, 7, 0.5) == 0);
  CHECK(binomial_cdf(-1, 7, 0.5) == 0);
  CHECK(binomial_cdf(7, 7, 0.5) == 1);
  CHECK(binomial_sf_inclusive(0, 7, 0.5) == 1);
  CHECK(binomial_sf_inclusive(8, 7, 0.5) == 0);
  CHECK(log_binomial(9, 0) == 0);
  CHECK(log_binomial(9, 9) == 0);
}

TEST_CASE("what lies outside the domain is NaN") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(normal_quantile(-0.1)));
  CHECK(std::isnan(normal_sf(nan)));
  CHECK(std::isnan(t_sf(1, 0)));
  CHECK(std::isnan(t_quantile_upper(2, 3)));
  CHECK(std::isnan(chi2_sf(nan, 3)));
  CHECK(std::isnan(chi2_sf(1, -1)));
  CHECK(std::isnan(beta_cdf(0.5, -1, 2)));
  CHECK(std::isnan(binomial_pmf(1, 2, 1.5)));
  CHECK(std::isnan(log_binomial(2, 3)));
}

TEST_CASE("the binomial probabilities of one n sum to 1") {
  for (double p : {1e-6, 0.2, 0.5, 0.93}) {
    double sum = 0;
    for (int x = 0; x <= 400; ++x) sum += binomial_pmf(x, 400, p);
    CHECK(relative_error(sum, 1) < 3e-15);
  }
}

}  // namespace
