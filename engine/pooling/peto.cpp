// Peto's one-step odds ratio.
#include <cmath>
#include <variant>

#include "engine/inference/wald.hpp"
#include "engine/model/stratified.hpp"
#include "engine/model/stratified_tests.hpp"
#include "engine/numerics/sums.hpp"
#include "engine/pooling/closed_form.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

Pooled pool_peto(const PoolingInput& input) {
  const model::Strata tables = model::strata(std::get<TwoArmCounts>(input.studies.data));
  const model::StratifiedEffect effect = model::peto(tables);
  const auto [difference, variance] = model::observed_minus_expected(tables);

  Pooled pooled;
  pooled.weight_common.resize(tables.size());
  if (!effect.estimate || !effect.se) {
    pooled.common.status = pooled.heterogeneity.status = Status::not_estimable;
    pooled.common.reason = pooled.heterogeneity.reason = "no study has both events and non-events";
  } else {
    pooled.common = inference::wald(*effect.estimate, *effect.se, std::nullopt, input.options.level);
    pooled.tests = StratifiedTests{model::cochran_mantel_haenszel({effect.difference, effect.s}, input.options.cmh_correction), {}, {}};
  }

  numerics::Sum q;
  std::size_t k = 0;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!(variance[i] > 0)) {
      leave_out(input, i, tables.a[i] == 0 && tables.c[i] == 0 ? "no event in either arm" : "only events in both arms", pooled);
      continue;
    }
    const double distance = difference[i] - *effect.estimate * variance[i];
    q.add(distance * distance / variance[i]);
    pooled.weight_common[i] = variance[i] / effect.s;
    ++k;
  }
  if (k > 0) pooled.heterogeneity = from_q(q.value(), k);
  return pooled;
}

}  // namespace tausq::pooling
