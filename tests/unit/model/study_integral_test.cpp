#include "engine/model/study_integral.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::model;

struct Truth {
  double x, n, mu, tau2, loglik, d_mu, d_tau2;
};

// 25-digit values by adaptive quadrature in multiple precision.
constexpr std::array<Truth, 5> truths{{
    {3, 20, -1.5, 0.5, -1.873557911395523957908641, -0.3472888386894626221821491, -0.5088511763747098974345283},
    {0, 1e6, -12, 4, -1.868482213822246085881384, -0.6836320258622884453692193, 0.1502063084464618113492928},
    {500000, 1e6, 0.01, 1e-4, -9.243364132373883429893792, -96.15384255226911043704372, -184.9114042712086373415250},
    {10, 1e9, -18, 1e-6, -3.101727816107058549566802, -5.229907476421640110047227, 6.061128457058880281085341},
    {7, 13, 2, 1e4, -6.697013773130139912300766, -0.0001833272405844804198653845, -4.998152127309553839891983e-5},
}};

TEST_CASE("marginal likelihood and its gradient against 25-digit truth") {
  for (const Truth& t : truths) {
    CAPTURE(t.x);
    CAPTURE(t.n);
    const StudyTerm term = integrate(BinomialLikelihood(t.x, t.n), t.mu, t.tau2);
    CHECK(relative_error(term.loglik, t.loglik) < 1e-14);
    CHECK(relative_error(term.d_eta, t.d_mu) < 1e-14);
    CHECK(relative_error(term.d_tau2, t.d_tau2) < 1e-12);
  }
}

TEST_CASE("symmetric data at a wide prior") {
  const StudyTerm none = integrate(BinomialLikelihood(0, 5), 0, 100), all = integrate(BinomialLikelihood(5, 5), 0, 100);
  CHECK(relative_error(none.loglik + all.loglik, -1.742789071661507127459441) < 2e-15);
  CHECK(std::abs(none.d_eta + all.d_eta) < 1e-16);
  CHECK(relative_error(none.d_tau2 + all.d_tau2, 0.001882821358189234070961974) < 1e-12);
  const StudyTerm one = integrate(BinomialLikelihood(1, 1), 0, 25);
  CHECK(relative_error(one.loglik, -std::log(2.0)) < 3e-15);
  CHECK(relative_error(one.d_eta, 0.1502897088559669408844732) < 3e-15);
  CHECK(std::abs(one.d_tau2) < 1e-15);
}

/// The same integral by a plain sum over 60,001 points of u, the binomial written out.
double brute_force(double x, double n, double mu, double tau) {
  constexpr int points = 60000;
  const double step = 90.0 / points;
  const auto exponent = [&](int j) {
    const double u = -45 + step * j, eta = mu + tau * u;
    return x * eta - n * (eta > 0 ? eta + std::log1p(std::exp(-eta)) : std::log1p(std::exp(eta))) - 0.5 * u * u;
  };
  double largest = exponent(0), sum = 0;
  for (int j = 1; j <= points; ++j) largest = std::max(largest, exponent(j));
  for (int j = 0; j <= points; ++j) sum += std::exp(exponent(j) - largest);
  return largest + std::log(sum * step) - 0.91893853320467274178 + std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1);
}

TEST_CASE("the integral agrees with a brute-force sum") {
  for (const auto& [x, n] : std::vector<std::pair<double, double>>{{0, 1}, {1, 1}, {0, 6}, {6, 6}, {2, 9}, {1, 40}, {39, 40}, {17, 60}})
    for (double mu : {-6.0, 0.0, 2.5})
      for (double tau : {0.01, 0.3, 1.0, 3.0, 12.0, 40.0}) {
        const double events = x, total = n;
        CAPTURE(events);
        CAPTURE(total);
        CAPTURE(mu);
        CAPTURE(tau);
        const double exact = brute_force(x, n, mu, tau);
        CHECK(integrate(BinomialLikelihood(x, n), mu, tau * tau).loglik == doctest::Approx(exact).epsilon(3e-13));
        // The coarse rule of the grid search keeps its promise, exp(-9), within a small factor.
        CHECK(std::abs(integrate(BinomialLikelihood(x, n), mu, tau * tau, rough_accuracy).loglik - exact) < 1e-3);
      }
}

TEST_CASE("derivatives agree with differences on both sides of the change of formula and at tau2 = 0") {
  for (const auto& [x, n] : std::vector<std::pair<double, double>>{{0, 12}, {12, 12}, {3, 10}, {40, 100}})
    for (double mu : {-2.0, 0.5})
      for (double tau2 : {0.0, 0.003, 0.04, 0.3, 1.5, 30.0, 300.0}) {
        const double events = x;
        CAPTURE(events);
        CAPTURE(mu);
        CAPTURE(tau2);
        const BinomialLikelihood study(x, n);
        const auto at = [&](double m, double t) { return integrate(study, m, t); };
        const double h = 1e-4, g = tau2 == 0 ? 1e-6 : 1e-4 * tau2, base = tau2 == 0 ? 0 : g;
        const StudyTerm term = at(mu, tau2), left = at(mu - h, tau2), right = at(mu + h, tau2);
        CHECK(term.d_eta == doctest::Approx((right.loglik - left.loglik) / (2 * h)).epsilon(1e-6));
        CHECK(term.d_eta_eta == doctest::Approx((right.d_eta - left.d_eta) / (2 * h)).epsilon(1e-6));
        CHECK(term.d_eta_tau2 == doctest::Approx((right.d_tau2 - left.d_tau2) / (2 * h)).epsilon(1e-6));
        // One-sided three-point differences at the boundary.
        const StudyTerm t0 = at(mu, tau2 - base), t1 = at(mu, tau2 - base + g), t2 = at(mu, tau2 - base + 2 * g);
        const auto slope = [&](double f0, double f1, double f2) {
          return base == 0 ? (4 * f1 - 3 * f0 - f2) / (2 * g) : (f2 - f0) / (2 * g);
        };
        CHECK(term.d_tau2 == doctest::Approx(slope(t0.loglik, t1.loglik, t2.loglik)).epsilon(1e-5));
        CHECK(term.d_tau2_tau2 == doctest::Approx(slope(t0.d_tau2, t1.d_tau2, t2.d_tau2)).epsilon(1e-4));
      }
}

TEST_CASE("score for tau2 at 0 is (l'^2 + l'') / 2") {
  const StudyTerm term = integrate(BinomialLikelihood(4, 10), -1.0, 0);
  const double p = 1 / (1 + std::exp(1.0)), first = 4 - 10 * p;
  CHECK(relative_error(term.d_tau2, 0.5 * (first * first - 10 * p * (1 - p))) < 1e-14);
}

TEST_CASE("binomial likelihood: edges and large counts") {
  CHECK(BinomialLikelihood(0, 7).value(-800) == 0);
  CHECK(BinomialLikelihood(7, 7).value(800) == 0);
  CHECK(relative_error(BinomialLikelihood(0, 7).value(800), -5600) < 1e-15);
  CHECK(relative_error(BinomialLikelihood(1, 1e9).value(std::log(1 / (1e9 - 1))), -0.99999999950000000017) < 1e-12);
  // Mirror image.
  const Derivatives a = BinomialLikelihood(3, 11).at(0.7), b = BinomialLikelihood(8, 11).at(-0.7);
  CHECK(a.value == b.value);
  CHECK(a.first == -b.first);
  CHECK(a.third == -b.third);
}

// Newton's method for the mode swung between mu and where no event is likely, for ever: the integral came out infinite.
TEST_CASE("no events of a million, far from the mean: the integral is that of a plain sum") {
  const BinomialLikelihood study(0, 1e6);
  const double mu = 3, tau = 0.00684, step = 0.05;
  double top = -1e300, sum = 0;
  for (double u = -900; u < -600; u += step) top = std::max(top, study.value(mu + tau * u) - 0.5 * u * u);
  for (double u = -900; u < -600; u += step) sum += std::exp(study.value(mu + tau * u) - 0.5 * u * u - top);
  const double loglik = top + std::log(sum * step) - 0.91893853320467274178;
  CHECK(integrate(study, mu, tau * tau).loglik == doctest::Approx(loglik).epsilon(1e-13));
}

}  // namespace
