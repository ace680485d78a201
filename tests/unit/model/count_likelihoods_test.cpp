// Hypergeometric and Poisson likelihoods.
#include <doctest/doctest.h>
#include <array>
#include <cmath>
#include <vector>

#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/model/poisson_likelihood.hpp"
#include "engine/model/study_integral.hpp"
#include "engine/model/study_maximum.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::model;

template <typename Likelihood>
void check_derivatives(const Likelihood& study, double eta) {
  const double h = 1e-4;
  const Derivatives here = study.at(eta), left = study.at(eta - h), right = study.at(eta + h);
  CHECK(here.value == study.value(eta));
  CHECK(here.first == doctest::Approx((right.value - left.value) / (2 * h)).epsilon(1e-6));
  CHECK(here.second == doctest::Approx((right.first - left.first) / (2 * h)).epsilon(1e-6));
  CHECK(here.third == doctest::Approx((right.second - left.second) / (2 * h)).epsilon(1e-6));
  CHECK(here.fourth == doctest::Approx((right.third - left.third) / (2 * h)).epsilon(1e-6));
}

TEST_CASE("noncentral hypergeometric against 25-digit truth, sums and panels alike") {
  struct Truth {
    double a, b, c, d, theta, loglik;
  };
  for (const Truth& t : std::vector<Truth>{{1, 406, 1, 421, -1, -0.9488966898824948830443798},
                                           {14, 1183, 16, 1284, 0.3, -2.383873243013728823806109},
                                           {500, 500, 400, 600, 0.4, -3.324868577854229729913809},
                                           {0, 100, 5, 95, -2, -0.6563474284259109766524174},
                                           {2000, 8000, 100, 9900, 3, -5.345240999541601167149439}}) {
    CAPTURE(t.a);
    const HypergeometricLikelihood table(t.a, t.b, t.c, t.d);
    CHECK(relative_error(table.direct(t.theta).value, t.loglik) < 1e-14);
    CHECK(relative_error(table.value(t.theta), t.loglik) < 2e-14);
  }
}

TEST_CASE("a small table written out, also where it is nearly certain") {
  // n1 = 4, n2 = 3, m = 3: 1 + 12 z + 18 z^2 + 4 z^3.
  const HypergeometricLikelihood table(2, 2, 1, 2);
  for (double theta : {-31.7317, -20.0, -5.0, -0.3, 0.0, 1.2, 9.0, 33.0}) {
    const double z = std::exp(theta);
    const double log_sum = theta < 0 ? std::log1p(z * (12 + z * (18 + 4 * z))) : 3 * theta + std::log(4 + (18 + (12 + 1 / z) / z) / z);
    CHECK(relative_error(table.value(theta), std::log(18.0) + 2 * theta - log_sum) < 1e-14);
    CHECK(relative_error(table.direct(theta).value, std::log(18.0) + 2 * theta - log_sum) < 1e-14);
  }
  const HypergeometricLikelihood::Tails tails = table.tails(0.5);
  const double z = std::exp(0.5), sum = 1 + 12 * z + 18 * z * z + 4 * z * z * z;
  CHECK(relative_error(tails.upper, (18 * z * z + 4 * z * z * z) / sum) < 1e-15);
  CHECK(relative_error(tails.lower, (1 + 12 * z + 18 * z * z) / sum) < 1e-15);
}

TEST_CASE("panels agree with the sums they were made from") {
  for (const auto& [a, b, c, d] :
       std::vector<std::array<double, 4>>{{3, 7, 1, 12}, {0, 12, 4, 9}, {180, 1361, 372, 1079}, {1848, 18137, 1420, 160}}) {
    const HypergeometricLikelihood table(a, b, c, d);
    for (double shift : {-6.0, -0.61, 0.0, 0.2, 3.3}) {
      const double theta = table.centre() + shift;
      const Derivatives sum = table.direct(theta), panel = table.at(theta);
      CHECK(relative_error(panel.value, sum.value) < 2e-13);
      CHECK(std::abs(panel.first - sum.first) < 1e-12 * (1 + std::abs(sum.first)));
      CHECK(relative_error(panel.second, sum.second) < 1e-12);
      CHECK(std::abs(panel.fourth - sum.fourth) < 1e-10 * std::abs(sum.second));
    }
  }
}

TEST_CASE("a million events a cell") {
  // The four cells' Poisson densities at their means over the density of the sum: normal to leading order.
  const HypergeometricLikelihood table(1e6, 999000, 990000, 1e6);
  const StudyMaximum maximum = study_maximum(table);
  CHECK(maximum.loglik == doctest::Approx(-0.5 * std::log(2 * 3.14159265358979 / (1 / maximum.information))).epsilon(1e-6));
  CHECK(maximum.eta == doctest::Approx(std::log(1e12 / (999000.0 * 990000.0))).epsilon(1e-6));
  const StudyTerm term = integrate(table, maximum.eta, 1e-4);
  CHECK(std::isfinite(term.d_tau2_tau2));
}

TEST_CASE("a million a cell against 40-digit sums: value to 1e-10, derivatives to ten digits") {
  struct Case {
    double a, b, c, d, theta, value, first, second;
  };
  for (const Case& t : {
           Case{1000000, 999000, 998000, 1000000, 0.002, -7.2587034197017945074, 250.43752612378205863, -249812.46874213436719},
           Case{1000000, 500000, 900000, 700000, 0.44, -7.2738659051858993699, 330.83655904072409877, -180539.42425071749162},
           Case{123456, 876544, 130000, 870000, -0.1, -52.521423715530710119, 2258.3248514085427012, -55241.708788096288562},
           Case{3, 999997, 9, 999991, -1.0, -1.365511656671325989, -0.22730904969552332329, -2.3593385358626001574},
           Case{1000000, 1, 999990, 11, 2.0, -1.0382323419394773604, 0.43044561937455592944, -1.2599281532554152004},
           Case{500000, 500000, 1000, 1000000, 5.0, -3754.8701124703149409, 5553.3110835446278557, -6345.150264785786594},
       }) {
    CAPTURE(t.a);
    const HypergeometricLikelihood table(t.a, t.b, t.c, t.d);
    for (const Derivatives& l : {table.at(t.theta), table.direct(t.theta)}) {
      CHECK(std::abs(l.value - t.value) < 1e-10 * std::max(1.0, 1e-2 * std::abs(t.value)));
      CHECK(relative_error(l.first, t.first) < 1e-10);
      CHECK(relative_error(l.second, t.second) < 1e-10);
    }
  }
}

TEST_CASE("a hundred million a cell and more against 50-digit sums: as quick as a small table") {
  struct Case {
    double a, b, c, d, theta, value, first, second;
  };
  for (const Case& t : {
           Case{1e8, 2e8, 11e7, 2e8, 0.1, -656183.89743140609081, -6720339.2057275297997, -34406782.45873612527},
           Case{1e14, 1e15, 2e14, 1e15, -0.7, -1380389675.2977208436, 402747771783.87019403, -58718563058560.631455},
           Case{3e14, 1e15, 1e14, 1e15, 1.0986123, -16.827499516346372056, -739036.35124649576596, -65217391024939.020221},
           Case{5e7, 1e9, 4e7, 1e9, 0.22315, -9.3559400676034464396, -137.20829911315345736, -21276581.779069634641},
       }) {
    CAPTURE(t.a);
    const HypergeometricLikelihood table(t.a, t.b, t.c, t.d);
    const Derivatives l = table.direct(t.theta);
    const double sd = std::sqrt(-t.second);
    CHECK(std::abs(l.value - t.value) < 1e-8 * (1 + std::abs(t.value)));  // theta carries 1e-16 of itself, and sd 1e7
    CHECK(std::abs(l.first - t.first) < 1e-8 * std::max(sd, std::abs(t.first)));
    CHECK(relative_error(l.second, t.second) < 1e-12);
  }
}

TEST_CASE("tails of a wide table by integrals are those by sums") {
  for (const double theta : {0.2228, 0.22315, 0.224}) {
    const HypergeometricLikelihood table(2e7, 4e8, 1.6e7, 4e8);
    const HypergeometricLikelihood::Tails tails = table.tails(theta);
    const HypergeometricLikelihood::Distribution all = table.distribution(theta);
    double lower = 0, upper = 0;
    for (std::size_t i = 0; i < all.p.size(); ++i) {
      const double from_a = all.first + static_cast<double>(i);
      if (from_a <= 0) lower += all.p[i];
      if (from_a >= 0) upper += all.p[i];
    }
    CHECK(relative_error(tails.lower, lower) < 1e-10);
    CHECK(relative_error(tails.upper, upper) < 1e-10);
  }
}

TEST_CASE("derivatives of every likelihood agree with differences") {
  check_derivatives(HypergeometricLikelihood(3, 7, 1, 12), 0.4);
  check_derivatives(HypergeometricLikelihood(0, 7, 5, 12), -1.1);
  check_derivatives(PoissonLikelihood(4, 80), -2.5);
  check_derivatives(PoissonLikelihood(0, 300), -5.1);
}

TEST_CASE("Poisson log-likelihood") {
  CHECK(relative_error(PoissonLikelihood(3, 10).value(-1), 3 * (std::log(10.0) - 1) - 10 * std::exp(-1.0) - std::log(6.0)) < 1e-14);
  CHECK(relative_error(PoissonLikelihood(0, 10).value(-1), -10 * std::exp(-1.0)) < 1e-15);
  CHECK(relative_error(log_poisson(1e9, 1e9), -0.5 * std::log(2e9 * 3.14159265358979324) - 1 / 12e9) < 1e-15);
}

TEST_CASE("the conditional likelihood is symmetric in arms and events") {
  const HypergeometricLikelihood table(3, 7, 1, 12), arms(1, 12, 3, 7), events(7, 3, 12, 1);
  CHECK(relative_error(table.value(0.8), arms.value(-0.8)) < 1e-14);
  CHECK(relative_error(table.value(0.8), events.value(-0.8)) < 1e-14);
}

}  // namespace
