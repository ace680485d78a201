// Intervals for the true effect of a new study: one table, one kernel each (prediction.cpp).
#pragma once

#include <optional>
#include <span>

#include <tausq/analysis.hpp>

namespace tausq::inference {

/// What prediction intervals are made of, on the scale of the data.
struct PredictionInput {
  double estimate = 0;
  double se = 0;  ///< model based
  double tau2 = 0;
  double k = 0;
  double level = 0.95;
  std::optional<double> se_hk = {};              ///< Hartung-Knapp
  std::optional<double> se_kr = {}, df_kr = {};  ///< Kenward-Roger
};

/// What the table knows about one prediction interval.
struct PredictionRow {
  PredictionMethod id;
  MethodInfo info;
  PredictionInterval (*kernel)(const PredictionInput&);  ///< nullptr: not of the normal model
};

std::span<const PredictionRow> prediction_table();

/// estimate -+ c sqrt(tau2 + se^2). not_estimable with a reason where k is too small. Throws UsageError when the method
/// does not belong to the normal model.
PredictionInterval prediction(PredictionMethod method, const PredictionInput& input);

}  // namespace tausq::inference
