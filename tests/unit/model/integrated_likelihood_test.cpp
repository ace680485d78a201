#include "engine/model/integrated_likelihood.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/model/likelihood_surface.hpp"
#include "engine/model/mu_slice.hpp"
#include "engine/model/poisson_likelihood.hpp"
#include "engine/numerics/distributions.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::model;
using Counts = std::vector<double>;

std::vector<BinomialLikelihood> arms(const Counts& x, const Counts& n) {
  std::vector<BinomialLikelihood> studies;
  for (std::size_t i = 0; i < x.size(); ++i) studies.emplace_back(x[i], n[i]);
  return studies;
}

/// Largest difference of log prod L_i and of its slope from the adaptive rule of study_integral.hpp, for mu from lowest to highest.
template <typename Likelihood>
double largest_difference(std::vector<Likelihood> studies, std::vector<Likelihood> again, double lowest, double highest) {
  IntegratedLikelihood likelihood = IntegratedLikelihood::of(std::move(again));
  double largest = 0;
  for (const double tau : {0.0, 1e-3, 0.05, 0.3, 1.0, 2.5, 6.0, 40.0}) {
    LikelihoodAtTau here = likelihood.at_tau(tau);
    for (int j = 0; j <= 7; ++j) {
      const double mu = lowest + (highest - lowest) * j / 7;
      double loglik = 0, slope = 0;
      for (const Likelihood& study : studies) {
        const StudyTerm term = integrate(study, mu, tau * tau);
        loglik += term.loglik;
        slope += term.d_eta;
      }
      const MuDerivatives at = here.derivatives(mu);
      if (loglik < -600) continue;  // may underflow
      CHECK(at.value == here.log_likelihood(mu));
      CHECK(std::abs(at.first - slope) <= 1e-7 * (1 + std::abs(slope)));
      largest = std::max(largest, std::abs(at.value - loglik));
    }
  }
  return largest;
}

}  // namespace

TEST_CASE("lattice sums agree with adaptive integrals of every study") {
  const auto binomial = [](const Counts& x, const Counts& n, double lowest, double highest) {
    return largest_difference(arms(x, n), arms(x, n), lowest, highest);
  };
  CHECK(binomial({3, 2, 9}, {6, 10, 20}, -3, 1) < 1e-11);
  CHECK(binomial({0, 6, 2}, {6, 6, 9}, -4, 4) < 1e-11);
  CHECK(binomial({0, 1, 0, 1}, {1, 1, 1, 1}, -6, 6) < 1e-11);
  CHECK(binomial({10, 300, 5e5, 7}, {20, 1000, 1e6, 10}, -1, 1) < 1e-10);
  CHECK(binomial({0, 4, 1000, 1e6}, {1e4, 1e8, 1e6, 1e7}, -9, -5) < 1e-9);
  const std::vector<PoissonLikelihood> rates{{0, 10}, {4, 100}, {1000, 3e4}};
  CHECK(largest_difference(rates, rates, -6, -1) < 1e-10);
  const auto tables = [] {
    std::vector<HypergeometricLikelihood> studies;
    studies.emplace_back(4, 119, 11, 128);
    studies.emplace_back(0, 20, 3, 17);
    studies.emplace_back(180, 1361, 372, 1079);
    return studies;
  };
  CHECK(largest_difference(tables(), tables(), -3, 0) < 1e-10);
}

TEST_CASE("the lattice can be left and entered far away") {
  IntegratedLikelihood likelihood = IntegratedLikelihood::of(arms({3, 2}, {6, 10}));
  LikelihoodAtTau narrow = likelihood.at_tau(0.02);
  const double before = narrow.log_likelihood(-1);
  CHECK(narrow.log_likelihood(90) < -500);
  CHECK(narrow.log_likelihood(-1) == before);
}

TEST_CASE("one event in one patient under a flat prior: the integral in closed form") {
  // L(mu, tau) = E expit(mu + tau u), times its mirror image; over mu with tau fixed at 0 in the limit of a narrow weight:
  // integral of p (1 - p) dmu = 1.
  IntegratedLikelihood likelihood = IntegratedLikelihood::of(arms({1, 0}, {1, 1}));
  ParameterWeight weight;
  weight.tau_limit = 1e-4;
  const LikelihoodSurface surface = likelihood_surface(likelihood, weight);
  CHECK(surface.log_integral == doctest::Approx(std::log(1e-4)).epsilon(1e-8));
}

TEST_CASE("integrals over mu and tau do not depend on the nodes") {
  ParameterWeight weight;
  weight.log_tau = [](double tau) { return -std::log1p(std::pow(tau / 2, 6)); };
  weight.tau_limit = 6;
  weight.mu_lower = -10, weight.mu_upper = 10;
  const std::vector<std::pair<Counts, Counts>> data{{{3, 2, 9}, {6, 10, 20}},
                                                    {{0, 6, 2}, {6, 6, 9}},
                                                    {{0, 0, 1}, {6, 10, 20}},
                                                    {{16, 4}, {20, 21}},
                                                    {{0, 0, 0}, {5, 8, 12}},
                                                    {{10, 300, 5e5, 7}, {20, 1000, 1e6, 10}},
                                                    {{1, 0, 2, 1, 3, 2, 0, 4, 1, 3}, {5, 6, 8, 9, 12, 14, 16, 20, 21, 30}}};
  for (const auto& [x, n] : data) {
    IntegratedLikelihood likelihood = IntegratedLikelihood::of(arms(x, n));
    const LikelihoodSurface surface = likelihood_surface(likelihood, weight);
    TauRule fine_rule = tau_rule(likelihood, weight, {.refinement = 3});
    const LikelihoodSurface fine = likelihood_surface(fine_rule, weight);
    const double first = n.front();
    CAPTURE(first);
    CHECK(surface.relative_error < 1e-9);
    CHECK(std::abs(surface.log_integral - fine.log_integral) < std::max(surface.relative_error, 1e-11));
    const auto mean_tau = [](const LikelihoodSurface& s) {
      double sum = 0;
      for (const TauSlice& slice : s.slices) sum += slice.mass * slice.tau;
      return sum;
    };
    CHECK(std::abs(mean_tau(surface) / mean_tau(fine) - 1) < 1e-8);
    TauRule even_rule = tau_rule(likelihood, weight, {.even = true});
    const LikelihoodSurface even = likelihood_surface(even_rule, weight);
    CHECK(std::abs(even.log_integral - fine.log_integral) < std::max(even.relative_error, 1e-11));
  }
}

TEST_CASE("normal and half-Cauchy priors on the whole plane") {
  // Against the same integral by adaptive integrals of each study on a fine trapezoid in mu and in log tau.
  const Counts x{3, 0, 9}, n{6, 10, 20};
  ParameterWeight weight;
  weight.log_tau = [](double tau) { return -std::log1p(4 * tau * tau); };
  weight.log_mu = [](double mu) { return MuDerivatives{-mu * mu / 16, -mu / 8, -0.125}; };
  IntegratedLikelihood likelihood = IntegratedLikelihood::of(arms(x, n));
  const LikelihoodSurface surface = likelihood_surface(likelihood, weight);
  double sum = 0;
  const double h_mu = 0.35, h_t = 0.2;
  for (double t = -24; t < 12; t += h_t) {
    const double tau = std::exp(t);
    for (double mu = -24; mu < 24; mu += h_mu) {
      double loglik = 0;
      for (const BinomialLikelihood& study : arms(x, n)) loglik += integrate(study, mu, tau * tau, 25).loglik;
      sum += h_mu * h_t * tau * std::exp(loglik + weight.log_mu(mu).value + weight.log_tau(tau));
    }
  }
  CHECK(surface.log_integral == doctest::Approx(std::log(sum)).epsilon(1e-7));
  double total = 0;
  for (const TauSlice& slice : surface.slices) total += slice.mass;
  CHECK(total == doctest::Approx(1));
}

TEST_CASE("all mu of a lattice at once give what each gives alone") {
  const auto check = [](auto studies, double lowest, double highest) {
    IntegratedLikelihood likelihood = IntegratedLikelihood::of(std::move(studies));
    for (const double tau : {0.0, 1e-3, 0.05, 0.3, 1.0, 2.5, 6.0, 40.0, 1e4, 1e9})
      for (const int level : {0, 1, 2, 3, 4, 5, 8}) {
        LikelihoodAtTau here = likelihood.at_tau(tau);
        const double step = MuLattice::step_of(level);
        const MuLattice mu{level, static_cast<std::ptrdiff_t>(std::floor(lowest / step)),
                           static_cast<std::size_t>(std::ceil((highest - lowest) / step)) + 1};
        std::vector<double> values(mu.count);
        here.log_likelihoods(mu, values);
        for (std::size_t j = 0; j < mu.count; ++j) {
          const double alone = here.log_likelihood(mu.at(j));
          if (alone > -600) CHECK(std::abs(values[j] - alone) < 1e-10);
        }
      }
  };
  check(arms({3, 2, 9}, {6, 10, 20}), -6, 3);
  check(arms({0, 6, 2}, {6, 6, 9}), -8, 8);
  check(arms({0, 0, 0}, {5, 8, 12}), -15, 3);
  check(arms({0, 1, 0, 1}, {1, 1, 1, 1}), -6, 6);
  check(arms({10, 300, 450, 7}, {20, 1000, 1000, 10}), -1, 1);
  check(std::vector<PoissonLikelihood>{{0, 10}, {4, 100}, {100, 3e4}}, -9, -1);
  std::vector<HypergeometricLikelihood> tables;
  tables.emplace_back(4, 119, 11, 128);
  tables.emplace_back(0, 20, 3, 17);
  check(std::move(tables), -5, 2);
}

TEST_CASE("steps of mu are powers of two and three quarters of them") {
  CHECK(MuLattice::step_of(0) == 1);
  CHECK(MuLattice::step_of(1) == 0.75);
  CHECK(MuLattice::step_of(-1) == 1.5);
  CHECK(MuLattice::step_of(4) == 0.25);
  for (const double widest : {0.9, 0.75, 0.5, 0.3, 0.013, 1.0, 1.6, 7.0}) {
    const int level = MuLattice::level_for(widest);
    CHECK(MuLattice::step_of(level) <= widest);
    CHECK(MuLattice::step_of(level - 1) > widest);
  }
}

TEST_CASE("large studies far from small ones take no more nodes than others: log-likelihoods to 22 digits") {
  // A lattice as fine as 5/1e15 is sharp among the others would have 1e7 nodes where that study stands.
  struct Value {
    double mu, tau, rare, common;
  };
  for (const Value& want :
       {Value{-12, 8, -16.31287337081448120954, -49.40601330428258526333}, Value{-2, 1, -447.315281011876055163, -177.1836584138260768232},
        Value{-8, 3, -46.492061835277112642, -56.12512779593955165219}}) {
    IntegratedLikelihood rare = IntegratedLikelihood::of(arms({3, 5, 1}, {10, 1e15, 9}));
    IntegratedLikelihood common = IntegratedLikelihood::of(arms({1e8, 2e8, 3}, {1e9, 1e9, 1e9}));
    CHECK(rare.at_tau(want.tau).log_likelihood(want.mu) == doctest::Approx(want.rare).epsilon(1e-12));
    CHECK(common.at_tau(want.tau).log_likelihood(want.mu) == doctest::Approx(want.common).epsilon(1e-12));
    std::vector<double> values(3);
    rare.at_tau(want.tau).log_likelihoods({0, static_cast<std::ptrdiff_t>(want.mu) - 1, 3}, values);
    CHECK(values[1] == doctest::Approx(want.rare).epsilon(1e-12));
    common.at_tau(want.tau).log_likelihoods({0, static_cast<std::ptrdiff_t>(want.mu) - 1, 3}, values);
    CHECK(values[1] == doctest::Approx(want.common).epsilon(1e-12));
  }
}

TEST_CASE("a slice where the likelihoods underflow, and one that a limit stops") {
  IntegratedLikelihood apart = IntegratedLikelihood::of(arms({0, 1e6}, {1e6, 1e6}));
  LikelihoodAtTau here = apart.at_tau(1e-3);
  const auto flat = [](double) { return 0.0; };
  CHECK(mu_slice(here, flat, 0, 1e-3, 20, 26).top < -500);  // what is left of it is noise
  IntegratedLikelihood none = IntegratedLikelihood::of(arms({0, 0}, {5, 8}));
  LikelihoodAtTau rising = none.at_tau(0.5);
  const MuSlice stopped = mu_slice(rising, flat, -3, 1, 2, 26, {-10, 10});
  CHECK(stopped.mu.at(0) < -10);
  CHECK(stopped.mu.at(0) > -60);
  CHECK(stopped.log_value.back() < stopped.top - 26);
  CHECK(stopped.log_value[stopped.mu.count - 2] > stopped.top - 26);
}
