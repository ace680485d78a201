// Common odds ratio by penalised logistic regression: finite on any table.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/model/firth.hpp"
#include "engine/model/stratified_tests.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/pooling.hpp"
#include "engine/pooling/profile_results.hpp"

namespace tausq::pooling {

namespace {

/// Estimate with the interval asked for and the test that goes with it: for `profile` the signed root of the penalised likelihood
/// ratio, as Wald's test fails on separated data.
PooledEstimate estimate(model::FirthOddsRatio& firth, const model::FirthOddsRatio::Point& maximum, const Options& options) {
  PooledEstimate result = inference::wald(maximum.theta, 1 / std::sqrt(maximum.information), {}, options.level);
  const model::LikelihoodInterval profile = firth.profile(maximum, likelihood_cut(options.level));
  list_profile_and_z(profile, result);
  if (options.interval_common == IntervalMethod::z) return result;
  take_profile(profile, result);
  const model::FirthOddsRatio::Point null = firth.maximise_at(0, maximum);
  const double root = std::sqrt(std::max(0.0, 2 * (maximum.penalised - null.penalised)));
  result.statistic = std::copysign(root, maximum.theta);
  const inference::TwoSided test = inference::two_sided(*result.statistic, {});
  result.p_value = test.p_value;
  result.log_p_value = test.log_p_value;
  return result;
}

/// The studies with no event, or only events, in both arms.
std::vector<std::string> one_sided_studies(const PoolingInput& input, const TwoArmCounts& counts) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < counts.ai.size(); ++i)
    if (counts.ai[i] + counts.ci[i] == 0 || counts.bi[i] + counts.di[i] == 0) names.push_back(input.studies.study[i]);
  return names;
}

Pooled failed(Pooled pooled, Status status, std::string reason) {
  pooled.common = inference::not_estimable("");
  pooled.common.status = pooled.fit.status = pooled.heterogeneity.status = status;
  pooled.common.reason = pooled.random.reason = pooled.fit.reason = pooled.heterogeneity.reason = std::move(reason);
  return pooled;
}

}  // namespace

Pooled pool_firth(const PoolingInput& input) {
  const auto* counts = std::get_if<TwoArmCounts>(&input.studies.data);
  if (counts == nullptr) throw UsageError("--pooling firth: needs counts of two arms");
  const IntervalMethod interval = input.options.interval_common.value_or(IntervalMethod::profile);
  if (interval != IntervalMethod::profile && interval != IntervalMethod::z)
    throw UsageError("--interval " + std::string(key(interval)) + ": --pooling firth offers profile and z");

  Pooled pooled;
  pooled.heterogeneity.k = counts->ai.size();
  pooled.random.reason = "penalised logistic regression supposes that all studies share one odds ratio";
  std::vector<std::string> silent = one_sided_studies(input, *counts);
  if (silent.size() == counts->ai.size())
    return failed(std::move(pooled), Status::not_estimable, "no study has both events and non-events: only the penalty would speak");
  if (!silent.empty())
    pooled.warnings.push_back({"penalty-only",
                               "studies with no event, or only events, in both arms say nothing about an odds ratio; here they stay "
                               "and pull the estimate by the penalty on their level",
                               std::move(silent)});

  const model::Strata tables = model::strata(*counts);
  model::FirthOddsRatio firth(tables);
  const model::FirthOddsRatio::Point maximum = firth.maximise();
  if (!maximum.converged)
    return failed(std::move(pooled), Status::not_converged, "Newton's method did not reach the maximum of the penalised likelihood");
  pooled.common = estimate(firth, maximum, input.options);
  for (double share : firth.weights(maximum)) pooled.weight_common.push_back(share);
  pooled.fit.iterations = maximum.iterations;
  pooled.fit.loglik = maximum.penalised;
  pooled.fit.reason = "the log-likelihood carries the penalty log det(I) / 2";
  const auto [breslow_day, tarone] = model::odds_ratio_homogeneity(tables, std::exp(maximum.theta));
  pooled.tests = StratifiedTests{{}, tarone, breslow_day};
  pooled.heterogeneity.status = Status::not_estimable;
  pooled.heterogeneity.reason = "a common-effect model; homogeneity is tested by Breslow-Day";
  return pooled;
}

}  // namespace tausq::pooling
