#include "engine/inference/heterogeneity.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/distributions.hpp"

namespace tausq::inference {

namespace {

Heterogeneity about_q(const model::NormalData& data, double q) {
  Heterogeneity result;
  result.k = data.k;
  result.q = q;
  result.q_df = data.df();
  result.q_p = data.df() > 0 ? numerics::chi2_sf(q, data.df()) : 1.0;
  if (data.df() > 0) {
    result.i2_from_q = q > 0 ? std::max(0.0, (q - data.df()) / q) : 0.0;
    return result;
  }
  result.status = Status::not_estimable;
  result.reason = data.k == 1 ? "one study says nothing about heterogeneity"
                              : "as many coefficients as studies: nothing is left to judge heterogeneity by";
  return result;
}

}  // namespace

Heterogeneity heterogeneity(const model::NormalData& data, const model::Tau2Estimate& tau2, const std::optional<Tau2Interval>& interval,
                            model::NormalWorkspace& work) {
  const model::PreciseMoments m = model::best_moments(data, 0, work);
  const double q = static_cast<double>(m.q);
  Heterogeneity result = about_q(data, data.df() > 0 ? q : 0.0);
  if (result.status == Status::not_estimable) return result;
  const double typical = data.df() / static_cast<double>(m.tr_p), unit = data.scale * data.scale;
  const auto i2 = [&](double t) { return t / (t + typical); };
  const auto h2 = [&](double t) { return 1 + t / typical; };
  result.tau2 = tau2.tau2 * unit;
  result.tau = std::sqrt(tau2.tau2) * data.scale;
  if (tau2.se) result.tau2_se = *tau2.se * unit;
  result.i2 = i2(tau2.tau2);
  result.h2 = h2(tau2.tau2);
  if (interval) {
    result.tau2_ci_lower = interval->lower * unit, result.tau2_ci_upper = interval->upper * unit;
    result.i2_ci_lower = i2(interval->lower), result.i2_ci_upper = i2(interval->upper);
    result.h2_ci_lower = h2(interval->lower), result.h2_ci_upper = h2(interval->upper);
  }
  for (const double point : tau2.stationary) result.tau2_stationary.push_back(point * unit);
  return result;
}

Heterogeneity homogeneity(const model::NormalData& data, model::NormalWorkspace& work) {
  const model::PreciseMoments m = model::best_moments(data, 0, work);
  const double q = static_cast<double>(m.q);
  Heterogeneity result = about_q(data, data.df() > 0 ? q : 0.0);
  if (result.status == Status::not_estimable) return result;
  result.tau2 = 0, result.tau = 0;
  result.i2 = result.i2_from_q;
  result.h2 = q / data.df();
  result.reason = "common effect: tau2 is 0 by assumption, i2 and h2 come from Q";
  return result;
}

Fit fit_statistics(const model::NormalData& data, model::Likelihood likelihood, double tau2, int parameters, model::NormalWorkspace& work) {
  const model::Likelihood kind = data.df() > 0 ? likelihood : model::Likelihood::ml;
  const double m = parameters, n = kind == model::Likelihood::ml ? static_cast<double>(data.k) : data.df(), at_least = std::max(n, m + 2);
  const double loglik = log_likelihood(data, kind, tau2, work) - log_likelihood_scale(data, kind);
  Fit fit;
  fit.loglik = loglik;
  fit.aic = -2 * loglik + 2 * m;
  fit.bic = -2 * loglik + m * std::log(n);
  fit.aicc = -2 * loglik + 2 * m * at_least / (at_least - m - 1);
  return fit;
}

}  // namespace tausq::inference
