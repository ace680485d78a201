#include "engine/pooling/exact_rates.hpp"

#include <cmath>
#include <utility>

#include "engine/effect/binomial_intervals.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::pooling {

PooledEstimate exact_rate(double x, double t, double level, std::string reason) {
  const double tail = 0.5 * (1 - level);
  const double lower = x > 0 ? numerics::gamma_quantile(tail, x) / t : 0, upper = numerics::gamma_quantile_upper(tail, x + 1) / t;
  PooledEstimate result;
  result.status = Status::exact;
  result.reason = std::move(reason);
  if (x > 0) result.estimate = std::log(x / t), result.ci_lower = std::log(lower);
  result.ci_upper = std::log(upper);
  result.display = {x / t, lower, upper};
  return result;
}

PooledEstimate exact_rate_ratio(double x1, double t1, double x2, double t2, double level, std::string reason) {
  const effect::Limit lower = effect::clopper_pearson_lower(x1, x2, level), mirrored = effect::clopper_pearson_lower(x2, x1, level);
  const double offset = std::log(t1 / t2);
  PooledEstimate result;
  result.status = Status::exact;
  result.reason = std::move(reason);
  result.estimate = std::log(x1 / x2) - offset;
  result.ci_lower = std::log(lower.p / lower.q) - offset;
  result.ci_upper = std::log(mirrored.q / mirrored.p) - offset;
  return result;
}

}  // namespace tausq::pooling
