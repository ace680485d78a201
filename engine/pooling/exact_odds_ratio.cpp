// The odds ratio that all studies share, if they share one: exact inference given the margins of every table.
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/model/conditional_total.hpp"
#include "engine/model/stratified_tests.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/odds_ratio_tables.hpp"
#include "engine/pooling/one_stage_results.hpp"

namespace tausq::pooling {

namespace {

using model::ConditionalTotal;
using model::HypergeometricLikelihood;

constexpr double exact_point = 0, mid_point = 0.5;  ///< how much of the observed total's own probability a tail leaves out

NamedInterval limits(const ConditionalTotal& total, IntervalMethod method, double level) {
  const double tail = 0.5 * (1 - level), mid = method == IntervalMethod::midp ? mid_point : exact_point;
  NamedInterval result;
  result.method = method;
  result.ci_lower = total.lower_end(tail, mid);
  result.ci_upper = total.upper_end(tail, mid);
  return result;
}

/// Conditional maximum-likelihood estimate with the limits and the test that go together; exact and mid-p limits both stand in
/// `intervals`.
PooledEstimate estimate(const ConditionalTotal& total, const Options& options) {
  const double se = 1 / std::sqrt(total.information());
  const PooledEstimate z = inference::wald(total.estimate(), se, {}, options.level);
  const NamedInterval exact = limits(total, IntervalMethod::exact, options.level), mid = limits(total, IntervalMethod::midp, options.level);
  PooledEstimate result = z;
  if (options.interval_common != IntervalMethod::z) {
    const bool midp = options.interval_common == IntervalMethod::midp;
    const model::ExactTest test = model::exact_test(total.log_tails(0), midp ? mid_point : exact_point);
    result.statistic.reset();
    result.p_value = test.p_value;
    result.log_p_value = test.log_p_value;
    result.ci_lower = midp ? mid.ci_lower : exact.ci_lower;
    result.ci_upper = midp ? mid.ci_upper : exact.ci_upper;
  }
  result.intervals = {exact, mid};
  return result;
}

/// Every table at the same end of its range: the estimate is infinite, one limit is not. Its tail holds the data alone, all of
/// whose probability counts, or half of it in mid-p.
PooledEstimate separated(const std::vector<HypergeometricLikelihood>& tables, const Options& options) {
  const double level = options.interval_common == IntervalMethod::midp ? 2 * options.level - 1 : options.level;
  return one_sided(tables, level, separated_tables_reason);
}

/// Whether the total varies over so many values that adding up their probabilities, and keeping those of every table, takes too long.
bool too_many_totals(const std::vector<HypergeometricLikelihood>& tables) {
  constexpr double most_sd = 1e5;
  double variance = 0;
  for (const HypergeometricLikelihood& table : tables) variance += 1 / table.variance();
  return variance > most_sd * most_sd;
}

void report_homogeneity_of(const std::vector<HypergeometricLikelihood>& tables, const ConditionalTotal& total, const PoolingInput& input,
                           const std::vector<std::size_t>& used, Pooled& pooled) {
  HomogeneitySums saturated;
  for (const HypergeometricLikelihood& table : tables) saturated.add(model::study_maximum(table));
  const model::Design mean{used.size(), {"intercept"}, std::vector<double>(used.size(), 1.0), true, {}};
  report_homogeneity(saturated.against(total.loglik(total.estimate()), mean), input, used, mean, pooled.heterogeneity);
  std::vector<std::optional<double>> weights;
  for (const HypergeometricLikelihood& table : tables) weights.push_back(-table.at(total.estimate()).second / total.information());
  pooled.weight_common = spread_out(weights, used, input.studies.size());
}

}  // namespace

Pooled pool_exact_odds_ratio(const PoolingInput& input, const TwoArmCounts& counts) {
  Pooled pooled;
  const std::vector<std::size_t> used = informative_tables(input, counts, pooled);
  const std::vector<HypergeometricLikelihood> tables = conditional_likelihoods(counts, used);
  pooled.heterogeneity.k = used.size();
  pooled.random.reason = "exact inference supposes that all studies share one odds ratio";
  pooled.fit.status = pooled.heterogeneity.status = Status::not_estimable;
  if (tables.empty() || all_on_one_side(tables)) {
    pooled.common = tables.empty() ? inference::not_estimable("no study has both events and non-events") : separated(tables, input.options);
    pooled.fit.reason = pooled.heterogeneity.reason = pooled.common.reason;
    if (tables.empty()) pooled.random.reason = pooled.common.reason;
    return pooled;
  }
  if (too_many_totals(tables)) {
    pooled.common =
        inference::not_estimable("the distribution of the total has too many values for exact sums: Mantel-Haenszel serves such counts");
    pooled.fit.reason = pooled.heterogeneity.reason = pooled.common.reason;
    return pooled;
  }
  const ConditionalTotal total(conditional_likelihoods(counts, used));
  pooled.common = estimate(total, input.options);
  pooled.fit.status = Status::converged;
  pooled.fit.loglik = total.loglik(total.estimate());
  pooled.heterogeneity.status = Status::ok;
  if (used.size() == 1) {
    pooled.heterogeneity.status = Status::not_estimable;
    pooled.heterogeneity.reason = "a single informative study";
  }
  report_homogeneity_of(tables, total, input, used, pooled);
  const auto [breslow_day, tarone] = model::odds_ratio_homogeneity(model::strata(counts), std::exp(total.estimate()));
  pooled.tests = StratifiedTests{{}, tarone, breslow_day};
  return pooled;
}

}  // namespace tausq::pooling
