#include "engine/model/one_stage.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <memory>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::model;
using Counts = std::vector<double>;

constexpr double chi2_95 = 3.8414588206941236;

struct Fitted {
  Design design;
  OneStageModel model;
  OneStageMaximum common, random;

  Fitted(const Counts& x, const Counts& n, Design d)
      : design(std::move(d)), model(std::make_unique<StudyTermsOf<BinomialLikelihood>>(likelihoods(x, n)), design) {
    common = model.maximise_common();
    random = model.maximise(common);
  }
  Fitted(const Counts& x, const Counts& n) : Fitted(x, n, {x.size(), {"intercept"}, Counts(x.size(), 1.0), true, {}}) {}

  static std::vector<BinomialLikelihood> likelihoods(const Counts& x, const Counts& n) {
    std::vector<BinomialLikelihood> studies;
    for (std::size_t i = 0; i < x.size(); ++i) studies.emplace_back(x[i], n[i]);
    return studies;
  }
};

struct Truth {
  Counts x, n;
  double mu, tau2, loglik, se, se_tau2;  // se_tau2 0: not given
};

TEST_CASE("maximum likelihood against 25-digit truth") {
  const std::vector<Truth> truths{
      {{4, 2, 1, 1, 2},
       {217154, 16557, 676, 44, 29},
       -6.973520838383044332457494,
       8.887786369860574685256663,
       -15.40422088723116782197281,
       1.406503449585937891313866,
       0},
      {{1, 9, 2, 30},
       {10, 10, 40, 40},
       -0.4935950157688866149467360,
       4.829090549044038739891996,
       -11.68369250075433647033148,
       1.169975872918186751793820,
       0},
      {{16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6},
       {17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10},
       1.376594389018421703360154,
       0.5893095341111437044166835,
       -32.60544731531542440176632,
       0.2883798590761435505760272,
       0},
      {{10, 20, 15, 9}, {10, 20, 15, 10}, 3.988984046564274383602968, 0, -2.695601580321038127870406, 1.009216784699163888474178, 0},
      {{0, 0, 1, 0, 2, 0},
       {10, 20, 30, 15, 25, 12},
       -3.592735593561034008982071,
       0,
       -4.714137699751239940561804,
       0.5852415272859051292499512,
       0},
      {{0, 0, 0, 1}, {10, 20, 30, 40}, -4.595119850134589926852434, 0, -1.911273981370797742354864, 1.005037815259212075489374, 0},
      {{4, 3, 2, 1},
       {10, 20, 30, 40},
       -2.148605263676027244066735,
       0.9066359281067532763652439,
       -9.092947613033404180569868,
       0.5978423068450698001659971,
       1.074788181807952665530882},
      {{0, 10, 1, 25, 2, 40, 39},
       {10, 10, 30, 25, 40, 40, 40},
       2.326735982463444957016367,
       46.81798625064165549411335,
       -13.94195479701236900032346,
       3.031576413083696959996412,
       45.38884751758724040170223},
      {{2, 9},
       {20, 20},
       -1.123363064226787466734409,
       0.7104265005106753324159250,
       -5.167609500625494793388475,
       0.7261879655535439294103190,
       1.088014476578627671350197},
      {{48, 52, 61, 45, 50, 55},
       {100, 100, 110, 95, 102, 104},
       0.03601043752303307476476742,
       0,
       -16.26706417897073552881705,
       0.08092445499930549119525298,
       0},
      {{0, 1, 1, 0, 1, 1, 1},
       {1, 1, 1, 1, 1, 1, 1},
       0.9162907318741550651835272,
       0,
       -4.187887120096800643899208,
       0.8366600265340755479781720,
       0},
  };
  for (const Truth& t : truths) {
    CAPTURE(t.mu);
    Fitted fit(t.x, t.n);
    REQUIRE(fit.random.converged);
    CHECK(relative_error(fit.random.at.theta[0], t.mu) < 1e-13);
    if (t.tau2 > 0) CHECK(relative_error(fit.random.at.tau2(), t.tau2) < 1e-13);
    if (t.tau2 == 0) CHECK(fit.random.at.tau2() == 0);
    CHECK(relative_error(fit.random.at.loglik, t.loglik) < 2e-15);
    const OneStageErrors errors = fit.model.errors(fit.random.at);
    CHECK(relative_error(errors.beta[0], t.se) < 1e-12);
    CHECK(errors.tau2.has_value() == (t.tau2 > 0));
    if (t.se_tau2 > 0) CHECK(relative_error(*errors.tau2, t.se_tau2) < 1e-12);
    CHECK(fit.random.tau2_stationary.size() <= 1);
  }
}

TEST_CASE("ends of profile intervals lie on the cut, with the other parameter at its maximum") {
  for (const auto& [x, n] : std::vector<std::pair<Counts, Counts>>{{{4, 3, 2, 1}, {10, 20, 30, 40}},
                                                                   {{0, 6, 2}, {6, 6, 9}},
                                                                   {{0, 0, 0, 1}, {10, 20, 30, 40}},
                                                                   {{10, 20, 15, 9}, {10, 20, 15, 10}},
                                                                   {{48, 52, 61, 45, 50, 55}, {100, 100, 110, 95, 102, 104}}}) {
    const std::vector<double> events = x;
    CAPTURE(events);
    Fitted fit(x, n);
    const OneStagePoint& top = fit.random.at;
    const LikelihoodInterval mu = fit.model.profile_beta(top, 0, chi2_95), tau2 = fit.model.profile_tau2(top, fit.common.at, chi2_95);
    REQUIRE(mu.converged);
    REQUIRE(tau2.converged);
    for (double end : {*mu.lower, *mu.upper}) {
      OneStagePoint at = top;
      at.theta[0] = end;
      const OneStageMaximum given = fit.model.maximise_from(at, {.beta = 0});
      CHECK(2 * (top.loglik - given.at.loglik) == doctest::Approx(chi2_95).epsilon(1e-11));
      CHECK(std::abs(given.at.tau2() > 0 ? given.at.score[1] * given.at.tau2() : std::max(given.at.score[1], 0.0)) < 1e-7);
    }
    CHECK(*mu.lower < top.theta[0]);
    CHECK(*mu.upper > top.theta[0]);
    for (double end : {*tau2.lower, *tau2.upper}) {
      if (end == 0) continue;
      OneStagePoint at = top;
      at.theta[1] = end;
      CHECK(2 * (top.loglik - fit.model.maximise_from(at, {.tau2 = true}).at.loglik) == doctest::Approx(chi2_95).epsilon(1e-11));
    }
    CHECK((*tau2.lower > 0) == (2 * (top.loglik - fit.common.at.loglik) > chi2_95));
  }
}

TEST_CASE("studies without both events and non-events leave tau2 unbounded") {
  const Fitted fit({0, 6}, {6, 6});
  CHECK(fit.random.unbounded);
  CHECK(fit.common.converged);
  CHECK(std::abs(fit.common.at.theta[0]) < 1e-15);
}

TEST_CASE("moderators: a binary one splits the common effect into its two groups") {
  const Counts x{3, 5, 9, 14}, n{20, 25, 22, 30};
  Fitted fit(x, n, {4, {"intercept", "group"}, {1, 1, 1, 1, 0, 0, 1, 1}, true, {}});
  REQUIRE(fit.common.converged);
  const double first = std::log(8.0 / 37), second = std::log(23.0 / 29);
  CHECK(relative_error(fit.common.at.theta[0], first) < 1e-14);
  CHECK(relative_error(fit.common.at.theta[1], second - first) < 1e-14);
  const LikelihoodInterval slope = fit.model.profile_beta(fit.random.at, 1, chi2_95);
  REQUIRE(slope.converged);
  CHECK(*slope.lower < fit.random.at.theta[1]);
  CHECK(*slope.upper > fit.random.at.theta[1]);
}

}  // namespace
