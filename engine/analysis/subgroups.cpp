#include <cmath>
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

/// tau2 of all subgroups together: the residual heterogeneity of the regression on the subgroup column, which for a single
/// subgroup is that of its mean.
double pooled_tau2(const StudySet& studies, const EffectSizes& effects, const Options& options, std::size_t levels) {
  const model::Design design = model::make_design(studies, levels > 1 ? "factor(`" + options.subgroup + "`)" : "", true);
  const pooling::Pooled fit = pooling::pool_inverse_variance({studies, effects, options, design});
  return fit.heterogeneity.tau2.value_or(0);
}

/// A subgroup as a study of the test between subgroups.
struct Entry {
  std::string level;
  const PooledEstimate* estimate;
  std::optional<double> wald_se;  ///< of the effect size itself, where the subgroup is one study with an uncorrected one
};

/// Cochran's Q between the estimates of the subgroups: the Q of a meta-analysis whose studies are the subgroups. An exact
/// estimate of one study has no standard error of its own and enters with that of its effect size. Subgroups without either
/// are named in `left_out`.
std::optional<Heterogeneity> between(const std::vector<Entry>& entries, std::string& left_out) {
  std::vector<double> yi, vi;
  std::string without;
  for (const Entry& entry : entries) {
    const std::optional<double> se = entry.estimate->se ? entry.estimate->se : entry.wald_se;
    if (!entry.estimate->estimate || !se || *se <= 0) {
      without += (without.empty() ? "" : ", ") + entry.level;
      continue;
    }
    yi.push_back(*entry.estimate->estimate);
    vi.push_back(*se * *se);
  }
  if (!without.empty() && left_out.find(without) == std::string::npos) left_out += (left_out.empty() ? "" : ", ") + without;
  if (yi.size() < 2) return std::nullopt;
  return analyse(generic_effects(std::move(yi), std::move(vi)), {.tau2_fixed = 0.0}).heterogeneity;
}

/// The standard error of the only effect size of a subgroup.
std::optional<double> wald_se(const EffectSizes& effects) {
  if (effects.study.size() != 1 || effects.study[0].corrected || !effects.study[0].vi) return std::nullopt;
  return std::sqrt(*effects.study[0].vi);
}

SubgroupTest test_between(const std::vector<Entry>& random, const std::vector<Entry>& common) {
  SubgroupTest test;
  std::string left_out;
  if (const auto found = between(random, left_out)) {
    test.q = found->q;
    test.df = found->q_df;
    test.p_value = found->q_p;
  }
  if (const auto found = between(common, left_out)) {
    test.df = found->q_df;
    test.common_q = found->q;
    test.common_p_value = found->q_p;
  }
  if (!test.q && !test.common_q) test.status = Status::not_estimable;
  if (random.size() < 2)
    test.reason = "a single subgroup: there is nothing to compare";
  else if (!left_out.empty())
    test.reason = "without a standard error and not in the test: " + left_out;
  return test;
}

}  // namespace

void add_subgroups(Analysis& result, const StudySet& studies, const EffectSizes& effects) {
  Options options = result.options;
  const std::vector<Level> levels = levels_of(*studies.column(options.subgroup));
  std::vector<Entry> random, common;
  if (options.common_tau2) {
    if (options.pooling != Pooling::inverse) throw UsageError("--common-tau2: needs --pooling inverse");
    options.tau2_fixed = pooled_tau2(studies, effects, options, levels.size());
  }
  result.subgroups.reserve(levels.size());
  for (const Level& level : levels) {
    for (std::size_t i : level.studies) result.studies[i].subgroup = level.name;
    const StudySet part = studies.subset(level.studies);
    const EffectSizes part_effects = subset(effects, level.studies);
    const model::Design design = model::make_design(part, "", true);
    options.user_weights.clear();
    for (const std::size_t i : level.studies)
      if (!result.options.user_weights.empty()) options.user_weights.push_back(result.options.user_weights[i]);
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
    const Subgroup& added = result.subgroups.back();
    random.push_back({level.name, &added.random, wald_se(part_effects)});
    common.push_back({level.name, &added.common, wald_se(part_effects)});
  }
  result.subgroup_test = test_between(random, common);
}

}  // namespace tausq::analysis
