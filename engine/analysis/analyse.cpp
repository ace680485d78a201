#include <set>
#include <utility>

#include <tausq/analysis.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/pooling/exact_proportion.hpp"
#include "engine/pooling/pooling.hpp"
#include "engine/resampling/bootstrap.hpp"
#include "engine/resampling/permutation.hpp"

namespace tausq {

namespace {

using analysis::NaturalScale;

void add_weights(std::vector<StudyResult>& rows, const pooling::Pooled& pooled) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i < pooled.weight_common.size()) rows[i].weight_common = pooled.weight_common[i];
    if (i < pooled.weight_random.size()) rows[i].weight_random = pooled.weight_random[i];
  }
}

/// The effect sizes that the study table shows. An exact likelihood takes the counts as they are, so nothing is corrected
/// for show unless the user asks, or wants the table of a program that does: a zero cell stands there as an infinite
/// effect size.
EffectSizes shown_effects(const StudySet& studies, const EffectSizes& effects, const Options& options, bool add_asked) {
  if (add_asked || options.preset != Preset::none || !pooling::row_of(*options.pooling).exact_likelihood(*options.effect.measure))
    return effects;
  EffectOptions raw = options.effect;
  raw.add = 0;
  return effect_sizes(studies, raw);
}

void warn_about_few_studies(std::vector<Warning>& warnings, std::size_t k) {
  for (const Warning& w : warnings)
    if (w.code == "small-k") return;
  if (k >= 2 && k < 5)
    warnings.push_back({"small-k",
                        "only " + std::to_string(k) +
                            " studies: tau2 is hardly known, intervals that rely on it are approximate and prediction intervals "
                            "more so",
                        {}});
}

}  // namespace

Input analysis::accounting(const StudySet& studies, std::vector<Excluded> excluded) {
  std::set<std::pair<std::size_t, std::string>> left_out;
  for (const Excluded& e : excluded) left_out.emplace(e.row, e.study);
  return {"", "", studies.size(), studies.size() - left_out.size(), std::move(excluded)};
}

Analysis analyse_effects(const StudySet& studies, const Options& requested) {
  Analysis result;
  result.options = resolve_effects(requested, studies);
  const EffectSizes effects = effect_sizes(studies, result.options.effect);
  result.studies = analysis::study_results(studies, effects, result.options);
  result.input = analysis::accounting(studies, effects.excluded);
  result.warnings = effects.warnings;
  return result;
}

Analysis analyse(const StudySet& studies, const Options& requested) {
  Analysis result;
  result.options = resolve(requested, studies);
  const Options& options = result.options;
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design design = model::make_design(studies, options.mods, options.intercept);
  std::vector<model::NewPoint> points;
  if (!options.predict_at.empty()) points = model::read_new_points(studies, options.mods, design, options.predict_at);
  const pooling::PoolingInput input{studies, effects, options, design, points};
  pooling::Pooled pooled = analysis::pool(input);
  if (options.bootstrap) result.bootstrap = resampling::bootstrap(input, pooled);

  const EffectSizes shown = shown_effects(studies, effects, options, requested.effect.add.has_value());
  result.studies = analysis::study_results(studies, shown, options);
  add_weights(result.studies, pooled);
  result.common = std::move(pooled.common);
  result.random = std::move(pooled.random);
  result.prediction = std::move(pooled.prediction);
  result.heterogeneity = std::move(pooled.heterogeneity);
  pooling::add_drawn_equality(studies, options, result.heterogeneity);
  result.fit = std::move(pooled.fit);
  result.regression = std::move(pooled.regression);
  result.tests = pooled.tests;
  result.posterior = std::move(pooled.posterior);
  if (options.permutations) result.permutation = resampling::permutation_test(input);

  std::vector<Excluded> excluded = effects.excluded;
  for (Excluded& e : pooled.excluded) excluded.push_back(std::move(e));
  result.input = analysis::accounting(studies, std::move(excluded));
  result.warnings = shown.warnings;
  result.warnings.insert(result.warnings.end(), pooled.warnings.begin(), pooled.warnings.end());

  NaturalScale scale(effects.measure, analysis::harmonic_mean_n(effects));
  scale.fill(result.common);
  scale.fill(result.random);
  scale.fill(result.prediction);
  if (result.bootstrap) scale.fill(*result.bootstrap);
  analysis::predict_counts(result.prediction, effects.measure, analysis::harmonic_mean_n(effects), options);
  if (result.regression)
    for (RegressionPrediction& prediction : result.regression->predictions) scale.fill(prediction);
  scale.report(result.warnings);
  if (!options.subgroup.empty()) analysis::add_subgroups(result, studies, effects);
  result.absolute = absolute_effects(result, studies);
  if (options.tau2_curve) result.tau2_curve = analysis::tau2_curve(input, result.heterogeneity);
  if (options.sensitivity && options.preset != Preset::none)
    result.preset_comparison = analysis::preset_comparison(studies, requested, result);
  if (options.sensitivity && options.mods.empty()) result.sensitivity = analysis::sensitivity(studies, options);
  warn_about_few_studies(result.warnings, result.heterogeneity.k);
  return result;
}

}  // namespace tausq
