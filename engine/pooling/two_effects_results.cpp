#include "engine/pooling/two_effects_results.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/study_integral.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_regression.hpp"
#include "engine/pooling/profile_results.hpp"
#include "engine/pooling/regression_prediction.hpp"

namespace tausq::pooling {

namespace {

using model::TwoEffects;
using model::TwoEffectsMaximum;

constexpr double vanished = 1e-4;  ///< a standard deviation below it is 0: the likelihood is flat to the last digit there

struct TwoEffectsFit {
  const model::TwoEffectsModel& model;
  const TwoEffectsMaximum &common, &random;
  bool correlated;
  double k;
};

PooledEstimate estimate_of(const TwoEffectsFit& fit, bool random, IntervalMethod method, double level) {
  const TwoEffectsMaximum& at = random ? fit.random : fit.common;
  const auto v = fit.model.covariance(at, !random);
  if (!v) return inference::not_estimable("the information about the parameters is singular");
  const double se = std::sqrt((*v)[TwoEffects::theta][TwoEffects::theta]), z = numerics::normal_two_sided(level);
  const std::optional<double> df = method == IntervalMethod::t ? std::optional(fit.k - 1) : std::nullopt;
  PooledEstimate result = inference::wald(at.at[TwoEffects::theta], se, df, level);
  if (method != IntervalMethod::profile) return result;
  const model::LikelihoodInterval profile = fit.model.profile_theta(at, z * z, !random);
  list_profile_and_z(profile, result);
  take_profile(profile, result);
  return result;
}

/// An arm's average proportion E expit(m + sqrt(v) u), itself the marginal likelihood of one event in one patient, with its derivatives in
/// the parameters; `side` is 1 for the first arm, -1 for the second.
struct AverageProportion {
  double value;
  std::array<double, TwoEffects::count> slope;

  AverageProportion(const TwoEffects& at, double side) {
    const double along = at[TwoEffects::c] + 0.5 * side * at[TwoEffects::t], own = at[TwoEffects::s];
    const model::StudyTerm event = model::integrate(model::BinomialLikelihood(1, 1),
                                                    at[TwoEffects::alpha] + 0.5 * side * at[TwoEffects::theta], along * along + own * own);
    value = std::exp(event.loglik);
    const double by_mean = value * event.d_eta, by_variance = value * event.d_tau2;
    slope[TwoEffects::alpha] = by_mean, slope[TwoEffects::theta] = 0.5 * side * by_mean;
    slope[TwoEffects::s] = 2 * own * by_variance;
    slope[TwoEffects::c] = 2 * along * by_variance, slope[TwoEffects::t] = side * along * by_variance;
  }
};

/// Ratio and difference of the arms' average proportions, with delta-method intervals on log(RR) and atanh(RD) from the joint information
/// of all parameters.
std::vector<MarginalEffect> marginal_effects(const TwoEffectsFit& fit, const Options& options) {
  const auto v = fit.model.covariance(fit.random, false);
  if (!v) return {};
  const AverageProportion first(fit.random.at, 1), second(fit.random.at, -1);
  const double ratio = std::log(first.value / second.value), difference = first.value - second.value;
  double ratio_variance = 0, difference_variance = 0;
  for (std::size_t a = 0; a < TwoEffects::count; ++a)
    for (std::size_t b = 0; b < TwoEffects::count; ++b) {
      const auto of_ratio = [&](std::size_t i) { return first.slope[i] / first.value - second.slope[i] / second.value; };
      const auto of_difference = [&](std::size_t i) { return first.slope[i] - second.slope[i]; };
      ratio_variance += of_ratio(a) * of_ratio(b) * (*v)[a][b];
      difference_variance += of_difference(a) * of_difference(b) * (*v)[a][b];
    }
  const std::optional<double> df = options.interval == IntervalMethod::t ? std::optional(fit.k - 1) : std::nullopt;
  const double quantile = inference::two_sided_quantile(options.level, df);
  const double ratio_half = quantile * std::sqrt(ratio_variance);
  const double walked = std::atanh(difference), walked_half = quantile * std::sqrt(difference_variance) / (1 - difference * difference);
  return {{Measure::RR, std::exp(ratio), std::exp(ratio - ratio_half), std::exp(ratio + ratio_half)},
          {Measure::RD, difference, std::tanh(walked - walked_half), std::tanh(walked + walked_half)}};
}

void report_variances(const TwoEffectsFit& fit, const Options& options, Heterogeneity& het, std::vector<Warning>& warnings) {
  const TwoEffects& at = fit.random.at;
  const bool none = std::abs(at[TwoEffects::t]) < vanished;
  het.tau2 = none ? 0 : at.tau2();
  het.tau = std::sqrt(*het.tau2);
  het.sigma2 = at.sigma2() < vanished * vanished ? 0 : at.sigma2();
  if (!none) {
    if (const auto v = fit.model.covariance(fit.random, false))
      het.tau2_se = 2 * std::abs(at[TwoEffects::t]) * std::sqrt((*v)[TwoEffects::t][TwoEffects::t]);
    if (fit.correlated) het.correlation = at.correlation();
  }
  if (fit.correlated && !none && std::abs(at[TwoEffects::s]) < vanished)
    warnings.push_back({"correlation-boundary", "level and effect are perfectly correlated at the maximum of the likelihood", {}});
  het.lrt_tau2 = std::max(0.0, 2 * (fit.random.sum.loglik - fit.common.sum.loglik));
  // Without heterogeneity of the effect its correlation vanishes too: half of chi2 on one degree of freedom more.
  const double one = numerics::chi2_sf(*het.lrt_tau2, 1), two = numerics::chi2_sf(*het.lrt_tau2, 2);
  het.lrt_tau2_p = *het.lrt_tau2 > 0 ? 0.5 * (one + (fit.correlated ? two : 0)) : 1;
  het.lrt_tau2_p_plain = fit.correlated ? two : one;
  if (options.tau2_interval != Tau2IntervalMethod::PL) return;
  const double cut = likelihood_cut(options.heterogeneity_level.value_or(options.level));
  take_tau2_profile(fit.model.profile_tau2(fit.random, fit.common, cut), het);
}

/// Coefficients of the differences in the place of one mean; r2 against the model of the mean.
Regression regression_of(const TwoEffectsFit& fit, const model::ArmPairs& arms, const model::Design& design, const PoolingInput& input,
                         std::vector<Warning>& warnings) {
  const Options& options = input.options;
  const bool random = options.model != Model::common;
  const TwoEffectsMaximum& maximum = random ? fit.random : fit.common;
  const IntervalMethod method = random ? *options.interval : *options.interval_common;
  const auto v = fit.model.covariance(maximum, !random);
  if (!v) return {};
  const std::size_t p = design.p();
  std::vector<double> beta;
  std::vector<std::vector<double>> vcov(p);
  for (std::size_t j = 0; j < p; ++j) {
    beta.push_back(maximum.at[model::TwoEffectsPoint::place(j)]);
    for (std::size_t l = 0; l < p; ++l) vcov[j].push_back((*v)[model::TwoEffectsPoint::place(j)][model::TwoEffectsPoint::place(l)]);
  }
  const double spare = fit.k - static_cast<double>(p), z = numerics::normal_two_sided(options.level);
  const std::optional<double> df = method == IntervalMethod::t && spare > 0 ? std::optional(spare) : std::nullopt;
  Regression r = wald_regression(design, std::move(beta), std::move(vcov), df, options.level);
  for (std::size_t j = 0; j < p && method == IntervalMethod::profile; ++j)
    take_profile(r, j, fit.model.profile_theta(maximum, z * z, !random, j), warnings);
  if (design.intercept && p > 1) {
    const model::TwoEffectsModel plain(arms, fit.correlated);
    const TwoEffectsMaximum common = plain.maximise_common(), mean = random ? plain.maximise(common) : common;
    if (common.converged && mean.converged) test_by_likelihood(2 * (maximum.sum.loglik - mean.sum.loglik), p - 1, r);
    if (random && common.converged && mean.converged && std::abs(mean.at[TwoEffects::t]) > vanished)
      r.r2 = std::max(0.0, 1 - fit.random.at.tau2() / mean.at.tau2());
  }
  predict_at_points(input, {fit.random.at.tau2(), spare}, r);
  return r;
}

std::vector<std::optional<double>> shares(const std::vector<double>& information) {
  double total = 0;
  for (double x : information) total += x;
  std::vector<std::optional<double>> result;
  for (double x : information) result.push_back(total > 0 ? x / total : 0);
  return result;
}

constexpr const char* not_converged_reason = "Newton's method did not reach the maximum of the likelihood";
constexpr const char* unbounded_reason =
    "the likelihood grows without bound as the variances of the random effects do: every arm has either no events or only events";

void report_failure(Status status, const char* reason, Pooled& pooled) {
  pooled.random = inference::not_estimable(reason);
  pooled.random.status = status;
  pooled.heterogeneity.status = pooled.fit.status = pooled.prediction.status = status;
  pooled.heterogeneity.reason = pooled.fit.reason = pooled.prediction.reason = reason;
}

}  // namespace

Pooled pool_two_effects(const PoolingInput& input, const model::ArmPairs& arms, const HomogeneitySums& saturated,
                        const std::vector<std::size_t>& used, bool correlated) {
  const Options& options = input.options;
  check_interval(*options.interval);
  Pooled pooled;
  const bool mean = is_mean(input.design);
  UsedDesign columns = used_design(input.design, used, pooled.warnings);
  const model::Design design{used.size(), std::move(columns.terms), std::move(columns.x), columns.intercept, {}};
  if (!mean && (design.p() >= design.k || design.p() == 0)) throw UsageError("--mods: as many terms as studies, or more");
  const model::TwoEffectsModel model(arms, correlated, design);
  const TwoEffectsMaximum common = model.maximise_common();
  pooled.heterogeneity.k = arms.k();
  if (!common.converged) {
    pooled.common = inference::not_estimable(not_converged_reason);
    pooled.common.status = Status::not_converged;
    report_failure(Status::not_converged, not_converged_reason, pooled);
    return pooled;
  }
  const TwoEffectsMaximum random = options.model == Model::common ? common : model.maximise(common);
  const TwoEffectsFit fit{model, common, random, correlated, static_cast<double>(arms.k())};
  if (mean) pooled.common = estimate_of(fit, false, *options.interval_common, options.level);
  pooled.weight_common = spread_out(shares(model.information(common, true)), used, input.studies.size());
  if (!random.converged) {
    random.unbounded ? report_failure(Status::not_estimable, unbounded_reason, pooled)
                     : report_failure(Status::not_converged, not_converged_reason, pooled);
    return pooled;
  }
  if (mean) {
    pooled.random = estimate_of(fit, true, *options.interval, options.level);
  } else {
    (options.model == Model::common ? pooled.common : pooled.random).reason = coefficients_elsewhere;
  }
  pooled.weight_random = spread_out(shares(model.information(random, false)), used, input.studies.size());
  if (mean && input.effects.measure == Measure::OR && options.model != Model::common)
    pooled.random.marginal_effects = marginal_effects(fit, options);
  report_variances(fit, options, pooled.heterogeneity, pooled.warnings);
  if (pooled.random.estimate && pooled.random.se)
    pooled.prediction = predict_effect(fit.k, *pooled.random.estimate, *pooled.random.se, *pooled.heterogeneity.tau2, options);
  if (!mean) {
    pooled.prediction.status = Status::not_estimable;
    pooled.prediction.reason = coefficients_predict;
  }
  const bool both = options.model != Model::common;
  pooled.fit = likelihood_statistics(both ? random.sum.loglik : common.sum.loglik,
                                     (both ? (correlated ? 4 : 3) : 2) + static_cast<double>(design.p()), 2 * fit.k);
  pooled.fit.iterations = both ? random.iterations : common.iterations;
  const std::optional<double> highest = model.saturated_loglik(common);
  Homogeneity test = saturated.against(0, design);
  if (highest) test.likelihood_ratio = std::max(0.0, 2 * (*highest - common.sum.loglik));
  report_homogeneity(test, input, used, design, pooled.heterogeneity);
  if (!highest) pooled.heterogeneity.lrt = pooled.heterogeneity.lrt_df = pooled.heterogeneity.lrt_p = std::nullopt;
  if (!mean) {
    Regression& r = pooled.regression.emplace(regression_of(fit, arms, design, input, pooled.warnings));
    r.qe = pooled.heterogeneity.q, r.qe_df = pooled.heterogeneity.q_df, r.qe_p = pooled.heterogeneity.q_p;
  }
  return pooled;
}

}  // namespace tausq::pooling
