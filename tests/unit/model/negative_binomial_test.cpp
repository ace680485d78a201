#include "engine/model/negative_binomial.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::model;

double log_probability(double x, double mean, double phi) {
  return NegativeBinomialLikelihood(x, 1).term(std::log(mean), phi).loglik;
}

TEST_CASE("log-probabilities against 40-digit values, to 1e-10 with a million events") {
  CHECK(relative_error(log_probability(3, 5, 0.4), -2.08155441807702524099) < 1e-14);
  CHECK(relative_error(log_probability(0, 7, 2.5), -1.16710829283371165398) < 1e-14);
  CHECK(relative_error(log_probability(12, 11.5, 1e-5), -2.179108817877525868058) < 1e-13);
  CHECK(std::abs(log_probability(50000, 40000, 30) - -14.3502366086867379898) < 1e-12);
  CHECK(std::abs(log_probability(1000000, 1200000, 0.01) - -13.99809746242352186984) < 1e-11);
  CHECK(std::abs(log_probability(1000000, 1001000, 1e-9) - -8.326361061986768251016) < 1e-10);
}

TEST_CASE("both forms agree where they meet, and probabilities sum to one") {
  for (double m : {0.3, 40.0, 9000.0}) {
    const double x = std::floor(1.1 * m), phi = 0.01 / std::max(x, m);
    CHECK(std::abs(log_probability(x, m, 0.9999999999 * phi) - log_probability(x, m, 1.0000000001 * phi)) < 1e-9);
  }
  double sum = 0;
  for (double x = 0; x < 400; ++x) sum += std::exp(log_probability(x, 6, 0.8));
  CHECK(relative_error(sum, 1) < 1e-13);
}

TEST_CASE("derivatives agree with differences, at and away from the Poisson end") {
  for (const auto& [x, t] : std::vector<std::pair<double, double>>{{0, 9}, {3, 20}, {150, 70}, {2, 0.01}})
    for (double eta : {-2.0, 0.3})
      for (double phi : {0.0, 1e-4, 0.01, 0.2, 5.0}) {
        CAPTURE(x);
        CAPTURE(eta);
        CAPTURE(phi);
        const NegativeBinomialLikelihood study(x, t);
        const double h = 1e-4;
        const StudyTerm here = study.term(eta, phi), left = study.term(eta - h, phi), right = study.term(eta + h, phi);
        CHECK(here.d_eta == doctest::Approx((right.loglik - left.loglik) / (2 * h)).epsilon(1e-6));
        CHECK(here.d_eta_eta == doctest::Approx((right.d_eta - left.d_eta) / (2 * h)).epsilon(1e-6));
        CHECK(here.d_eta_tau2 == doctest::Approx((right.d_tau2 - left.d_tau2) / (2 * h)).epsilon(1e-5));
        const double g = phi == 0 ? 1e-6 : 1e-4 * phi, from = phi == 0 ? 0 : phi - g;
        const StudyTerm t0 = study.term(eta, from), t1 = study.term(eta, from + g), t2 = study.term(eta, from + 2 * g);
        const auto slope = [&](double f0, double f1, double f2) {
          return phi == 0 ? (4 * f1 - 3 * f0 - f2) / (2 * g) : (f2 - f0) / (2 * g);
        };
        CHECK(here.d_tau2 == doctest::Approx(slope(t0.loglik, t1.loglik, t2.loglik)).epsilon(1e-4));
        CHECK(here.d_tau2_tau2 == doctest::Approx(slope(t0.d_tau2, t1.d_tau2, t2.d_tau2)).epsilon(1e-3));
      }
}

}  // namespace
