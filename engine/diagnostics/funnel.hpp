// What every analysis of small-study effects starts from: the studies that have an effect size, as columns.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tausq/bias.hpp>
#include <tausq/effects.hpp>
#include <tausq/options.hpp>
#include <tausq/studies.hpp>

namespace tausq::diagnostics {

/// The funnel: effects with their variances and whatever measures study size. References outlive the call.
struct Funnel {
  const StudySet& studies;
  const Options& options;  ///< resolved
  const BiasOptions& bias;
  Measure measure = Measure::GEN;
  std::vector<std::size_t> index;  ///< place in `studies` of each study of the funnel
  std::vector<double> yi, vi;      ///< vi > 0
  std::vector<double> weights;     ///< the user's, or empty
  std::vector<double> ni;          ///< patients of all arms; empty when one of them is unknown
  std::size_t k() const { return yi.size(); }
};

/// The studies with a finite effect size and a positive, finite variance; the others are added to `excluded`.
Funnel make_funnel(const StudySet& studies, const EffectSizes& effects, const Options& options, const BiasOptions& bias,
                   std::vector<Excluded>& excluded);

/// The common effect and the sum of the weights 1 / vi. k >= 1.
struct CommonEffect {
  double mean = 0;
  double weight = 0;
};
CommonEffect common_effect(const Funnel& funnel);

/// Patients in the two arms of one study; empty for layouts of one arm or without counts of patients.
struct ArmSizes {
  double n1 = 0, n2 = 0;
};
std::optional<ArmSizes> arm_sizes(const StudySet& studies, std::size_t i);

/// What the table knows about one test of asymmetry.
struct BiasTestRow {
  BiasTest id;
  MethodInfo info;
  AsymmetryTest (*kernel)(const Funnel&);
  bool (*fits)(Layout, Measure);
  std::string_view needs;  ///< what `fits` asks for, in words
};
std::span<const BiasTestRow> bias_test_table();

/// The test of one row, or status not_estimable with the reason why it cannot be made. `test` is filled in.
AsymmetryTest asymmetry_test(BiasTest test, const Funnel& funnel);

// Kernels of the rank tests.
AsymmetryTest begg(const Funnel& funnel);
AsymmetryTest schwarzer(const Funnel& funnel);

/// Limit estimates on `sei` and `vi` in both forms, and on the predictor of the options where that one has a limit.
std::vector<LimitEstimate> limit_estimates(const Funnel& funnel);

TrimFill trim_fill(const Funnel& funnel);
FailSafeN fail_safe_n(FailSafe type, const Funnel& funnel);
ExcessSignificance excess_significance(const Funnel& funnel);
SelectionModel selection_model(const Funnel& funnel);

/// Warnings about few studies and about scales on which the standard error follows from the effect.
std::vector<Warning> bias_warnings(const Funnel& funnel);

/// All of the above for the options of the funnel; `display`, `input` and the options stay empty.
Bias small_study_effects(const Funnel& funnel);

}  // namespace tausq::diagnostics
