// metafor's regtest, ranktest, trimfill, fsn, tes and hc, and meta's metabias.
#include <cmath>

#include <tausq/bias.hpp>
#include "tests/reference/families.hpp"
#include "tests/reference/settings.hpp"

namespace tausq::reference {

namespace {

struct Question {
  StudySet studies;
  Options options;
  BiasOptions bias;
};

Computed egger(Question& question, Spec& spec) {
  question.bias.tests = {BiasTest::egger};
  question.bias.model = method_of<BiasModel>(spec.text("model"));
  question.bias.predictor = method_of<BiasPredictor>(spec.text("predictor"));
  const Bias result = bias(question.studies, question.options, question.bias);
  const AsymmetryTest& test = result.tests.at(0);
  Computed computed{{"statistic", {test.statistic}},
                    {"df", {test.df}},
                    {"p_value", {test.p_value}},
                    {"coef", {test.intercept, test.slope}},
                    {"coef_se", {test.intercept_se, test.slope_se}},
                    {"tau2", {test.tau2}},
                    {"est", {}},
                    {"ci_lower", {}},
                    {"ci_upper", {}}};
  for (const LimitEstimate& limit : result.limit_estimates) {
    if (limit.model != question.bias.model || limit.predictor != question.bias.predictor) continue;
    computed["est"] = {limit.estimate};
    computed["ci_lower"] = {limit.ci_lower};
    computed["ci_upper"] = {limit.ci_upper};
  }
  return computed;
}

Computed rank_test(Question& question, Spec&) {
  question.bias.tests = {BiasTest::begg};
  const AsymmetryTest test = bias(question.studies, question.options, question.bias).tests.at(0);
  return {{"tau", {test.kendall_tau}}, {"p_value", {test.p_value}}};
}

Computed trim_and_fill(Question& question, Spec& spec) {
  question.bias.estimator = method_of<FillEstimator>(spec.text("estimator"));
  question.bias.side = method_of<FunnelSide>(spec.text("side"));
  const TrimFill fill = bias(question.studies, question.options, question.bias).trim_fill;
  const auto count = [](const std::optional<std::size_t>& n) { return n ? std::optional(static_cast<double>(*n)) : std::nullopt; };
  return {{"k0", {count(fill.k0)}},
          {"se_k0", {fill.se_k0}},
          {"p_k0", {fill.p_k0}},
          {"k", {static_cast<double>(fill.k)}},
          {"estimate", {fill.estimate}},
          {"se", {fill.se}},
          {"statistic", {fill.statistic}},
          {"p_value", {fill.p_value}},
          {"ci_lower", {fill.ci_lower}},
          {"ci_upper", {fill.ci_upper}},
          {"tau2", {fill.tau2}},
          {"i2", {percent(fill.i2)}},
          {"q", {fill.q}},
          {"q_p", {fill.q_p}}};
}

Computed fail_safe(Question& question, Spec& spec) {
  const FailSafe type = method_of<FailSafe>(spec.text("type"));
  spec.flag("weighted");  // Orwin's number with equal weights is the one that is offered
  Computed computed;
  for (const FailSafeN& drawer : bias(question.studies, question.options, question.bias).fail_safe_n) {
    if (drawer.type != type) continue;
    computed["fsnum"] = {drawer.n ? std::optional(static_cast<double>(*drawer.n)) : std::nullopt};
    computed["p_value"] = {drawer.p_value};
  }
  return computed;
}

Computed excess(Question& question, Spec& spec) {
  const bool chi2 = spec.text("test", "exact") == "chi2";
  const ExcessSignificance tes = bias(question.studies, question.options, question.bias).excess_significance;
  return {{"observed", {tes.observed ? std::optional(static_cast<double>(*tes.observed)) : std::nullopt}},
          {"expected", {tes.expected}},
          {"statistic", {tes.statistic}},
          {"p_value", {chi2 ? tes.p_value : tes.p_value_exact}}};
}

Computed meta_test(Question& question, Spec& spec) {
  question.options.preset = Preset::meta;
  question.bias.tests = {method_of<BiasTest>(spec.text("method_bias"))};
  const AsymmetryTest test = bias(question.studies, question.options, question.bias).tests.at(0);
  return {{"statistic", {test.statistic}}, {"df", {test.df}}, {"p_value", {test.p_value}}, {"estimate", {test.slope, test.slope_se}}};
}

Computed henmi_copas(Question& question, Spec&) {
  question.options.interval = IntervalMethod::hc;
  Computed computed;
  add_pooled(computed, analyse(question.studies, question.options).random);
  return computed;
}

}  // namespace

Computed small_study_numbers(const Case& c, Spec& spec) {
  static const std::map<std::string, Computed (*)(Question&, Spec&)> functions{
      {"regtest", egger}, {"ranktest", rank_test}, {"trimfill", trim_and_fill}, {"fsn", fail_safe},
      {"tes", excess},    {"metabias", meta_test}, {"hc", henmi_copas}};
  Question question;
  question.options.effect = effect_settings(spec);
  question.options.pooling = Pooling::inverse;
  question.options.interval = IntervalMethod::z;
  question.options.model = Model::random;
  question.options.tau2 = method_of<Tau2Method>(spec.text("method", "REML"));
  question.studies = studies_of(c.data, *question.options.effect.measure);
  return functions.at(spec.text("fn"))(question, spec);
}

}  // namespace tausq::reference
