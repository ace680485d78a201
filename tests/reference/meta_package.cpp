// metaprop, metabin, metarate and metainc of the R package meta, by --preset meta.
#include "tests/reference/families.hpp"
#include "tests/reference/settings.hpp"

namespace tausq::reference {

namespace {

Pooling pooling_of(const std::string& method) {
  return method == "Inverse" ? Pooling::inverse : method_of<Pooling>(method);
}

/// meta's method.random.ci with adhoc.hakn.ci.
IntervalMethod interval_of(const std::string& method, const std::string& adhoc) {
  if (method == "classic") return IntervalMethod::z;
  if (method == "KR") return IntervalMethod::kr;
  if (method != "HK") throw std::runtime_error("method.random.ci " + method);
  if (adhoc.empty()) return IntervalMethod::hk;
  return method_of<IntervalMethod>(adhoc == "se" ? "hk-se" : adhoc == "ci" ? "hk-ci" : "hk-iqwig6");
}

Options settings(Spec& spec) {
  Options options;
  options.preset = Preset::meta;
  options.effect.measure = method_of<Measure>(spec.text("sm"));
  options.effect.convention = Preset::meta;
  options.effect.add = spec.number("incr", 0.5);
  if (const std::string to = spec.text("method.incr"); !to.empty()) options.effect.to = method_of<CorrectionTo>(to);
  options.pooling = pooling_of(spec.text("method"));
  if (const std::string tau2 = spec.text("method.tau"); !tau2.empty()) options.tau2 = method_of<Tau2Method>(tau2);
  const std::string adhoc = spec.text("adhoc.hakn.ci");
  if (const std::string ci = spec.text("method.random.ci"); !ci.empty()) options.interval = interval_of(ci, adhoc);
  if (const std::string prediction = spec.text("method.predict"); !prediction.empty())
    options.prediction = method_of<PredictionMethod>(prediction);
  if (const std::string study = spec.text("method.ci"); !study.empty()) options.study_interval = method_of<StudyIntervalMethod>(study);
  if (const std::string interval = spec.text("method.tau.ci"); !interval.empty())
    options.tau2_interval = method_of<Tau2IntervalMethod>(interval);
  if (const std::string model = spec.text("model.glmm"); !model.empty()) options.glmm = method_of<GlmmModel>(model);
  options.level = spec.number("level.ma", 0.95);
  options.study_level = spec.number("level", 0.95);
  options.subgroup = spec.text("subgroup");
  options.common_tau2 = spec.flag("tau.common");
  for (const char* presentation : {"fn", "prediction", "common", "random"}) spec.take(presentation);  // what meta prints
  return options;
}

void add_side(Computed& computed, const std::string& side, const PooledEstimate& pooled) {
  computed[side + "_estimate"] = {pooled.estimate};
  computed[side + "_se"] = {pooled.se};
  computed[side + "_ci_lower"] = {pooled.ci_lower};
  computed[side + "_ci_upper"] = {pooled.ci_upper};
  computed["bt_" + side + "_estimate"] = {pooled.display.estimate};
  computed["bt_" + side + "_ci_lower"] = {pooled.display.ci_lower};
  computed["bt_" + side + "_ci_upper"] = {pooled.display.ci_upper};
}

void add_studies(Computed& computed, const Analysis& analysis) {
  for (const StudyResult& study : analysis.studies) {
    computed["TE"].push_back(study.yi);
    computed["seTE"].push_back(study.se);
    computed["study_lower"].push_back(study.ci_lower);
    computed["study_upper"].push_back(study.ci_upper);
  }
}

void add_subgroups(Computed& computed, const Analysis& analysis) {
  for (const Subgroup& subgroup : analysis.subgroups) {
    computed["TE_random_w"].push_back(subgroup.random.estimate);
    computed["seTE_random_w"].push_back(subgroup.random.se);
    computed["lower_random_w"].push_back(subgroup.random.ci_lower);
    computed["upper_random_w"].push_back(subgroup.random.ci_upper);
    computed["tau2_w"].push_back(subgroup.heterogeneity.tau2);
  }
  const SubgroupTest test = analysis.subgroup_test.value_or(SubgroupTest{});
  computed["Q_b_random"] = {test.q};
  computed["pval_Q_b_random"] = {test.p_value};
  computed["df_Q_b"] = {test.df};
  computed["Q_b_common"] = {test.common_q};
  computed["pval_Q_b_common"] = {test.common_p_value};
}

}  // namespace

Computed meta_package_numbers(const Case& c, Spec& spec) {
  const Options options = settings(spec);
  const Analysis analysis = analyse(studies_of(c.data, *options.effect.measure), options);
  const Heterogeneity& h = analysis.heterogeneity;
  Computed computed;
  add_side(computed, "common", analysis.common);
  add_side(computed, "random", analysis.random);
  add_studies(computed, analysis);
  add_subgroups(computed, analysis);
  add_q(computed, h);
  if (options.pooling == Pooling::glmm) {  // meta gives the Wald-type and the likelihood-ratio test as a pair
    computed["q"].push_back(h.lrt);
    computed["q_df"].push_back(h.lrt_df);
    computed["q_p"].push_back(h.lrt_p);
  }
  computed["q_lrt"] = {h.lrt};
  computed["tau2"] = {h.tau2};
  computed["tau2_se"] = {h.tau2_se};
  computed["tau2_lower"] = {h.tau2_ci_lower};
  computed["tau2_upper"] = {h.tau2_ci_upper};
  computed["i2"] = {h.i2_from_q};
  computed["pi_lower"] = {analysis.prediction.lower};
  computed["pi_upper"] = {analysis.prediction.upper};
  computed["pi_df"] = {analysis.prediction.df};
  computed["bt_pi_lower"] = {analysis.prediction.display.ci_lower};
  computed["bt_pi_upper"] = {analysis.prediction.display.ci_upper};
  return computed;
}

}  // namespace tausq::reference
