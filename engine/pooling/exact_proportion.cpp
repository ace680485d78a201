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

void add_drawn_equality(const StudySet& studies, const Options& options, Heterogeneity& het) {
  constexpr std::size_t usual = 10000;
  const std::size_t draws = options.exact_draws.value_or(options.pooling == Pooling::exact ? usual : 0);
  const auto* counts = std::get_if<SingleArmCounts>(&studies.data);
  if (counts == nullptr || counts->events.size() < 2 || het.exact_p || draws == 0 || !options.mods.empty()) return;
  const auto test = inference::drawn_equal_proportions(counts->events, counts->total, draws, options.seed);
  if (!test) return;
  het.exact_p = test->p_value;
  het.exact_mid_p = test->mid_p;
  het.exact_draws = test->draws;
  het.exact_p_se = test->p_se;
}

NamedInterval counts_interval(double x, double m, IntervalMethod method, double level, Measure measure) {
  const auto limit = method == IntervalMethod::midp     ? effect::mid_p_lower
                     : method == IntervalMethod::blaker ? effect::blaker_lower
                                                        : effect::clopper_pearson_lower;
  const effect::Limit lower = limit(x, m, level), mirrored = limit(m, x, level);
  NamedInterval result;
  result.method = method;
  result.ci_lower = analysed(measure, lower.p, lower.q);
  result.ci_upper = analysed(measure, mirrored.q, mirrored.p);
  result.display = {{}, lower.p, mirrored.q};
  return result;
}

PooledEstimate exact_proportion(const SingleArmCounts& counts, double level, std::string reason, Measure measure) {
  numerics::Sum events, total;
  for (double x : counts.events) events.add(x);
  for (double n : counts.total) total.add(n);
  const double x = events.value(), m = total.value() - x;
  PooledEstimate result;
  result.status = Status::exact;
  result.reason = std::move(reason);
  result.estimate = analysed(measure, x / total.value(), m / total.value());
  const NamedInterval interval = counts_interval(x, m, IntervalMethod::exact, level, measure);
  result.ci_lower = interval.ci_lower;
  result.ci_upper = interval.ci_upper;
  result.display = {x / total.value(), interval.display.ci_lower, interval.display.ci_upper};
  return result;
}

}  // namespace tausq::pooling
