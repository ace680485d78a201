// Densities on panels against distributions whose quantiles are known.
#include <doctest/doctest.h>

#include <cmath>

#include "engine/bayes/density.hpp"
#include "engine/bayes/lattice.hpp"
#include "engine/numerics/distributions.hpp"

using namespace tausq::bayes;
namespace numerics = tausq::numerics;

namespace {

Density standard_normal(double centre, double scale) {
  Domain domain;
  domain.centre = centre, domain.scale = scale;
  domain.reach_lower = -3, domain.reach_upper = 3;
  return Density(panels_of([](double x) { return -0.5 * x * x; }, domain, 1e-14));
}

TEST_CASE("the normal distribution, wherever the search begins") {
  for (double centre : {0.0, 2.5, -1.0})
    for (double scale : {0.01, 1.0, 30.0}) {
      const Density density = standard_normal(centre, scale);
      CHECK(density.log_mass() == doctest::Approx(0.91893853320467274178).epsilon(1e-13));
      for (double p : {0.001, 0.025, 0.5, 0.9, 0.999}) CHECK(std::abs(density.quantile(p) - numerics::normal_quantile(p)) < 1e-11);
      CHECK(density.sf(3) == doctest::Approx(numerics::normal_sf(3)).epsilon(1e-10));
      const Range shortest = density.shortest(0.95, Scale::identity());
      CHECK(std::abs(shortest.lower + numerics::normal_two_sided(0.95)) < 1e-9);
      CHECK(std::abs(shortest.upper - numerics::normal_two_sided(0.95)) < 1e-9);
    }
}

TEST_CASE("heavy tails: the half-Cauchy distribution") {
  Domain domain;
  domain.lower = 0;
  const Density density(panels_of([](double x) { return -std::log1p(x * x); }, domain, 1e-13));
  for (double p : {0.1, 0.5, 0.95, 0.9999})
    CHECK(density.quantile(p) == doctest::Approx(std::tan(0.5 * std::acos(-1.0) * p)).epsilon(1e-9));
  const Range shortest = density.shortest(0.9, Scale::identity());  // falling density: from 0
  CHECK(shortest.lower == 0);
  CHECK(shortest.upper == doctest::Approx(density.quantile(0.9)).epsilon(1e-12));
}

TEST_CASE("a shortest interval depends on the scale") {
  // Exponential distribution of x: exp(x) and x^2 have other shortest intervals, all of the same probability.
  Domain domain;
  domain.lower = 0;
  const Density density(panels_of([](double x) { return 2 * std::log(x) - x; }, domain, 1e-14));  // gamma(3)
  const Range plain = density.shortest(0.8, Scale::identity()), square = density.shortest(0.8, Scale::square());
  CHECK(density.pdf(plain.lower) == doctest::Approx(density.pdf(plain.upper)).epsilon(1e-8));
  CHECK(density.pdf(square.lower) / square.lower == doctest::Approx(density.pdf(square.upper) / square.upper).epsilon(1e-8));
  CHECK(density.cdf(square.upper) - density.cdf(square.lower) == doctest::Approx(0.8).epsilon(1e-12));
  CHECK(square.lower < plain.lower);
}

TEST_CASE("a lattice density between its samples, and spread out by any tau") {
  LatticeDensity normal{0.45, -18, {}};
  for (int j = 0; j < 37; ++j) normal.value.push_back(numerics::normal_pdf(0.45 * (j - 18)));
  for (double x : {-3.1, -0.2, 0.0, 0.45, 1.234}) CHECK(std::abs(normal.at(x) - numerics::normal_pdf(x)) < 1e-10);
  for (double tau : {1e-6, 0.05, 0.4, 0.89, 0.91, 1.19, 1.21, 3.0, 40.0, 1e6}) {
    CAPTURE(tau);
    const LatticeDensity wider = tau < 1.2 ? spread_out(normal, tau) : spread_wide(normal, tau, 0.45 * tau);
    const double sd = std::hypot(1.0, tau);
    CHECK(wider.value.size() < 200);
    for (double u : {-2.0, 0.1, 1.7}) CHECK(std::abs(wider.at(u * sd) * sd - numerics::normal_pdf(u)) < 1e-10);
  }
}

}  // namespace
