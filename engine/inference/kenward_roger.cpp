#include <cmath>

#include "engine/inference/intervals.hpp"

namespace tausq::inference {

// Kenward & Roger 1997 for one mean and one variance component: Phi = 1 / w1, I = tr PP / 2,
// se^2 = Phi + 2 Phi^2 (w3 - w2^2 / w1) / I, df = 2 I / (Phi w2)^2.
KenwardRoger kenward_roger(const model::NormalData& data, double tau2, model::NormalWorkspace& work) {
  const model::NormalMoments m = model::normal_moments(data, tau2, work);
  const double mean_w = m.w2 / m.w1;
  double spread = 0;  // w3 - w2^2 / w1, as a sum of squares
  for (std::size_t i = 0; i < data.k; ++i) {
    const double w = 1 / (data.v[i] + tau2);
    spread += w * (w - mean_w) * (w - mean_w);
  }
  const double information = m.tr_pp / 2;
  return {std::sqrt(1 / m.w1 + 2 * spread / (information * m.w1 * m.w1)), 2 * information / (mean_w * mean_w)};
}

}  // namespace tausq::inference
