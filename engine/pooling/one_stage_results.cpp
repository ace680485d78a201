#include "engine/pooling/one_stage_results.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <tausq/problem.hpp>

#include "engine/inference/prediction.hpp"
#include "engine/inference/wald.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_regression.hpp"
#include "engine/pooling/profile_results.hpp"
#include "engine/pooling/regression_prediction.hpp"

namespace tausq::pooling {

namespace {

constexpr const char* unbounded_reason =
    "the likelihood grows without bound as tau2 does: the studies have either no events or only events";
constexpr const char* separated_reason =
    "the moderators separate studies with no events, or only events, from the others: the likelihood rises for ever as a coefficient grows";
constexpr const char* not_converged_reason = "Newton's method did not reach the maximum of the likelihood";

PooledEstimate wald_of(const OneStageFit& fit, bool random, std::optional<double> df, double level) {
  const model::OneStagePoint& at = random ? fit.random.at : fit.common.at;
  return inference::wald(at.theta[0], fit.model.errors(at, !random).beta[0], df, level);
}

/// Estimate with the interval that was asked for; the z and profile intervals stand in `intervals` as well.
PooledEstimate pooled_estimate(const OneStageFit& fit, bool random, IntervalMethod method, const Options& options) {
  const double level = options.level;
  if (method == IntervalMethod::t) return wald_of(fit, random, static_cast<double>(fit.model.k()) - 1, level);
  const model::OneStagePoint& at = random ? fit.random.at : fit.common.at;
  PooledEstimate result = wald_of(fit, random, {}, level);
  if (method == IntervalMethod::z && !random) return result;
  if (method != IntervalMethod::profile && !options.extras) {
    list_left_out(IntervalMethod::profile, result);
    return result;
  }
  const model::LikelihoodInterval profile = fit.model.profile_beta(at, 0, likelihood_cut(level), !random || !fit.tau2_identified);
  list_profile_and_z(profile, result);
  if (method == IntervalMethod::profile) take_profile(profile, result);
  return result;
}

void report_tau2(const OneStageFit& fit, const Options& options, Heterogeneity& het) {
  const model::OneStagePoint& at = fit.random.at;
  het.tau2 = at.tau2();
  het.tau = std::sqrt(at.tau2());
  het.tau2_se = fit.model.errors(at).tau2;
  het.tau2_stationary = fit.random.tau2_stationary;
  test_tau2(at.loglik, fit.common.at.loglik, het);
  if (options.tau2_interval != Tau2IntervalMethod::PL || !fit.tau2_identified) return;
  const double cut = likelihood_cut(options.heterogeneity_level.value_or(options.level));
  take_tau2_profile(fit.model.profile_tau2(at, fit.common.at, cut), het);
}

Fit fit_statistics(const OneStageFit& fit, bool random) {
  const model::OneStageMaximum& maximum = random ? fit.random : fit.common;
  const double parameters = static_cast<double>(fit.model.p()) + (random ? 1 : 0) + fit.nuisance_parameters;
  Fit result = likelihood_statistics(maximum.at.loglik, parameters, fit.observations);
  result.iterations = maximum.iterations;
  return result;
}

std::vector<std::optional<double>> information_weights(model::OneStageModel& model, model::OneStagePoint at) {
  model.evaluate(at);
  double total = 0;
  for (const model::StudyTerm& term : model.terms()) total += term.d_eta_eta;
  std::vector<std::optional<double>> weights;
  for (const model::StudyTerm& term : model.terms()) weights.push_back(total < 0 ? term.d_eta_eta / total : 0);
  return weights;
}

void report_failure(Status status, const char* reason, Pooled& pooled) {
  pooled.random = inference::not_estimable(reason);
  pooled.random.status = status;
  pooled.heterogeneity.status = pooled.fit.status = pooled.prediction.status = status;
  pooled.heterogeneity.reason = pooled.fit.reason = pooled.prediction.reason = reason;
}

}  // namespace

void check_interval(IntervalMethod method) {
  if (method == IntervalMethod::z || method == IntervalMethod::t || method == IntervalMethod::profile) return;
  if (method == IntervalMethod::il || method == IntervalMethod::il_logf) return;  // filled in afterwards (integrated_results.hpp)
  throw UsageError("--interval " + std::string(key(method)) + ": exact-likelihood models offer profile, z and t");
}

PredictionInterval predict_effect(double k, double estimate, double se, double tau2, const Options& options) {
  PredictionInterval prediction;
  if (options.prediction == PredictionMethod::none) return prediction;
  if (options.prediction == PredictionMethod::integrated && k >= 3) return prediction;  // filled in afterwards (integrated_results.hpp)
  if (k >= 3)
    return inference::prediction(
        *options.prediction,
        {.estimate = estimate, .se = se, .tau2 = tau2, .k = k, .level = options.prediction_level.value_or(options.level)});
  prediction.method = *options.prediction;
  prediction.status = Status::not_estimable;
  prediction.reason = "a prediction interval needs at least three studies";
  return prediction;
}

Fit likelihood_statistics(double loglik, double parameters, double observations) {
  Fit result;
  const double spare = std::max(observations, parameters + 2) - parameters - 1;  // as metafor: keeps aicc finite
  result.loglik = loglik;
  result.aic = -2 * loglik + 2 * parameters;
  result.bic = -2 * loglik + parameters * std::log(observations);
  result.aicc = *result.aic + 2 * parameters * (parameters + 1) / spare;
  return result;
}

void report(const OneStageFit& fit, const PoolingInput& input, Pooled& pooled) {
  const Options& options = input.options;
  check_interval(*options.interval);
  pooled.heterogeneity.k = fit.model.k();
  if (!fit.common.converged) {
    pooled.common = inference::not_estimable(not_converged_reason);
    pooled.common.status = Status::not_converged;
    report_failure(Status::not_converged, not_converged_reason, pooled);
    return;
  }
  const bool mean = is_mean(input.design);
  if (mean)
    pooled.common = pooled_estimate(fit, false, *options.interval_common, options);
  else
    (options.model == Model::common ? pooled.common : pooled.random).reason = coefficients_elsewhere;
  pooled.weight_common = information_weights(fit.model, fit.common.at);
  if (fit.model.k() == 1) return;  // the caller says what stands for the random effects
  if (fit.random.unbounded || !fit.random.converged) {
    const bool unbounded = fit.random.unbounded;
    report_failure(unbounded ? Status::not_estimable : Status::not_converged, unbounded ? unbounded_reason : not_converged_reason, pooled);
    if (options.model == Model::common) pooled.fit = fit_statistics(fit, false);
    return;
  }
  // Where only the common effect was asked for, that of the random effects is not shown: no profile for it.
  if (mean)
    pooled.random =
        options.model == Model::common ? wald_of(fit, true, {}, options.level) : pooled_estimate(fit, true, *options.interval, options);
  pooled.weight_random = information_weights(fit.model, fit.random.at);
  report_tau2(fit, options, pooled.heterogeneity);
  if (mean) {
    pooled.prediction =
        predict_effect(static_cast<double>(fit.model.k()), *pooled.random.estimate, *pooled.random.se, fit.random.at.tau2(), options);
  } else {
    pooled.prediction.status = Status::not_estimable;
    pooled.prediction.reason = coefficients_predict;
  }
  pooled.fit = fit_statistics(fit, options.model != Model::common);
}

std::vector<std::optional<double>> spread_out(const std::vector<std::optional<double>>& weights, const std::vector<std::size_t>& used,
                                              std::size_t count) {
  if (weights.empty()) return {};
  std::vector<std::optional<double>> all(count);
  for (std::size_t i = 0; i < used.size(); ++i) all[used[i]] = weights[i];
  return all;
}

void drop_normal_heterogeneity(const PoolingInput& input, const char* reason, Pooled& pooled) {
  Heterogeneity& het = pooled.heterogeneity;
  for (std::optional<double>* none : {&het.tau2, &het.tau2_se, &het.tau, &het.tau2_ci_lower, &het.tau2_ci_upper, &het.i2, &het.i2_ci_lower,
                                      &het.i2_ci_upper, &het.h2, &het.h2_ci_lower, &het.h2_ci_upper})
    none->reset();
  het.tau2_stationary.clear();
  if (pooled.regression) pooled.regression->r2.reset();
  if (input.options.prediction == PredictionMethod::none) return;
  pooled.prediction = {};
  pooled.prediction.method = *input.options.prediction;
  pooled.prediction.status = Status::not_estimable;
  pooled.prediction.reason = reason;
}

Pooled pool_one_stage(const PoolingInput& input, const OneStageSetup& setup,
                      const std::function<void(const OneStageFit&, Pooled&)>& finish) {
  Pooled pooled;
  const bool mean = is_mean(input.design);
  UsedDesign columns = used_design(input.design, setup.used, pooled.warnings);
  const model::Design design{setup.used.size(), std::move(columns.terms), std::move(columns.x), columns.intercept, {}};
  if (design.p() > design.k || design.p() == 0) throw UsageError("--mods: more terms than studies");
  model::OneStageModel engine(setup.studies, design);
  OneStageFit fit{engine, engine.maximise_common(), {}, setup.nuisance_parameters, setup.observations, setup.tau2_identified};
  if (fit.common.converged && !mean && separated(fit, fit.common.at)) {
    without_model(input, inference::not_estimable(separated_reason), setup.used.size(), separated_reason, pooled);
    return pooled;
  }
  if (fit.common.converged && engine.k() > 1) fit.random = fit.tau2_identified ? engine.maximise(fit.common) : fit.common;
  report(fit, input, pooled);
  if (fit.common.converged) {
    report_homogeneity(setup.saturated.against(fit.common.at.loglik, design), input, setup.used, design, pooled.heterogeneity);
    if (!mean && (fit.random.converged || input.options.model == Model::common)) {
      Regression& r = pooled.regression.emplace(regression_of(fit, setup.studies, input.options, pooled.warnings));
      predict_at_points(input, {fit.random.at.tau2(), static_cast<double>(design.k - design.p())}, r);
      r.qe = pooled.heterogeneity.q, r.qe_df = pooled.heterogeneity.q_df, r.qe_p = pooled.heterogeneity.q_p;
    }
    if (finish) finish(fit, pooled);
  }
  pooled.weight_common = spread_out(pooled.weight_common, setup.used, input.studies.size());
  pooled.weight_random = spread_out(pooled.weight_random, setup.used, input.studies.size());
  return pooled;
}

}  // namespace tausq::pooling
