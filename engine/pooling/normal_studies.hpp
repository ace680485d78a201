// The studies of an inverse-variance analysis, and what a pooled mean and a meta-regression have in common.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/inference/intervals.hpp"
#include "engine/inference/tau2_interval.hpp"
#include "engine/model/normal_model.hpp"
#include "engine/model/tau2.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Studies with an effect size, a positive variance and all moderators.
struct NormalStudies {
  std::vector<std::size_t> study;  ///< their places in the input
  std::vector<double> yi, vi;
  std::vector<double> user_weights;  ///< as long as yi, or empty
  double origin = 0;                 ///< the effects are origin + yi
};

/// The others are added to `excluded`, unless the effect sizes list them already. Throws UsageError for user weights of
/// another length, negative or all 0.
NormalStudies usable_studies(const PoolingInput& input, std::vector<Excluded>& excluded);

/// The user's weights in the places of `data`.
std::vector<double> weights_in_places(const NormalStudies& studies, const model::NormalData& data);

/// tau2 by the options: given, 0 for a common effect or a single study, or estimated (DL from `q` where that is given).
model::Tau2Estimate tau2_of(const Options& options, const model::NormalData& data, const std::vector<double>& weights,
                            model::NormalWorkspace& work, std::optional<double> q = {});

/// The likelihood that goes with the estimator: REML for itself, ML for all others.
model::Likelihood likelihood_of(const Options& options);

/// Heterogeneity, fit and the warnings that go with them; tau2 in standard units. k > p.
void describe_fit(const Options& options, const model::NormalData& data, const model::Tau2Estimate& tau2,
                  const std::vector<double>& weights, Pooled& pooled, model::NormalWorkspace& work);

/// Weights 1 / (vi + tau2), or the user's, as fractions in the places of the input (`count` studies).
std::vector<std::optional<double>> weight_fractions(const NormalStudies& studies, const model::NormalData& data, double tau2,
                                                    std::size_t count);

/// Residual Q(tau2) / (k - p).
double hartung_knapp_factor(const model::NormalData& data, double tau2, model::NormalWorkspace& work);

/// What the intervals of a pooled mean at one tau2 are made of; `data` and `work` must outlive it.
inference::IntervalInput mean_input(const model::NormalData& data, double tau2, const std::vector<double>& weights, double level,
                                    model::NormalWorkspace& work);

/// Test and interval of a pooled mean; one study has its own estimate with the normal interval, whatever the method.
inference::IntervalResult mean_interval(IntervalMethod method, inference::IntervalInput input, const std::vector<double>& weights);

/// The interval for the true effect of a new study; `se` is that of the mean's own interval by `method`.
PredictionInterval predicted_study(const Options& options, const inference::IntervalInput& input, IntervalMethod method,
                                   std::optional<double> se);

/// The interval of the common effect: those that belong to a random-effects mean alone become z.
IntervalMethod common_interval(const Options& options);

/// The interval of the estimate that the options' model names: the common effect, or else the random effects.
IntervalMethod interval_of(const Options& options);

/// The design is one column of ones: a mean.
bool is_mean(const model::Design& design);

/// The design of the usable studies, without columns that depend on those before them.
struct UsedDesign {
  std::vector<std::string> terms;
  std::vector<double> x;  ///< k x p column-major
  bool intercept = false;
  std::size_t first_moderator() const { return intercept ? 1 : 0; }
};
UsedDesign used_design(const model::Design& design, const std::vector<std::size_t>& studies, std::vector<Warning>& warnings);

/// beta' vcov^-1 beta over coefficients `first` .. p - 1; empty where there are none, or vcov is singular.
std::optional<double> wald_statistic(const model::Coefficients& coefficients, std::size_t first);

/// Diagonal of the inverse correlation matrix of coefficients `first` .. p - 1; empty for fewer than two.
std::vector<double> variance_inflation(const std::vector<double>& vcov, std::size_t p, std::size_t first);

/// Meta-regression: fills `regression`, `heterogeneity`, `fit` and the weights.
void pool_regression(const PoolingInput& input, const NormalStudies& studies, Pooled& pooled);

}  // namespace tausq::pooling
