// How much each study matters: leave-one-out, cumulative meta-analysis, influence diagnostics. Field names are JSON keys.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/options.hpp>
#include <tausq/status.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// What a user can set beside the options of the meta-analysis itself.
struct InfluenceOptions {
  /// Column by which the studies of the cumulative analysis are sorted, smallest first, ties in row order; "yi", "vi" and
  /// "sei" name the effect sizes where the records have no such column. Empty: row order.
  std::string order;
};

/// The meta-analysis of some of the studies: all but `study`, or all up to and including it.
struct Refit {
  std::string study;
  Status status = Status::ok;
  std::string reason;  ///< why numbers are missing
  std::size_t k = 0;   ///< studies in this fit
  std::optional<double> estimate, se, statistic, df, p_value, ci_lower, ci_upper;
  std::optional<double> q, q_p, tau2;
  std::optional<double> i2;  ///< fraction; tau2 / (tau2 + typical sampling variance)
  std::optional<double> h2;
  Display display;
};

/// What the fit loses with one study (inverse-variance model). "Deleted" means: in the fit to the other studies.
struct InfluenceDiagnostic {
  std::string study;
  Status status = Status::ok;
  std::string reason;
  std::optional<double> rstudent;  ///< (yi - deleted prediction) / its standard error
  std::optional<double> dffits;    ///< change of the prediction in standard errors
  std::optional<double> cook_d;    ///< Mahalanobis distance between the coefficients with and without the study
  std::optional<double> cov_r;     ///< |deleted vcov| / |vcov|
  std::optional<double> tau2_deleted;
  std::optional<double> q_deleted;
  std::optional<double> hat;          ///< leverage, diagonal of X (X'WX)^-1 X'W
  std::optional<double> weight;       ///< fraction of the sum of weights
  std::optional<double> dfbetas;      ///< change of the mean in standard errors; empty with moderators
  std::vector<double> dfbetas_terms;  ///< the same for each coefficient
  bool influential = false;           ///< by the rules of influence_rules
};

/// A point of the Baujat plot: contribution to heterogeneity against influence on the estimate.
struct BaujatPoint {
  std::string study;
  std::optional<double> x;  ///< squared Pearson residual, (yi - prediction)^2 / (vi + tau2)
  std::optional<double> y;  ///< squared change of the prediction without the study / variance of the deleted prediction
};

/// Best linear unbiased prediction of a study's true effect: the estimate shrunk towards the mean.
struct Blup {
  std::string study;
  std::optional<double> estimate, se, pi_lower, pi_upper;
  Display display;
};

/// Every study's influence on one meta-analysis.
struct Influence {
  Input input;
  Options options;  ///< resolved
  InfluenceOptions influence;
  std::vector<Refit> leave_one_out;  ///< in row order, one entry a study that has an effect size
  std::vector<Refit> cumulative;     ///< one entry a study added
  std::vector<InfluenceDiagnostic> diagnostics;
  std::vector<BaujatPoint> baujat;
  std::vector<Blup> blup;
  std::vector<Warning> warnings;
};

/// Leave-one-out, cumulative analysis, influence diagnostics, Baujat points and BLUPs.
///
/// Which estimate: random effects, unless `options.model` is common. Leave-one-out and cumulative analysis use the pooling
/// model of the options; the other parts are defined for inverse-variance models and use that one. A study is influential
/// when |dffits| > 3 sqrt(p / (k - p)), P(chi2_p < cook_d) > 0.5, hat > 3 p / k or any |dfbetas| > 1 (Viechtbauer & Cheung
/// 2010, Res Synth Methods 1:112). k = 1: no leave-one-out fit, and a status says so. Throws UsageError as analyse() does,
/// and for an unknown `order` column or one with an empty cell.
Influence influence(const StudySet& studies, const Options& options = {}, const InfluenceOptions& influence_options = {});

}  // namespace tausq
