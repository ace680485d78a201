// Integrated-likelihood intervals and prediction against sums that share nothing with the lattices: adaptive integrals of every
// study, a fine trapezoid over tau and mu.
#include <doctest/doctest.h>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/inference/integrated_curve.hpp"
#include "engine/inference/integrated_interval.hpp"
#include "engine/inference/integrated_prediction.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/model/study_integral.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/quadrature.hpp"

namespace {

using namespace tausq;
using namespace tausq::inference;
using Counts = std::vector<double>;

double expit(double x) {
  return 1 / (1 + std::exp(-x));
}

struct Published {
  Counts x, n;
  double estimate, lower, upper;
};

/// log integral w(tau) prod_i L_i(mu, tau) dtau by 200 nodes on each half of (0, 6).
double integrated_loglik(const std::vector<model::BinomialLikelihood>& studies, double mu, int power) {
  const numerics::QuadratureRule rule = numerics::gauss_legendre(60);
  double sum = 0, top = 0;
  for (int part = 0; part < 2; ++part)
    for (std::size_t t = 0; t < rule.nodes.size(); ++t) {
      const double half = part == 0 ? 0.75 : 2.25, tau = (part == 0 ? 0 : 1.5) + half * (1 + rule.nodes[t]);
      double l = -std::log1p(std::pow(tau / 2, power));
      for (const model::BinomialLikelihood& study : studies) l += model::integrate(study, mu, tau * tau).loglik;
      if (sum == 0) top = l;
      sum += half * rule.weights[t] * std::exp(l - top);
    }
  return top + std::log(sum);
}

std::vector<model::BinomialLikelihood> arms(const Counts& x, const Counts& n) {
  std::vector<model::BinomialLikelihood> studies;
  for (std::size_t i = 0; i < x.size(); ++i) studies.emplace_back(x[i], n[i]);
  return studies;
}

}  // namespace

TEST_CASE("edges of the specification, as printed there") {
  const std::vector<Published> published{{{0, 0, 0}, {5, 8, 12}, 0, 0, 0.170},
                                         {{5, 8, 12}, {5, 8, 12}, 1, 0.830, 1},
                                         {{0, 0, 1}, {6, 10, 20}, 0.0202, 0.0004, 0.162},
                                         {{16, 4}, {20, 21}, 0.491, 0.013, 0.986},
                                         {{0, 6, 2}, {6, 6, 9}, 0.368, 0.011, 0.964},
                                         {{3, 2, 9}, {6, 10, 20}, 0.381, 0.133, 0.684},
                                         {{1, 0, 2, 1, 3, 2, 0, 4, 1, 3}, {5, 6, 8, 9, 12, 14, 16, 20, 21, 30}, 0.1164, 0.0598, 0.1914}};
  for (const Published& p : published) {
    const IntegratedInterval interval = IntegratedProportion(p.x, p.n, 0.95).median();
    CHECK(interval.converged);
    const double absent = p.lower > 0 ? 1 : 0, digits = p.estimate == 0.0202 || p.estimate == 0.1164 ? 5e-5 : 5e-4;
    CHECK(std::abs((interval.estimate ? expit(*interval.estimate) : absent) - p.estimate) <= digits);
    CHECK(std::abs((interval.lower ? expit(*interval.lower) : 0) - p.lower) <= 5e-4);
    CHECK(std::abs((interval.upper ? expit(*interval.upper) : 1) - p.upper) <= 5e-4);
  }
  // The specification prints [0.443, 0.963]; its share 0.52 came from 27 values of mu, too far apart for 41 patients (0.5272).
  IntegratedProportion two({{16, 17}}, {{20, 21}}, 0.95);
  CHECK(*two.share() == doctest::Approx(0.5272).epsilon(1e-4));
  CHECK(expit(*two.median().estimate) == doctest::Approx(0.808).epsilon(1e-3));
  CHECK(expit(*two.median().lower) == doctest::Approx(0.443).epsilon(5e-3));
  CHECK(expit(*two.median().upper) == doctest::Approx(0.963).epsilon(1e-3));
}

TEST_CASE("cut-offs of the specification") {
  const std::vector<std::pair<std::size_t, double>> cuts{{2, 10.18}, {3, 6.98}, {4, 5.90}, {5, 5.37}, {10, 4.50}, {20, 4.15}};
  for (const auto& [k, c] : cuts) CHECK(student_cut(static_cast<double>(k), k, 0.95) == doctest::Approx(c).epsilon(1e-3));
  CHECK(student_cut(1, 2, 0.95) == doctest::Approx(5.09).epsilon(1e-3));
  CHECK(student_cut(9, 10, 0.95) == doctest::Approx(4.04).epsilon(3e-3));
}

TEST_CASE("ends lie on the cut of the integrated likelihood") {
  const std::vector<std::pair<Counts, Counts>> data{
      {{3, 2, 9}, {6, 10, 20}}, {{0, 0, 1}, {6, 10, 20}}, {{16, 17}, {20, 21}}, {{0, 40, 3}, {5, 400, 12}}};
  for (const auto& [x, n] : data)
    for (const double level : {0.9, 0.95, 0.99}) {
      const auto studies = arms(x, n);
      const IntegratedInterval interval = IntegratedProportion(x, n, level).median();
      const double top = integrated_loglik(studies, *interval.estimate, 6);
      CHECK(top >= integrated_loglik(studies, *interval.estimate + 1e-3, 6));
      CHECK(top >= integrated_loglik(studies, *interval.estimate - 1e-3, 6));
      CHECK(2 * (top - integrated_loglik(studies, *interval.lower, 6)) == doctest::Approx(interval.lower_cut).epsilon(2e-9));
      CHECK(2 * (top - integrated_loglik(studies, *interval.upper, 6)) == doctest::Approx(interval.upper_cut).epsilon(2e-9));
    }
}

TEST_CASE("no event: the upper end has (1 - level) / 2 of averaged probability") {
  const Counts x{0, 0, 0}, n{5, 8, 12};
  const auto studies = arms(x, n);
  const double weight = integrated_loglik({}, 0, 6);
  for (const double level : {0.8, 0.95, 0.999}) {
    const IntegratedInterval interval = IntegratedProportion(x, n, level).median();
    CHECK_FALSE(interval.lower);
    CHECK(std::exp(integrated_loglik(studies, *interval.upper, 6) - weight) == doctest::Approx(0.5 * (1 - level)).epsilon(1e-8));
  }
}

TEST_CASE("exchanging events and non-events mirrors the intervals") {
  IntegratedProportion rare({{1, 3, 0}}, {{9, 20, 12}}, 0.95), frequent({{8, 17, 12}}, {{9, 20, 12}}, 0.95);
  const IntegratedInterval a = rare.median(), b = frequent.median(), c = rare.mean(), d = frequent.mean();
  CHECK(*a.lower == -*b.upper);
  CHECK(*a.upper == -*b.lower);
  CHECK(*c.estimate == -*d.estimate);
  CHECK(*c.upper == -*d.lower);
  CHECK(a.upper_cut >= a.lower_cut);
}

TEST_CASE("the mean is the median where tau is 0, and nearer to one half otherwise") {
  IntegratedProportion few({{3, 2, 9}}, {{6, 10, 20}}, 0.95);
  const double median = *few.median().estimate, mean = *few.mean().estimate;
  CHECK(mean > median);
  CHECK(mean < 0);
  // Every study says the same with thousands of patients: nothing is left of tau.
  CHECK(IntegratedProportion({{0, 0, 1}}, {{6, 10, 20}}, 0.95).median().upper_cut == doctest::Approx(4.8415).epsilon(1e-4));
  IntegratedProportion sure({{3000, 3000, 3000, 3000}}, {{10000, 10000, 10000, 10000}}, 0.95);
  CHECK(*sure.mean().estimate == doctest::Approx(*sure.median().estimate).epsilon(2e-3));
}

TEST_CASE("a wide range of counts") {
  for (const auto& [x, n] : std::vector<std::pair<Counts, Counts>>{{{10, 20, 5}, {1e6, 3e5, 2e4}},
                                                                   {{1e8, 1.1e8}, {1e9, 1e9}},
                                                                   {{0, 1}, {1, 1}},
                                                                   {{0, 1e6}, {1e6, 1e6}},
                                                                   {{1, 0, 0, 0}, {5, 1e5, 7, 9}}}) {
    IntegratedProportion integrated(x, n, 0.95);
    for (const IntegratedInterval& interval : {integrated.median(), integrated.mean()}) {
      CHECK(interval.converged);
      REQUIRE(interval.estimate);
      CHECK(*interval.lower < *interval.estimate);
      CHECK(*interval.upper > *interval.estimate);
    }
  }
}

TEST_CASE("log odds ratios: one end where an arm is empty, two with the penalty") {
  const auto tables = [](std::initializer_list<std::array<double, 4>> cells) {
    std::vector<model::HypergeometricLikelihood> result;
    for (const auto& [a, b, c, d] : cells) result.emplace_back(a, b, c, d);
    return std::make_unique<model::StudyLikelihoodsOf<model::HypergeometricLikelihood>>(std::move(result));
  };
  const IntegratedInterval both = integrated_odds_ratio(tables({{2, 8, 5, 5}, {1, 14, 4, 8}, {3, 17, 6, 16}}), 3, 0.95);
  CHECK(both.lower_cut == doctest::Approx(4.65).epsilon(2e-3));
  CHECK(*both.lower < *both.estimate);
  CHECK(*both.upper > *both.estimate);
  const IntegratedInterval empty = integrated_odds_ratio(tables({{0, 10, 3, 7}, {0, 15, 2, 10}}), 2, 0.95);
  CHECK_FALSE(empty.estimate);
  CHECK_FALSE(empty.lower);
  REQUIRE(empty.upper);
  const IntegratedInterval exchanged = integrated_odds_ratio(tables({{3, 7, 0, 10}, {2, 10, 0, 15}}), 2, 0.95);
  CHECK(*exchanged.lower == doctest::Approx(-*empty.upper).epsilon(1e-8));
  const IntegratedInterval penalised = integrated_odds_ratio(tables({{0, 10, 3, 7}, {0, 15, 2, 10}}), 2, 0.95, OddsRatioPenalty::log_f);
  REQUIRE(penalised.lower);
  CHECK(*penalised.lower < *penalised.estimate);
  CHECK(*penalised.upper > *penalised.estimate);
  // Without an informative table the penalty alone: theta / 2 - log(1 + exp(theta)) has fallen by z^2 / 2.
  const IntegratedInterval nothing = integrated_odds_ratio(tables({}), 4, 0.95, OddsRatioPenalty::log_f);
  CHECK(*nothing.estimate == 0);
  CHECK(2 * (log_root_pq(0).value - log_root_pq(*nothing.upper).value) == doctest::Approx(nothing.upper_cut).epsilon(1e-12));
  CHECK(*nothing.lower == -*nothing.upper);
  CHECK_FALSE(integrated_odds_ratio(tables({}), 4, 0.95).estimate);
}

TEST_CASE("prediction: the tails are what they are called") {
  const Counts x{3, 0, 9}, n{6, 10, 20};
  const IntegratedPrediction law(x, n);
  for (const double tail : {0.025, 0.25, 1e-4}) {
    for (const bool upper : {false, true}) {
      const double theta = law.quantile(tail, upper);
      // P(theta_new beyond) by a trapezoid over mu and tau; tau by its own nodes in (0, 6).
      double beyond = 0, all = 0;
      const numerics::QuadratureRule rule = numerics::gauss_legendre(64);
      for (std::size_t t = 0; t < rule.nodes.size(); ++t) {
        const double tau = 3 * (1 + rule.nodes[t]), h = std::min(0.3, 0.5 * tau);
        for (double mu = -18; mu < 14; mu += h) {
          double l = std::log(h * rule.weights[t]) - std::log1p(std::pow(tau / 2, 4)) + log_root_pq(mu).value;
          for (const model::BinomialLikelihood& study : arms(x, n)) l += model::integrate(study, mu, tau * tau, 22).loglik;
          const double z = (theta - mu) / tau;
          all += std::exp(l);
          beyond += std::exp(l) * (upper ? numerics::normal_sf(z) : numerics::normal_cdf(z));
        }
      }
      CHECK(beyond / all == doctest::Approx(tail).epsilon(2e-6));
    }
  }
  CHECK(law.quantile(0.5) == doctest::Approx(law.quantile(0.5, true)).epsilon(1e-9));
}

TEST_CASE("predicted counts: their mean is n times the predictive mean, whatever n") {
  const IntegratedPrediction law({{3, 2, 9}}, {{6, 10, 20}});
  const PredictedCounts one = law.counts(1, 0.95), many = law.counts(20000, 0.95), some = law.counts(50, 0.95);
  CHECK(*many.mean / 20000 == doctest::Approx(*one.mean).epsilon(1e-6));
  CHECK(*some.mean / 50 == doctest::Approx(*one.mean).epsilon(1e-7));
  CHECK(one.lower == 0);
  CHECK(one.upper == 1);
  CHECK(static_cast<double>(many.lower) / 20000 == doctest::Approx(expit(law.quantile(0.025))).epsilon(0.02));
  CHECK(static_cast<double>(many.upper) / 20000 == doctest::Approx(expit(law.quantile(0.025, true))).epsilon(0.01));
}

TEST_CASE("prediction without an event, and from one study") {
  const IntegratedPrediction none({{0, 0, 0}}, {{5, 8, 12}});
  CHECK(expit(none.quantile(0.025)) < 1e-3);
  CHECK(expit(none.quantile(0.025, true)) < 0.9);
  CHECK(none.counts(10, 0.95).lower == 0);
  const IntegratedPrediction single(Counts{4}, Counts{10});
  CHECK(single.quantile(0.025) < -2);
  CHECK(single.quantile(0.025, true) > 1);
}
