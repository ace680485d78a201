// Trim and fill against metafor, and where it has no answer.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/diagnostics/funnel.hpp"
#include "tests/unit/diagnostics/peers_bias.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;

TrimFill filled(const Trials& trials, const BiasOptions& bias, Options options) {
  options.effect.measure = trials.measure;
  std::vector<Excluded> excluded;
  return diagnostics::trim_fill(
      diagnostics::make_funnel(trials.studies, effect_sizes(trials.studies, options.effect), options, bias, excluded));
}

Options dersimonian_laird() {
  Options options;
  options.tau2 = Tau2Method::DL;
  options.interval = IntervalMethod::z;
  options.model = Model::random;
  return options;
}

void check(const std::optional<double>& got, double want) {
  REQUIRE(got.has_value());
  CHECK(relative_error(*got, want) < 1e-10);
}

TEST_CASE("Trim and fill as in metafor") {
  for (const peers::Filled& peer : peers::trimfill) {
    BiasOptions bias;
    bias.estimator = peer.estimator;
    bias.side = peer.asked;
    const TrimFill result = filled(peer.trials, bias, dersimonian_laird());
    REQUIRE(result.status == Status::ok);
    CHECK(result.side == peer.side);
    CHECK(*result.k0 == peer.k0);
    check(result.se_k0, peer.se_k0);
    CHECK(result.p_k0 == peer.p_k0);
    check(result.estimate, peer.estimate);
    check(result.se, peer.se);
    check(result.ci_lower, peer.ci_lower);
    check(result.ci_upper, peer.ci_upper);
    check(result.tau2, peer.tau2);
    check(result.q, peer.q);
    std::vector<double> imputed;
    for (const ImputedStudy& study : result.imputed) imputed.push_back(study.yi);
    std::sort(imputed.begin(), imputed.end());
    REQUIRE(imputed.size() == peer.imputed.size());
    for (std::size_t i = 0; i < imputed.size(); ++i) check(imputed[i], peer.imputed[i]);
  }
}

TEST_CASE("Imputed studies name the study whose mirror image they are, with its variance") {
  BiasOptions bias;
  bias.side = FunnelSide::left;
  const Trials lopsided{generic_effects({0.1, 0.2, 0.15, 0.9, 1.2}, {0.01, 0.01, 0.02, 0.2, 0.3}, {"a", "b", "c", "d", "e"}), Measure::GEN};
  const TrimFill result = filled(lopsided, bias, dersimonian_laird());
  REQUIRE(result.imputed.size() == 2);
  CHECK(result.imputed[0].study == "d");
  CHECK(result.imputed[1].study == "e");
  CHECK(result.imputed[1].vi == 0.3);
  CHECK(result.imputed[1].yi < 0);
  CHECK(result.k == 7);
}

TEST_CASE("Mirroring all effects changes the side and nothing else") {
  Trials mirrored = expectancy;
  for (double& y : std::get<GenericEffects>(mirrored.studies.data).yi) y = -y;
  for (FillEstimator estimator : {FillEstimator::L0, FillEstimator::R0, FillEstimator::Q0}) {
    BiasOptions left, right;
    left.estimator = right.estimator = estimator;
    left.side = FunnelSide::left;
    right.side = FunnelSide::right;
    const TrimFill a = filled(expectancy, left, dersimonian_laird()), b = filled(mirrored, right, dersimonian_laird());
    REQUIRE(a.status == Status::ok);
    CHECK(a.k0 == b.k0);
    check(b.estimate, -*a.estimate);
  }
}

TEST_CASE("Equal effects miss no study; too few or too lopsided ones have a status") {
  for (FillEstimator estimator : {FillEstimator::L0, FillEstimator::R0, FillEstimator::Q0}) {
    BiasOptions bias;
    bias.estimator = estimator;
    bias.side = FunnelSide::left;
    const TrimFill equal =
        filled({generic_effects({0.3, 0.3, 0.3, 0.3}, {0.01, 0.02, 0.04, 0.08}), Measure::GEN}, bias, dersimonian_laird());
    CHECK(equal.status == Status::ok);
    CHECK(*equal.k0 == 0);
    CHECK(filled({generic_effects({0.3, 0.5}, {0.01, 0.02}), Measure::GEN}, bias, dersimonian_laird()).status == Status::not_estimable);
  }
  BiasOptions bias;
  bias.estimator = FillEstimator::Q0;
  const TrimFill undefined = filled(pritz, bias, dersimonian_laird());
  CHECK(undefined.status == Status::not_estimable);
  CHECK_FALSE(undefined.estimate.has_value());
  CHECK(filled({generic_effects({0.3, 0.5, 0.7}, {0.01, 0.01, 0.01}), Measure::GEN}, {}, dersimonian_laird())
            .reason.starts_with("all standard errors"));
}

TEST_CASE("The common effect is trimmed and filled around itself") {
  Options common = dersimonian_laird();
  common.model = Model::common;
  BiasOptions bias;
  bias.side = FunnelSide::right;
  const TrimFill result = filled(magnesium, bias, common);
  REQUIRE(result.status == Status::ok);
  CHECK(*result.tau2 == 0);
  CHECK(*result.k0 > 0);
}

}  // namespace
