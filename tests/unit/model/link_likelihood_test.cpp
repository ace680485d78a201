#include "engine/model/link_likelihood.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>

#include "engine/model/study_integral.hpp"
#include "engine/numerics/distributions.hpp"
#include "tests/unit/numerics/relative_error.hpp"

using namespace tausq;
using namespace tausq::model;

namespace {

template <typename Likelihood>
void check_derivatives(double x, double n) {
  const Likelihood study(x, n);
  for (double eta : {-12.0, -8.0, -3.0, -0.5, 0.0, 0.7, 2.0}) {
    const double h = 1e-4;
    const Derivatives at = study.at(eta), up = study.at(eta + h), down = study.at(eta - h);
    CHECK(relative_error(study.value(eta), at.value) < 1e-15);
    const double scale = 1 + n;
    CHECK(std::abs((up.value - down.value) / (2 * h) - at.first) < 1e-6 * scale);
    CHECK(std::abs((up.first - down.first) / (2 * h) - at.second) < 1e-6 * scale);
    CHECK(std::abs((up.second - down.second) / (2 * h) - at.third) < 1e-6 * scale);
    CHECK(std::abs((up.third - down.third) / (2 * h) - at.fourth) < 1e-6 * scale);
    CHECK(at.second <= 0);
  }
}

}  // namespace

TEST_CASE("derivatives against differences") {
  for (const auto& [x, n] : {std::pair{0.0, 1.0}, {1.0, 1.0}, {3.0, 10.0}, {0.0, 40.0}, {40.0, 40.0}}) {
    check_derivatives<ProbitLikelihood>(x, n);
    check_derivatives<CloglogLikelihood>(x, n);
  }
}

TEST_CASE("far tails of the probit stay in range") {
  const ProbitLikelihood one(1, 1);
  CHECK(relative_error(one.value(-50), numerics::log_normal_sf(50)) < 1e-14);
  CHECK(relative_error(one.at(-50).first, 50.01998403190564) < 1e-12);
  CHECK(std::abs(one.value(50)) < 1e-300);
}

TEST_CASE("one patient under a probit link: Phi(mu / sqrt(1 + tau2))") {
  const ProbitLikelihood event(1, 1), none(0, 1);
  for (double mu : {-4.0, -0.5, 0.0, 2.0})
    for (double tau : {1e-3, 0.3, 1.0, 5.0, 40.0}) {
      const double z = mu / std::sqrt(1 + tau * tau);
      CHECK(std::abs(integrate(event, mu, tau * tau).loglik - std::log(numerics::normal_cdf(z))) < 1e-13);
      CHECK(std::abs(integrate(none, mu, tau * tau).loglik - std::log(numerics::normal_sf(z))) < 1e-13);
    }
}

// By a trapezoidal rule with 25 nodes a width of the integrand, in doubles: good to 1e-11.
TEST_CASE("integrals of many events, all events and few") {
  CHECK(std::abs(integrate(ProbitLikelihood(100000, 100000), -1, 9).loglik + 3.2991947059614892) < 1e-10);
  CHECK(std::abs(integrate(CloglogLikelihood(100000, 100000), -6, 9).loglik + 6.054988699542312) < 1e-10);
  CHECK(std::abs(integrate(CloglogLikelihood(3, 10), 0.7, 1).loglik + 3.303142317804987) < 1e-12);
  CHECK(std::abs(integrate(ProbitLikelihood(3, 10), -1, 0.09).loglik + 1.9356722883051296) < 1e-12);
  CHECK(std::abs(integrate(CloglogLikelihood(200, 200), 2, 1).loglik + 0.5155559202792914) < 1e-11);
}

TEST_CASE("large counts: the likelihood at its maximum is that of the binomial, and falls by half the squared distance") {
  const double n = 1e9, x = 3e8, eta = Probit::of(0.3, 0.7);
  const ProbitLikelihood study(x, n);
  const double top = std::log(numerics::binomial_pmf(x, n, 0.3)), d = 1e-6;
  CHECK(std::abs(study.value(eta) - top) < 1e-9);
  const double p = numerics::normal_pdf(eta), information = n * p * p / 0.21;
  CHECK(std::abs(study.value(eta + d) - top + 0.5 * information * d * d) < 1e-6);
}
