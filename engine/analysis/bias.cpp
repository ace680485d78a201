// Small-study effects: options, studies and natural scale around the kernels.
#include <cmath>
#include <utility>

#include <tausq/bias.hpp>
#include <tausq/problem.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/diagnostics/funnel.hpp"
#include "engine/diagnostics/refit.hpp"

namespace tausq {

namespace {

template <typename Result>
void show(Result& result, analysis::NaturalScale& scale) {
  PooledEstimate estimate;
  diagnostics::copy_estimate(result, estimate);
  scale.fill(estimate);
  result.display = estimate.display;
}

void check(const BiasOptions& o) {
  if (!(o.alpha > 0 && o.alpha < 1)) throw UsageError("--alpha: a significance level lies between 0 and 1");
  if (o.selection_steps.empty()) throw UsageError("--selection-steps: at least one p-value is needed");
  double last = 0;
  for (double step : o.selection_steps) {
    if (!(step > last && step < 1)) throw UsageError("--selection-steps: p-values between 0 and 1 in ascending order are needed");
    last = step;
  }
  if (!o.selection_weights.empty() && o.selection_weights.size() != o.selection_steps.size() + 1)
    throw UsageError("--selection-weights: one weight more than there are steps is needed");
  for (double weight : o.selection_weights)
    if (!(weight > 0 && std::isfinite(weight))) throw UsageError("--selection-weights: a weight is a finite number above 0");
}

}  // namespace

Bias bias(const StudySet& studies, const Options& requested, const BiasOptions& bias_options) {
  check(bias_options);
  // Funnels are made of effect sizes and variances, whatever model pools the studies.
  const Options options = analysis::inverse_variance(requested, studies);
  const EffectSizes effects = effect_sizes(studies, options.effect);
  std::vector<Excluded> excluded = effects.excluded;
  const diagnostics::Funnel funnel = diagnostics::make_funnel(studies, effects, options, bias_options, excluded);
  Bias result = diagnostics::small_study_effects(funnel);
  result.options = options;
  result.bias = bias_options;
  result.input = analysis::accounting(studies, std::move(excluded));
  result.warnings.insert(result.warnings.begin(), effects.warnings.begin(), effects.warnings.end());
  if (!options.mods.empty() || !options.subgroup.empty())
    result.warnings.push_back({"moderators-ignored", "moderators and subgroups do not enter the analysis of small-study effects", {}});

  analysis::NaturalScale scale(effects.measure, analysis::harmonic_mean_n(effects));
  show(result.trim_fill, scale);
  show(result.selection, scale);
  for (LimitEstimate& limit : result.limit_estimates) show(limit, scale);
  scale.report(result.warnings);
  return result;
}

}  // namespace tausq
