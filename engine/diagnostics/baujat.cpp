// Baujat points and best linear unbiased predictions.
#include <cmath>

#include "engine/diagnostics/influence_kernels.hpp"
#include "engine/diagnostics/refit.hpp"
#include "engine/inference/wald.hpp"

namespace tausq::diagnostics {

std::vector<BaujatPoint> baujat(const pooling::NormalStudies& studies, const std::vector<DeletedFit>& deleted, const Options& options) {
  MeanModel model(options);
  std::vector<BaujatPoint> points(studies.yi.size());
  if (model.fit(studies) != Status::ok) return points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double residual = studies.yi[i] - model.estimate();
    points[i].x = residual * residual / (studies.vi[i] + model.tau2());
    if (deleted[i].row.status != Status::ok) continue;
    const double change = (model.estimate() - deleted[i].estimate) / *deleted[i].row.se;
    points[i].y = change * change;
  }
  return points;
}

std::vector<Blup> blups(const pooling::NormalStudies& studies, const Options& options) {
  MeanModel model(options);
  const Refit mean = model.refit(studies);
  std::vector<Blup> predictions(studies.yi.size());
  if (mean.status != Status::ok) return predictions;
  const double tau2 = model.tau2(), critical = inference::two_sided_quantile(options.level, mean.df);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const double own = tau2 / (tau2 + studies.vi[i]), common = studies.vi[i] / (tau2 + studies.vi[i]);
    const double estimate = own * studies.yi[i] + common * model.estimate(),
                 se = std::hypot(std::sqrt(own * studies.vi[i]), common * *mean.se);
    predictions[i] = {"", estimate, se, estimate - critical * se, estimate + critical * se, {}};
  }
  return predictions;
}

}  // namespace tausq::diagnostics
