#include "engine/model/beta_binomial.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "engine/numerics/sums.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::model;

TEST_CASE("the sum rule sums") {
  for (double n : {0.0, 1.0, 128.0, 129.0, 200.0, 5000.0, 300000.0})
    for (double shift : {0.001, 1.0, 60.0, 1e5}) {
      CAPTURE(n);
      CAPTURE(shift);
      const SumRule rule(n);
      tausq::numerics::Sum logs, squares;
      double rule_logs = 0, rule_squares = 0;
      for (double j = 0; j < n; ++j) logs.add(std::log1p(j / shift)), squares.add(1 / ((shift + j) * (shift + j)));
      for (std::size_t i = 0; i < rule.points().size(); ++i) {
        rule_logs += rule.weights()[i] * std::log1p(rule.points()[i] / shift);
        rule_squares += rule.weights()[i] / ((shift + rule.points()[i]) * (shift + rule.points()[i]));
      }
      CHECK(relative_error(rule_logs, logs.value()) < 1e-12);
      CHECK(relative_error(rule_squares, squares.value()) < 1e-12);
      CHECK(rule.points().size() < 500);
    }
}

TEST_CASE("probabilities sum to one and agree with gamma functions") {
  const double mu = 0.3, gamma = 0.4, eta = std::log(mu / (1 - mu)), alpha = mu / gamma, beta = (1 - mu) / gamma;
  double sum = 0;
  for (double x = 0; x <= 12; ++x) {
    const double loglik = BetaBinomialLikelihood(x, 12).term(eta, gamma).loglik;
    sum += std::exp(loglik);
    const double direct = std::lgamma(13) - std::lgamma(x + 1) - std::lgamma(13 - x) + std::lgamma(alpha + x) + std::lgamma(beta + 12 - x) -
                          std::lgamma(alpha + beta + 12) - std::lgamma(alpha) - std::lgamma(beta) + std::lgamma(alpha + beta);
    CHECK(relative_error(loglik, direct) < 1e-13);
  }
  CHECK(relative_error(sum, 1) < 1e-14);
}

TEST_CASE("derivatives agree with differences, at and away from the binomial end") {
  for (const auto& [x, n] : std::vector<std::pair<double, double>>{{0, 9}, {9, 9}, {3, 20}, {150, 700}})
    for (double eta : {-2.0, 0.3})
      for (double gamma : {0.0, 1e-3, 0.2, 5.0}) {
        CAPTURE(x);
        CAPTURE(eta);
        CAPTURE(gamma);
        const BetaBinomialLikelihood study(x, n);
        const double h = 1e-4, g = gamma == 0 ? 1e-7 : 1e-4 * gamma, base = gamma == 0 ? 0 : g;
        const StudyTerm here = study.term(eta, gamma), left = study.term(eta - h, gamma), right = study.term(eta + h, gamma);
        CHECK(here.d_eta == doctest::Approx((right.loglik - left.loglik) / (2 * h)).epsilon(1e-6));
        CHECK(here.d_eta_eta == doctest::Approx((right.d_eta - left.d_eta) / (2 * h)).epsilon(1e-6));
        CHECK(here.d_eta_tau2 == doctest::Approx((right.d_tau2 - left.d_tau2) / (2 * h)).epsilon(1e-5));
        const StudyTerm t0 = study.term(eta, gamma - base), t1 = study.term(eta, gamma - base + g),
                        t2 = study.term(eta, gamma - base + 2 * g);
        const auto slope = [&](double f0, double f1, double f2) {
          return base == 0 ? (4 * f1 - 3 * f0 - f2) / (2 * g) : (f2 - f0) / (2 * g);
        };
        CHECK(here.d_tau2 == doctest::Approx(slope(t0.loglik, t1.loglik, t2.loglik)).epsilon(1e-5));
        CHECK(here.d_tau2_tau2 == doctest::Approx(slope(t0.d_tau2, t1.d_tau2, t2.d_tau2)).epsilon(1e-4));
      }
}

}  // namespace
