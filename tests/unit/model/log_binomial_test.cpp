#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/model/log_binomial.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using model::LogBinomialLikelihood;
using model::StudyTerm;

struct Case {
  double x, n, eta, tau2;
  std::array<double, 6> expected;  ///< loglik, d_eta, d_tau2, d_eta_eta, d_eta_tau2, d_tau2_tau2
};

// Integrals over eta < 0 and the probability of eta >= 0 with 40 digits, derivatives by differences.
const std::vector<Case> cases{
    {3, 20, -1.5, .25, {-1.9620178767804, -0.97836738358198, -0.60692540979298, -2.171053556843, 1.8062389385658, 0.93801430653221}},
    {0, 12, -2, .5, {-1.512451833389, -1.1819938166754, 0.31685998239359, -0.76338941787175, 0.73977601982038, -0.39039587522709}},
    {0,
     12,
     -2,
     25,
     {-0.87656358953082, -0.18223351328569, 0.003660913288636, -0.025887226787173, 0.0039735341563004, -0.00021397307632211}},
    {5, 5, -.3, .2, {-0.88940459060875, 1.9436934398787, 0.52529929231904, -2.7273456035893, -4.8954257879246, -4.0027921725447}},
    {5, 5, 1, 4, {-0.32200262576074, 0.2292948559965, -0.034026435216091, -0.12062900141864, -0.010514195715668, 0.0099824561856337}},
    {9, 10, -.05, .0004, {-1.227463552028, -11.889917311581, -143.00010807527, -427.37034982676, -2012.9519368771, 81151.718578758}},
    {19, 20, .5, 1, {-4.0464917266444, -0.59932323736735, -0.31795606054574, -0.99510046393997, 0.59614674890777, 0.13798928357353}},
    {40, 40, -1, 1e-3, {-39.2, 40, 800, 0, 0, 0}},
    {200, 1000, -1.6, .01, {-4.0880206252499, -0.82744291804947, -35.408192745704, -71.501047274039, 54.807860258815, 2515.2596761316}},
    {1, 2, 3, 9, {-3.063504271704, -0.45113201733353, 0.049555468088283, -0.10440916088685, 0.046736648524093, -0.015440327152454}},
    {7, 9, -3, 1e-4, {-17.516247773021, 6.8951264400265, 23.716198220667, -0.11037218261941, -0.82200313476087, -6.1188693906661}},
    {50, 50, .2, 9, {-0.63633427692301, 0.25059241284995, -0.0030626477512791, -0.06892185288052, -0.013078845296473, 0.00050012252350278}},
    {1,
     1000,
     -4,
     100,
     {-3.2889981660565, -0.034200424513559, -0.0043394021595169, -0.0098484733559414, 0.00033581906305192, 3.7057448633623e-5}},
};

}  // namespace

TEST_CASE("integrals of the log-binomial likelihood against 40 digits") {
  for (const Case& c : cases) {
    CAPTURE(c.x);
    CAPTURE(c.tau2);
    const StudyTerm term = model::integrate(LogBinomialLikelihood(c.x, c.n), c.eta, c.tau2);
    const std::array<double, 6> got{term.loglik, term.d_eta, term.d_tau2, term.d_eta_eta, term.d_eta_tau2, term.d_tau2_tau2};
    for (std::size_t j = 0; j < got.size(); ++j) {
      CAPTURE(j);
      CHECK(relative_error(got[j], c.expected[j]) < (j < 3 ? 2e-13 : 1e-10));
    }
  }
}

TEST_CASE("the log-binomial integral is one function of eta and tau2 across its rules") {
  // Where one rule hands over to another: far from 0 and near it, narrow and wide, with events only and without any.
  struct Border {
    double x, n, eta, tau;
  };
  for (const Border& b : {Border{3, 20, -1.2, 0.06}, Border{3, 20, -1.8, 0.23}, Border{0, 9, -3, 3}, Border{0, 500, 1, 3},
                          Border{30, 30, -0.9, 0.03}, Border{1000000, 1000000, -0.001, 0.01}, Border{999000, 1000000, -0.001, 1e-5}}) {
    const LogBinomialLikelihood study(b.x, b.n);
    CAPTURE(b.x);
    for (const double tau : {b.tau * 0.7, b.tau, b.tau * 1.4}) {
      const double h = 1e-4 * tau;
      const auto at = [&](double eta) { return model::integrate(study, eta, tau * tau); };
      const StudyTerm here = at(b.eta), right = at(b.eta + h), left = at(b.eta - h);
      const double scale = std::abs(here.d_eta) + std::sqrt(std::abs(here.d_eta_eta));
      CHECK(std::abs((right.loglik - left.loglik) / (2 * h) - here.d_eta) < 1e-6 * scale + 1e-14 * std::abs(here.loglik) / h);
      CHECK(std::abs((right.d_eta - left.d_eta) / (2 * h) - here.d_eta_eta) < 1e-5 * (std::abs(here.d_eta_eta) + scale * scale));
    }
  }
}

TEST_CASE("the log-binomial likelihood ends at a proportion of 1") {
  const LogBinomialLikelihood some(4, 5), all(5, 5);
  CHECK(some.value(0) == -std::numeric_limits<double>::infinity());
  CHECK(all.value(0) == 0);
  CHECK(all.value(2) == 0);
  CHECK(relative_error(some.value(std::log(0.3)), std::log(5 * std::pow(0.3, 4) * 0.7)) < 1e-14);
  CHECK(relative_error(some.at(std::log(0.3)).first, 4 - 0.3 / 0.7) < 1e-14);
  CHECK(model::integrate(all, 1, 0).loglik == 0);
}
