// The steps of which an analysis is composed. No formula stands in this room.
#pragma once

#include <string>
#include <vector>

#include <tausq/analysis.hpp>

#include "engine/model/design.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::analysis {

/// The effect sizes of the studies at `indices`, in that order.
EffectSizes subset(const EffectSizes& effects, const std::vector<std::size_t>& indices);

/// Both pooled estimates by the models that the options name; where common and random effects come from different
/// models, each keeps its own weights, and heterogeneity is that of the random-effects model.
pooling::Pooled pool(const pooling::PoolingInput& input);

/// The options of the inverse-variance analysis of the same request.
Options inverse_variance(Options requested, const StudySet& studies);

/// What Bayesian pooling takes and what it does not: priors by default and checked, credible intervals. Throws UsageError for
/// its options without it, and for what has no meaning with it.
void resolve_bayes(Options& options);

/// Whether absolute effects are wanted, and by which risk model. Throws UsageError where there is none, or no baseline risk.
void resolve_absolute(Options& options, const StudySet& studies);

/// Natural-scale numbers of everything that a measure can transform. `n` is the harmonic mean of the sample sizes
/// (Freeman-Tukey only). Numbers that a model has already put on the natural scale stay.
class NaturalScale {
 public:
  NaturalScale(Measure measure, double n) : measure_(measure), n_(n) {}

  void fill(PooledEstimate& estimate);
  void fill(PredictionInterval& prediction);
  void fill(RegressionPrediction& prediction);
  void fill(Bootstrap& bootstrap);
  /// A warning when the Freeman-Tukey inverse had to clamp a value, and the harmonic mean in words.
  void report(std::vector<Warning>& warnings) const;

 private:
  std::optional<double> value(std::optional<double> analysis_value);
  std::optional<double> end(std::optional<double> analysis_value, bool infinite, double infinity);

  Measure measure_;
  double n_;
  bool clamped_ = false;
};

/// Events among the next `options.predict_n` patients by the law of a prediction interval, where that is symmetric on the
/// analysis scale; `n` as in NaturalScale. Nothing where there is no interval or a model has predicted counts of its own.
void predict_counts(PredictionInterval& prediction, Measure measure, double n, const Options& options);

/// Harmonic mean of the sample sizes of the studies that have an effect size; 0 when one is unknown.
double harmonic_mean_n(const EffectSizes& effects);

/// What became of the rows behind the studies; source and checksum are filled in where the records were read.
Input accounting(const StudySet& studies, std::vector<Excluded> excluded);

/// The rows of the study table: raw numbers, effect sizes, intervals.
std::vector<StudyResult> study_results(const StudySet& studies, const EffectSizes& effects, const Options& options);

/// What the other usual models of counts say about the same studies; nothing for other layouts or a single study.
std::vector<Alternative> sensitivity(const StudySet& studies, const Options& options);

/// The pooled effect for tau2 on a grid, equal steps of tau from 0 to half as much again as the upper limit of tau (that of
/// the estimate, or of the typical sampling variance, where there is none).
std::vector<Tau2CurvePoint> tau2_curve(const pooling::PoolingInput& input, const Heterogeneity& found);

/// The estimates of an analysis by preset beside tausq's own, and what every setting that differs changes on its own.
/// `requested` are the options before resolve().
std::vector<PresetComparison> preset_comparison(const StudySet& studies, const Options& requested, const Analysis& analysis);

/// Pools every subgroup and tests for differences between them.
void add_subgroups(Analysis& result, const StudySet& studies, const EffectSizes& effects);

}  // namespace tausq::analysis
