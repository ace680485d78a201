// Events in person-time by exact likelihood: the rate of one arm, the rate ratio of two.
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/poisson_likelihood.hpp"
#include "engine/pooling/closed_form.hpp"
#include "engine/pooling/exact_rates.hpp"
#include "engine/pooling/glmm.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/two_effects_results.hpp"

namespace tausq::pooling {

namespace {

using model::BinomialLikelihood;
using model::PoissonLikelihood;

constexpr const char* single_reason = "a single study: its exact interval";

Pooled pool_by(GlmmModel model, const PoolingInput& input, const TwoArmRates& rates, const std::vector<std::size_t>& used,
               std::vector<BinomialLikelihood> conditional) {
  // Given x1 + x2 the conditional likelihood is binomial: nothing is left to approximate.
  if (model == GlmmModel::CM_EL || model == GlmmModel::CM_AL) return pool_one_stage(input, OneStageSetup::of(std::move(conditional), used));
  std::vector<std::pair<PoissonLikelihood, PoissonLikelihood>> arms;
  for (std::size_t i : used)
    arms.emplace_back(PoissonLikelihood(rates.x1i[i], rates.t1i[i]), PoissonLikelihood(rates.x2i[i], rates.t2i[i]));
  if (model == GlmmModel::UM_FS) return pool_one_stage(input, OneStageSetup::unconditional(std::move(arms), used));
  return pool_two_effects(input, std::move(arms), used, model == GlmmModel::BV);
}

}  // namespace

Pooled pool_rates(const PoolingInput& input, const SingleArmRates& rates) {
  const std::size_t k = rates.events.size();
  double events = 0, time = 0;
  std::vector<PoissonLikelihood> studies;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < k; ++i) {
    events += rates.events[i];
    time += rates.time[i];
    studies.emplace_back(rates.events[i], rates.time[i]);
    all.push_back(i);
  }
  const bool wald_for_one = k == 1 && events > 0 && input.options.interval_common == IntervalMethod::z;
  const char* reason = events == 0 ? "no events in any study: exact interval of the pooled rate" : single_reason;
  const PooledEstimate exact = exact_rate(events, time, input.options.level, reason);
  Pooled pooled;
  if (events > 0 && (k > 1 || wald_for_one)) pooled = pool_one_stage(input, OneStageSetup::of(std::move(studies), std::move(all)));
  if (events == 0 || k == 1) without_model(input, exact, k, reason, pooled, wald_for_one);
  return pooled;
}

Pooled pool_rate_ratio(const PoolingInput& input, const TwoArmRates& rates) {
  constexpr const char* separated_reason = "the log rate ratio is infinite: one arm has no event in any study";
  const double level = input.options.level;
  Pooled pooled;
  std::vector<std::size_t> used;
  std::vector<BinomialLikelihood> conditional;
  for (std::size_t i = 0; i < rates.x1i.size(); ++i) {
    const double events = rates.x1i[i] + rates.x2i[i];
    if (events == 0) {
      leave_out(input, i, "no event in either arm: says nothing about a rate ratio", pooled);
      continue;
    }
    used.push_back(i);
    conditional.emplace_back(rates.x1i[i], events, std::log(rates.t1i[i] / rates.t2i[i]));
  }
  std::vector<Excluded> excluded = std::move(pooled.excluded);
  if (used.empty()) {
    pooled = no_information(input, "no study has an event");
  } else if (all_on_one_side(conditional)) {
    without_model(input, one_sided(conditional, level, separated_reason), used.size(), separated_reason, pooled);
  } else {
    const GlmmModel model = input.options.glmm.value_or(GlmmModel::CM_EL);
    const bool random_levels = model == GlmmModel::UM_RS || model == GlmmModel::BV, single = used.size() == 1;
    if (!single || !random_levels) pooled = pool_by(model, input, rates, used, std::move(conditional));
    const std::size_t i = used.front();
    if (single)
      without_model(input, exact_rate_ratio(rates.x1i[i], rates.t1i[i], rates.x2i[i], rates.t2i[i], level, single_reason), 1, single_reason,
                    pooled, !random_levels);
  }
  pooled.excluded = std::move(excluded);
  return pooled;
}

}  // namespace tausq::pooling
