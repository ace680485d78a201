// The sets that lanes do not serve: by the code of a single analysis.
#include <cmath>
#include <vector>

#include "engine/batch/plan.hpp"
#include "engine/inference/heterogeneity.hpp"
#include "engine/inference/intervals.hpp"
#include "engine/inference/prediction.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::batch {

namespace {

double number(const std::optional<double>& x) {
  return x.value_or(undefined);
}

void put_prediction(const Plan& plan, const inference::IntervalInput& in, std::size_t l, LaneFits& f) {
  const PredictionInterval p =
      pooling::predicted_study(plan.options, in, plan.interval, std::isnan(f.se[l]) ? std::nullopt : std::optional(f.se[l]));
  f.prediction_lower[l] = number(p.lower), f.prediction_upper[l] = number(p.upper);
}

void put_heterogeneity(const Heterogeneity& h, std::size_t l, LaneFits& f) {
  f.tau2[l] = number(h.tau2), f.i2[l] = number(h.i2), f.h2[l] = number(h.h2), f.q[l] = number(h.q), f.q_p[l] = number(h.q_p);
}

}  // namespace

void fit_one(const Plan& plan, const SetRows& set, std::size_t l, LaneFits& f) {
  std::vector<double> yi, vi;
  for (std::size_t i = 0; i < set.entries; ++i)
    if (!std::isnan(set.yi[i]) && !std::isnan(set.vi[i])) yi.push_back(set.yi[i]), vi.push_back(set.vi[i]);
  model::NormalData data;
  model::NormalWorkspace work;
  model::standardise(yi, vi, data);
  const Options& options = plan.options;
  if (plan.common) {
    const PooledEstimate e =
        pooling::mean_interval(plan.interval_common, pooling::mean_input(data, 0, {}, options.level, work), {}).estimate;
    f.common_estimate[l] = number(e.estimate), f.common_se[l] = number(e.se), f.common_statistic[l] = number(e.statistic);
    f.common_p_value[l] = number(e.p_value), f.common_ci_lower[l] = number(e.ci_lower), f.common_ci_upper[l] = number(e.ci_upper);
    f.status[l] = e.status;
  }
  if (!plan.random) return put_heterogeneity(inference::homogeneity(data, work), l, f);
  const model::Tau2Estimate tau2 = pooling::tau2_of(options, data, {}, work);
  Heterogeneity h = inference::heterogeneity(data, tau2, {}, work);
  if (options.tau2_fixed) h.tau2 = options.tau2_fixed;
  put_heterogeneity(h, l, f);
  const inference::IntervalInput in = pooling::mean_input(data, tau2.tau2, {}, options.level, work);
  const PooledEstimate e = pooling::mean_interval(plan.interval, in, {}).estimate;
  f.estimate[l] = number(e.estimate), f.se[l] = number(e.se), f.statistic[l] = number(e.statistic), f.df[l] = number(e.df);
  f.p_value[l] = number(e.p_value), f.ci_lower[l] = number(e.ci_lower), f.ci_upper[l] = number(e.ci_upper);
  f.status[l] = tau2.converged ? e.status : Status::not_converged;
  if (plan.predictions) put_prediction(plan, in, l, f);
}

}  // namespace tausq::batch
