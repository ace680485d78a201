// Intervals and tests for a pooled effect or a regression coefficient: one table, one kernel each (intervals.cpp).
#pragma once

#include <optional>
#include <span>
#include <string>

#include <tausq/analysis.hpp>

#include "engine/model/normal_model.hpp"

namespace tausq::inference {

/// One coefficient of the normal model and what its intervals need. Estimate and standard error on the scale of the data.
struct IntervalInput {
  double estimate = 0;
  double se = 0;         ///< model based: z-type
  double hk_factor = 1;  ///< residual Q(tau2) / (k - p)
  double df = 0;         ///< k - p
  double level = 0.95;
  std::optional<double> se_dl = {};  ///< z-type standard error with the DerSimonian-Laird tau2 (hk_iqwig6)

  // Of a pooled mean only:
  const model::NormalData* data = nullptr;
  double tau2 = 0;  ///< in standard units
  model::NormalWorkspace* work = nullptr;
};

struct IntervalResult {
  PooledEstimate estimate;
  std::optional<Warning> warning = {};
};

/// What the table knows about one interval.
struct IntervalRow {
  IntervalMethod id;
  MethodInfo info;
  IntervalResult (*kernel)(const IntervalInput&);  ///< nullptr: not of the normal model
  bool coefficients;      ///< for regression coefficients and the common effect too, not for a random-effects mean alone
  bool exact_likelihood;  ///< offered by the exact-likelihood models
};

std::span<const IntervalRow> interval_table();

/// Interval of one coefficient. Throws UsageError when the method does not belong to the normal model.
IntervalResult interval(IntervalMethod method, const IntervalInput& input);

/// Quantiles that a guarded interval compares: normal, and t on k - p degrees of freedom (>= 1).
struct TwoQuantiles {
  double z = 0, t = 0;
};
TwoQuantiles two_quantiles(double level, double df);

/// The standard error of the method's test: that of Hartung & Knapp with its guard, `se` for all other methods. The same as
/// in interval(), without quantiles and tails of its own: for refits by the thousand. df >= 1.
double test_se(IntervalMethod method, const IntervalInput& input, const TwoQuantiles& quantiles);

/// Kenward & Roger's standard error and degrees of freedom of a pooled mean (expected information), in standard units.
struct KenwardRoger {
  double se = 0;
  double df = 0;
};
KenwardRoger kenward_roger(const model::NormalData& data, double tau2, model::NormalWorkspace& work);

}  // namespace tausq::inference
