#include <utility>

#include <tausq/problem.hpp>

#include "engine/analysis/analysis.hpp"

namespace tausq::analysis {

namespace {

struct Level {
  std::string name;
  std::vector<std::size_t> studies;
};

/// The levels of the subgroup column in the order of their first study. Studies without a level belong to none.
std::vector<Level> levels_of(const Column& column) {
  std::vector<Level> levels;
  for (std::size_t i = 0; i < column.text.size(); ++i) {
    const std::string& text = column.text[i];
    if (text.empty()) continue;
    Level* found = nullptr;
    for (Level& level : levels)
      if (level.name == text) found = &level;
    if (!found) found = &levels.emplace_back(Level{text, {}});
    found->studies.push_back(i);
  }
  return levels;
}

/// tau2 of all subgroups together: the residual heterogeneity of the regression on the subgroup column.
double pooled_tau2(const StudySet& studies, const EffectSizes& effects, const Options& options) {
  const model::Design design = model::make_design(studies, "factor(" + options.subgroup + ")", true);
  const pooling::Pooled fit = pooling::pool_inverse_variance({studies, effects, options, design});
  return fit.heterogeneity.tau2.value_or(0);
}

/// Cochran's Q between the estimates of the subgroups: the Q of a meta-analysis whose studies are the subgroups.
std::optional<Heterogeneity> between(const std::vector<Subgroup>& groups, PooledEstimate Subgroup::*estimate) {
  std::vector<double> yi, vi;
  for (const Subgroup& g : groups) {
    const PooledEstimate& e = g.*estimate;
    if (!e.estimate || !e.se || *e.se <= 0) return std::nullopt;
    yi.push_back(*e.estimate);
    vi.push_back(*e.se * *e.se);
  }
  if (yi.size() < 2) return std::nullopt;
  return analyse(generic_effects(std::move(yi), std::move(vi)), {.tau2_fixed = 0.0}).heterogeneity;
}

}  // namespace

void add_subgroups(Analysis& result, const StudySet& studies, const EffectSizes& effects) {
  Options options = result.options;
  const Column& column = *studies.column(options.subgroup);
  if (options.common_tau2) {
    if (options.pooling != Pooling::inverse) throw UsageError("--common-tau2: needs --pooling inverse");
    options.tau2_fixed = pooled_tau2(studies, effects, options);
  }
  for (const Level& level : levels_of(column)) {
    for (std::size_t i : level.studies) result.studies[i].subgroup = level.name;
    const StudySet part = studies.subset(level.studies);
    const EffectSizes part_effects = subset(effects, level.studies);
    const model::Design design = model::make_design(part, "", true);
    pooling::Pooled pooled = pool({part, part_effects, options, design});
    Subgroup group{level.name,
                   level.studies.size(),
                   std::move(pooled.common),
                   std::move(pooled.random),
                   std::move(pooled.prediction),
                   std::move(pooled.heterogeneity)};
    NaturalScale scale(effects.measure, harmonic_mean_n(part_effects));
    scale.fill(group.common);
    scale.fill(group.random);
    scale.fill(group.prediction);
    predict_counts(group.prediction, effects.measure, harmonic_mean_n(part_effects), options);
    result.subgroups.push_back(std::move(group));
  }
  SubgroupTest test;
  if (const auto random = between(result.subgroups, &Subgroup::random)) {
    test.q = random->q;
    test.df = random->q_df;
    test.p_value = random->q_p;
  }
  if (const auto common = between(result.subgroups, &Subgroup::common)) {
    test.df = common->q_df;
    test.common_q = common->q;
    test.common_p_value = common->q_p;
  }
  result.subgroup_test = test;
}

}  // namespace tausq::analysis
