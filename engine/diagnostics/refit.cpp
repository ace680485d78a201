#include "engine/diagnostics/refit.hpp"

#include "engine/inference/heterogeneity.hpp"

namespace tausq::diagnostics {

bool MeanModel::fit(const pooling::NormalStudies& studies) {
  model::standardise(studies.yi, studies.vi, data_);
  weights_ = pooling::weights_in_places(studies, data_);
  tau2_ = pooling::tau2_of(options_, data_, weights_, work_);
  mean_ = pooling::mean_input(data_, tau2_.tau2, weights_, options_.level, work_);
  return tau2_.converged;
}

Refit MeanModel::row() {
  Refit row;
  row.k = data_.k;
  const IntervalMethod method = common_ ? pooling::common_interval(options_) : options_.interval.value_or(IntervalMethod::hk_ci);
  copy_estimate(pooling::mean_interval(method, mean_, weights_).estimate, row);
  const Heterogeneity h = common_ ? inference::homogeneity(data_, work_) : inference::heterogeneity(data_, tau2_, {}, work_);
  row.q = h.q;
  row.q_p = h.q_p;
  // One study shows no heterogeneity; its fit takes tau2 to be 0.
  row.tau2 = h.tau2.value_or(0);
  row.i2 = h.i2.value_or(0);
  row.h2 = h.h2.value_or(1);
  return row;
}

Refit MeanModel::refit(const pooling::NormalStudies& studies) {
  if (fit(studies)) return row();
  Refit row;
  row.k = data_.k;
  row.status = Status::not_converged;
  row.reason = "the estimate of tau2 did not converge";
  return row;
}

}  // namespace tausq::diagnostics
