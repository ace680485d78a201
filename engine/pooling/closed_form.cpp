#include "engine/pooling/closed_form.hpp"

#include <utility>

#include "engine/numerics/distributions.hpp"

namespace tausq::pooling {

Heterogeneity from_q(double q, std::size_t k) {
  Heterogeneity result;
  const double df = static_cast<double>(k) - 1;
  result.k = k;
  result.q = q;
  result.q_df = df;
  if (k < 2) {
    result.q_p = 1;  // one study cannot disagree with itself
    result.status = Status::not_estimable;
    result.reason = "heterogeneity needs two studies";
    return result;
  }
  result.q_p = numerics::chi2_sf(q, df);
  result.i2_from_q = q > df ? (q - df) / q : 0;
  result.h2 = q / df;
  return result;
}

void leave_out(const PoolingInput& input, std::size_t i, std::string reason, Pooled& pooled) {
  if (input.options.effect.drop00) return;
  pooled.excluded.push_back({input.studies.row[i], input.studies.study[i], "double_zero", std::move(reason)});
}

}  // namespace tausq::pooling
