#include "engine/inference/wald.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/distributions.hpp"

namespace tausq::inference {

TwoSided two_sided(double statistic, std::optional<double> df) {
  const numerics::TwoTails tails = df ? numerics::t_two_tails(statistic, *df) : numerics::normal_two_tails(statistic);
  return {std::min(1.0, tails.p), std::min(0.0, tails.log_p)};
}

double two_sided_quantile(double level, std::optional<double> df) {
  return df ? numerics::t_two_sided(level, *df) : numerics::normal_two_sided(level);
}

std::optional<double> if_finite(double x) {
  return std::isfinite(x) ? std::optional(x) : std::nullopt;
}

PooledEstimate wald(double estimate, double se, std::optional<double> df, double level) {
  if (!std::isfinite(estimate) || std::isnan(se)) return not_estimable(beyond_double);
  const double half_width = two_sided_quantile(level, df) * se, statistic = estimate / se;
  const TwoSided test = two_sided(statistic, df);
  PooledEstimate result;
  result.status = Status::ok;
  result.estimate = if_finite(estimate);
  result.se = if_finite(se);
  result.statistic = if_finite(statistic);
  if (df) result.df = if_finite(*df);
  result.p_value = if_finite(test.p_value);
  result.log_p_value = if_finite(test.log_p_value);
  result.ci_lower = if_finite(estimate - half_width);
  result.ci_upper = if_finite(estimate + half_width);
  if (!result.ci_lower) result.reason = "too few degrees of freedom to bound the interval";
  return result;
}

PooledEstimate not_estimable(const char* reason) {
  PooledEstimate result;
  result.status = Status::not_estimable;
  result.reason = reason;
  return result;
}

}  // namespace tausq::inference
