// metafor's escalc, rma, confint, rma(mods = ) and permutest: effect sizes, the normal model, tau2 intervals, meta-regression.
#include <algorithm>
#include <cmath>

#include "tests/reference/families.hpp"
#include "tests/reference/settings.hpp"

namespace tausq::reference {

namespace {

/// metafor's `method`: EE is the common-effect model, everything else an estimator of tau2.
void set_method(Options& options, const std::string& method) {
  if (method == "EE")
    options.model = Model::common;
  else
    options.tau2 = method_of<Tau2Method>(method);
}

/// metafor's `weights = 1/vi` and the like, `weighted = FALSE` and `tau2 = 0.05`.
void set_weights(Options& options, const StudySet& studies, Spec& spec) {
  const std::string formula = spec.text("weights");
  if (!spec.flag("weighted", true)) options.user_weights.assign(studies.size(), 1.0);
  if (!formula.empty()) {
    const double power = formula == "1/vi" ? 1 : formula == "sqrt(1/vi)" ? 0.5 : throw std::runtime_error("weights " + formula);
    for (const EffectSize& study : effect_sizes(studies, options.effect).study)
      options.user_weights.push_back(study.vi ? std::pow(*study.vi, -power) : 1.0);
  }
  if (const Value* fixed = spec.take("tau2")) options.tau2_fixed = fixed->number;
}

/// Back-transformed numbers: the natural scale of the whole pooled result under metafor's transformation names.
void add_display(Computed& computed, const Display& pooled, const Display& prediction) {
  for (const char* name : {"bt_exp", "bt_ztor", "bt_ilogit", "bt_iarcsin", "bt_isqrt", "bt_ipft_hm", "bt_iirft_hm"}) {
    computed[std::string(name) + ".estimate"] = {pooled.estimate};
    computed[std::string(name) + ".ci_lower"] = {pooled.ci_lower};
    computed[std::string(name) + ".ci_upper"] = {pooled.ci_upper};
    computed[std::string(name) + ".pi_lower"] = {prediction.ci_lower};
    computed[std::string(name) + ".pi_upper"] = {prediction.ci_upper};
  }
}

/// The same model with another prediction interval.
void add_prediction(Computed& computed, const std::string& name, const StudySet& studies, Options options, PredictionMethod method) {
  options.prediction = method;
  const PredictionInterval prediction = analyse(studies, options).prediction;
  computed[name + "_lower"] = {prediction.lower};
  computed[name + "_upper"] = {prediction.upper};
}

}  // namespace

Computed effect_size_numbers(const Case& c, Spec& spec) {
  const EffectOptions options = effect_settings(spec);
  Computed computed{{"yi", {}}, {"vi", {}}};
  for (const EffectSize& study : effect_sizes(studies_of(c.data, *options.measure), options).study) {
    computed["yi"].push_back(study.yi);
    computed["vi"].push_back(study.vi);
  }
  return computed;
}

Computed inverse_variance_numbers(const Case& c, Spec& spec) {
  Options options = pooling_settings(spec);
  const StudySet studies = studies_of(c.data, *options.effect.measure);
  set_method(options, spec.text("method"));
  set_weights(options, studies, spec);
  spec.take("threshold");  // of the peer's iteration; the tolerance knows it
  const bool common = options.model == Model::common;
  const Analysis analysis = analyse(studies, options);
  const Heterogeneity& h = analysis.heterogeneity;
  Computed computed;
  add_pooled(computed, common ? analysis.common : analysis.random);
  add_q(computed, h);
  add_fit(computed, analysis.fit);
  add_display(computed, common ? analysis.common.display : analysis.random.display, analysis.prediction.display);
  computed["k"] = {static_cast<double>(h.k)};
  computed["tau2"] = {h.tau2};
  computed["tau2_se"] = {h.tau2_se};
  computed["i2"] = {percent(h.i2)};
  computed["h2"] = {h.h2};
  computed["weights"] = weights(analysis, common);
  computed["pi_lower"] = {analysis.prediction.lower};
  computed["pi_upper"] = {analysis.prediction.upper};
  if (c.expect.find("pi_riley_lower")) add_prediction(computed, "pi_riley", studies, options, PredictionMethod::hts);
  if (c.expect.find("pi_t_lower")) add_prediction(computed, "pi_t", studies, options, PredictionMethod::v);
  return computed;
}

Computed tau2_interval_numbers(const Case& c, Spec& spec) {
  Options options = pooling_settings(spec);
  const StudySet studies = studies_of(c.data, *options.effect.measure);
  set_method(options, spec.text("method"));
  set_weights(options, studies, spec);
  options.tau2_interval = method_of<Tau2IntervalMethod>(spec.text("type"));
  const Heterogeneity h = analyse(studies, options).heterogeneity;
  return {{"tau2", {h.tau2}},      {"tau2_lower", {h.tau2_ci_lower}},      {"tau2_upper", {h.tau2_ci_upper}},
          {"i2", {percent(h.i2)}}, {"i2_lower", {percent(h.i2_ci_lower)}}, {"i2_upper", {percent(h.i2_ci_upper)}},
          {"h2", {h.h2}},          {"h2_lower", {h.h2_ci_lower}},          {"h2_upper", {h.h2_ci_upper}}};
}

namespace {

Computed predicted(const std::vector<RegressionPrediction>& predictions) {
  Computed computed;
  for (const RegressionPrediction& p : predictions) {
    computed["pred"].push_back(p.estimate);
    computed["pred_se"].push_back(p.se);
    computed["pred_ci_lower"].push_back(p.ci_lower);
    computed["pred_ci_upper"].push_back(p.ci_upper);
    computed["pred_pi_lower"].push_back(p.pi_lower);
    computed["pred_pi_upper"].push_back(p.pi_upper);
  }
  return computed;
}

}  // namespace

Computed regression_numbers(const Case& c, Spec& spec) {
  Options options = pooling_settings(spec);
  set_method(options, spec.text("method"));
  std::string formula = spec.text("mods").substr(1);  // without the tilde
  options.intercept = !formula.starts_with("0+");
  options.mods = options.intercept ? formula : formula.substr(2);
  options.predict_at = spec.text("predict_at");
  const Analysis analysis = analyse(studies_of(c.data, *options.effect.measure), options);
  if (!analysis.regression) return {};
  const Regression& r = *analysis.regression;
  Numbers vcov;
  for (const std::vector<double>& row : r.vcov) vcov.insert(vcov.end(), row.begin(), row.end());
  Computed computed = predicted(r.predictions);
  computed.merge(Computed{{"beta", list(r.beta)},
                          {"se", list(r.se)},
                          {"statistic", list(r.statistic)},
                          {"p_value", list(r.p_value)},
                          {"ci_lower", r.ci_lower},
                          {"ci_upper", r.ci_upper},
                          {"vcov", vcov},
                          {"df", {r.df}},
                          {"qe", {r.qe}},
                          {"qe_p", {r.qe_p}},
                          {"qm", {r.qm}},
                          {"qm_p", {r.qm_p}},
                          {"tau2", {analysis.heterogeneity.tau2}},
                          {"i2", {percent(analysis.heterogeneity.i2)}},
                          {"r2", {percent(r.r2)}}});
  return computed;
}

Computed permutation_numbers(const Case& c, Spec& spec) {
  Options options = pooling_settings(spec);
  set_method(options, spec.text("method"));
  if (const std::string formula = spec.text("mods"); !formula.empty()) options.mods = formula.substr(1);  // without the tilde
  options.permutations = 0;
  const PermutationTest test = analyse(studies_of(c.data, *options.effect.measure), options).permutation.value();
  if (!spec.flag("exact") || !test.exact) return {};
  return {{"p_value", list(test.p_value)}, {"qm_p", {test.qm_p}}};
}

}  // namespace tausq::reference
