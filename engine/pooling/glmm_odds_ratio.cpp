// Odds ratio of two-by-two tables by exact likelihood.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/numerics/roots.hpp"
#include "engine/pooling/glmm.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/odds_ratio_tables.hpp"
#include "engine/pooling/two_effects_results.hpp"

namespace tausq::pooling {

namespace {

using model::BinomialLikelihood;
using model::HypergeometricLikelihood;

constexpr const char* single_reason = "a single informative study: its exact conditional interval";

/// Exact conditional interval of one table: the log odds ratios at which a's tails have (1 - level) / 2 each.
PooledEstimate exact_odds_ratio(const HypergeometricLikelihood& table, double level) {
  const double tail = 0.5 * (1 - level);
  const model::StudyMaximum maximum = model::study_maximum(table);
  const auto end = [&](auto&& excess, double step) {
    const auto bracket = numerics::bracket_outward(excess, maximum.eta, step);
    return bracket ? std::optional(numerics::brent_root(excess, bracket->first, bracket->second).x) : std::nullopt;
  };
  PooledEstimate result;
  result.status = Status::exact;
  result.reason = single_reason;
  result.estimate = maximum.eta;
  result.ci_lower = end([&](double theta) { return table.tails(theta).upper - tail; }, -0.5);
  result.ci_upper = end([&](double theta) { return table.tails(theta).lower - tail; }, 0.5);
  return result;
}

using ArmPair = std::pair<BinomialLikelihood, BinomialLikelihood>;

std::vector<ArmPair> arms_of(const TwoArmCounts& counts, const std::vector<std::size_t>& used) {
  std::vector<ArmPair> arms;
  for (std::size_t i : used)
    arms.emplace_back(BinomialLikelihood(counts.ai[i], counts.ai[i] + counts.bi[i]),
                      BinomialLikelihood(counts.ci[i], counts.ci[i] + counts.di[i]));
  return arms;
}

OneStageSetup approximate(const TwoArmCounts& counts, const std::vector<std::size_t>& used) {
  std::vector<BinomialLikelihood> studies;
  for (std::size_t i : used) {
    const double n1 = counts.ai[i] + counts.bi[i], n2 = counts.ci[i] + counts.di[i];
    studies.emplace_back(counts.ai[i], counts.ai[i] + counts.ci[i], std::log(n1 / n2));
  }
  return OneStageSetup::of(std::move(studies), used);
}

Pooled pool_by(GlmmModel model, const PoolingInput& input, const TwoArmCounts& counts, const std::vector<std::size_t>& used,
               std::vector<HypergeometricLikelihood> exact) {
  switch (model) {
    case GlmmModel::CM_EL:
      return pool_one_stage(input, OneStageSetup::of(std::move(exact), used));
    case GlmmModel::CM_AL:
      return pool_one_stage(input, approximate(counts, used));
    case GlmmModel::UM_FS:
      return pool_one_stage(input, OneStageSetup::unconditional(arms_of(counts, used), used));
    case GlmmModel::UM_RS:
    case GlmmModel::BV:
      break;
  }
  return pool_two_effects(input, arms_of(counts, used), used, model == GlmmModel::BV);
}

Pooled pool_informative(const PoolingInput& input, const TwoArmCounts& counts, const std::vector<std::size_t>& used) {
  const double level = input.options.level;
  std::vector<HypergeometricLikelihood> exact = conditional_likelihoods(counts, used);
  Pooled pooled;
  if (all_on_one_side(exact)) {
    without_model(input, one_sided(exact, level, separated_tables_reason), used.size(), separated_tables_reason, pooled);
    return pooled;
  }
  const std::optional<PooledEstimate> single = used.size() == 1 ? std::optional(exact_odds_ratio(exact.front(), level)) : std::nullopt;
  const GlmmModel model = input.options.glmm.value_or(GlmmModel::CM_EL);
  const bool random_levels = model == GlmmModel::UM_RS || model == GlmmModel::BV;
  if (!single || !random_levels) pooled = pool_by(model, input, counts, used, std::move(exact));
  if (single) without_model(input, *single, 1, single_reason, pooled, !random_levels);
  return pooled;
}

}  // namespace

Pooled pool_odds_ratio(const PoolingInput& input, const TwoArmCounts& counts) {
  Pooled account;
  const std::vector<std::size_t> used = informative_tables(input, counts, account);
  Pooled pooled = used.empty() ? no_information(input, "no study has both events and non-events") : pool_informative(input, counts, used);
  pooled.excluded = std::move(account.excluded);
  return pooled;
}

}  // namespace tausq::pooling
