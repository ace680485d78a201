// One meta-analysis: the result, and the function that makes it. Field names are the JSON keys; fields.hpp walks them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tausq/absolute.hpp>
#include <tausq/bootstrap.hpp>
#include <tausq/compare.hpp>
#include <tausq/display.hpp>
#include <tausq/effects.hpp>
#include <tausq/options.hpp>
#include <tausq/status.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// How the records were read, in the words of the command line: with `options`, all that it takes to repeat an analysis.
struct Reading {
  std::vector<std::string> columns;  ///< "events=xi": our name = name in the file
  std::string where;                 ///< row selection; empty: all rows
  std::string treatment, control;    ///< arm names of long layouts
  std::string denominator;           ///< column taken as the total
  std::string weights;               ///< column of user weights
  std::string delimiter;             ///< empty: found from the header
  std::string decimal = ".";         ///< decimal mark
  std::string encoding = "utf-8";    ///< utf-8 or latin1
  std::string na = "omit";           ///< rows without a count: omit or error
  bool allow_repeats = false;        ///< several rows of one study are pooled
};

/// Where the studies came from and what became of every row.
struct Input {
  std::string source;              ///< file name as given, "-" for standard input, empty when made by hand
  std::string sha256;              ///< of the bytes read, hexadecimal
  std::size_t rows = 0;            ///< records read
  std::size_t used = 0;            ///< studies that entered the analysis
  std::vector<Excluded> excluded;  ///< all the others
  Reading reading{};               ///< how they were read
};

/// One study of the result. Analysis scale unless `display` says otherwise; weights are fractions that sum to 1.
struct StudyResult {
  std::string study;
  std::size_t row = 0;
  std::vector<std::pair<std::string, double>> counts;  ///< the raw numbers under their column names (events, total, ...)
  std::optional<double> yi, vi, se, ci_lower, ci_upper;
  std::optional<double> weight_common, weight_random;
  Display display;
  std::string note;      ///< a correction that was applied, or why there is no number
  std::string subgroup;  ///< the level of `options.subgroup` that it belongs to; empty when there are no subgroups
};

/// A further interval of the same estimate, for comparison.
struct NamedInterval {
  IntervalMethod method = IntervalMethod::z;
  std::optional<double> ci_lower, ci_upper;
  Display display;
  std::optional<double> estimate = {};  ///< where the method has one of its own: the integrated likelihood
  Status status = Status::ok;           ///< one_sided where an end is infinite, not_requested where it was left out
  std::string reason = {};
};

/// An interval of the population average by another method, natural scale.
struct MarginalInterval {
  IntervalMethod method = IntervalMethod::il;
  std::optional<double> estimate;  ///< the method's own
  std::optional<double> ci_lower, ci_upper;
};

/// The population-average proportion E expit(mu + tau u), natural scale.
struct Marginal {
  std::optional<double> estimate, ci_lower, ci_upper;
  std::vector<MarginalInterval> intervals;
  Display display() const { return {estimate, ci_lower, ci_upper}; }
};

/// An effect of the arms' population-average proportions E expit(.), natural scale.
struct MarginalEffect {
  Measure measure = Measure::RR;  ///< RR or RD
  std::optional<double> estimate, ci_lower, ci_upper;
};

/// A pooled effect on the analysis scale, with test of no effect (of logit 0 and so on for single-arm measures).
struct PooledEstimate {
  Status status = Status::not_requested;
  std::string reason;  ///< why a number is missing or how the status came about; empty when there is nothing to say
  std::optional<double> estimate, se, statistic, df, p_value, log_p_value, ci_lower, ci_upper;
  Display display;                               ///< natural scale; for exact likelihoods of proportions the *median* proportion
  std::optional<Marginal> marginal;              ///< the population-average proportion, exact likelihoods only
  std::vector<MarginalEffect> marginal_effects;  ///< of two arms: RR and RD of the average proportions, random study effects only
  std::vector<NamedInterval> intervals;          ///< other intervals of the same estimate (exact likelihoods)
};

/// Events among the next `n` patients, or in `n` units of person-time, all of one new study.
struct PredictedCounts {
  std::size_t n = 0;
  std::optional<double> mean = {};  ///< expected events; of rates empty where the law's tails are too heavy to have one
  std::size_t median = 0;           ///< smallest y with P(Y <= y) >= 1/2
  std::size_t lower = 0;            ///< smallest y with P(Y <= y) > alpha / 2
  std::size_t upper = 0;            ///< largest y with P(Y >= y) > alpha / 2
};

/// Interval for the true effect of a new study.
struct PredictionInterval {
  Status status = Status::not_requested;
  std::string reason;
  PredictionMethod method = PredictionMethod::none;
  std::optional<double> df, lower, upper;
  Display display;  ///< natural scale; `estimate` unused
  std::optional<PredictedCounts>
      counts;  ///< with `options.predict_n` only: the same law mixed with Binomial(n, p), of rates with Poisson(n rate)
};

/// Between-study variance and heterogeneity. I2 is a fraction.
struct Heterogeneity {
  Status status = Status::ok;
  std::string reason;
  std::size_t k = 0;                   ///< studies in the fit
  std::optional<double> q, q_df, q_p;  ///< Cochran's Q (Wald-type for exact likelihoods)
  std::optional<double> tau2, tau2_se, tau2_ci_lower, tau2_ci_upper, tau;
  std::optional<double> i2, i2_ci_lower, i2_ci_upper;  ///< tau2 / (tau2 + typical sampling variance)
  std::optional<double> i2_from_q;                     ///< max(0, (Q - df) / Q)
  std::optional<double> h2, h2_ci_lower, h2_ci_upper;
  std::optional<double> rho, rho_ci_lower, rho_ci_upper;  ///< intra-study correlation 1 / (alpha + beta + 1), beta-binomial model only
  std::optional<double> dispersion, dispersion_ci_lower,
      dispersion_ci_upper;                     ///< squared coefficient of variation of rates, negative binomial only
  std::optional<double> sigma2;                ///< between-study variance of the level of both arms, random study effects only
  std::optional<double> correlation;           ///< of level and effect, bivariate model only
  std::optional<double> lrt, lrt_df, lrt_p;    ///< likelihood-ratio test of homogeneity against the saturated model
  std::optional<double> exact_p, exact_mid_p;  ///< equal proportions given the total of the events (exact likelihood of one arm)
  std::optional<std::size_t> exact_draws;      ///< tables drawn where they are too many to count; empty where all were counted
  std::optional<double> exact_p_se;            ///< Monte-Carlo standard error of exact_p, with drawn tables
  std::optional<double> lrt_tau2, lrt_tau2_p;  ///< against tau2 = 0; p from 0.5 chi2_0 + 0.5 chi2_1
  std::optional<double> lrt_tau2_p_plain;      ///< the same by chi2_1 (chi2_2 where a correlation vanishes too), as at no boundary
  std::vector<double> tau2_stationary;         ///< all stationary points of the likelihood, when there are several
};

/// How the fit went, and its likelihood.
struct Fit {
  Status status = Status::converged;
  std::string reason;
  int iterations = 0;
  std::optional<double> loglik, aic, bic, aicc;  ///< complete log-likelihood, constants included
};

/// Random-effects results of one subgroup.
struct Subgroup {
  std::string level;
  std::size_t k = 0;
  PooledEstimate common, random;
  PredictionInterval prediction;
  Heterogeneity heterogeneity;
};

/// Test of equal effects in all subgroups (random effects; `common_*` for the common-effect version).
struct SubgroupTest {
  Status status = Status::ok;
  std::string reason;  ///< why there is no test, or which subgroups could not enter it
  std::optional<double> q, df, p_value;
  std::optional<double> common_q, common_p_value;
};

/// What a meta-regression says of studies with given values of the moderators.
struct RegressionPrediction {
  std::string at;                            ///< the values, as given
  std::optional<double> estimate, se;        ///< x' beta and sqrt(x' vcov x)
  std::optional<double> ci_lower, ci_upper;  ///< of the mean of such studies
  std::optional<double> pi_lower, pi_upper;  ///< of the true effect of one such study; empty for a common effect
  std::string reason;                        ///< why there is no prediction interval
  Display display;                           ///< natural scale
  Display pi_display;                        ///< the prediction interval on the natural scale; `estimate` unused
};

/// Meta-regression. Arrays have one entry a term.
struct Regression {
  std::vector<std::string> terms;
  std::vector<double> beta, se, statistic;
  std::optional<double> df;  ///< of the t distribution of `statistic`; empty for z
  std::vector<double> p_value;
  std::vector<std::optional<double>> ci_lower, ci_upper;  ///< an empty end is infinite (profile intervals)
  std::vector<std::vector<double>> vcov;                  ///< p x p
  std::vector<double> vif;                                ///< variance inflation factors; empty for a single moderator
  std::optional<double> qe, qe_df, qe_p;                  ///< residual heterogeneity
  std::optional<double> qm, qm_df, qm_p;                  ///< all moderators together (chi-square, or F on qm_df and df)
  std::optional<double> lrt, lrt_df, lrt_p;               ///< the same by the likelihood ratio (exact likelihoods)
  std::optional<double> r2;                               ///< share of tau2 that the moderators explain, fraction
  std::vector<RegressionPrediction> predictions;          ///< at the points of options.predict_at
};

/// Permutation test of the mean, by the signs of the effects, or of the coefficients, by the rows of the moderators
/// (Follmann & Proschan 1999, Biometrics 55:732; Higgins & Thompson 2004, Stat Med 23:1663). Effects keep their variances;
/// the model, tau2 included, is fitted to every permutation.
///
/// p = share of the permutations, the observed order among them, with |statistic| >= |observed| (1.5e-8 for ties).
/// Exact, each permutation once (2^k signs; k! orders, divided by those that exchange equal rows), where these are at most
/// 2^20, or the number asked for; else that number, 10000 by default, is drawn from Options::seed.
struct PermutationTest {
  Status status = Status::ok;
  std::string reason;
  bool exact = false;
  std::size_t permutations = 0;    ///< in the reference distribution, the observed order included
  std::size_t failed = 0;          ///< whose model could not be fitted; p-values leave them out
  std::vector<std::string> terms;  ///< one entry a coefficient; the mean is the intercept
  std::vector<double> p_value;     ///< two-sided
  std::optional<double> qm_p;      ///< all moderators together; empty for a mean
};

/// A test with its chi-square statistic.
struct ChiSquareTest {
  std::optional<double> statistic, df, p_value;
};

/// Tests that come with Mantel-Haenszel pooling.
struct StratifiedTests {
  ChiSquareTest cmh, tarone, breslow_day;
};

/// The pooled effect if tau2 had this value.
struct Tau2CurvePoint {
  double tau2 = 0, tau = 0;
  std::optional<double> estimate, se, ci_lower, ci_upper, p_value, i2;
  Display display;
};

/// One setting of a preset changed to tausq's own choice, all others kept.
struct ChangedSetting {
  std::string option;       ///< as in `options`, e.g. "interval"
  std::string preset, own;  ///< the two choices
  Display display;          ///< the estimate with this setting changed; empty where it cannot be changed alone
  double moved = 0;         ///< largest change of estimate or interval end, analysis scale
};

/// An estimate of an analysis by preset beside that of tausq's own defaults for the same measure.
struct PresetComparison {
  Model model = Model::random;  ///< common or random
  Status status = Status::ok;   ///< of the own estimate
  Display own;                  ///< natural scale
  std::string decisive;         ///< the changed setting that moves the estimate most on its own; empty when none moves it
  std::vector<ChangedSetting> changed;
};

/// What another usual model says about the same studies, for a reader who asks whether the choice matters.
struct Alternative {
  std::string label;  ///< in words, e.g. "inverse variance, arcsine"
  Pooling pooling = Pooling::inverse;
  Measure measure = Measure::GEN;
  Model model = Model::random;                  ///< common or random
  IntervalMethod interval = IntervalMethod::z;  ///< `exact` where no model could be fitted and status says so
  Status status = Status::not_requested;
  std::string reason;  ///< why there is no estimate; empty when there is one
  Display display;     ///< natural scale, at `options.level`
};

/// One quantity's posterior distribution, at `options.level`. Moments that do not exist are empty.
struct PosteriorQuantity {
  std::optional<double> mean, median, sd;
  std::optional<double> central_lower, central_upper;    ///< equal tails
  std::optional<double> shortest_lower, shortest_upper;  ///< of all intervals of that probability
};

/// Posterior mean and standard deviation of one study's own effect, analysis scale: shrunken towards the mean.
struct StudyPosterior {
  std::string study;
  std::optional<double> mean, sd;
};

/// Posterior distributions of Bayesian pooling, by quadrature. Analysis scale; `random`, `prediction` and `heterogeneity` repeat
/// the medians and intervals that the options name.
struct Posterior {
  Status status = Status::not_requested;
  std::string reason;  ///< why there is none: an improper posterior
  PosteriorQuantity mu, tau, tau2;
  PosteriorQuantity new_study;                     ///< the true effect of a new study
  std::optional<double> threshold;                 ///< natural scale
  std::optional<double> p_above, p_below;          ///< of mu above or below the threshold
  std::optional<double> new_p_above, new_p_below;  ///< of a new study's true effect
  std::optional<double> log_marginal;              ///< log of the likelihood averaged over the priors; empty where a prior is improper
  std::vector<StudyPosterior> studies;             ///< empty where the model does not give them
};

/// A meta-analysis, complete: what went in, what was chosen, what came out.
struct Analysis {
  Input input;
  Options options;  ///< resolved: every choice that was made
  std::vector<StudyResult> studies;
  PooledEstimate common, random;
  PredictionInterval prediction;
  Heterogeneity heterogeneity;
  Fit fit;
  std::vector<Subgroup> subgroups;
  std::optional<SubgroupTest> subgroup_test;
  std::optional<Regression> regression;
  std::optional<PermutationTest> permutation;
  std::optional<Bootstrap> bootstrap;  ///< when `options.bootstrap` asks for it
  std::optional<StratifiedTests> tests;
  std::optional<Posterior> posterior;               ///< Bayesian pooling only
  std::vector<Tau2CurvePoint> tau2_curve;           ///< when `options.tau2_curve` asks for it
  std::vector<PresetComparison> preset_comparison;  ///< with a preset, when `options.sensitivity` asks for other analyses
  std::vector<Alternative> sensitivity;             ///< other models of the same counts, when `options.sensitivity` asks for them
  std::optional<AbsoluteEffects> absolute;          ///< when `options.absolute` asks for them
  std::optional<Comparison> repeats;                ///< what differs from the recorded result that this one repeats
  std::vector<Warning> warnings;
};

/// Effect sizes, pooled estimates, heterogeneity and prediction of one set of studies.
///
/// The default for single-arm counts is the logit binomial-normal model with exact likelihood and profile-likelihood
/// intervals; see resolve() for the others. k = 1, all-zero and all-event data give an exact interval with
/// Status::exact. Statistical failures are statuses in the result. Throws UsageError for contradictory options.
Analysis analyse(const StudySet& studies, const Options& options = {});

/// Effect sizes and study intervals only: `studies` without weights, and `warnings`.
Analysis analyse_effects(const StudySet& studies, const Options& options = {});

}  // namespace tausq
