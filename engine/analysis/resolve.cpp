// Defaults and presets: every choice that the user left open is made here, and nowhere else.
#include <cmath>
#include <string>
#include <utility>

#include <tausq/problem.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/methods/decimals.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq {

namespace {

template <typename T>
void choose(std::optional<T>& option, T value) {
  if (!option) option = value;
}

std::string list_of(const char* option, std::string_view value, const std::string& rule) {
  return std::string(option) + " " + std::string(value) + ": " + rule;
}

void check_level(const char* option, double level) {
  if (!(level > 0 && level < 1))
    throw UsageError(list_of(option, six_decimals(level), "a confidence level lies between 0 and 1 (or 50 and 100 percent)"));
}

void check_ranges(const Options& o, const StudySet& studies) {
  check_level("--level", o.level);
  if (o.study_level) check_level("--study-level", *o.study_level);
  if (o.prediction_level) check_level("--prediction-level", *o.prediction_level);
  if (o.heterogeneity_level) check_level("--heterogeneity-level", *o.heterogeneity_level);
  if (o.effect.add && !(*o.effect.add >= 0 && std::isfinite(*o.effect.add)))
    throw UsageError("--add: the correction is a finite number, at least 0");
  if (o.tau2_fixed && !(*o.tau2_fixed >= 0 && std::isfinite(*o.tau2_fixed)))
    throw UsageError("--tau2: a fixed tau2 is a finite number, at least 0");
  if (!o.user_weights.empty() && o.user_weights.size() != studies.size()) throw UsageError("weights: one weight a study is needed");
  for (double w : o.user_weights)
    if (!(w >= 0 && std::isfinite(w))) throw UsageError("weights: a weight is a finite number, at least 0");
  if (!o.subgroup.empty() && !studies.column(o.subgroup))
    throw UsageError("--subgroup " + o.subgroup + ": the records have no such column");
}

bool hartung_knapp(IntervalMethod m) {
  return m == IntervalMethod::hk || m == IntervalMethod::hk_se || m == IntervalMethod::hk_ci || m == IntervalMethod::hk_iqwig6;
}

/// What the three other programs do by default; options that are already set stay.
void apply_preset(Options& o, Layout layout) {
  if (o.preset == Preset::none) return;
  const bool two_arm = layout == Layout::two_arm_counts;
  const bool single_arm = layout == Layout::single_arm_counts;
  switch (o.preset) {
    case Preset::cochrane:
      if (two_arm) choose(o.effect.measure, Measure::RR);
      choose(o.pooling, Pooling::inverse);
      if (two_arm && o.effect.measure != Measure::PETO) choose(o.pooling_common, Pooling::mh);
      choose(o.interval, IntervalMethod::hk);
      choose(o.prediction, PredictionMethod::hts);
      break;
    case Preset::metafor:
      choose(o.pooling, Pooling::inverse);
      choose(o.interval, IntervalMethod::z);
      choose(o.prediction, PredictionMethod::z);
      choose(o.study_interval, StudyIntervalMethod::wald);
      choose(o.glmm, GlmmModel::UM_FS);
      break;
    case Preset::meta:
      if (two_arm) choose(o.effect.measure, Measure::RR);
      choose(o.pooling, single_arm && o.effect.measure.value_or(Measure::PLO) == Measure::PLO ? Pooling::glmm
                        : two_arm                                                             ? Pooling::mh
                                                                                              : Pooling::inverse);
      choose(o.interval, IntervalMethod::z);
      choose(o.interval_common, IntervalMethod::z);
      choose(o.prediction, PredictionMethod::v);
      choose(o.study_interval, single_arm ? StudyIntervalMethod::CP : StudyIntervalMethod::wald);
      choose(o.tau2_interval, o.tau2 == Tau2Method::DL ? Tau2IntervalMethod::J : Tau2IntervalMethod::QP);
      // meta has the profile likelihood for three-level models only, and fixes these levels apart from that of the mean.
      if (o.tau2_interval == Tau2IntervalMethod::PL) o.tau2_interval = Tau2IntervalMethod::QP;
      choose(o.prediction_level, 0.95);
      choose(o.heterogeneity_level, 0.95);
      choose(o.glmm, GlmmModel::UM_FS);
      o.effect.convention = Preset::meta;
      break;
    case Preset::none:
      break;
  }
  const bool exact = o.pooling == Pooling::glmm;
  if (exact) o.tau2 = Tau2Method::ML;
  // Both programs take a request for Hartung-Knapp as one for the t distribution when there is no weighted residual sum.
  if (exact && o.interval && hartung_knapp(*o.interval)) o.interval = IntervalMethod::t;
}

/// True when the user asked for something that only the inverse-variance model has.
bool asks_for_inverse_variance(const Options& o) {
  return o.permutations || (o.tau2 && *o.tau2 != Tau2Method::ML) || o.tau2_fixed || o.tau2_curve || !o.user_weights.empty() ||
         (o.interval && (hartung_knapp(*o.interval) || *o.interval == IntervalMethod::kr || *o.interval == IntervalMethod::hc)) ||
         (o.tau2_interval && *o.tau2_interval != Tau2IntervalMethod::PL);
}

/// Models in which all studies share the effect; there is nothing that could stand beside it.
bool knows_one_effect(Pooling pooling, Measure measure) {
  return pooling == Pooling::exact || pooling == Pooling::firth || (pooling == Pooling::negbin && measure == Measure::IRR);
}

/// The measure on whose scale a link works.
Measure measure_of(Link link) {
  switch (link) {
    case Link::probit:
      return Measure::PRZ;
    case Link::cloglog:
      return Measure::PCLL;
    case Link::log:
      return Measure::PLN;
    case Link::logit:
      break;
  }
  return Measure::PLO;
}

/// A link names the scale of the analysis, and the measure goes with it.
void follow_link(Options& o, Layout layout) {
  if (!o.link) return;
  if (layout != Layout::single_arm_counts)
    throw UsageError(
        list_of("--link", key(*o.link), "links are those of proportions, and the records hold " + std::string(to_string(layout))));
  choose(o.effect.measure, measure_of(*o.link));
  if (*o.effect.measure != measure_of(*o.link))
    throw UsageError(
        list_of("--link", key(*o.link),
                "goes with measure " + std::string(key(measure_of(*o.link))) + ", not " + std::string(key(*o.effect.measure))));
  choose(o.pooling, Pooling::glmm);
  if (o.pooling != Pooling::glmm)
    throw UsageError(list_of("--link", key(*o.link), "needs --pooling glmm, not " + std::string(key(*o.pooling))));
}

/// The link of the exact likelihood that was chosen.
void choose_link(Options& o) {
  if (o.pooling != Pooling::glmm) return;
  for (Link link : {Link::logit, Link::probit, Link::cloglog, Link::log})
    if (o.effect.measure == measure_of(link)) choose(o.link, link);
}

void choose_pooling(Options& o) {
  const Measure measure = *o.effect.measure;
  const bool counts_with_default_model = measure == Measure::PLO || measure == Measure::OR;
  if (!o.pooling && measure == Measure::PETO) o.pooling = Pooling::peto;
  if (!o.pooling) {
    const bool exact = counts_with_default_model && !asks_for_inverse_variance(o);
    o.pooling = exact ? Pooling::glmm : Pooling::inverse;
    // Mantel-Haenszel needs no correction of zero cells; it is the common-effect estimate of choice for sparse tables.
    if (o.mods.empty() && o.user_weights.empty() && (measure == Measure::OR || measure == Measure::RR || measure == Measure::RD))
      choose(o.pooling_common, Pooling::mh);
  }
  // Two beta-binomial arms have no common effect of their own: with rho = 0 they would be added up over studies.
  if (*o.pooling == Pooling::betabin && measure != Measure::PLO) choose(o.pooling_common, Pooling::mh);
  if (!o.mods.empty()) o.pooling_common = o.pooling;  // stratified estimates know no moderators
  choose(o.pooling_common, *o.pooling);
  if (o.model == Model::both && knows_one_effect(*o.pooling, measure)) o.model = Model::common;
}

bool integrated(IntervalMethod m) {
  return m == IntervalMethod::il || m == IntervalMethod::il_logf;
}

/// The integrated likelihood is calibrated for two models only, its prediction for one.
void check_integrated(const Options& o) {
  if (*o.pooling == Pooling::glmm && o.prediction == PredictionMethod::integrated && *o.effect.measure != Measure::PLO)
    throw UsageError("--prediction integrated: needs --pooling glmm of PLO");
  if (!integrated(*o.interval)) return;
  const bool glmm = *o.pooling == Pooling::glmm && o.mods.empty();
  const bool proportion = *o.effect.measure == Measure::PLO && *o.interval == IntervalMethod::il;
  const bool odds_ratio = *o.effect.measure == Measure::OR && *o.glmm == GlmmModel::CM_EL;
  if (glmm && (proportion || odds_ratio)) return;
  throw UsageError(
      list_of("--interval", key(*o.interval),
              std::string(*o.interval == IntervalMethod::il ? "needs --pooling glmm of PLO, or of OR with --glmm CM.EL, without moderators"
                                                            : "needs --pooling glmm of OR with --glmm CM.EL, without moderators") +
                  "; its weight of tau and its cut-off are calibrated by simulation for logits, other links have profile, z and t"));
}

void choose_inference(Options& o) {
  if (!o.extras && !o.predict_n) choose(o.prediction, PredictionMethod::none);
  if (pooling::row_of(*o.pooling).bayesian) {
    choose(o.interval, IntervalMethod::central);
    choose(o.interval_common, *o.interval);
    choose(o.tau2_interval, Tau2IntervalMethod::shortest);
    choose(o.prediction, PredictionMethod::integrated);
  } else if (pooling::row_of(*o.pooling).exact_likelihood(*o.effect.measure)) {
    if (o.tau2 && *o.tau2 != Tau2Method::ML)
      throw UsageError(list_of("--tau2", key(*o.tau2),
                               "exact-likelihood models are fitted by maximum likelihood; use --pooling inverse for other estimators"));
    choose(o.tau2, Tau2Method::ML);
    const bool pooled_counts = *o.pooling == Pooling::exact;
    choose(o.interval, pooled_counts && o.mods.empty() ? IntervalMethod::exact : IntervalMethod::profile);
    choose(o.interval_common, *o.interval == IntervalMethod::t || integrated(*o.interval) ? IntervalMethod::z : *o.interval);
    choose(o.tau2_interval, Tau2IntervalMethod::PL);
    // No other likelihood than the GLMM's has normal random effects, from which v and its like predict.
    const bool proportion = *o.effect.measure == Measure::PLO && o.mods.empty();
    const bool beta = *o.pooling == Pooling::betabin && proportion && o.predict_n;
    choose(o.prediction, beta                          ? PredictionMethod::z
                         : *o.pooling != Pooling::glmm ? PredictionMethod::none
                         : proportion                  ? PredictionMethod::integrated
                                                       : PredictionMethod::v);
  } else {
    // An interval that the user names holds for both models; the default of the common effect is z.
    choose(o.interval_common, o.interval.value_or(IntervalMethod::z));
    choose(o.tau2, Tau2Method::REML);
    choose(o.interval, IntervalMethod::hk_ci);
    choose(o.tau2_interval, Tau2IntervalMethod::QP);
    choose(o.prediction, PredictionMethod::hts);
  }
  choose(o.glmm, GlmmModel::CM_EL);
  check_integrated(o);
  choose(o.prediction_level, o.level);
  choose(o.heterogeneity_level, o.level);
}

void choose_study_interval(Options& o, Layout layout) {
  const bool proportion = layout == Layout::single_arm_counts;
  choose(o.study_interval, proportion                           ? StudyIntervalMethod::CP
                           : layout == Layout::single_arm_rates ? StudyIntervalMethod::poisson
                                                                : StudyIntervalMethod::wald);
  choose(o.study_level, o.level);
}

void check_fit(Pooling pooling, Measure measure) {
  const pooling::PoolingRow& row = pooling::row_of(pooling);
  if (row.fits(measure)) return;
  std::string fitting;
  for (const MethodInfo& info : methods<Measure>())
    if (row.fits(*find_method<Measure>(info.key))) fitting += " " + std::string(info.key);
  throw UsageError(list_of("--pooling", row.info.key, "does not pool " + std::string(key(measure)) + "; it pools" + fitting));
}

/// "inverse, glmm, ... or negbin".
std::string models_with_moderators() {
  std::vector<std::string> keys;
  for (const pooling::PoolingRow& row : pooling::pooling_table())
    if (row.moderators) keys.emplace_back(row.info.key);
  std::string text = keys.front();
  for (std::size_t i = 1; i < keys.size(); ++i) text += (i + 1 < keys.size() ? ", " : " or ") + keys[i];
  return text;
}

void check_predicted_counts(const Options& o) {
  constexpr std::size_t most = 1000000;
  if (!o.predict_n) return;
  if (*o.predict_n < 1 || *o.predict_n > most)
    throw UsageError("--predict-n: from 1 to " + std::to_string(most) + " patients, or units of person-time");
  const Layout layout = layout_of(*o.effect.measure);
  if (layout != Layout::single_arm_counts && layout != Layout::single_arm_rates)
    throw UsageError("--predict-n: events are predicted for proportions and rates of one arm, not for " +
                     std::string(key(*o.effect.measure)));
  if (o.prediction == PredictionMethod::none) throw UsageError("--predict-n: needs a prediction interval, and --prediction is none");
  if (!o.mods.empty()) throw UsageError("--predict-n: a prediction with --mods needs the values of the moderators");
}

void check_exact_draws(const Options& o) {
  constexpr std::size_t most = 10000000;
  if (!o.exact_draws) return;
  if (*o.exact_draws > most) throw UsageError("--exact-draws: at most " + std::to_string(most) + " tables");
  const bool tested = *o.pooling == Pooling::exact || *o.pooling == Pooling::glmm;
  if (!tested || layout_of(*o.effect.measure) != Layout::single_arm_counts)
    throw UsageError("--exact-draws: the exact test of equal proportions comes with --pooling exact and glmm of proportions");
}

void choose_bootstrap(Options& o) {
  constexpr std::size_t usual = 2000, most = 1000000;
  if (!o.bootstrap) {
    if (o.replicates) throw UsageError("--replicates: needs --bootstrap");
    return;
  }
  choose(o.replicates, usual);
  if (*o.replicates < 2 || *o.replicates > most) throw UsageError("--replicates: from 2 to " + std::to_string(most));
  if (pooling::row_of(*o.pooling).bayesian)
    throw UsageError(list_of("--bootstrap", key(*o.bootstrap), "a posterior distribution is not bootstrapped"));
}

void check_tau2_curve(const Options& o) {
  if (!o.tau2_curve) return;
  if (*o.tau2_curve < 2 || *o.tau2_curve > 10000) throw UsageError("--tau2-curve: from 2 to 10000 values of tau2");
  if (!o.mods.empty()) throw UsageError("--tau2-curve: the curve is that of a mean; not available with --mods");
  if (o.model == Model::common || random_effects_pooling(*o.pooling) != Pooling::inverse)
    throw UsageError("--tau2-curve: needs random effects by --pooling inverse, mh or peto");
}

}  // namespace

Pooling random_effects_pooling(Pooling pooling) {
  return pooling == Pooling::mh || pooling == Pooling::peto ? Pooling::inverse : pooling;
}

Options resolve_effects(Options o, const StudySet& studies) {
  const Layout layout = studies.layout();
  check_ranges(o, studies);
  apply_preset(o, layout);
  choose(o.effect.measure, default_measure(layout));
  choose(o.effect.add, default_correction(*o.effect.measure));
  choose_study_interval(o, layout);
  return o;
}

Options resolve(Options o, const StudySet& studies) {
  if (o.pooling == Pooling::peto && o.effect.measure.value_or(Measure::OR) == Measure::OR) o.effect.measure = Measure::PETO;
  follow_link(o, studies.layout());
  o = resolve_effects(std::move(o), studies);
  // `only0` corrects where a zero cell stands in the way. In a pooled estimate it never does for these measures, and the
  // correction would only bias it; `all` and `if0all` are taken at their word.
  if (o.effect.to == CorrectionTo::only0 && default_correction(*o.effect.measure) == 0) o.effect.add = 0;
  choose_pooling(o);
  check_fit(*o.pooling, *o.effect.measure);
  check_fit(*o.pooling_common, *o.effect.measure);
  choose_link(o);
  const pooling::PoolingRow& model = pooling::row_of(*o.pooling);
  if (!o.mods.empty() && !model.moderators)
    throw UsageError(list_of("--mods", o.mods, "needs --pooling " + models_with_moderators() + ", not " + std::string(model.info.key)));
  if (o.permutations && *o.pooling != Pooling::inverse)
    throw UsageError(list_of("--permutation-test", "", "needs --pooling inverse, not " + std::string(model.info.key)));
  choose_inference(o);
  analysis::resolve_bayes(o);
  check_predicted_counts(o);
  check_exact_draws(o);
  check_tau2_curve(o);
  choose_bootstrap(o);
  analysis::resolve_absolute(o, studies);
  if (!o.predict_at.empty() && o.mods.empty()) throw UsageError("--predict-at: needs --mods");
  return o;
}

}  // namespace tausq
