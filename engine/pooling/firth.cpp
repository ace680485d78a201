// Common odds ratio by penalised logistic regression: finite on any table.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/model/firth.hpp"
#include "engine/model/stratified_tests.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_regression.hpp"
#include "engine/pooling/pooling.hpp"
#include "engine/pooling/profile_results.hpp"
#include "engine/pooling/regression_prediction.hpp"

namespace tausq::pooling {

namespace {

/// Signed root of the penalised likelihood ratio of coefficient j against 0, its test: Wald's fails on separated data.
struct RootTest {
  double statistic;
  inference::TwoSided p;
};
RootTest root_test(model::FirthOddsRatio& firth, const model::FirthOddsRatio::Point& maximum, std::size_t j) {
  model::FirthOddsRatio::Point start = maximum;
  start.beta[j] = 0;
  std::vector<bool> held(maximum.beta.size());
  held[j] = true;
  const double gain = maximum.penalised - firth.maximise_from(std::move(start), held).penalised;
  const double root = std::copysign(std::sqrt(std::max(0.0, 2 * gain)), maximum.beta[j]);
  return {root, inference::two_sided(root, {})};
}

/// Estimate with the interval asked for and the test that goes with it.
PooledEstimate estimate(model::FirthOddsRatio& firth, const model::FirthOddsRatio::Point& maximum, const Options& options) {
  PooledEstimate result = inference::wald(maximum.beta[0], 1 / std::sqrt(maximum.information[0]), {}, options.level);
  const model::LikelihoodInterval profile = firth.profile(maximum, 0, likelihood_cut(options.level));
  list_profile_and_z(profile, result);
  if (options.interval_common == IntervalMethod::z) return result;
  take_profile(profile, result);
  const RootTest test = root_test(firth, maximum, 0);
  result.statistic = test.statistic;
  result.p_value = test.p.p_value;
  result.log_p_value = test.p.log_p_value;
  return result;
}

/// Coefficients with the intervals asked for and the tests that go with them, and the test of all moderators together: by Wald and by the
/// penalised likelihood ratio.
Regression regression_of(model::FirthOddsRatio& firth, const model::FirthOddsRatio::Point& maximum, const model::Design& design,
                         const PoolingInput& input, std::vector<Warning>& warnings) {
  const std::size_t p = design.p(), first = design.intercept ? 1 : 0;
  const std::vector<double> covariance = firth.covariance(maximum);
  std::vector<std::vector<double>> vcov(p);
  for (std::size_t j = 0; j < p; ++j)
    vcov[j].assign(covariance.begin() + static_cast<std::ptrdiff_t>(j * p), covariance.begin() + static_cast<std::ptrdiff_t>((j + 1) * p));
  Regression r = wald_regression(design, maximum.beta, std::move(vcov), {}, input.options.level);
  for (std::size_t j = 0; j < p && input.options.interval_common != IntervalMethod::z; ++j) {
    take_profile(r, j, firth.profile(maximum, j, likelihood_cut(input.options.level)), warnings);
    const RootTest test = root_test(firth, maximum, j);
    r.statistic[j] = test.statistic;
    r.p_value[j] = test.p.p_value;
  }
  predict_at_points(input, {}, r);
  if (first == p) return r;
  model::FirthOddsRatio::Point start = maximum;
  std::vector<bool> held(p);
  for (std::size_t j = first; j < p; ++j) start.beta[j] = 0, held[j] = true;
  const model::FirthOddsRatio::Point without = firth.maximise_from(std::move(start), held);
  if (without.converged) test_by_likelihood(2 * (maximum.penalised - without.penalised), p - first, r);
  return r;
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

Pooled pool_complete_tables(const PoolingInput& input) {
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

  const bool mean = is_mean(input.design);
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < counts->ai.size(); ++i) all.push_back(i);
  UsedDesign columns = used_design(input.design, all, pooled.warnings);
  const model::Design design{all.size(), std::move(columns.terms), std::move(columns.x), columns.intercept, {}};
  if (design.p() > design.k || design.p() == 0) throw UsageError("--mods: more terms than studies");

  const model::Strata tables = model::strata(*counts);
  model::FirthOddsRatio firth(tables, design);
  const model::FirthOddsRatio::Point maximum = firth.maximise();
  if (!maximum.converged)
    return failed(std::move(pooled), Status::not_converged, "Newton's method did not reach the maximum of the penalised likelihood");
  for (double share : firth.weights(maximum)) pooled.weight_common.push_back(share);
  pooled.fit.iterations = maximum.iterations;
  pooled.fit.loglik = maximum.penalised;
  pooled.fit.reason = "the log-likelihood carries the penalty log det(I) / 2";
  pooled.heterogeneity.status = Status::not_estimable;
  if (!mean) {
    pooled.common.reason = coefficients_elsewhere;
    pooled.heterogeneity.reason = "a common-effect model: the moderators are all by which odds ratios differ";
    pooled.regression = regression_of(firth, maximum, design, input, pooled.warnings);
    return pooled;
  }
  pooled.common = estimate(firth, maximum, input.options);
  const auto [breslow_day, tarone] = model::odds_ratio_homogeneity(tables, std::exp(maximum.beta[0]));
  pooled.tests = StratifiedTests{{}, tarone, breslow_day};
  pooled.heterogeneity.reason = "a common-effect model; homogeneity is tested by Breslow-Day";
  return pooled;
}

}  // namespace

Pooled pool_firth(const PoolingInput& input) {
  return pool_complete_studies(input, pool_complete_tables);
}

}  // namespace tausq::pooling
