#include "engine/pooling/arms_regression.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_regression.hpp"
#include "engine/pooling/profile_results.hpp"
#include "engine/pooling/regression_prediction.hpp"

namespace tausq::pooling {

namespace {

/// Rows are the effects of all studies and then their levels. Columns are the terms of the effect, then those of the level: a moderator of
/// the risk itself would otherwise pass for one of the effect.
model::Design paired_design(const model::Design& effect, bool level_follows) {
  const std::size_t k = effect.k, p = effect.p();
  model::Design design{2 * k, effect.terms, {}, false, {}};
  for (std::size_t j = 0; j < p; ++j) {
    design.x.insert(design.x.end(), effect.x.begin() + static_cast<std::ptrdiff_t>(j * k),
                    effect.x.begin() + static_cast<std::ptrdiff_t>((j + 1) * k));
    design.x.insert(design.x.end(), k, 0.0);
  }
  const std::size_t of_level = level_follows ? p : 1;
  for (std::size_t j = 0; j < of_level; ++j) {
    design.terms.push_back("level: " + effect.terms[j]);
    design.x.insert(design.x.end(), k, 0.0);
    for (std::size_t i = 0; i < k; ++i) design.x.push_back(level_follows ? effect.x[j * k + i] : 1.0);
  }
  return design;
}

Pooled failed(Pooled pooled, PooledEstimate Pooled::*place, Status status, const char* reason) {
  PooledEstimate& estimate = pooled.*place = inference::not_estimable(reason);
  estimate.status = pooled.heterogeneity.status = pooled.fit.status = pooled.prediction.status = status;
  pooled.heterogeneity.reason = pooled.fit.reason = pooled.prediction.reason = reason;
  return pooled;
}

Regression regression_of(const OneStageFit& fit, const model::Design& effect, const ArmsRegression& setup, const Options& options,
                         std::vector<Warning>& warnings) {
  const std::size_t p = effect.p(), size = fit.model.p() + 1;
  const std::vector<double> covariance = fit.model.errors(fit.random.at).covariance;
  std::vector<std::vector<double>> vcov(p);
  for (std::size_t j = 0; j < p; ++j)
    for (std::size_t l = 0; l < p; ++l) vcov[j].push_back(covariance[j * size + l]);
  const std::vector<double>& theta = fit.random.at.theta;
  Regression r =
      wald_regression(effect, {theta.begin(), theta.begin() + static_cast<std::ptrdiff_t>(p)}, std::move(vcov), {}, options.level);
  const IntervalMethod interval = setup.place == &Pooled::random ? *options.interval : *options.interval_common;
  for (std::size_t j = 0; j < p && interval == IntervalMethod::profile; ++j)
    take_profile(r, j, fit.model.profile_beta(fit.random.at, j, likelihood_cut(options.level)), warnings);
  const std::size_t first = effect.intercept ? 1 : 0;
  if (first == p) return r;
  const SmallerFit without = fit_without(setup.studies, fit.model.design(), first, p, true);
  if (without.usable(true)) test_by_likelihood(2 * (fit.random.at.loglik - without.random.at.loglik), p - first, r);
  return r;
}

void report_dispersion(const OneStageFit& fit, const Options& options, Pooled& pooled) {
  Heterogeneity& het = pooled.heterogeneity;
  const model::OneStagePoint &at = fit.random.at, &without = fit.common.at;
  het.tau2 = at.tau2();
  const double cut = likelihood_cut(options.heterogeneity_level.value_or(options.level));
  take_tau2_profile(fit.model.profile_tau2(at, without, cut), het);
  test_tau2(at.loglik, without.loglik, het);
  pooled.fit = likelihood_statistics(at.loglik, static_cast<double>(at.p()) + 1, fit.observations);
  pooled.fit.iterations = fit.random.iterations;
}

}  // namespace

Pooled pool_arms_regression(const PoolingInput& input, ArmsRegression setup) {
  const std::size_t k = input.studies.size();
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < k; ++i) all.push_back(i);
  Pooled pooled;
  pooled.heterogeneity.k = k;
  UsedDesign columns = used_design(input.design, all, pooled.warnings);
  const model::Design effect{k, std::move(columns.terms), std::move(columns.x), columns.intercept, {}};
  if (effect.p() >= k || effect.p() == 0) throw UsageError("--mods: as many terms as studies, or more");
  const model::Design design = paired_design(effect, setup.level_follows);
  model::OneStageModel engine(setup.studies, design);
  OneStageFit fit{engine, engine.maximise_common(), {}, 0, 2 * static_cast<double>(k)};
  if (!fit.common.converged || separated(fit, fit.common.at))
    return failed(std::move(pooled), setup.place, Status::not_estimable,
                  "the moderators separate arms with no events, or only events, from the others: the likelihood rises for ever as a "
                  "coefficient grows");
  fit.random = engine.maximise(fit.common);
  if (!fit.random.converged || fit.random.unbounded)
    return failed(std::move(pooled), setup.place, Status::not_converged, "Newton's method did not reach the maximum of the likelihood");
  (pooled.*setup.place).reason = coefficients_elsewhere;
  pooled.prediction.status = Status::not_estimable;
  pooled.prediction.reason = coefficients_predict;
  report_dispersion(fit, input.options, pooled);
  Regression& r = pooled.regression.emplace(regression_of(fit, effect, setup, input.options, pooled.warnings));
  const double spare = static_cast<double>(design.k) - static_cast<double>(design.p());
  predict_at_points(input, {0, spare}, r);
  if (setup.saturated) {
    Heterogeneity& het = pooled.heterogeneity;
    het.lrt = r.qe = std::max(0.0, 2 * (*setup.saturated - fit.common.at.loglik));
    het.lrt_df = r.qe_df = spare;
    het.lrt_p = r.qe_p = numerics::chi2_sf(*het.lrt, spare);
  }
  return pooled;
}

}  // namespace tausq::pooling
