// From a fitted one-stage model to results: what all exact-likelihood pooling models have in common.
#pragma once

#include <vector>

#include "engine/model/one_stage.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Test of homogeneity against the saturated model, one parameter a study: Wald-type and likelihood-ratio statistic.
struct Homogeneity {
  double wald = 0, likelihood_ratio = 0;
};

/// A one-stage model with one coefficient, fitted with tau2 = 0 and with tau2 >= 0.
struct OneStageFit {
  model::OneStageModel& model;
  model::OneStageMaximum common, random;
  /// Further parameters that the model maximises out on its own: they count in aic, bic and aicc.
  double nuisance_parameters = 0;
  double observations = 0;  ///< k in bic and aicc
};
OneStageFit fit_one_stage(model::OneStageModel& model);

/// Fills both estimates with their intervals, tau2 with its interval, the test of tau2 = 0, prediction and fit. Weights are
/// shares of the information about the coefficient: -d2 log L_i / deta2.
void report(const OneStageFit& fit, const PoolingInput& input, Pooled& pooled);

/// Fills q, lrt and, from the typical sampling variance of the effect sizes, i2 and h2 (Viechtbauer's rma.glmm).
void report_homogeneity(const Homogeneity& test, const PoolingInput& input, const std::vector<std::size_t>& studies, Heterogeneity& het);

/// (k - 1) / (sum w - sum w^2 / sum w), w = 1 / vi over `studies` that have a variance; empty for k < 2.
std::optional<double> typical_variance(const EffectSizes& effects, const std::vector<std::size_t>& studies);

}  // namespace tausq::pooling
