#include "engine/inference/heterogeneity.hpp"

#include <algorithm>
#include <cmath>

#include "engine/inference/wald.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::inference {

namespace {

/// On the scale of the data.
QStatistic q_statistic(const model::NormalData& data, model::NormalWorkspace& work) {
  const model::PreciseMoments m = model::best_moments(data, 0, work);
  return {data.k, data.df(), static_cast<double>(m.q), static_cast<double>(m.tr_p) / (data.scale * data.scale)};
}

Heterogeneity about_q(const QStatistic& s) {
  Heterogeneity result;
  result.k = s.k;
  result.q = if_finite(s.df > 0 ? s.q : 0.0);
  result.q_df = s.df;
  result.q_p = if_finite(s.df > 0 ? numerics::chi2_sf(s.q, s.df) : 1.0);
  if (s.df > 0) {
    result.i2_from_q = s.q > 0 ? std::max(0.0, (s.q - s.df) / s.q) : 0.0;
    return result;
  }
  result.status = Status::not_estimable;
  result.reason = s.k == 1 ? "one study says nothing about heterogeneity: tau2 is not estimated but stands at its common-effect value"
                           : "as many coefficients as studies: nothing is left to judge heterogeneity by";
  return result;
}

/// Where nothing can be judged the fit is that of a common effect (or of the tau2 given): no share of it is heterogeneity.
Heterogeneity without_freedom(Heterogeneity result) {
  result.i2 = 0;
  result.h2 = 1;
  return result;
}

Heterogeneity beyond_range(std::size_t k) {
  Heterogeneity result;
  result.k = k;
  result.status = Status::not_estimable;
  result.reason = beyond_double;
  return result;
}

}  // namespace

Heterogeneity heterogeneity(const QStatistic& statistic, double tau2) {
  Heterogeneity result = about_q(statistic);
  result.tau2 = if_finite(tau2);
  result.tau = if_finite(std::sqrt(tau2));
  if (result.status == Status::not_estimable) return without_freedom(result);
  if (!result.q || !result.tau2) return beyond_range(statistic.k);
  const double typical = statistic.df / statistic.tr_p;
  result.i2 = if_finite(tau2 / (tau2 + typical));
  result.h2 = if_finite(1 + tau2 / typical);
  return result;
}

Heterogeneity homogeneity(const QStatistic& statistic) {
  Heterogeneity result = about_q(statistic);
  result.tau2 = 0, result.tau = 0;
  if (result.status == Status::not_estimable) return without_freedom(result);
  if (!result.q) return beyond_range(statistic.k);
  result.i2 = result.i2_from_q;
  result.h2 = if_finite(statistic.q / statistic.df);
  result.reason = "common effect: tau2 is 0 by assumption, i2 and h2 come from Q";
  return result;
}

Heterogeneity heterogeneity(const model::NormalData& data, const model::Tau2Estimate& tau2, const std::optional<Tau2Interval>& interval,
                            model::NormalWorkspace& work) {
  const QStatistic statistic = q_statistic(data, work);
  const double unit = data.scale * data.scale;
  Heterogeneity result = heterogeneity(statistic, tau2.tau2 * unit);
  if (result.status == Status::not_estimable) return result;
  if (tau2.se) result.tau2_se = if_finite(*tau2.se * unit);
  if (interval) {
    const Heterogeneity lower = heterogeneity(statistic, interval->lower * unit), upper = heterogeneity(statistic, interval->upper * unit);
    result.tau2_ci_lower = lower.tau2, result.tau2_ci_upper = upper.tau2;
    result.i2_ci_lower = lower.i2, result.i2_ci_upper = upper.i2;
    result.h2_ci_lower = lower.h2, result.h2_ci_upper = upper.h2;
  }
  for (const double point : tau2.stationary) result.tau2_stationary.push_back(point * unit);
  return result;
}

Heterogeneity homogeneity(const model::NormalData& data, model::NormalWorkspace& work) {
  return homogeneity(q_statistic(data, work));
}

Fit fit_statistics(const model::NormalData& data, model::Likelihood likelihood, double tau2, int parameters, model::NormalWorkspace& work) {
  // Nothing is left of a restricted likelihood when the coefficients take up every study, except for one study: it is 0.
  const model::Likelihood kind = data.df() > 0 || data.k == 1 ? likelihood : model::Likelihood::ml;
  const double m = parameters, n = kind == model::Likelihood::ml ? static_cast<double>(data.k) : data.df(), at_least = std::max(n, m + 2);
  const double loglik = log_likelihood(data, kind, tau2, work) - log_likelihood_scale(data, kind);
  Fit fit;
  if (!std::isfinite(loglik)) fit.status = Status::not_estimable, fit.reason = beyond_double;
  fit.loglik = if_finite(loglik);
  fit.aic = if_finite(-2 * loglik + 2 * m);
  fit.bic = if_finite(-2 * loglik + m * std::log(n));
  fit.aicc = if_finite(-2 * loglik + 2 * m * at_least / (at_least - m - 1));
  return fit;
}

}  // namespace tausq::inference
