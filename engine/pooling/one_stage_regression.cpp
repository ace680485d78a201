#include "engine/pooling/one_stage_regression.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/inference/wald.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::pooling {

namespace {

/// The likelihood ratio against the intercept alone, and what it leaves of tau2.
void compare_with_mean(const OneStageFit& fit, const std::shared_ptr<model::StudyTerms>& studies, bool random, Regression& r) {
  const model::Design& design = fit.model.design();
  if (!design.intercept || design.p() < 2) return;
  const SmallerFit mean = fit_without(studies, design, 1, design.p(), random);
  if (!mean.usable(random)) return;
  const model::OneStageMaximum &larger = random ? fit.random : fit.common, &smaller = random ? mean.random : mean.common;
  test_by_likelihood(2 * (larger.at.loglik - smaller.at.loglik), design.p() - 1, r);
  if (random && smaller.at.tau2() > 0) r.r2 = std::max(0.0, 1 - larger.at.tau2() / smaller.at.tau2());
}

void test_moderators(std::size_t first, Regression& r) {
  model::Coefficients coefficients{r.beta, {}};
  for (const std::vector<double>& row : r.vcov) coefficients.vcov.insert(coefficients.vcov.end(), row.begin(), row.end());
  const std::size_t p = r.vcov.size();
  r.vif = variance_inflation(coefficients.vcov, p, first);
  const std::optional<double> statistic = wald_statistic(coefficients, first);
  if (!statistic) return;
  const double m = static_cast<double>(p - first);
  r.qm_df = m;
  r.qm = r.df ? *statistic / m : *statistic;
  r.qm_p = r.df ? numerics::f_sf(*r.qm, m, *r.df) : numerics::chi2_sf(*r.qm, m);
}

}  // namespace

bool separated(const OneStageFit& fit, const model::OneStagePoint& maximum) {
  // The linear predictor of such a study has run so far that its variance says so, whatever the coding of the design.
  constexpr double beyond_data = 1e6;
  const model::Design& design = fit.model.design();
  const std::size_t p = design.p(), size = p + 1;
  const std::vector<double> v = fit.model.errors(maximum, true).covariance;
  for (std::size_t i = 0; i < design.k; ++i) {
    double variance = 0;
    for (std::size_t a = 0; a < p; ++a)
      for (std::size_t b = 0; b < p; ++b) variance += design.x[a * design.k + i] * design.x[b * design.k + i] * v[a * size + b];
    if (!(variance < beyond_data)) return true;
  }
  return false;
}

Regression wald_regression(const model::Design& design, std::vector<double> beta, std::vector<std::vector<double>> vcov,
                           std::optional<double> df, double level) {
  Regression r;
  r.terms = design.terms;
  r.beta = std::move(beta);
  r.vcov = std::move(vcov);
  r.df = df;
  for (std::size_t j = 0; j < r.beta.size(); ++j) {
    const double se = std::sqrt(r.vcov[j][j]);
    const PooledEstimate e = inference::wald(r.beta[j], se, df, level);
    r.se.push_back(se), r.statistic.push_back(r.beta[j] / se), r.p_value.push_back(e.p_value.value_or(1));
    r.ci_lower.push_back(e.ci_lower), r.ci_upper.push_back(e.ci_upper);
  }
  test_moderators(design.intercept ? 1 : 0, r);
  return r;
}

void test_by_likelihood(double gain, std::size_t df, Regression& regression) {
  regression.lrt = std::max(0.0, gain);
  regression.lrt_df = static_cast<double>(df);
  regression.lrt_p = numerics::chi2_sf(*regression.lrt, *regression.lrt_df);
}

SmallerFit fit_without(const std::shared_ptr<model::StudyTerms>& studies, const model::Design& design, std::size_t first, std::size_t last,
                       bool random_effects) {
  model::Design smaller{design.k, {}, {}, design.intercept && first > 0, {}};
  for (std::size_t j = 0; j < design.p(); ++j) {
    if (j >= first && j < last) continue;
    smaller.terms.push_back(design.terms[j]);
    const auto column = design.x.begin() + static_cast<std::ptrdiff_t>(j * design.k);
    smaller.x.insert(smaller.x.end(), column, column + static_cast<std::ptrdiff_t>(design.k));
  }
  model::OneStageModel plain(studies, smaller);
  SmallerFit fit{plain.maximise_common(), {}};
  if (random_effects && fit.common.converged) fit.random = plain.maximise(fit.common);
  return fit;
}

void take_profile(Regression& regression, std::size_t j, const model::LikelihoodInterval& interval, std::vector<Warning>& warnings) {
  regression.ci_lower[j] = interval.lower, regression.ci_upper[j] = interval.upper;
  if (!interval.converged)
    warnings.push_back({"profile-end", "an end of the profile-likelihood interval of " + regression.terms[j] + " was not found", {}});
}

Regression regression_of(const OneStageFit& fit, const std::shared_ptr<model::StudyTerms>& studies, const Options& options,
                         std::vector<Warning>& warnings) {
  const bool random = options.model != Model::common;
  const model::OneStagePoint& at = random ? fit.random.at : fit.common.at;
  const IntervalMethod method = random ? *options.interval : *options.interval_common;
  const std::vector<double> covariance = fit.model.errors(at, !random).covariance;
  const std::size_t p = fit.model.p(), k = fit.model.k();
  std::vector<std::vector<double>> vcov(p);
  for (std::size_t j = 0; j < p; ++j)
    for (std::size_t l = 0; l < p; ++l) vcov[j].push_back(covariance[j * (p + 1) + l]);
  const std::optional<double> df = method == IntervalMethod::t && k > p ? std::optional(static_cast<double>(k - p)) : std::nullopt;
  Regression r = wald_regression(fit.model.design(), {at.theta.begin(), at.theta.end() - 1}, std::move(vcov), df, options.level);
  const double z = numerics::normal_two_sided(options.level);
  for (std::size_t j = 0; j < p && method == IntervalMethod::profile; ++j)
    take_profile(r, j, fit.model.profile_beta(at, j, z * z, !random), warnings);
  compare_with_mean(fit, studies, random, r);
  return r;
}

Pooled pool_complete_studies(const PoolingInput& input, Pooled (*kernel)(const PoolingInput&)) {
  const std::vector<std::string>& missing = input.design.missing;
  if (missing.empty()) return kernel(input);
  std::vector<std::size_t> complete;
  for (std::size_t i = 0; i < missing.size(); ++i)
    if (missing[i].empty()) complete.push_back(i);
  const StudySet studies = input.studies.subset(complete);
  EffectSizes effects{input.effects.measure, {}, input.effects.excluded, {}};
  model::Design design{complete.size(), input.design.terms, {}, input.design.intercept, {}};
  for (std::size_t i : complete) effects.study.push_back(input.effects.study[i]);
  for (std::size_t j = 0; j < design.p(); ++j)
    for (std::size_t i : complete) design.x.push_back(input.design.x[j * input.design.k + i]);
  Pooled pooled = kernel({studies, effects, input.options, design, input.predict_at});
  for (std::size_t i = 0; i < missing.size(); ++i)
    if (!missing[i].empty())
      pooled.excluded.push_back({input.studies.row[i], input.studies.study[i], "missing_moderator", "no value of moderator " + missing[i]});
  pooled.weight_common = spread_out(pooled.weight_common, complete, missing.size());
  pooled.weight_random = spread_out(pooled.weight_random, complete, missing.size());
  return pooled;
}

}  // namespace tausq::pooling
