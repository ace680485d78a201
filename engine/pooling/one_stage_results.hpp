// From a fitted one-stage model to results: what all exact-likelihood pooling models have in common.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/model/one_stage.hpp"
#include "engine/model/study_maximum.hpp"
#include "engine/model/unconditional_terms.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Test of homogeneity against the saturated model, one parameter a study: Wald-type and likelihood-ratio statistic.
struct Homogeneity {
  double wald = 0, likelihood_ratio = 0;
};

/// Why there is no pooled estimate and no prediction interval with moderators.
constexpr const char* coefficients_elsewhere = "with moderators the coefficients stand in `regression`";
constexpr const char* coefficients_predict = "with moderators a prediction needs their values (--predict-at)";

/// A one-stage model, fitted with tau2 = 0 and with tau2 >= 0.
struct OneStageFit {
  model::OneStageModel& model;
  model::OneStageMaximum common, random;
  double nuisance_parameters = 0, observations = 0;  ///< as in OneStageSetup
  bool tau2_identified = true;
};

/// Throws UsageError for an interval that exact-likelihood models do not have.
void check_interval(IntervalMethod method);

/// The prediction interval that the options ask for; not_estimable for k < 3.
PredictionInterval predict_effect(double k, double estimate, double se, double tau2, const Options& options);

/// Log-likelihood with the information criteria that go with it.
Fit likelihood_statistics(double loglik, double parameters, double observations);

/// Fills both estimates with their intervals, tau2 with its interval, the test of tau2 = 0, prediction and fit. Weights are
/// shares of the information about the linear predictor: -d2 log L_i / deta2. With moderators the estimates and the prediction only say
/// where the coefficients stand.
void report(const OneStageFit& fit, const PoolingInput& input, Pooled& pooled);

/// Adds one study, weighted by the information at its own maximum, to the test of homogeneity. Studies without a maximum count
/// with the supremum of their likelihood and not in the Wald statistic (nor does metafor's, where they have variance infinity).
class HomogeneitySums {
 public:
  void add(const model::StudyMaximum& study);
  /// Against the common effects of `design`, whose maximum is `common_loglik`: the Wald statistic is the weighted residual sum of
  /// squares of the studies' own estimates.
  Homogeneity against(double common_loglik, const model::Design& design) const;

 private:
  std::vector<model::StudyMaximum> studies_;
};

/// Fills q, lrt and, from the typical sampling variance of the effect sizes, i2 and h2 (Viechtbauer's rma.glmm). `used` are the
/// places of the studies in the input, `design` has their rows.
void report_homogeneity(const Homogeneity& test, const PoolingInput& input, const std::vector<std::size_t>& used,
                        const model::Design& design, Heterogeneity& het);

/// (k - p) / trace(P), P = W - W X (X'WX)^-1 X'W, w = 1 / vi over the studies of `used` that have a variance; empty for k <= p. For a
/// mean (k - 1) / (sum w - sum w^2 / sum w).
std::optional<double> typical_variance(const EffectSizes& effects, const std::vector<std::size_t>& used, const model::Design& design);

/// Weights of the studies `used` in the places of all `count` studies.
std::vector<std::optional<double>> spread_out(const std::vector<std::optional<double>>& weights, const std::vector<std::size_t>& used,
                                              std::size_t count);

/// Takes away what supposes normal random effects, for models whose dispersion is another than tau2; an interval for prediction is
/// not_estimable for `reason`.
void drop_normal_heterogeneity(const PoolingInput& input, const char* reason, Pooled& pooled);

/// A one-stage model ready to be fitted.
struct OneStageSetup {
  std::shared_ptr<model::StudyTerms> studies;
  HomogeneitySums saturated;
  std::vector<std::size_t> used;   ///< places of its studies in the input
  double nuisance_parameters = 0;  ///< parameters that `studies` maximises out on its own
  double observations = 0;         ///< in bic and aicc
  bool tau2_identified = true;     ///< otherwise tau2 stands at 0

  /// Of studies that share a kind of likelihood.
  template <typename Likelihood>
  static OneStageSetup of(std::vector<Likelihood> studies, std::vector<std::size_t> used) {
    OneStageSetup setup;
    for (const Likelihood& study : studies) setup.saturated.add(model::study_maximum(study));
    setup.observations = static_cast<double>(used.size());
    setup.studies = std::make_unique<model::StudyTermsOf<Likelihood>>(std::move(studies));
    setup.used = std::move(used);
    return setup;
  }
  /// Of two-arm studies with a free level each.
  template <typename Arm>
  static OneStageSetup unconditional(std::vector<std::pair<Arm, Arm>> studies, std::vector<std::size_t> used) {
    OneStageSetup setup;
    for (const auto& study : studies) setup.saturated.add(model::study_maximum(study));
    setup.nuisance_parameters = static_cast<double>(used.size());
    setup.observations = 2 * setup.nuisance_parameters;
    setup.studies = std::make_unique<model::UnconditionalTerms<Arm>>(std::move(studies));
    setup.used = std::move(used);
    return setup;
  }
};

/// Fits and reports; `finish(fit, pooled)` may add what is special to the model.
Pooled pool_one_stage(const PoolingInput& input, const OneStageSetup& setup,
                      const std::function<void(const OneStageFit&, Pooled&)>& finish = {});

}  // namespace tausq::pooling
