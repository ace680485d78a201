// The proportion that all studies share, if they share one: exact binomial inference on the pooled counts.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"
#include "engine/pooling/exact_proportion.hpp"
#include "engine/pooling/exact_regression.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/odds_ratio_tables.hpp"
#include "engine/pooling/one_stage_regression.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

namespace {

/// Patients beyond which only the interval that was asked for is computed: tails of the binomial distribution take sqrt(n) terms.
constexpr double plenty = 1e12;

/// Pearson's chi-square and the likelihood ratio for equal proportions, both on k - 1 degrees of freedom. The common
/// proportion lies strictly between 0 and 1.
void report_equality(const SingleArmCounts& counts, double x, double n, Heterogeneity& het) {
  const double p = x / n;
  numerics::Sum pearson, ratio;
  for (std::size_t i = 0; i < counts.events.size(); ++i) {
    const double xi = counts.events[i], ni = counts.total[i], mi = ni - xi, excess = xi - ni * p;
    pearson.add(excess * excess / (ni * p * (1 - p)));
    if (xi > 0) ratio.add(2 * xi * std::log(xi / (ni * p)));
    if (mi > 0) ratio.add(2 * mi * std::log(mi / (ni * (1 - p))));
  }
  const double df = static_cast<double>(counts.events.size()) - 1;
  het.q = pearson.value();
  het.lrt = std::max(0.0, ratio.value());
  het.q_df = het.lrt_df = df;
  het.q_p = numerics::chi2_sf(*het.q, df);
  het.lrt_p = numerics::chi2_sf(*het.lrt, df);
  het.i2_from_q = *het.q > df ? (*het.q - df) / *het.q : 0;
}

void take(const NamedInterval& interval, PooledEstimate& estimate) {
  estimate.ci_lower = interval.ci_lower;
  estimate.ci_upper = interval.ci_upper;
  estimate.display.ci_lower = interval.display.ci_lower;
  estimate.display.ci_upper = interval.display.ci_upper;
}

}  // namespace

Pooled pool_exact(const PoolingInput& input) {
  if (!is_mean(input.design)) return pool_complete_studies(input, pool_exact_regression);
  const IntervalMethod interval = input.options.interval_common.value_or(IntervalMethod::exact);
  const bool tables_given = std::holds_alternative<TwoArmCounts>(input.studies.data);
  const bool offered = interval == IntervalMethod::exact || interval == IntervalMethod::z || interval == IntervalMethod::midp ||
                       (interval == IntervalMethod::blaker && !tables_given);
  if (!offered)
    throw UsageError("--interval " + std::string(key(interval)) + ": --pooling exact offers " +
                     (tables_given ? "exact, midp and z" : "exact, midp, blaker and z"));
  if (const auto* tables = std::get_if<TwoArmCounts>(&input.studies.data)) return pool_exact_odds_ratio(input, *tables);
  const auto* counts = std::get_if<SingleArmCounts>(&input.studies.data);
  if (counts == nullptr) throw UsageError("--pooling exact: needs counts of one arm or of two");
  const Options& options = input.options;
  numerics::Sum events, total;
  for (double x : counts->events) events.add(x);
  for (double n : counts->total) total.add(n);
  const double x = events.value(), n = total.value();
  const bool interior = x > 0 && x < n;

  Pooled pooled;
  PooledEstimate exact = exact_proportion(*counts, options.level, "");
  exact.status = interior ? Status::ok : Status::one_sided;
  exact.reason = interior ? ""
                 : x == 0 ? "no events in any study: the logit is infinite, its other limit is exact"
                          : "only events in every study: the logit is infinite, its other limit is exact";
  std::vector<NamedInterval> intervals;
  for (IntervalMethod method : {IntervalMethod::exact, IntervalMethod::midp, IntervalMethod::blaker}) {
    if (method != interval && n > plenty) continue;
    intervals.push_back(counts_interval(x, n - x, method, options.level));
    if (method == interval) take(intervals.back(), exact);
  }
  if (interior) {
    const PooledEstimate z = inference::wald(*exact.estimate, std::sqrt(n / (x * (n - x))), {}, options.level);
    exact.se = z.se;
    exact.statistic = z.statistic;
    exact.p_value = z.p_value;
    exact.log_p_value = z.log_p_value;
    if (interval == IntervalMethod::z) exact = z;
    intervals.push_back({IntervalMethod::z, z.ci_lower, z.ci_upper, {}});
  }
  exact.intervals = std::move(intervals);
  pooled.common = exact;
  for (double ni : counts->total) pooled.weight_common.push_back(ni / n);
  pooled.random.reason = "the exact proportion supposes that all studies share it";
  pooled.heterogeneity.k = counts->events.size();
  if (interior && counts->events.size() > 1) {
    report_equality(*counts, x, n, pooled.heterogeneity);
  } else {
    pooled.heterogeneity.status = Status::not_estimable;
    pooled.heterogeneity.reason = interior ? "a single study" : "no events, or only events, in every study";
  }
  report_exact_equality(*counts, pooled.heterogeneity);
  pooled.fit.status = Status::not_requested;
  pooled.fit.reason = "closed form: nothing is fitted";
  return pooled;
}

}  // namespace tausq::pooling
