// The straight line "effect on a measure of study size" behind most tests of asymmetry.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics/funnel.hpp"

namespace tausq::diagnostics {

/// One effect, the variance that gives its weight 1 / v, and the predictor, a column each.
struct FunnelLine {
  std::vector<double> y, v, x;
  void add(double effect, double variance, double predictor) {
    y.push_back(effect);
    v.push_back(variance);
    x.push_back(predictor);
  }
};

/// The line y = intercept + slope x.
struct LineFit {
  Status status = Status::ok;
  std::string reason;
  double intercept = 0, intercept_se = 0, slope = 0, slope_se = 0;
  std::optional<double> df;          ///< of t tests of the coefficients; empty: normal
  std::optional<double> tau2;        ///< random-effects form
  std::optional<double> dispersion;  ///< weighted least squares form: sum wi ri^2 / (k - 2)
};

/// Weighted least squares with multiplicative error variance: se = sqrt(dispersion (X'WX)^-1), wi = 1 / vi, t on k - 2
/// degrees of freedom. Not estimable: k < 3, a predictor that does not vary, effects that lie on the line to rounding.
LineFit fit_least_squares(const FunnelLine& line);

/// Random-effects meta-regression: wi = 1 / (vi + tau2) with the tau2 of the options, se = sqrt((X'WX)^-1), normal.
LineFit fit_mixed_effects(const FunnelLine& line, const Options& options);

LineFit fit_line(BiasModel model, const FunnelLine& line, const Options& options);

/// The funnel with a predictor of BiasPredictor; empty when the sample sizes are unknown.
std::optional<FunnelLine> predictor_line(const Funnel& funnel, BiasPredictor predictor);

}  // namespace tausq::diagnostics
