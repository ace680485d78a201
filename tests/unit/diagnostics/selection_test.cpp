// The selection model with a step function, and its likelihood.
#include <doctest/doctest.h>

#include <cmath>

#include "engine/diagnostics/funnel.hpp"
#include "engine/diagnostics/step_likelihood.hpp"
#include "engine/numerics/cholesky.hpp"
#include "tests/unit/diagnostics/peers_bias.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;

SelectionModel selected(const Trials& trials, const BiasOptions& bias) {
  Options options;
  options.effect.measure = trials.measure;
  std::vector<Excluded> excluded;
  return diagnostics::selection_model(
      diagnostics::make_funnel(trials.studies, effect_sizes(trials.studies, options.effect), options, bias, excluded));
}

BiasOptions one_step(SelectionAlternative alternative, double step) {
  BiasOptions bias;
  bias.alternative = alternative;
  bias.selection_steps = {step};
  return bias;
}

TEST_CASE("Step-function selection models as in metafor") {
  for (const peers::Selection& peer : peers::selmodel) {
    BiasOptions bias;
    bias.alternative = peer.alternative;
    bias.selection_steps = peer.steps;
    bias.selection_weights = peer.weights;
    const SelectionModel fit = selected(peer.trials, bias);
    CAPTURE(peer.loglik);
    REQUIRE(fit.status == Status::ok);
    CHECK(std::abs(*fit.estimate - peer.estimate) < 1e-7 * peer.se);
    CHECK(relative_error(*fit.se, peer.se) < 1e-5);  // the peer's Hessian is numerical
    CHECK(std::abs(*fit.tau2 - peer.tau2) <= 1e-6 * peer.tau2);
    CHECK(fit.tau2_se.has_value() == (peer.tau2 > 0));
    if (fit.tau2_se) CHECK(relative_error(*fit.tau2_se, *peer.tau2_se) < 1e-5);
    REQUIRE(fit.delta.size() == peer.delta.size());
    for (std::size_t j = 0; j < fit.delta.size(); ++j) {
      CHECK(std::abs(fit.delta[j] - peer.delta[j]) <= 1e-6 * peer.delta[j]);
      REQUIRE(fit.delta_se[j].has_value() == peer.delta_se[j].has_value());
      if (fit.delta_se[j]) CHECK(relative_error(*fit.delta_se[j], *peer.delta_se[j]) < 1e-5);
    }
    CHECK(std::abs(*fit.lrt - peer.lrt) < 1e-7);
    CHECK(fit.lrt_p.has_value() == peer.lrt_p.has_value());
    CHECK(std::abs(*fit.loglik - peer.loglik) < 1e-8);
  }
}

TEST_CASE("Equal chances of publication are no selection") {
  BiasOptions bias = one_step(SelectionAlternative::greater, 0.025);
  bias.selection_weights = {2, 2};
  const SelectionModel fit = selected(expectancy, bias);
  CHECK(fit.delta == std::vector<double>{1, 1});
  CHECK(*fit.lrt < 1e-12);
  Options ml;
  ml.tau2 = Tau2Method::ML;
  const Analysis plain = analyse(expectancy.studies, ml);
  CHECK(relative_error(*fit.tau2, *plain.heterogeneity.tau2) < 1e-9);
  CHECK(relative_error(*fit.estimate, *plain.random.estimate) < 1e-10);
  CHECK(relative_error(*fit.loglik, *plain.fit.loglik) < 1e-13);
}

TEST_CASE("Derivatives are those of the likelihood") {
  const std::vector<double> y{0.1, 0.5, -0.2, 0.9, 0.4}, v{0.02, 0.05, 0.08, 0.1, 0.2}, steps{0.05, 0.4};
  for (SelectionAlternative alternative : {SelectionAlternative::greater, SelectionAlternative::less, SelectionAlternative::two_sided}) {
    const diagnostics::StepLikelihood likelihood(y, v, alternative, steps, {1, 1, 1}, {false, true, true});
    const std::vector<double> at{0.3, 0.07, -0.4, 0.2};
    const diagnostics::StepDerivatives d = likelihood.derivatives(at);
    CHECK(relative_error(d.value, likelihood.value(at)) < 1e-14);
    const double h = 1e-5;
    for (std::size_t a = 0; a < 4; ++a) {
      std::vector<double> up = at, down = at;
      up[a] += h, down[a] -= h;
      CHECK(std::abs(d.gradient[a] - (likelihood.value(up) - likelihood.value(down)) / (2 * h)) < 1e-7 * (1 + std::abs(d.gradient[a])));
      const auto above = likelihood.derivatives(up).gradient, below = likelihood.derivatives(down).gradient;
      for (std::size_t b = 0; b < 4; ++b)
        CHECK(std::abs(d.hessian[a * 4 + b] - (above[b] - below[b]) / (2 * h)) < 1e-6 * (1 + std::abs(d.hessian[a * 4 + b])));
    }
  }
}

TEST_CASE("Mirrored effects have the mirrored model; the side is that of the common effect") {
  Trials mirrored = expectancy;
  for (double& y : std::get<GenericEffects>(mirrored.studies.data).yi) y = -y;
  const SelectionModel plain = selected(expectancy, {}), other = selected(mirrored, {});
  CHECK(plain.alternative == SelectionAlternative::greater);
  CHECK(other.alternative == SelectionAlternative::less);
  CHECK(relative_error(*other.estimate, -*plain.estimate) < 1e-9);
  CHECK(relative_error(other.delta[1], plain.delta[1]) < 1e-9);
}

TEST_CASE("The unit of the effects is the unit of the result") {
  const SelectionModel plain = selected(expectancy, {});
  Trials scaled = expectancy;
  for (double& y : std::get<GenericEffects>(scaled.studies.data).yi) y *= 1e100;
  for (double& v : std::get<GenericEffects>(scaled.studies.data).vi) v *= 1e200;
  const SelectionModel big = selected(scaled, {});
  REQUIRE(big.status == Status::ok);
  CHECK(relative_error(*big.estimate, *plain.estimate * 1e100) < 1e-9);
  CHECK(relative_error(big.delta[1], plain.delta[1]) < 1e-9);
  CHECK(relative_error(*big.lrt, *plain.lrt) < 1e-9);
}

TEST_CASE("Too few studies, and no study in the first class, have a status") {
  CHECK(selected({generic_effects({0.1, 0.5}, {0.01, 0.04}), Measure::GEN}, {}).status == Status::not_estimable);
  const SelectionModel none = selected({generic_effects({0.1, 0.2, 0.05, 0.1}, {0.04, 0.09, 0.04, 0.05}), Measure::GEN}, {});
  CHECK(none.status == Status::not_estimable);
  CHECK(none.reason == "no study has a p-value below the first step");
  CHECK_FALSE(none.estimate.has_value());
}

TEST_CASE("A class without studies has no chance of publication and no standard error") {
  BiasOptions bias;
  bias.alternative = SelectionAlternative::greater;
  bias.selection_steps = {0.05, 0.1, 0.5};
  const SelectionModel fit = selected(expectancy, bias);
  REQUIRE(fit.status == Status::ok);
  CHECK(fit.k[1] == 0);
  CHECK(fit.delta[1] == 0);
  CHECK_FALSE(fit.delta_se[1].has_value());
  CHECK(*fit.lrt_df == 3);
}

TEST_CASE("Cholesky: solution, inverse and definiteness of a matrix known by hand") {
  const numerics::Cholesky factor({4, 2, 2, 5}, 2);
  REQUIRE(factor.positive());
  std::vector<double> b{8, 12};
  factor.solve(b);
  CHECK(relative_error(b[0], 1) < 1e-15);
  CHECK(relative_error(b[1], 2) < 1e-15);
  CHECK(relative_error(factor.inverse_diagonal(0), 5.0 / 16) < 1e-15);
  CHECK(relative_error(factor.inverse_diagonal(1), 4.0 / 16) < 1e-15);
  CHECK_FALSE(numerics::Cholesky({1, 2, 2, 1}, 2).positive());
}

}  // namespace
