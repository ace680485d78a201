// The fields of influence and small-study results under their names; see fields.hpp.
#pragma once

#include <tausq/bias.hpp>
#include <tausq/fields.hpp>
#include <tausq/influence.hpp>

namespace tausq {

template <>
struct Fields<InfluenceOptions> {
  static constexpr std::string_view name = "InfluenceOptions";
  static constexpr auto list = std::tuple{
      field("order", &InfluenceOptions::order, "column that orders the cumulative analysis; empty: row order"),
      field("gosh", &InfluenceOptions::gosh, "subsets of a GOSH analysis; 0: all of them; null: no such analysis"),
  };
};

template <>
struct Fields<Refit> {
  static constexpr std::string_view name = "Refit";
  static constexpr auto list = std::tuple{
      field("study", &Refit::study, "the study left out, or the last one added"),
      field("status", &Refit::status),
      field("reason", &Refit::reason),
      field("k", &Refit::k, "studies in this fit"),
      field("estimate", &Refit::estimate, "analysis scale"),
      field("se", &Refit::se, "analysis scale"),
      field("statistic", &Refit::statistic, "z or t of the test of no effect"),
      field("df", &Refit::df, "degrees of freedom of t; null for z"),
      field("p_value", &Refit::p_value),
      field("ci_lower", &Refit::ci_lower, "analysis scale"),
      field("ci_upper", &Refit::ci_upper, "analysis scale"),
      field("q", &Refit::q),
      field("q_p", &Refit::q_p),
      field("tau2", &Refit::tau2, "0 for a single study"),
      field("i2", &Refit::i2, "fraction; tau2 / (tau2 + typical sampling variance), from Q for a common effect"),
      field("h2", &Refit::h2),
      field("display", &Refit::display),
  };
};

template <>
struct Fields<RegressionRefit> {
  static constexpr std::string_view name = "RegressionRefit";
  static constexpr auto list = std::tuple{
      field("study", &RegressionRefit::study),
      field("status", &RegressionRefit::status),
      field("reason", &RegressionRefit::reason),
      field("k", &RegressionRefit::k, "studies in this fit"),
      field("beta", &RegressionRefit::beta, "one entry a term, as all arrays here"),
      field("se", &RegressionRefit::se),
      field("p_value", &RegressionRefit::p_value),
      field("ci_lower", &RegressionRefit::ci_lower),
      field("ci_upper", &RegressionRefit::ci_upper),
      field("qe", &RegressionRefit::qe, "residual heterogeneity"),
      field("qe_p", &RegressionRefit::qe_p),
      field("qm", &RegressionRefit::qm, "all moderators together"),
      field("qm_p", &RegressionRefit::qm_p),
      field("tau2", &RegressionRefit::tau2),
      field("i2", &RegressionRefit::i2, "fraction"),
      field("r2", &RegressionRefit::r2, "fraction"),
  };
};

template <>
struct Fields<InfluenceDiagnostic> {
  static constexpr std::string_view name = "InfluenceDiagnostic";
  static constexpr auto list = std::tuple{
      field("study", &InfluenceDiagnostic::study),
      field("status", &InfluenceDiagnostic::status),
      field("reason", &InfluenceDiagnostic::reason),
      field("rstudent", &InfluenceDiagnostic::rstudent, "externally standardised residual"),
      field("dffits", &InfluenceDiagnostic::dffits, "change of the prediction in standard errors"),
      field("cook_d", &InfluenceDiagnostic::cook_d, "Cook's distance"),
      field("cov_r", &InfluenceDiagnostic::cov_r, "covariance ratio"),
      field("tau2_deleted", &InfluenceDiagnostic::tau2_deleted, "without the study"),
      field("q_deleted", &InfluenceDiagnostic::q_deleted, "without the study"),
      field("hat", &InfluenceDiagnostic::hat, "leverage"),
      field("weight", &InfluenceDiagnostic::weight, "fraction"),
      field("dfbetas", &InfluenceDiagnostic::dfbetas, "change of the mean in standard errors; null with moderators"),
      field("dfbetas_terms", &InfluenceDiagnostic::dfbetas_terms, "the same for each coefficient"),
      field("influential", &InfluenceDiagnostic::influential,
            "|dffits| > 3 sqrt(p / (k - p)), P(chi2_p < cook_d) > 0.5, hat > 3 p / k or |dfbetas| > 1"),
  };
};

template <>
struct Fields<BaujatPoint> {
  static constexpr std::string_view name = "BaujatPoint";
  static constexpr auto list = std::tuple{
      field("study", &BaujatPoint::study),
      field("x", &BaujatPoint::x, "squared Pearson residual: contribution to heterogeneity"),
      field("y", &BaujatPoint::y, "squared change of the estimate without the study, in its variance"),
  };
};

template <>
struct Fields<Blup> {
  static constexpr std::string_view name = "Blup";
  static constexpr auto list = std::tuple{
      field("study", &Blup::study),
      field("estimate", &Blup::estimate, "best linear unbiased prediction of the true effect, analysis scale"),
      field("se", &Blup::se),
      field("pi_lower", &Blup::pi_lower, "analysis scale"),
      field("pi_upper", &Blup::pi_upper, "analysis scale"),
      field("display", &Blup::display),
  };
};

template <>
struct Fields<Quantiles> {
  static constexpr std::string_view name = "Quantiles";
  static constexpr auto list = std::tuple{
      field("min", &Quantiles::min), field("p2_5", &Quantiles::p2_5),   field("p25", &Quantiles::p25), field("median", &Quantiles::median),
      field("p75", &Quantiles::p75), field("p97_5", &Quantiles::p97_5), field("max", &Quantiles::max),
  };
};

template <>
struct Fields<Gosh> {
  static constexpr std::string_view name = "Gosh";
  static constexpr auto list = std::tuple{
      field("status", &Gosh::status),
      field("reason", &Gosh::reason),
      field("exhaustive", &Gosh::exhaustive, "every subset; else drawn at random by options.seed"),
      field("subsets", &Gosh::subsets),
      field("failed", &Gosh::failed, "subsets whose model could not be fitted; the numbers leave them out"),
      field("estimate", &Gosh::estimate, "of the subsets' means, analysis scale"),
      field("tau2", &Gosh::tau2, "0 for a single study"),
      field("i2", &Gosh::i2, "fraction; 0 for a single study"),
      field("studies", &Gosh::studies, "that take part"),
  };
};

template <>
struct Fields<Influence> {
  static constexpr std::string_view name = "Influence";
  static constexpr auto list = std::tuple{
      field("input", &Influence::input),
      field("options", &Influence::options, "every setting, defaults included"),
      field("influence", &Influence::influence, "settings of this verb"),
      field("leave_one_out", &Influence::leave_one_out, "one row a study left out"),
      field("cumulative", &Influence::cumulative, "one row a study added"),
      field("terms", &Influence::terms, "with moderators: the coefficients"),
      field("regression_leave_one_out", &Influence::regression_leave_one_out, "with moderators: one row a study left out"),
      field("regression_cumulative", &Influence::regression_cumulative, "with moderators: one row a study added"),
      field("diagnostics", &Influence::diagnostics),
      field("baujat", &Influence::baujat),
      field("blup", &Influence::blup),
      field("gosh", &Influence::gosh, "the mean of every subset of the studies"),
      field("warnings", &Influence::warnings),
  };
};

template <>
struct Fields<BiasOptions> {
  static constexpr std::string_view name = "BiasOptions";
  static constexpr auto list = std::tuple{
      field("tests", &BiasOptions::tests, "empty: every test that fits the records"),
      field("model", &BiasOptions::model, "form of Egger's test"),
      field("predictor", &BiasOptions::predictor, "predictor of Egger's test"),
      field("estimator", &BiasOptions::estimator, "number of missing studies in trim and fill"),
      field("side", &BiasOptions::side, "side on which studies are missing"),
      field("target", &BiasOptions::target, "effect that Orwin's N is to reach; null: half the pooled effect"),
      field("alpha", &BiasOptions::alpha, "of fail-safe numbers and excess significance"),
      field("alternative", &BiasOptions::alternative, "which p-values decide on publication"),
      field("selection_steps", &BiasOptions::selection_steps, "p-values at which the chance of publication changes"),
      field("selection_weights", &BiasOptions::selection_weights, "given chances of publication; empty: estimated"),
  };
};

template <>
struct Fields<AsymmetryTest> {
  static constexpr std::string_view name = "AsymmetryTest";
  static constexpr auto list = std::tuple{
      field("test", &AsymmetryTest::test),
      field("status", &AsymmetryTest::status),
      field("reason", &AsymmetryTest::reason),
      field("k", &AsymmetryTest::k, "studies in the test"),
      field("model", &AsymmetryTest::model, "lm, rma or rank"),
      field("predictor", &AsymmetryTest::predictor, "measure of study size"),
      field("statistic", &AsymmetryTest::statistic, "t on df, or z"),
      field("df", &AsymmetryTest::df, "null for z"),
      field("p_value", &AsymmetryTest::p_value, "two-sided"),
      field("intercept", &AsymmetryTest::intercept, "effect where the predictor is 0"),
      field("intercept_se", &AsymmetryTest::intercept_se),
      field("slope", &AsymmetryTest::slope, "what is tested: change of the effect with the predictor"),
      field("slope_se", &AsymmetryTest::slope_se),
      field("tau2", &AsymmetryTest::tau2, "residual heterogeneity of the random-effects form"),
      field("dispersion", &AsymmetryTest::dispersion, "error variance of the weighted least squares form"),
      field("kendall_tau", &AsymmetryTest::kendall_tau, "rank tests"),
      field("p_value_normal", &AsymmetryTest::p_value_normal, "rank tests: by the normal distribution"),
  };
};

template <>
struct Fields<LimitEstimate> {
  static constexpr std::string_view name = "LimitEstimate";
  static constexpr auto list = std::tuple{
      field("model", &LimitEstimate::model),
      field("predictor", &LimitEstimate::predictor, "sei: PET, vi: PEESE"),
      field("status", &LimitEstimate::status),
      field("reason", &LimitEstimate::reason),
      field("estimate", &LimitEstimate::estimate, "effect of a study of infinite size, analysis scale"),
      field("se", &LimitEstimate::se),
      field("statistic", &LimitEstimate::statistic),
      field("df", &LimitEstimate::df),
      field("p_value", &LimitEstimate::p_value),
      field("ci_lower", &LimitEstimate::ci_lower),
      field("ci_upper", &LimitEstimate::ci_upper),
      field("display", &LimitEstimate::display),
  };
};

template <>
struct Fields<ImputedStudy> {
  static constexpr std::string_view name = "ImputedStudy";
  static constexpr auto list = std::tuple{
      field("study", &ImputedStudy::study, "the study whose mirror image it is"),
      field("yi", &ImputedStudy::yi, "analysis scale"),
      field("vi", &ImputedStudy::vi),
  };
};

template <>
struct Fields<TrimFill> {
  static constexpr std::string_view name = "TrimFill";
  static constexpr auto list = std::tuple{
      field("estimator", &TrimFill::estimator),
      field("side", &TrimFill::side, "where studies are missing"),
      field("status", &TrimFill::status),
      field("reason", &TrimFill::reason),
      field("k0", &TrimFill::k0, "missing studies"),
      field("se_k0", &TrimFill::se_k0),
      field("p_k0", &TrimFill::p_k0, "R0 only: test of no missing study"),
      field("k", &TrimFill::k, "observed and imputed studies"),
      field("estimate", &TrimFill::estimate, "of all of them, analysis scale"),
      field("se", &TrimFill::se),
      field("statistic", &TrimFill::statistic),
      field("df", &TrimFill::df),
      field("p_value", &TrimFill::p_value),
      field("ci_lower", &TrimFill::ci_lower),
      field("ci_upper", &TrimFill::ci_upper),
      field("tau2", &TrimFill::tau2),
      field("i2", &TrimFill::i2, "fraction"),
      field("q", &TrimFill::q),
      field("q_p", &TrimFill::q_p),
      field("display", &TrimFill::display),
      field("imputed", &TrimFill::imputed),
  };
};

template <>
struct Fields<FailSafeN> {
  static constexpr std::string_view name = "FailSafeN";
  static constexpr auto list = std::tuple{
      field("type", &FailSafeN::type),
      field("status", &FailSafeN::status),
      field("reason", &FailSafeN::reason),
      field("n", &FailSafeN::n, "unpublished studies of no effect"),
      field("target", &FailSafeN::target, "significance level, or effect (orwin)"),
      field("p_value", &FailSafeN::p_value, "of the studies at hand"),
  };
};

template <>
struct Fields<ExcessSignificance> {
  static constexpr std::string_view name = "ExcessSignificance";
  static constexpr auto list = std::tuple{
      field("status", &ExcessSignificance::status),
      field("reason", &ExcessSignificance::reason),
      field("k", &ExcessSignificance::k),
      field("observed", &ExcessSignificance::observed, "significant studies"),
      field("expected", &ExcessSignificance::expected, "sum of their powers at the common effect"),
      field("statistic", &ExcessSignificance::statistic, "chi-square, 1 degree of freedom"),
      field("p_value", &ExcessSignificance::p_value, "one-sided"),
      field("p_value_exact", &ExcessSignificance::p_value_exact, "one-sided, exact distribution of the count"),
  };
};

template <>
struct Fields<SelectionModel> {
  static constexpr std::string_view name = "SelectionModel";
  static constexpr auto list = std::tuple{
      field("status", &SelectionModel::status),
      field("reason", &SelectionModel::reason),
      field("alternative", &SelectionModel::alternative),
      field("steps", &SelectionModel::steps, "upper ends of the classes of p-values but the last"),
      field("k", &SelectionModel::k, "studies in each class"),
      field("delta", &SelectionModel::delta, "chance of publication relative to the first class"),
      field("delta_se", &SelectionModel::delta_se, "null where delta is given, or 0 because its class is empty"),
      field("estimate", &SelectionModel::estimate, "random-effects mean of all studies, published or not, analysis scale"),
      field("se", &SelectionModel::se),
      field("statistic", &SelectionModel::statistic, "z"),
      field("df", &SelectionModel::df, "null: normal"),
      field("p_value", &SelectionModel::p_value),
      field("ci_lower", &SelectionModel::ci_lower),
      field("ci_upper", &SelectionModel::ci_upper),
      field("tau2", &SelectionModel::tau2),
      field("tau2_se", &SelectionModel::tau2_se, "null where tau2 is 0"),
      field("loglik", &SelectionModel::loglik),
      field("lrt", &SelectionModel::lrt, "likelihood-ratio test of no selection"),
      field("lrt_df", &SelectionModel::lrt_df),
      field("lrt_p", &SelectionModel::lrt_p),
      field("display", &SelectionModel::display),
  };
};

template <>
struct Fields<Bias> {
  static constexpr std::string_view name = "Bias";
  static constexpr auto list = std::tuple{
      field("input", &Bias::input),
      field("options", &Bias::options, "every setting, defaults included"),
      field("bias", &Bias::bias, "settings of this verb"),
      field("tests", &Bias::tests, "tests of funnel-plot asymmetry"),
      field("limit_estimates", &Bias::limit_estimates),
      field("trim_fill", &Bias::trim_fill),
      field("fail_safe_n", &Bias::fail_safe_n),
      field("excess_significance", &Bias::excess_significance),
      field("selection", &Bias::selection, "step-function selection model"),
      field("warnings", &Bias::warnings),
  };
};

}  // namespace tausq
