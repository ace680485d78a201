#include "engine/pooling/exact_proportion.hpp"

#include <cmath>
#include <utility>

#include "engine/effect/binomial_intervals.hpp"
#include "engine/effect/measures.hpp"
#include "engine/inference/equal_proportions.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::pooling {

namespace {

std::optional<double> analysed(Measure measure, double p, double q) {
  if (!(p > 0 && q > 0)) return std::nullopt;
  if (measure == Measure::PLO) return std::log(p / q);
  const effect::Scale& scale = *effect::row_of(measure).scale;
  return p < q ? scale.analysis(p, 0) : scale.of_complement(q, 0);
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

void report_exact_equality(const SingleArmCounts& counts, Heterogeneity& het) {
  if (counts.events.size() < 2) return;
  const auto test = inference::equal_proportions(counts.events, counts.total);
  if (!test) return;
  het.exact_p = test->p_value;
  het.exact_mid_p = test->mid_p;
}

PooledEstimate exact_proportion(const SingleArmCounts& counts, double level, std::string reason, Measure measure) {
  numerics::Sum events, total;
  for (double x : counts.events) events.add(x);
  for (double n : counts.total) total.add(n);
  const double x = events.value(), m = total.value() - x;
  const effect::Limit lower = effect::clopper_pearson_lower(x, m, level), mirrored = effect::clopper_pearson_lower(m, x, level);
  PooledEstimate result;
  result.status = Status::exact;
  result.reason = std::move(reason);
  result.estimate = analysed(measure, x / total.value(), m / total.value());
  result.ci_lower = analysed(measure, lower.p, lower.q);
  result.ci_upper = analysed(measure, mirrored.q, mirrored.p);
  result.display = {x / total.value(), lower.p, mirrored.q};
  return result;
}

}  // namespace tausq::pooling
