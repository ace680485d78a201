// Every reasonable analysis of the same studies, side by side. Field names are JSON keys.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/options.hpp>
#include <tausq/status.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// What is added to the cells of which studies.
struct Correction {
  double add = 0;
  CorrectionTo to = CorrectionTo::none;
};

/// Which choices are combined. An empty list stands for all that are usual; one that is given is taken as it is.
struct MultiverseOptions {
  std::vector<Model> models{};      ///< common, random
  std::vector<Pooling> poolings{};  ///< all that pool the measure, without sample-size weights; of Bayesian ones that by exact likelihood
  std::vector<GlmmModel> glmms{};   ///< exact likelihoods of two-by-two tables
  std::vector<Measure> measures{};  ///< links and transformations: all measures on the natural scale of `options.effect.measure`
  std::vector<Correction> corrections{};    ///< none, 0.5 for studies with a zero cell, 0.5 for all; as `add` and `to` where `add` is set
  std::vector<Tau2Method> tau2s{};          ///< DL, SJ, ML, REML, PM
  std::vector<IntervalMethod> intervals{};  ///< z, hk, hk-ci, kr, profile, il, exact, central
  std::optional<bool> leave_one_out{};      ///< every set without one study too; empty: up to 50 studies
  std::optional<double> exclude{};          ///< natural scale; empty: the value of no effect, where the measure has one
};

/// One choice in every dimension. What a model does not ask about is empty.
struct SpecificationSettings {
  Model model = Model::random;  ///< common or random
  Pooling pooling = Pooling::inverse;
  std::optional<GlmmModel> glmm;
  Measure measure = Measure::GEN;
  std::optional<double> add;  ///< empty: the model takes the counts as they are
  std::optional<CorrectionTo> to;
  std::optional<Tau2Method> tau2;
  IntervalMethod interval = IntervalMethod::z;
  std::string without;  ///< the study left out; empty: none
};

/// One analysis of the multiverse.
struct Specification {
  SpecificationSettings settings;
  Status status = Status::not_requested;
  std::string reason;                                               ///< why numbers are missing
  std::size_t k = 0;                                                ///< studies in the fit
  std::optional<double> estimate, se, p_value, ci_lower, ci_upper;  ///< analysis scale of `settings.measure`
  std::optional<double> tau2;
  Display display;               ///< natural scale, on which specifications are compared
  std::optional<bool> excludes;  ///< whether the interval excludes `summary.exclude`
};

/// The specifications that share one choice. Natural scale.
struct ChoiceSummary {
  std::string choice;                            ///< its key; for leave-one-out the study
  std::size_t number = 0;                        ///< specifications with an estimate
  std::optional<double> mean, minimum, maximum;  ///< of the estimates; geometric mean for ratios
  std::optional<double> width;                   ///< mean width of the finite intervals; for ratios geometric mean of upper / lower
  std::optional<double> share_excluding;         ///< of the intervals
};

/// One dimension of choice. Those with a single choice are left out of the summary.
struct Dimension {
  std::string dimension;         ///< "model", "pooling", "measure", "correction", "tau2", "interval", "without"
  std::optional<double> spread;  ///< highest minus lowest mean of its choices; their quotient for ratios; empty for the interval
  std::vector<ChoiceSummary> choices;
};

/// A quantile of the estimates (type 7 of Hyndman & Fan 1996).
struct EstimateQuantile {
  double probability = 0;
  double estimate = 0;
};

/// The multiverse in numbers. Natural scale.
struct MultiverseSummary {
  std::size_t number = 0;     ///< specifications
  std::size_t estimated = 0;  ///< those with an estimate
  std::optional<double> median, minimum, maximum;
  std::vector<EstimateQuantile> quantiles;  ///< at 2.5, 25, 75 and 97.5 percent
  std::optional<double> exclude;            ///< the value that intervals are held against
  std::optional<double> share_excluding;    ///< of the intervals
  std::vector<Dimension> dimensions;        ///< in the order of their spread, widest first
};

/// Every combination of the choices, in the order of the dimensions.
struct Multiverse {
  Input input;
  Options options;
  std::vector<Specification> specifications;
  MultiverseSummary summary;
  std::vector<Warning> warnings;
};

/// The choice that a specification makes in a dimension, as ChoiceSummary::choice spells it; empty when its model does not
/// ask, or for another word.
std::string choice_in(std::string_view dimension, const SpecificationSettings& settings);

/// All combinations of model, link or transformation, zero-cell correction, estimator of tau2, interval and left-out study
/// that are defined for the studies and distinct.
///
/// A choice that changes nothing is no choice: a correction that leaves all effect sizes as an earlier one has them is not
/// listed again, and measures that zero cells leave defined are not corrected. kr goes with REML, profile with ML, hc with DL; the common
/// effect of effect sizes has the z interval; models of counts have their own likelihood and no correction. A model that cannot be fitted
/// keeps its place with status and reason. Throws UsageError for choices that the measure does not have, and for moderators, subgroups,
/// weights and a fixed tau2.
Multiverse multiverse(const StudySet& studies, const Options& options = {}, const MultiverseOptions& choices = {});

}  // namespace tausq
