// Refits without one study, and with one study more.
#include "engine/diagnostics/influence_kernels.hpp"
#include "engine/diagnostics/refit.hpp"

namespace tausq::diagnostics {

namespace {

/// All studies but the one at place i.
void leave_out(const pooling::NormalStudies& all, std::size_t i, pooling::NormalStudies& rest) {
  const auto at = static_cast<std::ptrdiff_t>(i);
  rest.yi = all.yi, rest.vi = all.vi, rest.user_weights = all.user_weights;
  for (std::vector<double>* column : {&rest.yi, &rest.vi, &rest.user_weights})
    if (!column->empty()) column->erase(column->begin() + at);
}

}  // namespace

std::vector<DeletedFit> leave_one_out(const pooling::NormalStudies& studies, const Options& options) {
  MeanModel model(options);
  pooling::NormalStudies rest;
  std::vector<DeletedFit> fits(studies.yi.size());
  for (std::size_t i = 0; i < fits.size(); ++i) {
    leave_out(studies, i, rest);
    fits[i] = {model.refit(rest), model.estimate(), model.se(), model.tau2()};
  }
  return fits;
}

std::vector<Refit> cumulative(const pooling::NormalStudies& studies, const std::vector<std::size_t>& order, const Options& options) {
  MeanModel model(options);
  pooling::NormalStudies first;
  std::vector<Refit> rows;
  for (std::size_t i : order) {
    first.yi.push_back(studies.yi[i]);
    first.vi.push_back(studies.vi[i]);
    if (!studies.user_weights.empty()) first.user_weights.push_back(studies.user_weights[i]);
    rows.push_back(model.refit(first));
  }
  return rows;
}

}  // namespace tausq::diagnostics
