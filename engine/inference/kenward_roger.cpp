#include <cmath>

#include "engine/inference/mean_intervals.hpp"
#include "engine/inference/wald.hpp"

namespace tausq::inference {

// Kenward & Roger 1997 for one mean and one variance component: Phi = 1 / w1, I = tr PP / 2,
// se^2 = Phi + 2 Phi^2 (w3 - w2^2 / w1) / I, df = 2 I / (se^2 w2)^2 (Partlett & Riley 2017, section 2.3.4).
KenwardRoger kenward_roger(const model::NormalData& data, double tau2, model::NormalWorkspace& work) {
  const model::NormalMoments m = model::normal_moments(data, tau2, work);
  const double mean_w = m.w2 / m.w1, information = m.tr_pp / 2;
  double spread = 0;  // w3 - w2^2 / w1 as a sum of squares
  for (std::size_t i = 0; i < data.k; ++i) {
    const double w = 1 / (data.v[i] + tau2);
    spread += w * (w - mean_w) * (w - mean_w);
  }
  const double variance = 1 / m.w1 + 2 * spread / (information * m.w1 * m.w1);
  return {std::sqrt(variance), 2 * information / (variance * m.w2 * variance * m.w2)};
}

IntervalResult kenward_roger_interval(const IntervalInput& in) {
  const KenwardRoger kr = kenward_roger(*in.data, in.tau2, *in.work);
  return {wald(in.estimate, kr.se * in.data->scale, kr.df, in.level)};
}

}  // namespace tausq::inference
