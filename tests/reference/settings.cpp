#include "tests/reference/settings.hpp"

#include <map>
#include <set>

namespace tausq::reference {

std::optional<double> percent(std::optional<double> fraction) {
  return fraction ? std::optional(100 * *fraction) : std::nullopt;
}

namespace {

/// Measures that zero cells leave defined: metafor corrects them only when the call says so.
bool defined_at_zero(Measure measure) {
  static const std::set<Measure> measures{Measure::AS,   Measure::PHI, Measure::ZPHI, Measure::RTET, Measure::ZTET,
                                          Measure::IRSD, Measure::PAS, Measure::PFT,  Measure::IRS,  Measure::IRFT};
  return measures.contains(measure);
}

}  // namespace

EffectOptions effect_settings(Spec& spec) {
  EffectOptions options;
  options.measure = method_of<Measure>(spec.text("measure"));
  options.add = spec.number("add", 0.5);
  options.to = method_of<CorrectionTo>(spec.text("to", defined_at_zero(*options.measure) ? "none" : "only0"));
  options.drop00 = spec.flag("drop00");
  options.vtype = method_of<VarianceType>(spec.text("vtype", "LS"));
  return options;
}

Options pooling_settings(Spec& spec) {
  // metafor's tests, and the prediction interval that goes with each
  static const std::map<std::string, std::pair<IntervalMethod, PredictionMethod>> tests{
      {"z", {IntervalMethod::z, PredictionMethod::z}},          {"t", {IntervalMethod::t, PredictionMethod::v}},
      {"knha", {IntervalMethod::hk, PredictionMethod::hk}},     {"hksj", {IntervalMethod::hk, PredictionMethod::hk}},
      {"adhoc", {IntervalMethod::hk_se, PredictionMethod::hk}},
  };
  Options options;
  options.effect = effect_settings(spec);
  options.pooling = Pooling::inverse;
  const auto& [interval, prediction] = tests.at(spec.text("test", "z"));
  options.interval = interval;
  options.prediction = prediction;
  options.level = spec.number("level", 0.95);
  return options;
}

void add_pooled(Computed& computed, const PooledEstimate& pooled) {
  computed["estimate"] = {pooled.estimate};
  computed["se"] = {pooled.se};
  computed["statistic"] = {pooled.statistic};
  computed["df"] = {pooled.df};
  computed["p_value"] = {pooled.p_value};
  computed["ci_lower"] = {pooled.ci_lower};
  computed["ci_upper"] = {pooled.ci_upper};
}

void add_q(Computed& computed, const Heterogeneity& heterogeneity) {
  computed["q"] = {heterogeneity.q};
  computed["q_df"] = {heterogeneity.q_df};
  computed["q_p"] = {heterogeneity.q_p};
}

void add_fit(Computed& computed, const Fit& fit) {
  computed["loglik"] = {fit.loglik};
  computed["aic"] = {fit.aic};
  computed["bic"] = {fit.bic};
  computed["aicc"] = {fit.aicc};
}

Numbers weights(const Analysis& analysis, bool common, bool zeros) {
  Numbers result;
  for (const StudyResult& study : analysis.studies) {
    const std::optional<double>& weight = common ? study.weight_common : study.weight_random;
    if (weight || zeros) result.push_back(percent(weight.value_or(0)));
  }
  return result;
}

Numbers list(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

}  // namespace tausq::reference
