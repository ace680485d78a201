#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <tausq/many.hpp>
#include <tausq/problem.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/methods/decimals.hpp"
#include "engine/numerics/parallel.hpp"

namespace tausq {

namespace {

constexpr std::size_t listed_problems = 100;
constexpr std::size_t sets_in_a_block = 64;

bool is_study(double yi, double vi) {
  return !std::isnan(yi) && !std::isnan(vi);
}

/// Every entry that is neither a study nor marked as none.
void check(std::span<const double> yi, std::span<const double> vi, std::size_t k) {
  if (k == 0 || yi.size() != vi.size() || yi.size() % k != 0)
    throw InputError({{"E_FIELD_COUNT", "", 0, "", std::to_string(vi.size()), "yi and vi have n x k entries each, k at least 1"}});
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < yi.size() && problems.size() < listed_problems; ++i) {
    if (!is_study(yi[i], vi[i])) continue;
    const std::size_t row = i / k + 1;
    const std::string column = std::to_string(i % k + 1);
    if (std::isinf(yi[i])) problems.push_back({"E_NOT_FINITE", "", row, column, six_decimals(yi[i]), "an effect size is finite"});
    if (!(vi[i] > 0) || std::isinf(vi[i]))
      problems.push_back({"E_VARIANCE", "", row, column, six_decimals(vi[i]), "a sampling variance is positive and finite"});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

/// The options for any set of effect sizes.
Options resolved(const Options& options) {
  if (!options.mods.empty() || !options.intercept || !options.subgroup.empty() || !options.user_weights.empty())
    throw UsageError("many fits at once take no moderators, subgroups or weights");
  Options all = resolve(options, generic_effects({0, 1}, {1, 1}));
  if (*all.pooling != Pooling::inverse) throw UsageError("many fits at once are inverse-variance fits");
  return all;
}

/// The studies of one set in a StudySet that is used again and again.
void gather(std::span<const double> yi, std::span<const double> vi, StudySet& studies) {
  GenericEffects effects;
  for (std::size_t i = 0; i < yi.size(); ++i) {
    if (!is_study(yi[i], vi[i])) continue;
    effects.yi.push_back(yi[i]);
    effects.vi.push_back(vi[i]);
  }
  studies.study.resize(effects.yi.size());
  studies.row.resize(effects.yi.size());
  for (std::size_t i = 0; i < studies.row.size(); ++i) studies.row[i] = i + 1;
  studies.data = std::move(effects);
}

SetFit summary(const pooling::Pooled& pooled, Model model) {
  const PooledEstimate &random = pooled.random, &common = pooled.common;
  const Heterogeneity& h = pooled.heterogeneity;
  SetFit fit;
  fit.k = h.k;
  fit.status = (model == Model::common ? common : random).status;
  fit.estimate = random.estimate, fit.se = random.se, fit.statistic = random.statistic, fit.df = random.df;
  fit.p_value = random.p_value, fit.ci_lower = random.ci_lower, fit.ci_upper = random.ci_upper;
  fit.prediction_lower = pooled.prediction.lower, fit.prediction_upper = pooled.prediction.upper;
  fit.common_estimate = common.estimate, fit.common_se = common.se, fit.common_p_value = common.p_value;
  fit.common_ci_lower = common.ci_lower, fit.common_ci_upper = common.ci_upper;
  fit.tau2 = h.tau2, fit.tau2_ci_lower = h.tau2_ci_lower, fit.tau2_ci_upper = h.tau2_ci_upper;
  fit.i2 = h.i2, fit.h2 = h.h2, fit.q = h.q, fit.q_df = h.q_df, fit.q_p = h.q_p;
  return fit;
}

}  // namespace

std::vector<SetFit> fit_many(std::span<const double> yi, std::span<const double> vi, std::size_t k, const Options& requested,
                             std::size_t threads) {
  check(yi, vi, k);
  const Options options = resolved(requested);
  std::vector<SetFit> fits(yi.size() / k);
  numerics::in_blocks(fits.size(), sets_in_a_block, threads, [&](std::size_t begin, std::size_t end, std::size_t) {
    StudySet studies;
    for (std::size_t i = begin; i < end; ++i) {
      gather(yi.subspan(i * k, k), vi.subspan(i * k, k), studies);
      const EffectSizes effects = effect_sizes(studies, options.effect);
      const model::Design design = model::make_design(studies, "", true);
      fits[i] = summary(analysis::pool({studies, effects, options, design}), options.model);
    }
  });
  return fits;
}

}  // namespace tausq
