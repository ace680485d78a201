// How much each study matters: leave-one-out, cumulative meta-analysis, influence diagnostics. Field names are JSON keys.
#pragma once

#include <cstddef>
#include <cstdint>
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
  /// Subsets of a GOSH analysis, at most; 0: all 2^k - 1 where k <= 24, else 100000 drawn at random. Empty: no such analysis.
  std::optional<std::size_t> gosh{};
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

/// The meta-regression of some of the studies, as Refit. Arrays have one entry a term of Influence::terms.
struct RegressionRefit {
  std::string study;
  Status status = Status::ok;
  std::string reason;  ///< why numbers are missing, e.g. a coefficient that these studies do not determine
  std::size_t k = 0;
  std::vector<double> beta, se, p_value;
  std::vector<std::optional<double>> ci_lower, ci_upper;  ///< an empty end is infinite
  std::optional<double> qe, qe_p, qm, qm_p, tau2, i2, r2;
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

/// How numbers spread; quantiles between order statistics are linear in rank (Hyndman & Fan 1996, definition 7).
struct Quantiles {
  std::optional<double> min, p2_5, p25, median, p75, p97_5, max;
};

/// The fits of a GOSH analysis, one place a subset. Not a number: the fit failed.
struct GoshFits {
  std::vector<double> estimate, tau2, i2;  ///< analysis scale; i2 is a fraction
  std::vector<std::uint64_t> drawn;        ///< of drawn subsets: bit i % 64 of word (k + 63) / 64 * place + i / 64 is study i
  std::size_t k = 0;                       ///< studies that take part
  /// Whether study i, counted among those that take part, is in the subset at `place`; without draws subset s stands at s - 1.
  bool includes(std::size_t place, std::size_t i) const {
    return drawn.empty() ? ((place + 1) >> i & 1) != 0 : (drawn[(k + 63) / 64 * place + i / 64] >> (i % 64) & 1) != 0;
  }
};

/// The mean of every subset of the studies, single studies included (graphical display of study heterogeneity; Olkin,
/// Dahabreh & Trikalinos 2012, Res Synth Methods 3:214). Inverse-variance model; common or random effects as the options say.
/// Drawn subsets hold each study with probability 1/2, from Options::seed; an empty one is drawn again.
struct Gosh {
  Status status = Status::ok;
  std::string reason;
  bool exhaustive = false;
  std::size_t subsets = 0;
  std::size_t failed = 0;            ///< whose model could not be fitted; the numbers below leave them out
  Quantiles estimate;                ///< analysis scale
  Quantiles tau2, i2;                ///< i2 is a fraction; a single study has 0
  std::vector<std::string> studies;  ///< those that take part
  GoshFits fits;                     ///< all of them; in CSV, not in JSON
};

/// Every study's influence on one meta-analysis.
struct Influence {
  Input input;
  Options options;  ///< resolved
  InfluenceOptions influence;
  std::vector<Refit> leave_one_out;  ///< in row order, one entry a study that has an effect size
  std::vector<Refit> cumulative;     ///< one entry a study added
  std::vector<std::string> terms;    ///< with moderators: the coefficients of the two lists below
  std::vector<RegressionRefit> regression_leave_one_out, regression_cumulative;  ///< with moderators, in place of the two above
  std::vector<InfluenceDiagnostic> diagnostics;
  std::vector<BaujatPoint> baujat;
  std::vector<Blup> blup;
  std::optional<Gosh> gosh;
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
