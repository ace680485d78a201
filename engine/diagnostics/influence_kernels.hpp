// Every study's influence on an inverse-variance fit, one kernel a question.
#pragma once

#include <cstddef>
#include <vector>

#include <tausq/influence.hpp>

#include "engine/pooling/normal_studies.hpp"

namespace tausq::diagnostics {

/// The fit without one study. `se` is model based, `row` may have a Hartung-Knapp one; `estimate` counts from the origin of the studies.
struct DeletedFit {
  Refit row;
  double estimate = 0, se = 0, tau2 = 0;
};

/// The studies with the effect of smallest variance as their origin: what a study of little weight changes is a small difference of
/// means, and they carry its digits there, however far from zero they stand and however much that one study weighs.
pooling::NormalStudies about_heaviest(const pooling::NormalStudies& studies);

/// The mean without each study in turn; time O(k) a study. k >= 2.
std::vector<DeletedFit> leave_one_out(const pooling::NormalStudies& studies, const Options& options);

/// The mean of the first study of `order`, of the first two, ... ; `order` holds places in `studies`.
std::vector<Refit> cumulative(const pooling::NormalStudies& studies, const std::vector<std::size_t>& order, const Options& options);

/// Influence diagnostics of a mean from its fits without each study.
std::vector<InfluenceDiagnostic> mean_diagnostics(const pooling::NormalStudies& studies, const std::vector<DeletedFit>& deleted,
                                                  const Options& options);

/// Influence diagnostics of a meta-regression; `x` is its design for these studies, k x p, column-major, of full rank.
std::vector<InfluenceDiagnostic> regression_diagnostics(const pooling::NormalStudies& studies, const std::vector<double>& x,
                                                        const Options& options);

/// Points of the Baujat plot of a mean.
std::vector<BaujatPoint> baujat(const pooling::NormalStudies& studies, const std::vector<DeletedFit>& deleted, const Options& options);

/// Best linear unbiased predictions, l yi + (1 - l) mu with l = tau2 / (tau2 + vi), se^2 = l vi + (1 - l)^2 se(mu)^2.
std::vector<Blup> blups(const pooling::NormalStudies& studies, const Options& options);

/// What one study does to a fit of p coefficients; variances are model based.
struct StudyDeletion {
  double yi = 0, vi = 0;
  double hat = 0;                 ///< leverage in the full fit
  double prediction = 0;          ///< of the full fit at the study
  double deleted_prediction = 0;  ///< of the fit without it
  double deleted_prediction_variance = 0;
  double deleted_tau2 = 0;
  double factor = 1, deleted_factor = 1;  ///< by which the interval's method multiplies variances
  double cook_d = 0;                      ///< d' V^-1 d for the change d of the coefficients
  double cov_r = 1;                       ///< |deleted V| / |V|
  std::vector<double> change;             ///< of each coefficient
  std::vector<double> change_variance;    ///< of each coefficient in all studies at the deleted tau2
};

/// The measures of influence, and the rule, of one study among k (Viechtbauer & Cheung 2010, Res Synth Methods 1:112).
void diagnose(const StudyDeletion& deletion, std::size_t k, InfluenceDiagnostic& result);

}  // namespace tausq::diagnostics
