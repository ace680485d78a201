// The sensitivity strip: what other usual models say about the same counts. One table of alternatives.
#include <utility>

#include <tausq/effects.hpp>

#include "engine/analysis/analysis.hpp"

namespace tausq::analysis {

namespace {

/// One alternative analysis of the studies of a layout. `scale` is the measure whose natural scale it speaks on.
struct AlternativeRow {
  std::string_view label;
  Measure scale;
  Measure measure;
  Pooling pooling;
  Model model;
  IntervalMethod interval;
};

constexpr AlternativeRow alternatives[] = {
    {"exact likelihood, random effects", Measure::PLO, Measure::PLO, Pooling::glmm, Model::random, IntervalMethod::profile},
    {"beta-binomial (mean)", Measure::PLO, Measure::PLO, Pooling::betabin, Model::random, IntervalMethod::profile},
    {"Bayesian, median", Measure::PLO, Measure::PLO, Pooling::bayes, Model::random, IntervalMethod::central},
    {"inverse variance, logit", Measure::PLO, Measure::PLO, Pooling::inverse, Model::random, IntervalMethod::hk},
    {"inverse variance, arcsine", Measure::PLO, Measure::PAS, Pooling::inverse, Model::random, IntervalMethod::hk},
    {"exact pooled proportion", Measure::PLO, Measure::PLO, Pooling::exact, Model::common, IntervalMethod::exact},

    {"exact likelihood, random effects", Measure::OR, Measure::OR, Pooling::glmm, Model::random, IntervalMethod::profile},
    {"inverse variance, random effects", Measure::OR, Measure::OR, Pooling::inverse, Model::random, IntervalMethod::hk},
    {"conditional likelihood, common effect", Measure::OR, Measure::OR, Pooling::glmm, Model::common, IntervalMethod::profile},
    {"Mantel-Haenszel, common effect", Measure::OR, Measure::OR, Pooling::mh, Model::common, IntervalMethod::z},
    {"Peto, common effect", Measure::OR, Measure::PETO, Pooling::peto, Model::common, IntervalMethod::z},

    {"inverse variance, random effects", Measure::RR, Measure::RR, Pooling::inverse, Model::random, IntervalMethod::hk},
    {"Mantel-Haenszel, common effect", Measure::RR, Measure::RR, Pooling::mh, Model::common, IntervalMethod::z},

    {"inverse variance, random effects", Measure::RD, Measure::RD, Pooling::inverse, Model::random, IntervalMethod::hk},
    {"Mantel-Haenszel, common effect", Measure::RD, Measure::RD, Pooling::mh, Model::common, IntervalMethod::z},
};

/// The measure whose alternatives speak on the natural scale of `measure`.
Measure scale_of(Measure measure) {
  if (measure == Measure::PETO) return Measure::OR;
  return layout_of(measure) == Layout::single_arm_counts ? Measure::PLO : measure;
}

/// True when the analysis itself shows this estimate with this interval.
bool already_shown(const AlternativeRow& row, const Options& o) {
  if (row.measure != o.effect.measure || (row.pooling == Pooling::glmm && o.glmm != GlmmModel::CM_EL)) return false;
  if (row.model == Model::common) {
    const bool closed_form = row.pooling == Pooling::mh || row.pooling == Pooling::peto;  // z, whatever the likelihood's interval is
    return o.model != Model::random && row.pooling == o.pooling_common && (closed_form || row.interval == o.interval_common);
  }
  if (o.model == Model::common || row.pooling != random_effects_pooling(*o.pooling)) return false;
  if (row.pooling == Pooling::glmm) return true;  // its intervals stand side by side in the analysis
  return row.interval == o.interval && (row.pooling != Pooling::inverse || (o.tau2 == Tau2Method::REML && !o.tau2_fixed));
}

Options options_of(const AlternativeRow& row, const Options& asked, const StudySet& studies) {
  Options o;
  o.effect = asked.effect;
  o.effect.measure = row.measure;
  if (row.measure != asked.effect.measure) o.effect.add.reset();
  o.pooling = row.pooling == Pooling::peto || row.pooling == Pooling::mh ? Pooling::inverse : row.pooling;
  o.pooling_common = row.pooling;
  o.interval = o.interval_common = row.interval;
  o.model = row.model;
  o.prediction = PredictionMethod::none;
  // Costs an exact likelihood no further fits; the strip does not show it.
  if (row.pooling == Pooling::glmm || row.pooling == Pooling::betabin) o.tau2_interval = Tau2IntervalMethod::QP;
  o.level = asked.level;
  return resolve(std::move(o), studies);
}

Alternative run(const AlternativeRow& row, const Options& asked, const StudySet& studies) {
  const Options options = options_of(row, asked, studies);
  const EffectSizes effects = effect_sizes(studies, options.effect);
  const model::Design mean = model::make_design(studies, "", true);
  pooling::Pooled pooled = pool({studies, effects, options, mean});
  PooledEstimate& estimate = row.model == Model::common ? pooled.common : pooled.random;
  NaturalScale(row.measure, harmonic_mean_n(effects)).fill(estimate);
  Alternative result{std::string(row.label), row.pooling, row.measure, row.model, row.interval, estimate.status, {}, estimate.display};
  if (estimate.status == Status::exact) result.interval = IntervalMethod::exact;
  if (!estimate.display.estimate) result.reason = std::move(estimate.reason);
  return result;
}

}  // namespace

std::vector<Alternative> sensitivity(const StudySet& studies, const Options& options) {
  std::vector<Alternative> strip;
  if (studies.size() < 2) return strip;
  for (const AlternativeRow& row : alternatives)
    if (row.scale == scale_of(*options.effect.measure) && !already_shown(row, options)) strip.push_back(run(row, options, studies));
  return strip;
}

}  // namespace tausq::analysis
