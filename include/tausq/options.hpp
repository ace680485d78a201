// What a user can set. Every field has a default; an empty optional means "the best-founded choice for these data",
// which the engine fills in (see resolve()) and every result echoes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tausq/absolute.hpp>
#include <tausq/methods.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// How effect sizes are computed from counts and summaries.
struct EffectOptions {
  std::optional<Measure> measure{};       ///< empty: PLO for single-arm counts, OR for two-by-two tables, IRLN, IRR, MN, MD, ZCOR, GEN
  std::optional<double> add{};            ///< added to every cell of the studies that `to` names, >= 0; empty: default_correction(measure)
  CorrectionTo to = CorrectionTo::only0;  ///< which studies are corrected
  bool drop00 = false;                    ///< leave out two-arm studies with no event, or only events, in both arms
  VarianceType vtype = VarianceType::LS;  ///< sampling-variance variant
  Preset convention = Preset::none;       ///< whose zero-cell habits are followed where programs differ (Preset::meta or not)
};

/// One meta-analysis. Aggregate: `analyse(studies, {.tau2 = Tau2Method::REML, .level = 0.9})`.
struct Options {
  EffectOptions effect{};                             ///< measure and zero-cell rules
  std::optional<Pooling> pooling{};                   ///< empty: glmm for PLO and OR from counts, inverse otherwise
  std::optional<Pooling> pooling_common{};            ///< common effect when it differs (OR by default: mh)
  std::optional<Tau2Method> tau2{};                   ///< empty: ML for exact likelihoods, REML otherwise
  std::optional<double> tau2_fixed{};                 ///< tau2 given by the user, >= 0
  std::optional<IntervalMethod> interval{};           ///< empty: profile for exact likelihoods, hk_ci otherwise
  std::optional<IntervalMethod> interval_common{};    ///< of the common effect; empty: `interval` where the user named one, else z
  std::optional<Tau2IntervalMethod> tau2_interval{};  ///< empty: PL for exact likelihoods, QP otherwise
  std::optional<PredictionMethod> prediction{};  ///< empty: integrated for exact likelihoods of PLO, v for others, hts for inverse variance
  std::optional<std::size_t> predict_n{};        ///< patients, or units of person-time, whose events are predicted, 1 to 10^6; empty: none
  Model model = Model::both;                     ///< which pooled estimates
  double level = 0.95;                           ///< of pooled intervals, 0 < level < 1
  std::optional<double> prediction_level{};      ///< of the prediction interval; empty: as `level`
  std::optional<double> heterogeneity_level{};   ///< of the intervals of tau2, I2 and H2; empty: as `level`
  std::optional<double> study_level{};           ///< of study intervals; empty: as `level`
  std::optional<StudyIntervalMethod> study_interval{};  ///< empty: CP for single-arm counts, wald otherwise
  std::optional<GlmmModel> glmm{};                      ///< two-arm exact-likelihood model; empty: CM_EL
  std::string prior_tau{};            ///< Bayesian pooling: "halfnormal(0.5)", ...; empty: by measure where it has a unit of its own
  std::string prior_mu{};             ///< Bayesian pooling: "normal(0,2.82)", "flat", "uniform-probability"; empty: by likelihood
  std::optional<double> threshold{};  ///< Bayesian pooling: probabilities on either side of it, natural scale; empty: null_value()
  std::optional<Link> link{};         ///< of the exact likelihood of proportions; empty: that of the measure
  bool extras = true;          ///< whether what usually stands beside an estimate comes unasked: other intervals, prediction, exact test
  bool cmh_correction = true;  ///< continuity correction of the Cochran-Mantel-Haenszel test
  std::vector<double> user_weights{};          ///< length k, or empty for weights from the model
  std::string subgroup{};                      ///< name of the column that splits the studies; empty: none
  bool common_tau2 = false;                    ///< one tau2 for all subgroups
  std::string mods{};                          ///< moderators, e.g. "year + factor(alloc)"; empty: none
  bool intercept = true;                       ///< whether the regression has an intercept
  bool sensitivity = false;                    ///< whether other usual models of counts are fitted beside this one
  std::optional<std::size_t> exact_draws{};    ///< of the exact test of equal proportions where tables are too many, at most 10^7; empty:
                                               ///< 10^4 for --pooling exact, else 0
  std::optional<std::size_t> permutations{};   ///< of the permutation test: at most so many; 0: see PermutationTest; empty: no test
  std::optional<BootstrapMethod> bootstrap{};  ///< how the estimates are bootstrapped; empty: not
  std::optional<std::size_t> replicates{};     ///< of the bootstrap, 2 to 10^6; empty: 2000
  std::string predict_at{};                    ///< new points of the regression, e.g. "year=1990, alloc=random; year=2000, alloc=none"
  std::optional<std::size_t> tau2_curve{};     ///< values of tau2 for which the effect is pooled, 2 to 10000; empty: none
  Preset preset = Preset::none;                ///< another program's defaults
  std::uint64_t seed = 20261122;               ///< of everything that draws random numbers
  bool absolute = false;                       ///< whether absolute effects are wanted; given baseline risks ask for them too
  std::vector<double> baseline{};              ///< risks without treatment, in (0, 1); empty: the median of the control groups
  std::optional<RiskModel> absolute_effect{};  ///< what a generic effect is (log odds ratio ...); empty: by measure
  bool desirable_events = false;               ///< more events are a benefit
  std::size_t threads = 0;                     ///< that resampling uses, 0: one a processor; no number depends on it
};

/// Every optional choice filled in for the studies at hand, presets applied and contradictions refused.
/// Throws UsageError that names option, value and constraint.
Options resolve(Options options, const StudySet& studies);
/// The model behind the random-effects estimate: Mantel-Haenszel and Peto are common-effect methods, beside which random
/// effects come from inverse variance; every other model is its own.
Pooling random_effects_pooling(Pooling pooling);
/// The same for effect sizes alone: measure, zero-cell rules and study interval.
Options resolve_effects(Options options, const StudySet& studies);

}  // namespace tausq
