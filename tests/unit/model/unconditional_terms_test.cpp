#include "engine/model/unconditional_terms.hpp"

#include <doctest/doctest.h>
#include <array>
#include <cmath>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/poisson_likelihood.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::model;

UnconditionalTerms<BinomialLikelihood> one_table(double a, double n1, double c, double n2) {
  return UnconditionalTerms<BinomialLikelihood>({{BinomialLikelihood(a, n1), BinomialLikelihood(c, n2)}});
}

StudyTerm term(StudyTerms& studies, double eta, double tau2) {
  StudyTerm result;
  studies.evaluate({&eta, 1}, tau2, full_accuracy, {&result, 1});
  return result;
}

TEST_CASE("the level that is maximised out leaves no trace in the score, and its Schur complement in the Hessian") {
  for (const auto& [a, n1, c, n2] : std::vector<std::array<double, 4>>{{3, 20, 7, 22}, {0, 15, 4, 12}, {40, 300, 61, 290}})
    for (double eta : {-1.5, 0.2})
      for (double tau2 : {0.0, 0.02, 0.7, 20.0}) {
        const double events = a;
        CAPTURE(events);
        CAPTURE(eta);
        CAPTURE(tau2);
        auto studies = one_table(a, n1, c, n2);
        const double h = 1e-4, g = tau2 == 0 ? 1e-6 : 1e-4 * tau2, base = tau2 == 0 ? 0 : g;
        const StudyTerm here = term(studies, eta, tau2), left = term(studies, eta - h, tau2), right = term(studies, eta + h, tau2);
        CHECK(here.d_eta == doctest::Approx((right.loglik - left.loglik) / (2 * h)).epsilon(1e-6));
        CHECK(here.d_eta_eta == doctest::Approx((right.d_eta - left.d_eta) / (2 * h)).epsilon(1e-6));
        CHECK(here.d_eta_tau2 == doctest::Approx((right.d_tau2 - left.d_tau2) / (2 * h)).epsilon(1e-6));
        const StudyTerm t0 = term(studies, eta, tau2 - base), t1 = term(studies, eta, tau2 - base + g),
                        t2 = term(studies, eta, tau2 - base + 2 * g);
        const auto slope = [&](double f0, double f1, double f2) {
          return base == 0 ? (4 * f1 - 3 * f0 - f2) / (2 * g) : (f2 - f0) / (2 * g);
        };
        CHECK(here.d_tau2 == doctest::Approx(slope(t0.loglik, t1.loglik, t2.loglik)).epsilon(1e-5));
        CHECK(here.d_tau2_tau2 == doctest::Approx(slope(t0.d_tau2, t1.d_tau2, t2.d_tau2)).epsilon(1e-4));
      }
}

TEST_CASE("at the table's own odds ratio and tau2 = 0 the term is saturated") {
  auto studies = one_table(3, 20, 7, 22);
  const StudyMaximum own = study_maximum(std::pair(BinomialLikelihood(3, 20), BinomialLikelihood(7, 22)));
  CHECK(relative_error(own.eta, std::log(3.0 * 15 / (17 * 7))) < 1e-14);
  CHECK(relative_error(own.information, 1 / (1.0 / 3 + 1.0 / 17 + 1.0 / 7 + 1.0 / 15)) < 1e-13);
  const StudyTerm at = term(studies, own.eta, 0);
  CHECK(relative_error(at.loglik, own.loglik) < 1e-14);
  CHECK(std::abs(at.d_eta) < 1e-7);
  CHECK(relative_error(-at.d_eta_eta, own.information) < 1e-7);
}

TEST_CASE("person-time: the unconditional score is that of the conditional binomial at tau2 = 0") {
  UnconditionalTerms<PoissonLikelihood> rates({{PoissonLikelihood(3, 40), PoissonLikelihood(9, 55)}});
  const BinomialLikelihood conditional(3, 12, std::log(40.0 / 55));
  for (double theta : {-2.0, -0.7, 0.9}) {
    const StudyTerm at = term(rates, theta, 0);
    CHECK(at.d_eta == doctest::Approx(conditional.at(theta).first).epsilon(1e-7));
    CHECK(at.d_eta_eta == doctest::Approx(conditional.at(theta).second).epsilon(1e-7));
  }
}

}  // namespace
