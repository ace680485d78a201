#include "engine/model/two_effects.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/poisson_likelihood.hpp"
#include "tests/unit/numerics/relative_error.hpp"

using namespace tausq;
using namespace tausq::model;

namespace {

using Pair = std::pair<BinomialLikelihood, BinomialLikelihood>;

Pair arms(double x1, double n1, double x2, double n2) {
  return {BinomialLikelihood(x1, n1), BinomialLikelihood(x2, n2)};
}

ArmPairsOf<BinomialLikelihood> five_studies() {
  return ArmPairsOf<BinomialLikelihood>(
      {arms(4, 30, 9, 31), arms(0, 22, 3, 24), arms(12, 40, 20, 38), arms(9, 25, 6, 27), arms(3, 18, 0, 20)});
}

constexpr TwoEffects somewhere{{-1.5, -0.3, 0.8, 0, 0.75}};

}  // namespace

// By a product rule of fixed step 0.1 over both effects, in doubles.
TEST_CASE("integrals of studies with and without zero cells") {
  const auto studies = five_studies();
  const double expected[] = {-5.075767537344754, -4.389848771032174, -7.115913030017061, -5.705475101025063, -4.916453847180954};
  for (std::size_t i = 0; i < 5; ++i) CHECK(std::abs(integrate_two_effects(studies, i, somewhere, true).loglik - expected[i]) < 1e-11);
}

TEST_CASE("derivatives against differences, correlated") {
  const auto studies = five_studies();
  TwoEffects at = somewhere;
  at[TwoEffects::c] = 0.3;
  for (std::size_t i = 0; i < 5; ++i) {
    const TwoEffectsTerm term = integrate_two_effects(studies, i, at, true);
    for (std::size_t a = 0; a < TwoEffects::count; ++a) {
      const double h = 1e-4;
      TwoEffects up = at, down = at;
      up[a] += h, down[a] -= h;
      const TwoEffectsTerm above = integrate_two_effects(studies, i, up, true), below = integrate_two_effects(studies, i, down, true);
      CHECK(std::abs((above.loglik - below.loglik) / (2 * h) - term.score[a]) < 1e-6);
      for (std::size_t b = 0; b < TwoEffects::count; ++b)
        CHECK(std::abs((above.score[b] - below.score[b]) / (2 * h) - term.hessian[a][b]) < 1e-6);
    }
  }
}

TEST_CASE("without the random difference the double integral is the single one") {
  const auto studies = five_studies();
  TwoEffects at = somewhere;
  at[TwoEffects::t] = 0;
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(std::abs(integrate_two_effects(studies, i, at, true).loglik - integrate_two_effects(studies, i, at, false).loglik) < 1e-11);
}

TEST_CASE("a difference of fixed size in every study: the variances vanish where nothing varies") {
  std::vector<Pair> same;
  for (int i = 0; i < 6; ++i) same.push_back(arms(10, 40, 20, 40));
  const ArmPairsOf<BinomialLikelihood> studies(same);
  const TwoEffectsModel model(studies, false);
  const TwoEffectsMaximum common = model.maximise_common(), random = model.maximise(common);
  REQUIRE(common.converged);
  CHECK(std::abs(common.at[TwoEffects::theta] - std::log(1.0 / 3)) < 1e-8);
  CHECK(common.at.sigma2() < 1e-8);
  CHECK(random.at.tau2() < 1e-8);
  const auto v = model.covariance(common, true);
  REQUIRE(v);
  CHECK(relative_error((*v)[1][1], (1.0 / 10 + 1.0 / 30 + 1.0 / 20 + 1.0 / 20) / 6) < 1e-6);
}

TEST_CASE("exchanging the arms turns the sign of the difference and of the correlation") {
  const auto studies = five_studies();
  const ArmPairsOf<BinomialLikelihood> mirrored(
      {arms(9, 31, 4, 30), arms(3, 24, 0, 22), arms(20, 38, 12, 40), arms(6, 27, 9, 25), arms(0, 20, 3, 18)});
  const TwoEffectsModel model(studies, true), mirror(mirrored, true);
  const TwoEffectsMaximum a = model.maximise(model.maximise_common()), b = mirror.maximise(mirror.maximise_common());
  CHECK(std::abs(a.at[TwoEffects::theta] + b.at[TwoEffects::theta]) < 1e-5);
  CHECK(std::abs(a.at.correlation().value() + b.at.correlation().value()) < 1e-4);
  CHECK(std::abs(a.sum.loglik - b.sum.loglik) < 1e-9);
}
