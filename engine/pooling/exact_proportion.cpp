#include "engine/pooling/exact_proportion.hpp"

#include <cmath>
#include <utility>

#include "engine/effect/binomial_intervals.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::pooling {

namespace {

std::optional<double> logit(double p, double q) {
  return p > 0 && q > 0 ? std::optional(std::log(p / q)) : std::nullopt;
}

}  // namespace

const char* only_exact(const SingleArmCounts& counts) {
  bool events = false, others = false;
  for (std::size_t i = 0; i < counts.events.size(); ++i) {
    events = events || counts.events[i] > 0;
    others = others || counts.events[i] < counts.total[i];
  }
  if (!events) return "no events in any study: exact interval of the pooled counts";
  if (!others) return "only events in every study: exact interval of the pooled counts";
  return counts.events.size() == 1 ? "a single study: its exact interval" : nullptr;
}

PooledEstimate exact_proportion(const SingleArmCounts& counts, double level, std::string reason) {
  numerics::Sum events, total;
  for (double x : counts.events) events.add(x);
  for (double n : counts.total) total.add(n);
  const double x = events.value(), m = total.value() - x;
  const effect::Limit lower = effect::clopper_pearson_lower(x, m, level), mirrored = effect::clopper_pearson_lower(m, x, level);
  PooledEstimate result;
  result.status = Status::exact;
  result.reason = std::move(reason);
  result.estimate = logit(x, m);
  result.ci_lower = logit(lower.p, lower.q);
  result.ci_upper = logit(mirrored.q, mirrored.p);
  result.display = {x / total.value(), lower.p, mirrored.q};
  return result;
}

}  // namespace tausq::pooling
