// Per-study effect sizes: from counts and summaries to yi with sampling variance vi, and back to the natural scale.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tausq/options.hpp>
#include <tausq/status.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// One study on the analysis scale.
struct EffectSize {
  std::optional<double> yi;  ///< effect size; empty where the counts leave it undefined or infinite
  std::optional<double> vi;  ///< sampling variance, >= 0; 0 is possible without correction (PR at 0/n)
  double ni = 0;             ///< patients, or person-time, of all arms together: back-transformation and sample-size weights
  bool corrected = false;    ///< `add` was added to its cells
  std::string reason;        ///< why a number is missing
};

/// All studies of a set, in its order.
struct EffectSizes {
  Measure measure = Measure::GEN;
  std::vector<EffectSize> study;     ///< length k
  std::vector<Excluded> excluded;    ///< studies that drop00 leaves out (their yi and vi are empty)
  std::vector<Warning> warnings;     ///< e.g. "zero-cells-corrected" naming the studies
  Preset convention = Preset::none;  ///< whose habits were followed (EffectOptions::convention); study_interval() keeps to them
};

/// Effect size and sampling variance of every study.
///
/// Formulas and sources: `methods<Measure>()`. Zero cells are handled by `add`, `to` and `drop00`; a study whose effect
/// size is undefined all the same keeps its place with empty numbers and a reason.
/// Throws UsageError when the measure does not fit the layout of the studies.
EffectSizes effect_sizes(const StudySet& studies, const EffectOptions& options);

/// What is added to zero cells unless the user says otherwise: 0.5, or 0 for measures that zero cells leave defined
/// (arcsine, Freeman-Tukey, square-root and correlation measures; metafor's escalc has the same list).
double default_correction(Measure measure);

/// The measure that a layout gets when none is asked for.
Measure default_measure(Layout layout);

/// The layout that a measure is computed from (GEN and ready-made yi, vi: `generic`).
Layout layout_of(Measure measure);

/// A value of the analysis scale on the natural one (proportion, ratio, rate ...), clamped to the measure's range.
///
/// `n` is the sample size that Freeman-Tukey back-transformation needs (PFT: patients, IRFT: person-time; Miller 1978
/// eq. 2 and its rate analogue); a pooled value takes the harmonic mean of the sample sizes. Others ignore it.
double natural_scale(Measure measure, double value, double n = 0);

/// True when `value` lies outside what the measure can take with sample size `n`, so that natural_scale() clamps it: a
/// proportion above 1, a double arcsine below that of 0 of n ...
bool natural_scale_clamped(Measure measure, double value, double n = 0);

/// A value of the natural scale on the analysis one; the inverse of natural_scale within its range, infinite where the
/// transformation is (the logit of 0).
double analysis_scale(Measure measure, double value, double n = 0);

/// What the natural scale is called: "Proportion", "Odds Ratio", ...
std::string_view scale_label(Measure measure);
/// What the analysis scale is called: "logit", "log odds ratio", "Freeman-Tukey double arcsine", ...
std::string_view transformed_label(Measure measure);
/// The natural value of no effect (1 for ratios, 0 for differences); empty for single-arm measures.
std::optional<double> null_value(Measure measure);
/// True when the natural scale is a ratio, drawn on a log axis.
bool is_ratio(Measure measure);

/// Interval of one study's effect.
struct StudyInterval {
  std::optional<double> ci_lower, ci_upper;                              ///< analysis scale; empty where infinite
  std::optional<double> display_estimate, display_lower, display_upper;  ///< natural scale
};

/// The interval of study `i` by `method` at `level`. Binomial methods (CP, WS, ...) work on the raw counts and are then
/// transformed; `wald` (and `NAsm`, its name in meta) works on yi, vi. Throws UsageError when the method does not fit the layout.
StudyInterval study_interval(const StudySet& studies, const EffectSizes& effects, std::size_t i, StudyIntervalMethod method, double level);

}  // namespace tausq
