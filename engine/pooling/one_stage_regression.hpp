// Moderators in the exact-likelihood models.
#pragma once

#include "engine/pooling/one_stage_results.hpp"

namespace tausq::pooling {

/// True when the likelihood has no maximum: some combination of the coefficients separates studies with no events (or only events) from
/// the others, and the likelihood rises for ever along it. `maximum` is where Newton's method gave up, tau2 = 0.
bool separated(const OneStageFit& fit, const model::OneStagePoint& maximum);

/// Coefficients of the terms of `design` with Wald intervals and the joint Wald test of the moderators; t and F on `df`, or z and
/// chi-square.
Regression wald_regression(const model::Design& design, std::vector<double> beta, std::vector<std::vector<double>> vcov,
                           std::optional<double> df, double level);

/// The test that `df` coefficients of the moderators are 0, from twice the gain in the log-likelihood.
void test_by_likelihood(double gain, std::size_t df, Regression& regression);

/// A one-stage model without some columns of its design.
struct SmallerFit {
  model::OneStageMaximum common, random;  ///< the latter where it was asked for
  bool usable(bool random_effects) const { return common.converged && (!random_effects || (random.converged && !random.unbounded)); }
};
/// Columns first .. last - 1 left out; `random_effects` beside the common ones.
SmallerFit fit_without(const std::shared_ptr<model::StudyTerms>& studies, const model::Design& design, std::size_t first, std::size_t last,
                       bool random_effects);

/// Puts a profile-likelihood interval in the place of coefficient j's.
void take_profile(Regression& regression, std::size_t j, const model::LikelihoodInterval& interval, std::vector<Warning>& warnings);

/// The coefficients of the model that the options name (of the common effect, or else of random effects), with the intervals asked for,
/// their joint tests by Wald and by the likelihood ratio, and r2 = max(0, 1 - tau2 / tau2 of the intercept alone); the last two where the
/// design has an intercept.
/// `studies` are those of the fit.
Regression regression_of(const OneStageFit& fit, const std::shared_ptr<model::StudyTerms>& studies, const Options& options,
                         std::vector<Warning>& warnings);

/// Runs `kernel` on the studies that have all moderators; the others are listed, and get no weight.
Pooled pool_complete_studies(const PoolingInput& input, Pooled (*kernel)(const PoolingInput&));

}  // namespace tausq::pooling
