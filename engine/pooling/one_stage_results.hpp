// From a fitted one-stage model to results: what all exact-likelihood pooling models have in common.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/model/one_stage.hpp"
#include "engine/model/study_maximum.hpp"
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

/// Adds one study, weighted by the information at its own maximum, to the test of homogeneity. Studies without a maximum count
/// with the supremum of their likelihood and not in the Wald statistic (nor does metafor's, where they have variance infinity).
class HomogeneitySums {
 public:
  void add(const model::StudyMaximum& study);
  Homogeneity against(double common_loglik) const;

 private:
  std::vector<model::StudyMaximum> studies_;
};

/// Fills q, lrt and, from the typical sampling variance of the effect sizes, i2 and h2 (Viechtbauer's rma.glmm). `used` are the
/// places of the studies in the input.
void report_homogeneity(const Homogeneity& test, const PoolingInput& input, const std::vector<std::size_t>& used, Heterogeneity& het);

/// (k - 1) / (sum w - sum w^2 / sum w), w = 1 / vi over the studies of `used` that have a variance; empty for k < 2.
std::optional<double> typical_variance(const EffectSizes& effects, const std::vector<std::size_t>& used);

/// The rows `used` of the design.
model::Design rows_of(const model::Design& design, const std::vector<std::size_t>& used);

/// Weights of the studies `used` in the places of all `count` studies.
std::vector<std::optional<double>> spread_out(const std::vector<std::optional<double>>& weights, const std::vector<std::size_t>& used,
                                              std::size_t count);

/// The one-stage model of studies that share a kind of likelihood, fitted and reported. `used` are their places in the input;
/// after the report `finish(fit, pooled)` may add what is special to them.
template <typename Likelihood, typename Finish>
Pooled pool_one_stage(const PoolingInput& input, std::vector<Likelihood> studies, const std::vector<std::size_t>& used, Finish&& finish) {
  const model::Design design = rows_of(input.design, used);
  HomogeneitySums sums;
  for (const Likelihood& study : studies) sums.add(model::study_maximum(study));
  model::OneStageModel engine(std::make_unique<model::StudyTermsOf<Likelihood>>(std::move(studies)), design);
  const OneStageFit fit = fit_one_stage(engine);
  Pooled pooled;
  report(fit, input, pooled);
  if (fit.common.converged) {
    report_homogeneity(sums.against(fit.common.at.loglik), input, used, pooled.heterogeneity);
    finish(fit, pooled);
  }
  pooled.weight_common = spread_out(pooled.weight_common, used, input.studies.size());
  pooled.weight_random = spread_out(pooled.weight_random, used, input.studies.size());
  return pooled;
}

}  // namespace tausq::pooling
