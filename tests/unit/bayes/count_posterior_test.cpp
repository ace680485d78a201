// Exact likelihoods of counts against an independent quadrature in three dimensions: Gauss-Legendre panels of 16 nodes in mu and
// tau, a trapezoidal rule of step 0.05 in the random effect, quantiles by Newton's method on the integrals themselves.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/bayes/count_posterior.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/model/poisson_likelihood.hpp"

using namespace tausq;
using namespace tausq::bayes;
using model::BinomialLikelihood;
using model::HypergeometricLikelihood;
using model::IntegratedLikelihood;

namespace {

double mean_of(const Density& density) {
  double mean = 0;
  density.for_each_node([&](double x, double weight) { mean += weight * x; });
  return mean;
}

CountPosterior proportions(std::vector<BinomialLikelihood> studies, const char* mu, const char* tau) {
  IntegratedLikelihood likelihood = IntegratedLikelihood::of(std::move(studies));
  return count_posterior(likelihood, parse_mu_prior(mu), parse_tau_prior(tau));
}

std::vector<HypergeometricLikelihood> sparse_tables(bool swapped) {
  const double tables[][4] = {{0, 20, 3, 18}, {1, 30, 4, 27}, {2, 15, 2, 14}, {0, 12, 1, 11}};
  std::vector<HypergeometricLikelihood> studies;
  for (const auto& t : tables) swapped ? studies.emplace_back(t[2], t[3], t[0], t[1]) : studies.emplace_back(t[0], t[1], t[2], t[3]);
  return studies;
}

TEST_CASE("16/20, 4/21, 0/22, flat on the probability scale, half-normal(1)") {
  const CountPosterior posterior = proportions({{16, 20}, {4, 21}, {0, 22}}, "uniform-probability", "halfnormal(1)");
  const Marginals& m = posterior.marginals;
  CHECK(posterior.reliable);
  CHECK(m.log_marginal == doctest::Approx(-10.84258736644).epsilon(1e-11));
  CHECK(mean_of(m.mu) == doctest::Approx(-0.8877359251014).epsilon(1e-10));
  CHECK(m.mu.quantile(0.025) == doctest::Approx(-2.773784109093).epsilon(1e-9));
  CHECK(m.mu.quantile(0.5) == doctest::Approx(-0.8750044544513).epsilon(1e-9));
  CHECK(m.mu.quantile(0.975) == doctest::Approx(0.9245296744676).epsilon(1e-9));
  CHECK(m.mu.sf(0) == doctest::Approx(0.159131986961).epsilon(1e-9));
  CHECK(mean_of(*m.tau) == doctest::Approx(1.768759473938).epsilon(1e-10));
  CHECK(m.tau->quantile(0.5) == doctest::Approx(1.713330735656).epsilon(1e-9));
  CHECK(m.tau->quantile(0.975) == doctest::Approx(2.94433507453).epsilon(1e-9));
  CHECK(m.effect->cdf(-5) == doctest::Approx(0.02597191886288).epsilon(1e-8));
  CHECK(m.effect->cdf(0) == doctest::Approx(0.6837288882888).epsilon(1e-9));
  CHECK(m.effect->cdf(3) == doctest::Approx(0.967791645092).epsilon(1e-9));
}

TEST_CASE("sparse tables, odds ratio, normal(0, 2.82), half-normal(0.5)") {
  IntegratedLikelihood likelihood = IntegratedLikelihood::of(sparse_tables(false));
  const Marginals m = count_posterior(likelihood, parse_mu_prior("normal(0,2.82)"), parse_tau_prior("halfnormal(0.5)")).marginals;
  CHECK(m.log_marginal == doctest::Approx(-4.9983619411).epsilon(1e-10));
  CHECK(mean_of(m.mu) == doctest::Approx(-1.356807630837).epsilon(1e-10));
  CHECK(m.mu.quantile(0.025) == doctest::Approx(-2.901021375387).epsilon(1e-9));
  CHECK(m.mu.quantile(0.5) == doctest::Approx(-1.322920265756).epsilon(1e-9));
  CHECK(m.mu.quantile(0.975) == doctest::Approx(-0.005434595817469).epsilon(1e-8));
  CHECK(m.tau->quantile(0.5) == doctest::Approx(0.3323343036316).epsilon(1e-9));
  CHECK(m.tau->quantile(0.975) == doctest::Approx(1.095954987041).epsilon(1e-9));
}

TEST_CASE("studies so far apart that the likelihood at a small tau is below what a double can hold") {
  const CountPosterior posterior =
      proportions({{0, 40}, {30, 30}, {5, 10}, {1, 1000000}, {999, 1000}, {2, 3}, {0, 7}}, "uniform-probability", "halfnormal(1)");
  CHECK(posterior.reliable);
  CHECK(posterior.marginals.log_marginal == doctest::Approx(-30.44632289160).epsilon(1e-11));
  CHECK(mean_of(*posterior.marginals.tau) == doctest::Approx(3.945876438458).epsilon(1e-9));
}

TEST_CASE("arms swapped: the effect changes sign, tau does not change") {
  IntegratedLikelihood plain = IntegratedLikelihood::of(sparse_tables(false)), mirrored = IntegratedLikelihood::of(sparse_tables(true));
  const PriorOfMu mu = parse_mu_prior("normal(0,2.82)");
  const PriorOfTau tau = parse_tau_prior("halfcauchy(0.5)");
  const Marginals a = count_posterior(plain, mu, tau).marginals, b = count_posterior(mirrored, mu, tau).marginals;
  CHECK(a.mu.quantile(0.1) == doctest::Approx(-b.mu.quantile(0.9)).epsilon(1e-8));
  CHECK(a.effect->quantile(0.1) == doctest::Approx(-b.effect->quantile(0.9)).epsilon(1e-8));
  CHECK(a.tau->quantile(0.9) == doctest::Approx(b.tau->quantile(0.9)).epsilon(1e-8));
}

TEST_CASE("tau = 0 with the flat prior of a proportion is the beta distribution") {
  // 3 of 20: Beta(4, 18), whose median is 0.17410...: checked by the distribution function itself.
  IntegratedLikelihood likelihood = IntegratedLikelihood::of(std::vector<BinomialLikelihood>{{1, 8}, {2, 12}});
  const Marginals m = count_posterior_common(likelihood, parse_mu_prior("uniform-probability"));
  for (double p : {0.05, 0.2, 0.4}) {
    double below = 0;  // P(Beta(4, 18) <= p) = P(Bin(21, p) >= 4)
    for (int x = 4; x <= 21; ++x)
      below += std::exp(std::lgamma(22.0) - std::lgamma(x + 1.0) - std::lgamma(22.0 - x) + x * std::log(p) + (21 - x) * std::log1p(-p));
    CHECK(m.mu.cdf(std::log(p / (1 - p))) == doctest::Approx(below).epsilon(1e-9));
  }
}

TEST_CASE("no event anywhere, a single study, large counts, a prior of log tau, a cut prior") {
  const Marginals none = proportions({{0, 5}, {0, 8}, {0, 12}}, "uniform-probability", "halfnormal(1)").marginals;
  CHECK(none.log_marginal == doctest::Approx(-3.309850326697).epsilon(1e-10));
  CHECK(none.mu.quantile(0.975) < 0);
  const Marginals one = proportions({{5, 30}}, "normal(0,2.82)", "halfnormal(0.5)").marginals;
  CHECK(one.tau->quantile(0.5) < 0.36);
  const Marginals large = proportions({{100000, 1000000}, {110000, 1000000}}, "uniform-probability", "halfnormal(0.5)").marginals;
  CHECK(large.tau->quantile(0.025) > 0.02);  // logits 0.107 apart with standard errors of 0.003
  const CountPosterior logarithmic = proportions({{5, 30}, {11, 31}, {3, 40}}, "normal(0,2.82)", "lognormal(-2.56,1.74)");
  CHECK(logarithmic.reliable);
  const Marginals cut = proportions({{5, 30}, {11, 31}, {3, 40}}, "normal(0,2.82)", "uniform(0.4)").marginals;
  CHECK(cut.tau->quantile(1) <= doctest::Approx(0.4));
}

}  // namespace

TEST_CASE("rates, rate ratios and the studies' own effects: against sums over mu, tau and every random effect") {
  const auto check = [](auto studies, const char* mu, const char* tau, double log_marginal, double mean, double mean_tau,
                        const std::vector<std::pair<double, double>>& effects) {
    IntegratedLikelihood likelihood = IntegratedLikelihood::of(std::move(studies));
    const CountPosterior posterior = count_posterior(likelihood, parse_mu_prior(mu), parse_tau_prior(tau));
    const Marginals& m = posterior.marginals;
    CHECK(posterior.reliable);
    CHECK(m.log_marginal == doctest::Approx(log_marginal).epsilon(1e-11));
    CHECK(mean_of(m.mu) == doctest::Approx(mean).epsilon(1e-9));
    CHECK(mean_of(*m.tau) == doctest::Approx(mean_tau).epsilon(1e-9));
    REQUIRE(m.studies.size() == effects.size());
    for (std::size_t i = 0; i < effects.size(); ++i) {
      CHECK(m.studies[i].mean == doctest::Approx(effects[i].first).epsilon(1e-9));
      CHECK(m.studies[i].sd == doctest::Approx(effects[i].second).epsilon(1e-9));
    }
  };
  check(std::vector<model::PoissonLikelihood>{{3, 100}, {0, 50}, {9, 210}}, "normal(0,10)", "halfnormal(1)", -9.220323486460,
        -3.694636620147, 0.695857901162,
        {{-3.609513826482, 0.491620360098}, {-4.174350396869, 1.022111508960}, {-3.330979765411, 0.335236542650}});
  check(std::vector<BinomialLikelihood>{{3, 8, std::log(100.0 / 90)}, {0, 2, std::log(50.0 / 60)}, {9, 13, std::log(210.0 / 200)}},
        "normal(0,2.82)", "halfnormal(0.5)", -6.860226787157, -0.075598267822, 0.443692102315,
        {{-0.204323422361, 0.565682264749}, {-0.271852380059, 0.749430903770}, {0.241714258878, 0.503067482689}});
  check(std::vector<BinomialLikelihood>{{16, 20}, {4, 21}, {0, 22}}, "normal(0,2.82)", "halfnormal(1)", -11.109801860483, -1.161038808904,
        1.794271238890, {{1.195218461523, 0.543350650338}, {-1.491547840851, 0.553900457429}, {-3.712585298923, 1.320511613534}});
}

TEST_CASE("heavy tails without a bound from the data: moments that do not exist are not numbers") {
  const CountPosterior none = proportions({{0, 5}, {0, 8}, {0, 12}}, "uniform-probability", "halfcauchy(0.5)");
  CHECK(none.reliable);
  CHECK(std::isnan(none.marginals.studies[0].mean));
  CHECK(none.marginals.tau->quantile(0.999) > 30);
  CHECK(none.marginals.mu.quantile(0.975) < 1);
}
