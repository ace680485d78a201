// metafor's rma.mh, rma.peto and rma.glmm.
#include "tests/reference/families.hpp"
#include "tests/reference/settings.hpp"

namespace tausq::reference {

Computed stratified_numbers(const Case& c, Spec& spec) {
  Options options = pooling_settings(spec);
  options.pooling = spec.text("method") == "peto" ? Pooling::peto : Pooling::mh;
  options.model = Model::common;
  options.cmh_correction = spec.flag("correct", true);
  const Analysis analysis = analyse(studies_of(c.data, *options.effect.measure), options);
  Computed computed;
  add_pooled(computed, analysis.common);
  add_q(computed, analysis.heterogeneity);
  computed["weights"] = weights(analysis, true, true);
  const StratifiedTests tests = analysis.tests.value_or(StratifiedTests{});
  computed["mh"] = {tests.cmh.statistic};
  computed["mh_p"] = {tests.cmh.p_value};
  computed["tarone"] = {tests.tarone.statistic};
  computed["tarone_p"] = {tests.tarone.p_value};
  computed["bd"] = {tests.breslow_day.statistic};
  computed["bd_p"] = {tests.breslow_day.p_value};
  return computed;
}

Computed exact_likelihood_numbers(const Case& c, Spec& spec) {
  Options options = pooling_settings(spec);
  options.pooling = Pooling::glmm;
  const bool common = spec.text("method") == "EE";
  spec.take("nAGQ");  // the peer's quadrature; ours is as fine as it must be
  if (const std::string model = spec.text("model"); model != "default") options.glmm = method_of<GlmmModel>(model);
  const Analysis analysis = analyse(studies_of(c.data, *options.effect.measure), options);
  const Heterogeneity& h = analysis.heterogeneity;
  Computed computed;
  add_pooled(computed, common ? analysis.common : analysis.random);
  add_fit(computed, analysis.fit);
  computed["tau2"] = {h.tau2};
  computed["qe_wld"] = {h.q};
  computed["qe_df"] = {h.lrt_df};
  computed["qe_lrt"] = {h.lrt};
  computed["qe_lrt_p"] = {h.lrt_p};
  computed["pi_lower"] = {analysis.prediction.lower};
  computed["pi_upper"] = {analysis.prediction.upper};
  return computed;
}

}  // namespace tausq::reference
