#include "engine/diagnostics/refit.hpp"

#include <algorithm>

#include "engine/inference/heterogeneity.hpp"

namespace tausq::diagnostics {

namespace {

// Twice the precision costs some 0.1 us a study and step.
constexpr std::size_t most_precise_studies = 10000;

}  // namespace

void copy_heterogeneity(const Heterogeneity& from, Refit& to) {
  to.q = from.q;
  to.q_p = from.q_p;
  to.tau2 = from.tau2.value_or(0);
  to.i2 = from.i2.value_or(0);
  to.h2 = from.h2.value_or(1);
}

MeanModel::MeanModel(const Options& options, std::size_t fits) : options_(options), common_(options.model == Model::common) {
  if (fits > 1) data_.precise_up_to = 2 * most_precise_studies / fits;
}

Status MeanModel::fit(const pooling::NormalStudies& studies) {
  if (!studies.user_weights.empty() && *std::max_element(studies.user_weights.begin(), studies.user_weights.end()) == 0) {
    reason_ = "all weights are 0";
    return Status::not_estimable;
  }
  model::standardise(studies.yi, studies.vi, data_);
  weights_ = pooling::weights_in_places(studies, data_);
  tau2_ = pooling::tau2_of(options_, data_, weights_, work_);
  mean_ = pooling::mean_input(data_, tau2_.tau2, weights_, options_.level, work_);
  estimate_ = mean_.estimate;
  data_.shift += studies.origin, mean_.estimate += studies.origin;
  reason_ = "the estimate of tau2 did not converge";
  return tau2_.converged ? Status::ok : Status::not_converged;
}

Refit MeanModel::row() {
  Refit row;
  row.k = data_.k;
  copy_estimate(pooling::mean_interval(pooling::interval_of(options_), mean_, weights_).estimate, row);
  copy_heterogeneity(common_ ? inference::homogeneity(data_, work_) : inference::heterogeneity(data_, tau2_, {}, work_), row);
  return row;
}

Refit MeanModel::refit(const pooling::NormalStudies& studies) {
  const Status status = fit(studies);
  if (status == Status::ok) return row();
  Refit row;
  row.k = studies.yi.size();
  row.status = status;
  row.reason = reason_;
  return row;
}

}  // namespace tausq::diagnostics
