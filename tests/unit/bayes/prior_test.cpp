// Priors: what is read, what is refused, what the densities integrate to.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <tausq/problem.hpp>

#include "engine/bayes/density.hpp"
#include "engine/bayes/prior.hpp"

using namespace tausq;
using namespace tausq::bayes;

namespace {

std::string refusal_of_tau(const char* text) {
  try {
    parse_tau_prior(text);
  } catch (const UsageError& e) {
    return e.what();
  }
  return "";
}

TEST_CASE("priors of tau are read with their arguments and echoed") {
  CHECK(parse_tau_prior("halfnormal(0.5)").family == TauPrior::halfnormal);
  CHECK(parse_tau_prior(" Half-Normal( 0.5 ) ").text == "halfnormal(0.5)");
  CHECK(parse_tau_prior("uniform(4)").b == 4);
  CHECK(parse_tau_prior("uniform(0, 4)").b == 4);
  CHECK_FALSE(parse_tau_prior("uniform").proper());
  CHECK(parse_tau_prior("halfcauchy(1)").proper());
  const PriorOfTau turner = parse_tau_prior("turner(All cause mortality, pharma-placebo)");
  CHECK(turner.a == -3.95);
  CHECK(turner.b == 1.34);
  CHECK(parse_tau_prior("turner(any,any)").a == -2.56);
  CHECK(parse_tau_prior("turner(subjective,nonpharma-nonpharma)").b == 1.45);
}

TEST_CASE("what is no prior of tau is refused by option, value and rule") {
  CHECK(refusal_of_tau("halfnorm(1)").starts_with("--prior-tau halfnorm(1): is none of halfnormal(s), s > 0; "));
  CHECK(refusal_of_tau("halfnormal(0)") == "--prior-tau halfnormal(0): it is written halfnormal(s), s > 0");
  CHECK(refusal_of_tau("halfnormal(1,2)") == "--prior-tau halfnormal(1,2): it is written halfnormal(s), s > 0");
  CHECK(refusal_of_tau("halfnormal(x)").find("'x' is not a number") != std::string::npos);
  CHECK(refusal_of_tau("halfnormal(1").starts_with("--prior-tau halfnormal(1: "));
  CHECK(refusal_of_tau("uniform(1,2)").find("uniform(0, b)") != std::string::npos);
  CHECK(refusal_of_tau("lognormal(-2,0)").find("s > 0") != std::string::npos);
  CHECK(refusal_of_tau("turner(pain,surgery)").find("comparisons are pharma-placebo") != std::string::npos);
}

TEST_CASE("priors of mu") {
  CHECK(parse_mu_prior("normal(0, 2.82)").text == "normal(0,2.82)");
  CHECK(parse_mu_prior("flat").family == MuPrior::flat);
  CHECK(parse_mu_prior("uniform-probability").log_density(0) == doctest::Approx(std::log(0.25)).epsilon(1e-15));
  CHECK(parse_mu_prior("normal(1,2)").log_density(3) ==
        doctest::Approx(-0.5 - std::log(2 * std::sqrt(2 * std::acos(-1.0)))).epsilon(1e-15));
  CHECK_THROWS_AS(parse_mu_prior("normal(0)"), UsageError);
  CHECK_THROWS_AS(parse_mu_prior("normal(0,-1)"), UsageError);
  CHECK_THROWS_AS(parse_mu_prior("cauchy(0,1)"), UsageError);
}

TEST_CASE("proper priors of tau integrate to 1") {
  for (const char* text : {"halfnormal(0.5)", "halfcauchy(0.3)", "halft(4,0.7)", "exponential(2)", "uniform(3)", "lognormal(-2.56,1.74)"}) {
    CAPTURE(text);
    const PriorOfTau prior = parse_tau_prior(text);
    Domain domain;
    domain.upper = prior.logarithmic() ? domain.upper : prior.upper();
    if (prior.logarithmic())
      domain.centre = std::log(prior.typical());
    else
      domain.lower = 0;
    domain.scale = 0.25;
    const Density density(panels_of(
        [&](double x) { return prior.logarithmic() ? prior.log_density(std::exp(x)) + x : prior.log_density(x); }, domain, 1e-14));
    CHECK(std::abs(density.log_mass()) < 1e-12);
  }
}

TEST_CASE("log-t: the t distribution on 5 degrees of freedom of log tau2") {
  const PriorOfTau prior = parse_tau_prior("logt(-3.44, 2.59)");
  CHECK(prior.text == "logt(-3.44,2.59)");
  CHECK(prior.proper());
  Domain domain;
  domain.centre = std::log(prior.typical()), domain.scale = 0.25;
  domain.lower = -690, domain.upper = 690;
  const Density density(panels_of([&](double x) { return prior.log_density(std::exp(x)) + x; }, domain, 1e-14));
  CHECK(std::abs(density.log_mass()) < 1e-12);
  // t_{5, 0.975} = 2.570581835636314
  CHECK(2 * density.quantile(0.975) == doctest::Approx(-3.44 + 2.59 * 2.570581835636314).epsilon(1e-10));
  CHECK(refusal_of_tau("logt(-3,11)").find("s <= 10") != std::string::npos);
  CHECK(refusal_of_tau("logt(-3)").find("logt(m, s)") != std::string::npos);
}

}  // namespace
