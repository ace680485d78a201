// Small-study effects: tests of funnel-plot asymmetry, trim and fill, fail-safe N. Field names are JSON keys.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/methods.hpp>
#include <tausq/options.hpp>
#include <tausq/status.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// Tests of funnel-plot asymmetry; see methods<BiasTest>().
enum class BiasTest { egger, begg, harbord, peters, macaskill, deeks, schwarzer, thompson, pustejovsky };

/// How Egger's regression is fitted: weighted least squares with a multiplicative error variance (t test), or
/// random-effects meta-regression with an additive one (z test).
enum class BiasModel { lm, rma };

/// The measure of study size on which Egger's regression regresses the effects.
enum class BiasPredictor { sei, vi, ni, sqrtni, ninv, sqrtninv };

/// Estimators of the number of missing studies in trim and fill.
enum class FillEstimator { L0, R0, Q0 };

/// The side of the funnel on which studies are missing; `automatic` takes it from the slope of Egger's regression.
enum class FunnelSide { automatic, left, right };

/// Fail-safe numbers.
enum class FailSafe { rosenthal, orwin, rosenberg };

/// Which effects are published more readily: those with small one-sided p-values for effects above or below zero, or with
/// small two-sided ones; `automatic` takes the side of the common effect.
enum class SelectionAlternative { automatic, greater, less, two_sided };

/// What a user can set beside the options of the meta-analysis itself.
struct BiasOptions {
  std::vector<BiasTest> tests;                   ///< empty: every test that fits the records
  BiasModel model = BiasModel::lm;               ///< of Egger's test
  BiasPredictor predictor = BiasPredictor::sei;  ///< of Egger's test
  FillEstimator estimator = FillEstimator::L0;   ///< of trim and fill
  FunnelSide side = FunnelSide::automatic;       ///< of trim and fill
  std::optional<double> target;                  ///< effect that Orwin's N is to reach; empty: half the pooled effect
  double alpha = 0.05;                           ///< of Rosenthal's and Rosenberg's N and of excess significance, 0 < alpha < 1
  SelectionAlternative alternative = SelectionAlternative::automatic;  ///< of the selection model
  std::vector<double> selection_steps{0.025};  ///< p-values at which the chance of publication changes, ascending in (0, 1)
  std::vector<double> selection_weights;       ///< given chances of publication, one more than steps; empty: estimated
};

/// One test of asymmetry. Regressions have intercept and slope of "effect on predictor", so that `slope` is what is tested
/// and `intercept` the effect of a study of infinite size where the predictor vanishes there.
struct AsymmetryTest {
  BiasTest test = BiasTest::egger;
  Status status = Status::ok;
  std::string reason;
  std::size_t k = 0;                  ///< studies in the test
  std::string model;                  ///< "lm", "rma" or "rank"
  std::string predictor;              ///< in words of the code: "sei", "1 / ni", ...
  std::optional<double> statistic;    ///< t, or z where `df` is empty
  std::optional<double> df, p_value;  ///< two-sided
  std::optional<double> intercept, intercept_se, slope, slope_se;
  std::optional<double> tau2;            ///< residual heterogeneity: additive in the random-effects form, else empty
  std::optional<double> dispersion;      ///< multiplicative error variance of the weighted least squares form
  std::optional<double> kendall_tau;     ///< rank tests
  std::optional<double> p_value_normal;  ///< rank tests: without the exact distribution, as in meta
};

/// The effect that the regression expects of a study of infinite size (precision-effect estimates PET for `sei`, PEESE for `vi`).
struct LimitEstimate {
  BiasModel model = BiasModel::lm;
  BiasPredictor predictor = BiasPredictor::sei;
  Status status = Status::ok;
  std::string reason;
  std::optional<double> estimate, se, statistic, df, p_value, ci_lower, ci_upper;
  Display display;
};

/// A study that trim and fill puts on the other side of the funnel.
struct ImputedStudy {
  std::string study;  ///< the study whose mirror image it is
  double yi = 0, vi = 0;
};

/// Trim and fill (Duval & Tweedie 2000). The estimate is that of the observed and the imputed studies together.
struct TrimFill {
  FillEstimator estimator = FillEstimator::L0;
  FunnelSide side = FunnelSide::automatic;
  Status status = Status::ok;
  std::string reason;
  std::optional<std::size_t> k0;  ///< missing studies
  std::optional<double> se_k0;    ///< standard error of that number
  std::optional<double> p_k0;     ///< R0 only: P(R0 >= k0 observed | none is missing)
  std::size_t k = 0;              ///< observed and imputed studies
  std::optional<double> estimate, se, statistic, df, p_value, ci_lower, ci_upper;
  std::optional<double> tau2, i2, q, q_p;
  Display display;
  std::vector<ImputedStudy> imputed;
};

/// How many studies of no effect would take the result away.
struct FailSafeN {
  FailSafe type = FailSafe::rosenthal;
  Status status = Status::ok;
  std::string reason;
  std::optional<std::size_t> n;   ///< studies, at most 2^53
  std::optional<double> target;   ///< alpha, or the effect to be reached (Orwin)
  std::optional<double> p_value;  ///< of the studies at hand; empty for Orwin
};

/// Are there more significant studies than their power lets expect?
struct ExcessSignificance {
  Status status = Status::ok;
  std::string reason;
  std::size_t k = 0;
  std::optional<std::size_t> observed;
  std::optional<double> expected;
  std::optional<double> statistic;      ///< chi-square on 1 degree of freedom
  std::optional<double> p_value;        ///< one-sided, of the chi-square statistic
  std::optional<double> p_value_exact;  ///< one-sided, from the distribution of a sum of unequal Bernoulli variables
};

/// Random effects when the chance of publication steps down with the p-value (Vevea & Hedges 1995), by maximum likelihood.
struct SelectionModel {
  Status status = Status::ok;
  std::string reason;
  SelectionAlternative alternative = SelectionAlternative::automatic;
  std::vector<double> steps;                    ///< upper ends of the classes of p-values but the last
  std::vector<std::size_t> k;                   ///< studies in each class
  std::vector<double> delta;                    ///< chance of publication of each class relative to the first
  std::vector<std::optional<double>> delta_se;  ///< empty where delta is given, or 0 because its class is empty
  std::optional<double> estimate, se, statistic, df, p_value, ci_lower, ci_upper;
  std::optional<double> tau2, tau2_se;
  std::optional<double> loglik;              ///< of the effects given that they are published
  std::optional<double> lrt, lrt_df, lrt_p;  ///< likelihood-ratio test of no selection; no p where the weights are given
  Display display;
};

/// Small-study effects in one set of studies.
struct Bias {
  Input input;
  Options options;  ///< resolved
  BiasOptions bias;
  std::vector<AsymmetryTest> tests;
  std::vector<LimitEstimate> limit_estimates;
  TrimFill trim_fill;
  std::vector<FailSafeN> fail_safe_n;
  ExcessSignificance excess_significance;
  SelectionModel selection;
  std::vector<Warning> warnings;
};

/// Tests of asymmetry, limit estimates, trim and fill, fail-safe numbers, the test of excess significance and a
/// selection model.
///
/// All work on effect sizes and sampling variances (inverse variance), several on the counts as well; a test that the
/// layout does not allow is left out, or has status not_estimable when `bias_options.tests` names it. k < 3: nothing is
/// estimable; k < 10 and measures whose standard error depends on the effect get a warning. Throws UsageError as
/// analyse() does.
Bias bias(const StudySet& studies, const Options& options = {}, const BiasOptions& bias_options = {});

}  // namespace tausq
