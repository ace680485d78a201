#include "engine/inference/wald.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/numerics/distributions.hpp"

namespace tausq::inference {

TwoSided two_sided(double statistic, std::optional<double> df) {
  const double z = std::abs(statistic);
  const double tail = df ? numerics::t_sf(z, *df) : numerics::normal_sf(z);
  const double log_tail = df ? numerics::log_t_sf(z, *df) : numerics::log_normal_sf(z);
  return {std::min(1.0, 2 * tail), std::min(0.0, log_tail + std::numbers::ln2)};
}

double two_sided_quantile(double level, std::optional<double> df) {
  return df ? numerics::t_two_sided(level, *df) : numerics::normal_two_sided(level);
}

PooledEstimate wald(double estimate, double se, std::optional<double> df, double level) {
  const double half_width = two_sided_quantile(level, df) * se, statistic = estimate / se;
  const TwoSided test = two_sided(statistic, df);
  PooledEstimate result;
  result.status = Status::ok;
  result.estimate = estimate;
  result.se = se;
  result.statistic = statistic;
  result.df = df;
  result.p_value = test.p_value;
  result.log_p_value = test.log_p_value;
  result.ci_lower = estimate - half_width;
  result.ci_upper = estimate + half_width;
  return result;
}

PooledEstimate not_estimable(const char* reason) {
  PooledEstimate result;
  result.status = Status::not_estimable;
  result.reason = reason;
  return result;
}

}  // namespace tausq::inference
