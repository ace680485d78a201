// Refits without one study, and with one study more.
#include <algorithm>

#include "engine/diagnostics/closed_form_mean.hpp"
#include "engine/diagnostics/deleted_tau2.hpp"
#include "engine/diagnostics/influence_kernels.hpp"
#include "engine/diagnostics/refit.hpp"

namespace tausq::diagnostics {

namespace {

/// All studies but the one at place i.
void leave_out(const pooling::NormalStudies& all, std::size_t i, pooling::NormalStudies& rest) {
  const auto at = static_cast<std::ptrdiff_t>(i);
  rest.yi = all.yi, rest.vi = all.vi, rest.user_weights = all.user_weights, rest.origin = all.origin;
  for (std::vector<double>* column : {&rest.yi, &rest.vi, &rest.user_weights})
    if (!column->empty()) column->erase(column->begin() + at);
}

/// tau2 without each study where it comes without a refit.
std::vector<std::optional<double>> known_tau2(const pooling::NormalStudies& studies, const Options& options) {
  if (ClosedFormMean::covers_given_tau2(studies, options) && options.tau2.value_or(Tau2Method::REML) == Tau2Method::REML)
    return deleted_reml(studies);
  return std::vector<std::optional<double>>(studies.yi.size());
}

}  // namespace

pooling::NormalStudies about_heaviest(const pooling::NormalStudies& studies) {
  pooling::NormalStudies moved = studies;
  if (moved.yi.empty()) return moved;
  const auto heaviest = std::min_element(moved.vi.begin(), moved.vi.end()) - moved.vi.begin();
  const double effect = moved.yi[static_cast<std::size_t>(heaviest)];
  for (double& y : moved.yi) y -= effect;
  moved.origin += effect;
  return moved;
}

std::vector<DeletedFit> leave_one_out(const pooling::NormalStudies& studies, const Options& options) {
  const std::size_t k = studies.yi.size();
  std::vector<DeletedFit> fits(k);
  if (ClosedFormMean::covers(studies, options)) {
    ClosedFormMean means(studies, options);
    for (std::size_t i = 0; i < k; ++i) fits[i] = means.without(i);
    return fits;
  }
  const std::vector<std::optional<double>> tau2 = known_tau2(studies, options);
  ClosedFormMean means(studies, options);
  MeanModel model(options, k);
  pooling::NormalStudies rest;
  for (std::size_t i = 0; i < k; ++i) {
    if (tau2[i]) {
      fits[i] = means.without(i, *tau2[i]);
      continue;
    }
    leave_out(studies, i, rest);
    fits[i].row = model.refit(rest);
    fits[i].estimate = model.estimate();
    fits[i].se = model.se();
    fits[i].tau2 = model.tau2();
  }
  return fits;
}

std::vector<Refit> cumulative(const pooling::NormalStudies& studies, const std::vector<std::size_t>& order, const Options& options) {
  pooling::NormalStudies ordered;
  ordered.origin = studies.origin;
  for (std::size_t i : order) {
    ordered.yi.push_back(studies.yi[i]);
    ordered.vi.push_back(studies.vi[i]);
    if (!studies.user_weights.empty()) ordered.user_weights.push_back(studies.user_weights[i]);
  }
  std::vector<Refit> rows;
  rows.reserve(order.size());
  if (ClosedFormMean::covers(ordered, options)) {
    ClosedFormMean means(ordered, options);
    for (std::size_t n = 1; n <= order.size(); ++n) rows.push_back(means.first(n).row);
    return rows;
  }
  MeanModel model(options, order.size());
  pooling::NormalStudies first;
  first.origin = studies.origin;
  for (std::size_t n = 0; n < order.size(); ++n) {
    first.yi.push_back(ordered.yi[n]);
    first.vi.push_back(ordered.vi[n]);
    if (!ordered.user_weights.empty()) first.user_weights.push_back(ordered.user_weights[n]);
    rows.push_back(model.refit(first));
  }
  return rows;
}

}  // namespace tausq::diagnostics
