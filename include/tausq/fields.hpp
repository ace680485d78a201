// The fields of every result under their names: C++ field == JSON key == Python attribute == R list name.
//
// This is the one place where a field becomes a key. The JSON writer, the JSON Schema and the bindings walk the lists
// with for_each_field and so cannot disagree. A new field of a result is one line here.
#pragma once

#include <string_view>
#include <tuple>

#include <tausq/absolute_fields.hpp>
#include <tausq/analysis.hpp>
#include <tausq/bootstrap_fields.hpp>
#include <tausq/compare_fields.hpp>
#include <tausq/field.hpp>
#include <tausq/input_fields.hpp>
#include <tausq/posterior_fields.hpp>
#include <tausq/records.hpp>

namespace tausq {

template <>
inline constexpr std::size_t enumerators<Status> = static_cast<std::size_t>(Status::not_requested) + 1;
template <>
inline constexpr std::size_t enumerators<Layout> = static_cast<std::size_t>(Layout::generic) + 1;

template <>
struct Fields<Warning> {
  static constexpr std::string_view name = "Warning";
  static constexpr auto list = std::tuple{
      field("code", &Warning::code, "stable: W_... from reading records, kebab-case from the statistics"),
      field("message", &Warning::message),
      field("studies", &Warning::studies, "studies concerned; empty when the whole analysis is"),
  };
};

template <>
struct Fields<EffectOptions> {
  static constexpr std::string_view name = "EffectOptions";
  static constexpr auto list = std::tuple{
      field("measure", &EffectOptions::measure),
      field("add", &EffectOptions::add, "added to every cell of the studies that `to` names"),
      field("to", &EffectOptions::to, "which studies are corrected"),
      field("drop00", &EffectOptions::drop00, "two-arm studies without events, or with only events, in both arms are left out"),
      field("vtype", &EffectOptions::vtype, "sampling-variance variant"),
      field("convention", &EffectOptions::convention, "whose zero-cell habits are followed"),
  };
};

template <>
struct Fields<Options> {
  static constexpr std::string_view name = "Options";
  static constexpr auto list = std::tuple{
      spread(&Options::effect),
      field("pooling", &Options::pooling, "pooling of the random-effects estimate"),
      field("pooling_common", &Options::pooling_common, "pooling of the common-effect estimate"),
      field("tau2", &Options::tau2, "estimator of the between-study variance"),
      field("tau2_fixed", &Options::tau2_fixed, "tau2 given by the user"),
      field("interval", &Options::interval, "interval of the random-effects estimate"),
      field("interval_common", &Options::interval_common, "interval of the common-effect estimate"),
      field("tau2_interval", &Options::tau2_interval),
      field("prediction", &Options::prediction),
      field("predict_n", &Options::predict_n, "patients, or units of person-time, whose events are predicted"),
      field("model", &Options::model, "which pooled estimates"),
      field("level", &Options::level, "confidence level of pooled intervals"),
      field("study_level", &Options::study_level, "confidence level of study intervals"),
      field("prediction_level", &Options::prediction_level, "confidence level of the prediction interval"),
      field("heterogeneity_level", &Options::heterogeneity_level, "confidence level of the intervals of tau2, I2 and H2"),
      field("study_interval", &Options::study_interval),
      field("glmm", &Options::glmm, "two-arm exact-likelihood model"),
      field("prior_tau", &Options::prior_tau, "prior of tau in Bayesian pooling; empty elsewhere"),
      field("prior_mu", &Options::prior_mu, "prior of the mean in Bayesian pooling; empty elsewhere"),
      field("threshold", &Options::threshold, "natural scale: Bayesian pooling gives the probabilities on either side"),
      field("link", &Options::link, "of the exact likelihood of proportions; null for other data"),
      field("extras", &Options::extras, "whether other intervals, the prediction and the exact test of proportions come unasked"),
      field("cmh_correction", &Options::cmh_correction, "continuity correction of the Cochran-Mantel-Haenszel test"),
      field("user_weights", &Options::user_weights, "empty: weights from the model"),
      field("subgroup", &Options::subgroup, "column that splits the studies"),
      field("common_tau2", &Options::common_tau2, "one tau2 for all subgroups"),
      field("mods", &Options::mods, "moderators of a meta-regression"),
      field("intercept", &Options::intercept),
      field("sensitivity", &Options::sensitivity, "whether other usual models are fitted beside this one"),
      field("exact_draws", &Options::exact_draws, "tables drawn by the exact test of equal proportions where they are too many to count"),
      field("permutations", &Options::permutations, "of the permutation test; 0: exact where feasible; null: no test"),
      field("bootstrap", &Options::bootstrap, "how replicates are made; null: no bootstrap"),
      field("replicates", &Options::replicates, "of the bootstrap"),
      field("predict_at", &Options::predict_at, "new points of the regression"),
      field("tau2_curve", &Options::tau2_curve, "values of tau2 for which the effect is pooled"),
      field("preset", &Options::preset, "another program's defaults"),
      field("seed", &Options::seed, "of everything that draws random numbers"),
      field("absolute", &Options::absolute, "whether absolute effects are wanted"),
      field("baseline", &Options::baseline, "risks without treatment; empty: the median of the control groups"),
      field("absolute_effect", &Options::absolute_effect, "what a generic effect is; null: by measure"),
      field("desirable_events", &Options::desirable_events, "more events are a benefit"),
      field("threads", &Options::threads, "that resampling uses, 0: one a processor; no number depends on it"),
  };
};

template <>
struct Fields<Display> {
  static constexpr std::string_view name = "Display";
  static constexpr auto list = std::tuple{
      field("estimate", &Display::estimate, "natural scale"),
      field("ci_lower", &Display::ci_lower, "natural scale"),
      field("ci_upper", &Display::ci_upper, "natural scale"),
  };
};

template <>
struct Fields<StudyResult> {
  static constexpr std::string_view name = "StudyResult";
  static constexpr auto list = std::tuple{
      field("study", &StudyResult::study),
      field("row", &StudyResult::row, "physical line in the records"),
      spread(&StudyResult::counts, "the raw numbers of the layout: events, total, ai, ..."),
      field("yi", &StudyResult::yi, "effect size, analysis scale"),
      field("vi", &StudyResult::vi, "sampling variance, analysis scale"),
      field("se", &StudyResult::se, "standard error, analysis scale"),
      field("ci_lower", &StudyResult::ci_lower, "analysis scale; null where infinite"),
      field("ci_upper", &StudyResult::ci_upper, "analysis scale; null where infinite"),
      field("weight_common", &StudyResult::weight_common, "fraction", Presence::pooled),
      field("weight_random", &StudyResult::weight_random, "fraction", Presence::pooled),
      field("display", &StudyResult::display),
      field("note", &StudyResult::note, "a correction that was applied, or why there is no number"),
      field("subgroup", &StudyResult::subgroup, "level of options.subgroup", Presence::pooled),
  };
};

template <>
struct Fields<NamedInterval> {
  static constexpr std::string_view name = "NamedInterval";  // its method is the key under which it stands
  static constexpr auto list = std::tuple{
      field("estimate", &NamedInterval::estimate, "the method's own estimate, analysis scale; null unless it has one"),
      field("ci_lower", &NamedInterval::ci_lower, "analysis scale"),
      field("ci_upper", &NamedInterval::ci_upper, "analysis scale"),
      field("display", &NamedInterval::display),
      field("status", &NamedInterval::status),
      field("reason", &NamedInterval::reason, "why there is no interval"),
  };
};

template <>
struct Fields<MarginalInterval> {
  static constexpr std::string_view name = "MarginalInterval";  // its method is the key under which it stands
  static constexpr auto list = std::tuple{
      field("estimate", &MarginalInterval::estimate, "the method's own estimate, natural scale"),
      field("ci_lower", &MarginalInterval::ci_lower, "natural scale"),
      field("ci_upper", &MarginalInterval::ci_upper, "natural scale"),
  };
};

template <>
struct Fields<Marginal> {
  static constexpr std::string_view name = "Marginal";
  static constexpr auto list = std::tuple{
      field("estimate", &Marginal::estimate, "natural scale"),
      field("ci_lower", &Marginal::ci_lower, "natural scale"),
      field("ci_upper", &Marginal::ci_upper, "natural scale"),
      field("intervals", &Marginal::intervals, "further intervals of the same average by method"),
  };
};

template <>
struct Fields<MarginalEffect> {
  static constexpr std::string_view name = "MarginalEffect";
  static constexpr auto list = std::tuple{
      field("measure", &MarginalEffect::measure),
      field("estimate", &MarginalEffect::estimate, "natural scale"),
      field("ci_lower", &MarginalEffect::ci_lower, "natural scale"),
      field("ci_upper", &MarginalEffect::ci_upper, "natural scale"),
  };
};

template <>
struct Fields<PooledEstimate> {
  static constexpr std::string_view name = "PooledEstimate";
  static constexpr auto list = std::tuple{
      field("status", &PooledEstimate::status),
      field("reason", &PooledEstimate::reason),
      field("estimate", &PooledEstimate::estimate, "analysis scale"),
      field("se", &PooledEstimate::se, "analysis scale"),
      field("statistic", &PooledEstimate::statistic, "z or t of the test of no effect"),
      field("df", &PooledEstimate::df, "degrees of freedom of t; null for z"),
      field("p_value", &PooledEstimate::p_value),
      field("log_p_value", &PooledEstimate::log_p_value, "natural logarithm; finite where p_value underflows"),
      field("ci_lower", &PooledEstimate::ci_lower, "analysis scale"),
      field("ci_upper", &PooledEstimate::ci_upper, "analysis scale"),
      field("display", &PooledEstimate::display, "natural scale; the median proportion for exact likelihoods of proportions"),
      field("marginal", &PooledEstimate::marginal, "population-average proportion, natural scale"),
      field("marginal_effects", &PooledEstimate::marginal_effects,
            "ratio and difference of the arms' average proportions; random study effects only"),
      field("intervals", &PooledEstimate::intervals, "further intervals of the same estimate by method"),
  };
};

template <>
struct Fields<PredictedCounts> {
  static constexpr std::string_view name = "PredictedCounts";
  static constexpr auto list = std::tuple{
      field("n", &PredictedCounts::n, "patients of the next study, or units of its person-time"),
      field("mean", &PredictedCounts::mean, "expected events; null where the law has no mean"),
      field("median", &PredictedCounts::median, "events"),
      field("lower", &PredictedCounts::lower, "events, at the level of the prediction interval"),
      field("upper", &PredictedCounts::upper, "events, at the level of the prediction interval"),
  };
};

template <>
struct Fields<PredictionInterval> {
  static constexpr std::string_view name = "PredictionInterval";
  static constexpr auto list = std::tuple{
      field("status", &PredictionInterval::status),
      field("reason", &PredictionInterval::reason),
      field("method", &PredictionInterval::method),
      field("df", &PredictionInterval::df),
      field("lower", &PredictionInterval::lower, "analysis scale"),
      field("upper", &PredictionInterval::upper, "analysis scale"),
      Ends<PredictionInterval>{"display", &PredictionInterval::display, "natural scale"},
      field("counts", &PredictionInterval::counts,
            "events among the next options.predict_n patients, or in so many units of person-time; null unless asked for"),
  };
};

template <>
struct Fields<Heterogeneity> {
  static constexpr std::string_view name = "Heterogeneity";
  static constexpr auto list = std::tuple{
      field("status", &Heterogeneity::status),
      field("reason", &Heterogeneity::reason),
      field("k", &Heterogeneity::k, "studies in the fit"),
      field("q", &Heterogeneity::q, "Cochran's Q; Wald-type for exact likelihoods"),
      field("q_df", &Heterogeneity::q_df),
      field("q_p", &Heterogeneity::q_p),
      field("tau2", &Heterogeneity::tau2, "between-study variance, analysis scale"),
      field("tau2_se", &Heterogeneity::tau2_se),
      field("tau2_ci_lower", &Heterogeneity::tau2_ci_lower),
      field("tau2_ci_upper", &Heterogeneity::tau2_ci_upper),
      field("tau", &Heterogeneity::tau),
      field("i2", &Heterogeneity::i2, "fraction; tau2 / (tau2 + typical sampling variance)"),
      field("i2_ci_lower", &Heterogeneity::i2_ci_lower),
      field("i2_ci_upper", &Heterogeneity::i2_ci_upper),
      field("i2_from_q", &Heterogeneity::i2_from_q, "fraction; max(0, (q - df) / q)"),
      field("h2", &Heterogeneity::h2),
      field("h2_ci_lower", &Heterogeneity::h2_ci_lower),
      field("h2_ci_upper", &Heterogeneity::h2_ci_upper),
      field("rho", &Heterogeneity::rho, "correlation of two patients of a study; beta-binomial model only"),
      field("rho_ci_lower", &Heterogeneity::rho_ci_lower),
      field("rho_ci_upper", &Heterogeneity::rho_ci_upper),
      field("dispersion", &Heterogeneity::dispersion, "squared coefficient of variation of the rates; negative binomial model only"),
      field("dispersion_ci_lower", &Heterogeneity::dispersion_ci_lower),
      field("dispersion_ci_upper", &Heterogeneity::dispersion_ci_upper),
      field("sigma2", &Heterogeneity::sigma2, "variance of the level of both arms; random study effects only"),
      field("correlation", &Heterogeneity::correlation, "of level and effect; bivariate model only"),
      field("lrt", &Heterogeneity::lrt, "likelihood-ratio test of homogeneity against the saturated model"),
      field("lrt_df", &Heterogeneity::lrt_df),
      field("lrt_p", &Heterogeneity::lrt_p),
      field("exact_p", &Heterogeneity::exact_p,
            "exact test of equal proportions given the total of the events; null where the tables are too many"),
      field("exact_mid_p", &Heterogeneity::exact_mid_p, "the same, ties counted half"),
      field("exact_draws", &Heterogeneity::exact_draws,
            "tables drawn by options.seed in the place of all of them; null where all were counted"),
      field("exact_p_se", &Heterogeneity::exact_p_se, "Monte-Carlo standard error of exact_p; null where all tables were counted"),
      field("lrt_tau2", &Heterogeneity::lrt_tau2, "likelihood-ratio test against tau2 = 0"),
      field("lrt_tau2_p", &Heterogeneity::lrt_tau2_p, "from 0.5 chi2_0 + 0.5 chi2_1"),
      field("lrt_tau2_p_plain", &Heterogeneity::lrt_tau2_p_plain,
            "from chi2_1 (chi2_2 where a correlation vanishes too), as if tau2 = 0 were no boundary"),
      field("tau2_stationary", &Heterogeneity::tau2_stationary, "all stationary points of the likelihood, when there are several"),
  };
};

template <>
struct Fields<Fit> {
  static constexpr std::string_view name = "Fit";
  static constexpr auto list = std::tuple{
      field("status", &Fit::status),
      field("reason", &Fit::reason),
      field("iterations", &Fit::iterations),
      field("loglik", &Fit::loglik, "complete log-likelihood, constants included"),
      field("aic", &Fit::aic),
      field("bic", &Fit::bic),
      field("aicc", &Fit::aicc),
  };
};

template <>
struct Fields<Subgroup> {
  static constexpr std::string_view name = "Subgroup";
  static constexpr auto list = std::tuple{
      field("level", &Subgroup::level),           field("k", &Subgroup::k),
      field("common", &Subgroup::common),         field("random", &Subgroup::random),
      field("prediction", &Subgroup::prediction), field("heterogeneity", &Subgroup::heterogeneity),
  };
};

template <>
struct Fields<SubgroupTest> {
  static constexpr std::string_view name = "SubgroupTest";
  static constexpr auto list = std::tuple{
      field("status", &SubgroupTest::status),
      field("reason", &SubgroupTest::reason, "why there is no test, or which subgroups could not enter it"),
      field("q", &SubgroupTest::q, "random effects"),
      field("df", &SubgroupTest::df),
      field("p_value", &SubgroupTest::p_value, "random effects"),
      field("common_q", &SubgroupTest::common_q, "common effect"),
      field("common_p_value", &SubgroupTest::common_p_value, "common effect"),
  };
};

template <>
struct Fields<RegressionPrediction> {
  static constexpr std::string_view name = "RegressionPrediction";
  static constexpr auto list = std::tuple{
      field("at", &RegressionPrediction::at, "values of the moderators, as given"),
      field("estimate", &RegressionPrediction::estimate, "analysis scale"),
      field("se", &RegressionPrediction::se),
      field("ci_lower", &RegressionPrediction::ci_lower, "mean of such studies, analysis scale"),
      field("ci_upper", &RegressionPrediction::ci_upper, "mean of such studies, analysis scale"),
      field("pi_lower", &RegressionPrediction::pi_lower, "true effect of one such study, analysis scale"),
      field("pi_upper", &RegressionPrediction::pi_upper, "true effect of one such study, analysis scale"),
      field("reason", &RegressionPrediction::reason, "why there is no prediction interval"),
      field("display", &RegressionPrediction::display),
      Ends<RegressionPrediction>{"pi_display", &RegressionPrediction::pi_display, "prediction interval, natural scale"},
  };
};

template <>
struct Fields<Regression> {
  static constexpr std::string_view name = "Regression";
  static constexpr auto list = std::tuple{
      field("terms", &Regression::terms, "one entry a coefficient, as all arrays here"),
      field("beta", &Regression::beta, "analysis scale"),
      field("se", &Regression::se),
      field("statistic", &Regression::statistic, "z, or t on df"),
      field("df", &Regression::df, "null for z"),
      field("p_value", &Regression::p_value),
      field("ci_lower", &Regression::ci_lower, "null where infinite"),
      field("ci_upper", &Regression::ci_upper, "null where infinite"),
      field("vcov", &Regression::vcov, "covariance matrix of the coefficients"),
      field("vif", &Regression::vif, "variance inflation factors"),
      field("qe", &Regression::qe, "residual heterogeneity"),
      field("qe_df", &Regression::qe_df),
      field("qe_p", &Regression::qe_p),
      field("qm", &Regression::qm, "all moderators together: chi-square, or F on qm_df and df"),
      field("qm_df", &Regression::qm_df),
      field("qm_p", &Regression::qm_p),
      field("lrt", &Regression::lrt, "all moderators together, by the likelihood ratio; exact likelihoods only"),
      field("lrt_df", &Regression::lrt_df),
      field("lrt_p", &Regression::lrt_p),
      field("r2", &Regression::r2, "share of tau2 that the moderators explain, fraction"),
      field("predictions", &Regression::predictions, "at the points of options.predict_at"),
  };
};

template <>
struct Fields<PermutationTest> {
  static constexpr std::string_view name = "PermutationTest";
  static constexpr auto list = std::tuple{
      field("status", &PermutationTest::status),
      field("reason", &PermutationTest::reason),
      field("exact", &PermutationTest::exact, "every permutation once; else drawn at random by options.seed"),
      field("permutations", &PermutationTest::permutations, "in the reference distribution, the observed order included"),
      field("failed", &PermutationTest::failed, "permutations whose model could not be fitted; p-values leave them out"),
      field("terms", &PermutationTest::terms, "one entry a coefficient; the mean is the intercept"),
      field("p_value", &PermutationTest::p_value, "two-sided: share of permutations with |statistic| at least that observed"),
      field("qm_p", &PermutationTest::qm_p, "all moderators together; null for a mean"),
  };
};

template <>
struct Fields<ChiSquareTest> {
  static constexpr std::string_view name = "ChiSquareTest";
  static constexpr auto list = std::tuple{
      field("statistic", &ChiSquareTest::statistic),
      field("df", &ChiSquareTest::df),
      field("p_value", &ChiSquareTest::p_value),
  };
};

template <>
struct Fields<StratifiedTests> {
  static constexpr std::string_view name = "StratifiedTests";
  static constexpr auto list = std::tuple{
      field("cmh", &StratifiedTests::cmh, "Cochran-Mantel-Haenszel test of no association"),
      field("tarone", &StratifiedTests::tarone, "homogeneity of odds ratios, Tarone's correction"),
      field("breslow_day", &StratifiedTests::breslow_day, "homogeneity of odds ratios"),
  };
};

template <>
struct Fields<Alternative> {
  static constexpr std::string_view name = "Alternative";
  static constexpr auto list = std::tuple{
      field("label", &Alternative::label, "in words"),
      field("pooling", &Alternative::pooling),
      field("measure", &Alternative::measure),
      field("model", &Alternative::model, "common or random"),
      field("interval", &Alternative::interval),
      field("status", &Alternative::status),
      field("reason", &Alternative::reason, "why there is no estimate"),
      field("display", &Alternative::display),
  };
};

template <>
struct Fields<Tau2CurvePoint> {
  static constexpr std::string_view name = "Tau2CurvePoint";
  static constexpr auto list = std::tuple{
      field("tau2", &Tau2CurvePoint::tau2, "supposed between-study variance"),
      field("tau", &Tau2CurvePoint::tau),
      field("estimate", &Tau2CurvePoint::estimate, "analysis scale"),
      field("se", &Tau2CurvePoint::se),
      field("ci_lower", &Tau2CurvePoint::ci_lower, "analysis scale"),
      field("ci_upper", &Tau2CurvePoint::ci_upper, "analysis scale"),
      field("p_value", &Tau2CurvePoint::p_value),
      field("i2", &Tau2CurvePoint::i2, "fraction"),
      field("display", &Tau2CurvePoint::display),
  };
};

template <>
struct Fields<ChangedSetting> {
  static constexpr std::string_view name = "ChangedSetting";
  static constexpr auto list = std::tuple{
      field("option", &ChangedSetting::option, "key of options"),
      field("preset", &ChangedSetting::preset, "choice of the preset"),
      field("own", &ChangedSetting::own, "choice of tausq's own defaults"),
      field("display", &ChangedSetting::display, "estimate with this setting changed alone; null where that is not possible"),
      field("moved", &ChangedSetting::moved, "largest change of estimate or interval end, analysis scale"),
  };
};

template <>
struct Fields<PresetComparison> {
  static constexpr std::string_view name = "PresetComparison";
  static constexpr auto list = std::tuple{
      field("model", &PresetComparison::model, "common or random"),
      field("status", &PresetComparison::status, "of the own estimate"),
      field("own", &PresetComparison::own, "by tausq's own defaults for the same measure"),
      field("decisive", &PresetComparison::decisive, "setting that moves the estimate most on its own"),
      field("changed", &PresetComparison::changed, "settings in which preset and own defaults differ"),
  };
};

template <>
struct Fields<Analysis> {
  static constexpr std::string_view name = "Analysis";
  static constexpr auto list = std::tuple{
      field("input", &Analysis::input),
      field("options", &Analysis::options, "every setting, defaults included"),
      field("studies", &Analysis::studies),
      field("common", &Analysis::common, "common-effect estimate", Presence::pooled),
      field("random", &Analysis::random, "random-effects estimate", Presence::pooled),
      field("prediction", &Analysis::prediction, "interval for the true effect of a new study", Presence::pooled),
      field("heterogeneity", &Analysis::heterogeneity, {}, Presence::pooled),
      field("fit", &Analysis::fit, {}, Presence::pooled),
      field("subgroups", &Analysis::subgroups, {}, Presence::pooled),
      field("subgroup_test", &Analysis::subgroup_test, "equal effects in all subgroups", Presence::pooled),
      field("regression", &Analysis::regression, "meta-regression", Presence::pooled),
      field("permutation", &Analysis::permutation, "permutation test of the mean or of the coefficients", Presence::pooled),
      field("bootstrap", &Analysis::bootstrap, "how all estimates vary over replicates of the studies", Presence::pooled),
      field("tests", &Analysis::tests, "tests that come with Mantel-Haenszel and Peto pooling", Presence::pooled),
      field("posterior", &Analysis::posterior, "posterior distributions of Bayesian pooling", Presence::pooled),
      field("tau2_curve", &Analysis::tau2_curve, "the pooled effect for a range of tau2", Presence::pooled),
      field("preset_comparison", &Analysis::preset_comparison, "estimates of a preset beside tausq's own", Presence::pooled),
      field("sensitivity", &Analysis::sensitivity, "what other usual models say about the same counts", Presence::pooled),
      field("absolute", &Analysis::absolute, "risks and numbers needed to treat at given baseline risks", Presence::pooled),
      field("repeats", &Analysis::repeats, "what differs from the recorded result that this one repeats", Presence::pooled),
      field("warnings", &Analysis::warnings),
  };
};

template <>
struct Fields<Record> {
  static constexpr std::string_view name = "Record";
  static constexpr auto list = std::tuple{
      field("row", &Record::row, "physical line in the records"),
      field("study", &Record::study),
      field("arm", &Record::arm, "t or c; two-arm layouts only", Presence::not_empty),
      spread(&Record::numbers, "the numbers of the layout: events, total, ..."),
      spread(&Record::other, "the other columns as read; null where the cell was empty"),
  };
};

template <>
struct Fields<Records> {
  static constexpr std::string_view name = "Records";
  static constexpr auto list = std::tuple{
      field("input", &Records::input),
      field("layout", &Records::layout),
      field("records", &Records::records),
      field("warnings", &Records::warnings),
  };
};

}  // namespace tausq
