// Measures of influence from the fits with and without a study.
#include <cmath>

#include "engine/diagnostics/influence_kernels.hpp"
#include "engine/diagnostics/refit.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::diagnostics {

namespace {

bool influential(const InfluenceDiagnostic& d, double k) {
  const auto p = static_cast<double>(d.dfbetas_terms.size());
  bool large_change = false;
  for (double change : d.dfbetas_terms) large_change = large_change || std::abs(change) > 1;
  return large_change || std::abs(*d.dffits) > 3 * std::sqrt(p / (k - p)) || *d.cook_d > numerics::chi2_quantile(0.5, p) ||
         *d.hat > 3 * p / k;
}

/// (se of the row / model-based se)^2
double variance_factor(const Refit& row, double se) {
  return row.se ? (*row.se / se) * (*row.se / se) : 1.0;
}

/// Weights of the mean: 1 / (vi + tau2), or the user's.
std::vector<double> weights_at(const pooling::NormalStudies& studies, double tau2) {
  if (!studies.user_weights.empty()) return studies.user_weights;
  std::vector<double> weights;
  for (double v : studies.vi) weights.push_back(1 / (v + tau2));
  return weights;
}

}  // namespace

void diagnose(const StudyDeletion& d, std::size_t k, InfluenceDiagnostic& result) {
  const double p = static_cast<double>(d.change.size()), variance = d.vi + d.deleted_tau2;
  result.rstudent = (d.yi - d.deleted_prediction) / std::sqrt(d.deleted_factor * (variance + d.deleted_prediction_variance));
  // A study of weight 0 changes nothing and has no leverage.
  result.dffits = d.hat > 0 ? (d.prediction - d.deleted_prediction) / std::sqrt(d.deleted_factor * d.hat * variance) : 0.0;
  result.cook_d = d.cook_d / d.factor;
  result.cov_r = d.cov_r * std::pow(d.deleted_factor / d.factor, p);
  result.tau2_deleted = d.deleted_tau2;
  result.hat = d.hat;
  for (std::size_t j = 0; j < d.change.size(); ++j)
    result.dfbetas_terms.push_back(d.change[j] / std::sqrt(d.deleted_factor * d.change_variance[j]));
  if (d.change.size() == 1) result.dfbetas = result.dfbetas_terms[0];
  result.influential = influential(result, static_cast<double>(k));
}

std::vector<InfluenceDiagnostic> mean_diagnostics(const pooling::NormalStudies& studies, const std::vector<DeletedFit>& deleted,
                                                  const Options& options) {
  const std::size_t k = studies.yi.size();
  MeanModel model(options);
  const Refit full = model.refit(studies);
  const double se = model.se();
  const std::vector<double> weights = weights_at(studies, model.tau2());
  double sum = 0;
  for (double w : weights) sum += w;
  std::vector<InfluenceDiagnostic> result(k);
  for (std::size_t i = 0; i < k; ++i) {
    const DeletedFit& rest = deleted[i];
    if (full.status != Status::ok || rest.row.status != Status::ok) {
      result[i].status = full.status != Status::ok ? full.status : rest.row.status;
      result[i].reason = full.status != Status::ok ? full.reason : rest.row.reason;
      continue;
    }
    StudyDeletion d;
    d.yi = studies.yi[i];
    d.vi = studies.vi[i];
    d.hat = weights[i] / sum;
    d.prediction = model.estimate();
    d.deleted_prediction = rest.estimate;
    d.deleted_prediction_variance = rest.se * rest.se;
    d.deleted_tau2 = rest.tau2;
    d.factor = variance_factor(full, se);
    d.deleted_factor = variance_factor(rest.row, rest.se);
    const double change = d.prediction - d.deleted_prediction, own_variance = d.vi + d.deleted_tau2;
    d.change = {change};
    d.cook_d = (change / se) * (change / se);
    d.cov_r = (rest.se / se) * (rest.se / se);
    // The mean of all studies at the deleted tau2 joins that of the others and the study itself.
    const double share = studies.user_weights.empty() ? rest.se * rest.se / (rest.se * rest.se + own_variance) : d.hat;
    d.change_variance = {(1 - share) * (1 - share) * rest.se * rest.se + share * share * own_variance};
    diagnose(d, k, result[i]);
    result[i].q_deleted = rest.row.q;
    result[i].weight = d.hat;
  }
  return result;
}

}  // namespace tausq::diagnostics
