// Beta-binomial model of two arms with moderators: both arms' mean logits are linear in them, their difference is reported.
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/model/beta_binomial.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/beta_binomial.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_regression.hpp"
#include "engine/pooling/regression_prediction.hpp"

namespace tausq::pooling {

namespace {

/// Rows are all first arms and then all second ones. Columns are the terms' part in the difference (+x / 2, -x / 2), then their part in the
/// level (x in both): a moderator of the risk itself would otherwise pass for one of the effect.
model::Design arms_design(const PoolingInput& input, UsedDesign columns) {
  const std::size_t k = input.studies.size(), p = columns.terms.size();
  model::Design design{2 * k, columns.terms, std::vector<double>(4 * k * p), columns.intercept, {}};
  for (const std::string& term : columns.terms) design.terms.push_back("level: " + term);
  for (std::size_t j = 0; j < p; ++j)
    for (std::size_t i = 0; i < k; ++i) {
      const double x = columns.x[j * k + i];
      design.x[j * 2 * k + i] = 0.5 * x;
      design.x[j * 2 * k + k + i] = -0.5 * x;
      design.x[(p + j) * 2 * k + i] = design.x[(p + j) * 2 * k + k + i] = x;
    }
  return design;
}

Pooled failed(Pooled pooled, Status status, const char* reason) {
  pooled.random = inference::not_estimable(reason);
  pooled.random.status = pooled.heterogeneity.status = pooled.fit.status = pooled.prediction.status = status;
  pooled.common.reason = pooled.heterogeneity.reason = pooled.fit.reason = pooled.prediction.reason = reason;
  return pooled;
}

Regression regression_of(const OneStageFit& fit, const model::Design& effect, const Options& options, std::vector<Warning>& warnings) {
  const std::size_t p = effect.p(), size = fit.model.p() + 1;
  const std::vector<double> covariance = fit.model.errors(fit.random.at).covariance;
  std::vector<std::vector<double>> vcov(p);
  for (std::size_t j = 0; j < p; ++j)
    for (std::size_t l = 0; l < p; ++l) vcov[j].push_back(covariance[j * size + l]);
  const std::vector<double>& theta = fit.random.at.theta;
  Regression r =
      wald_regression(effect, {theta.begin(), theta.begin() + static_cast<std::ptrdiff_t>(p)}, std::move(vcov), {}, options.level);
  const double z = numerics::normal_two_sided(options.level);
  for (std::size_t j = 0; j < p && options.interval == IntervalMethod::profile; ++j)
    take_profile(r, j, fit.model.profile_beta(fit.random.at, j, z * z), warnings);
  return r;
}

Pooled pool_regression_of_arms(const PoolingInput& input) {
  const auto& counts = std::get<TwoArmCounts>(input.studies.data);
  const std::size_t k = counts.ai.size();
  std::vector<model::BetaBinomialLikelihood> rows;
  HomogeneitySums saturated;
  for (std::size_t i = 0; i < k; ++i) rows.emplace_back(counts.ai[i], counts.ai[i] + counts.bi[i]);
  for (std::size_t i = 0; i < k; ++i) rows.emplace_back(counts.ci[i], counts.ci[i] + counts.di[i]);
  for (const model::BetaBinomialLikelihood& row : rows) saturated.add(model::study_maximum(row.binomial()));
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < k; ++i) all.push_back(i);

  Pooled pooled;
  pooled.heterogeneity.k = k;
  UsedDesign columns = used_design(input.design, all, pooled.warnings);
  const model::Design effect{k, columns.terms, columns.x, columns.intercept, {}};
  if (effect.p() >= k || effect.p() == 0) throw UsageError("--mods: as many terms as studies, or more");
  const model::Design design = arms_design(input, std::move(columns));
  model::OneStageModel engine(std::make_unique<model::BetaBinomialTerms>(std::move(rows)), design);
  OneStageFit fit{engine, engine.maximise_common(), {}, 0, 2 * static_cast<double>(k)};
  if (!fit.common.converged || separated(fit, fit.common.at))
    return failed(std::move(pooled), Status::not_estimable,
                  "the moderators separate arms with no events, or only events, from the others: the likelihood rises for ever as a "
                  "coefficient grows");
  fit.random = engine.maximise(fit.common);
  if (!fit.random.converged || fit.random.unbounded)
    return failed(std::move(pooled), Status::not_converged, "Newton's method did not reach the maximum of the likelihood");
  report(fit, input, pooled);
  pooled.weight_common.clear(), pooled.weight_random.clear();  // of arms, not of studies
  pooled.common.reason = "with rho = 0 the arms would be added up over studies: no common effect";
  pooled.heterogeneity.k = k;
  Heterogeneity& het = pooled.heterogeneity;
  het.lrt = saturated.against(fit.common.at.loglik, design).likelihood_ratio;
  het.lrt_df = static_cast<double>(design.k) - static_cast<double>(design.p());
  het.lrt_p = numerics::chi2_sf(*het.lrt, *het.lrt_df);
  Regression& r = pooled.regression.emplace(regression_of(fit, effect, input.options, pooled.warnings));
  predict_at_points(input, {0, *het.lrt_df}, r);
  r.qe = het.lrt, r.qe_df = het.lrt_df, r.qe_p = het.lrt_p;
  report_rho(input, pooled);
  return pooled;
}

}  // namespace

Pooled pool_beta_binomial_regression(const PoolingInput& input) {
  if (input.effects.measure != Measure::OR)
    throw UsageError("--mods: in the beta-binomial model of two arms moderators act on the log odds ratio; RR and RD take none");
  return pool_complete_studies(input, pool_regression_of_arms);
}

}  // namespace tausq::pooling
