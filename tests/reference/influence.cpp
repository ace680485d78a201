// metafor's leave1out, cumul, influence, rstudent, cooks.distance, hatvalues, baujat and blup.
#include <tausq/influence.hpp>
#include "tests/reference/families.hpp"
#include "tests/reference/settings.hpp"

namespace tausq::reference {

namespace {

Computed refits(const std::vector<Refit>& fits) {
  Computed computed;
  for (const Refit& fit : fits) {
    computed["estimate"].push_back(fit.estimate);
    computed["se"].push_back(fit.se);
    computed["statistic"].push_back(fit.statistic);
    computed["p_value"].push_back(fit.p_value);
    computed["ci_lower"].push_back(fit.ci_lower);
    computed["ci_upper"].push_back(fit.ci_upper);
    computed["q"].push_back(fit.q);
    computed["q_p"].push_back(fit.q_p);
    computed["tau2"].push_back(fit.tau2);
    computed["i2"].push_back(percent(fit.i2));
    computed["h2"].push_back(fit.h2);
  }
  return computed;
}

Computed diagnostics(const std::vector<InfluenceDiagnostic>& studies) {
  Computed computed;
  for (const InfluenceDiagnostic& study : studies) {
    computed["rstudent"].push_back(study.rstudent);
    computed["z"].push_back(study.rstudent);
    computed["dffits"].push_back(study.dffits);
    computed["cook_d"].push_back(study.cook_d);
    computed["cooks_distance"].push_back(study.cook_d);
    computed["cov_r"].push_back(study.cov_r);
    computed["tau2_del"].push_back(study.tau2_deleted);
    computed["qe_del"].push_back(study.q_deleted);
    computed["hat"].push_back(study.hat);
    computed["weight"].push_back(percent(study.weight));
    computed["dfbs"].push_back(study.dfbetas);
    computed["dfbetas"].push_back(study.dfbetas);
  }
  return computed;
}

Computed baujat(const std::vector<BaujatPoint>& points) {
  Computed computed;
  for (const BaujatPoint& point : points) {
    computed["x"].push_back(point.x);
    computed["y"].push_back(point.y);
  }
  return computed;
}

Computed blups(const std::vector<Blup>& studies) {
  Computed computed;
  for (const Blup& study : studies) {
    computed["pred"].push_back(study.estimate);
    computed["se"].push_back(study.se);
    computed["pi_lower"].push_back(study.pi_lower);
    computed["pi_upper"].push_back(study.pi_upper);
  }
  return computed;
}

}  // namespace

Computed influence_numbers(const Case& c, Spec& spec) {
  Options options = pooling_settings(spec);
  if (const std::string method = spec.text("method"); method == "EE")
    options.model = Model::common;
  else
    options.tau2 = method_of<Tau2Method>(method);
  InfluenceOptions order;
  if (spec.text("order") == "vi ascending") order.order = "vi";
  const Influence result = influence(studies_of(c.data, *options.effect.measure), options, order);
  const std::string what = spec.text("what");
  if (what == "leave1out") return refits(result.leave_one_out);
  if (what == "cumul") return refits(result.cumulative);
  if (what == "baujat") return baujat(result.baujat);
  if (what == "blup") return blups(result.blup);
  return diagnostics(result.diagnostics);
}

}  // namespace tausq::reference
