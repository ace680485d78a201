// The normal-normal model against published values, an independent two-dimensional quadrature, and what must not change.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/bayes/normal_posterior.hpp"

using namespace tausq;
using namespace tausq::bayes;

namespace {

const std::vector<double> schools{28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16};
std::vector<double> schools_variances() {
  std::vector<double> v;
  for (double se : {14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6}) v.push_back(se * se);
  return v;
}

double mean_of(const Density& density) {
  double mean = 0;
  density.for_each_node([&](double x, double weight) { mean += weight * x; });
  return mean;
}

double mu_quantile(const Marginals& m, double p) {
  return m.shift + m.scale * m.mu.quantile(p);
}
double tau_quantile(const Marginals& m, double p) {
  return m.scale * (m.log_tau ? std::exp(m.tau->quantile(p)) : m.tau->quantile(p));
}

TEST_CASE("eight schools: the values of bayesmeta's vignette") {
  // Röver's vignette prints tau: median 4.758539, mean 5.884511, shortest interval [0, 15.165894]; its mu comes from a grid of
  // conditional distributions that is right to 1e-3 only (7.962961, here 7.963499).
  const Marginals m = normal_posterior(schools, schools_variances(), parse_mu_prior("normal(0,50)"), parse_tau_prior("halfcauchy(25)"));
  CHECK(std::abs(tau_quantile(m, 0.5) - 4.758539) < 6e-7);
  CHECK(std::abs(m.scale * mean_of(*m.tau) - 5.884511) < 6e-7);
  const Range shortest = m.tau->shortest(0.95, Scale::identity());
  CHECK(shortest.lower == 0);
  CHECK(std::abs(m.scale * shortest.upper - 15.165894) < 1e-6);
  CHECK(std::abs(mu_quantile(m, 0.5) - 7.962961) < 1e-3);
}

TEST_CASE("BCG, log risk ratios, half-normal(0.5), flat: an independent quadrature over (mu, tau)") {
  // Gauss-Legendre panels of 40 nodes in mu and tau of the joint density itself, quantiles by Newton's method on its integrals.
  const double tp[] = {4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27};
  const double tn[] = {123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913};
  const double cp[] = {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29};
  const double cn[] = {139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854};
  std::vector<double> y, v;
  for (std::size_t i = 0; i < 13; ++i) {
    y.push_back(std::log(tp[i] / tn[i] / (cp[i] / cn[i])));
    v.push_back(1 / tp[i] - 1 / tn[i] + 1 / cp[i] - 1 / cn[i]);
  }
  const Marginals m = normal_posterior(y, v, parse_mu_prior("flat"), parse_tau_prior("halfnormal(0.5)"));
  CHECK(m.log_marginal == doctest::Approx(-14.70763877982).epsilon(1e-12));
  CHECK(m.shift + m.scale * mean_of(m.mu) == doctest::Approx(-0.7118600081818).epsilon(1e-11));
  CHECK(mu_quantile(m, 0.025) == doctest::Approx(-1.091196874205).epsilon(1e-10));
  CHECK(mu_quantile(m, 0.5) == doctest::Approx(-0.7091508231255).epsilon(1e-10));
  CHECK(mu_quantile(m, 0.975) == doctest::Approx(-0.3469996735734).epsilon(1e-10));
  CHECK(m.scale * mean_of(*m.tau) == doctest::Approx(0.5719096716201).epsilon(1e-11));
  CHECK(tau_quantile(m, 0.5) == doctest::Approx(0.5537537972576).epsilon(1e-10));
  CHECK(tau_quantile(m, 0.975) == doctest::Approx(0.901895085587).epsilon(1e-10));
  CHECK(m.mu.sf(-m.shift / m.scale) == doctest::Approx(0.000379593906066).epsilon(1e-9));
  CHECK(m.shift + m.scale * m.effect->quantile(0.025) == doctest::Approx(-1.958110383079).epsilon(1e-10));
  CHECK(m.shift + m.scale * m.effect->quantile(0.975) == doctest::Approx(0.5172474268244).epsilon(1e-10));
}

TEST_CASE("another unit of the data is another unit of the results") {
  const std::vector<double> v = schools_variances();
  const Marginals plain = normal_posterior(schools, v, parse_mu_prior("normal(0,50)"), parse_tau_prior("halfcauchy(25)"));
  std::vector<double> y_scaled, v_scaled;
  for (std::size_t i = 0; i < schools.size(); ++i) y_scaled.push_back(-1e-3 * schools[i]), v_scaled.push_back(1e-6 * v[i]);
  const Marginals scaled = normal_posterior(y_scaled, v_scaled, parse_mu_prior("normal(0,0.05)"), parse_tau_prior("halfcauchy(0.025)"));
  CHECK(tau_quantile(scaled, 0.9) == doctest::Approx(1e-3 * tau_quantile(plain, 0.9)).epsilon(1e-10));
  CHECK(mu_quantile(scaled, 0.9) == doctest::Approx(-1e-3 * mu_quantile(plain, 0.1)).epsilon(1e-9));
}

TEST_CASE("one study: tau is as its prior, mu is the study's with tau mixed in") {
  const std::vector<double> y{0.3}, v{0.04};
  const Marginals m = normal_posterior(y, v, parse_mu_prior("flat"), parse_tau_prior("halfnormal(0.5)"));
  CHECK(tau_quantile(m, 0.5) == doctest::Approx(0.5 * 0.6744897501960817).epsilon(1e-10));
  CHECK(mu_quantile(m, 0.5) == doctest::Approx(0.3).epsilon(1e-10));
}

TEST_CASE("tails decide which posterior is proper and which moments it has") {
  const PriorOfMu flat = parse_mu_prior("flat"), normal = parse_mu_prior("normal(0,1)");
  const PriorOfTau uniform = parse_tau_prior("uniform");
  CHECK_FALSE(normal_tail(2, flat, uniform) > 1);
  CHECK(normal_tail(3, flat, uniform) > 1);
  CHECK_FALSE(normal_tail(1, normal, uniform) > 1);
  CHECK(normal_tail(2, normal, uniform) > 1);
  CHECK(normal_tail(1, flat, parse_tau_prior("halfcauchy(1)")) > 1);
}

TEST_CASE("a lognormal prior, and a posterior of tau far above its prior") {
  // A prior far below the data: nodes on the log scale still find the posterior.
  const std::vector<double> y{-10, 10, -9, 9.5}, v{0.01, 0.01, 0.02, 0.02};
  const Marginals m = normal_posterior(y, v, parse_mu_prior("flat"), parse_tau_prior("lognormal(-3,1.5)"));
  CHECK(tau_quantile(m, 0.5) > 2);
  CHECK(tau_quantile(m, 0.5) < 30);
}

TEST_CASE("studies are shrunken towards the mean, the imprecise ones more") {
  const Marginals m = normal_posterior(schools, schools_variances(), parse_mu_prior("flat"), parse_tau_prior("halfnormal(10)"));
  double weights = 0;
  for (const StudyMoments& study : m.studies) weights += *study.weight;
  CHECK(weights == doctest::Approx(1).epsilon(1e-12));
  CHECK(m.shift + m.scale * m.studies[0].mean < 28.39);
  CHECK(m.shift + m.scale * m.studies[2].mean > -2.75);
}

}  // namespace
