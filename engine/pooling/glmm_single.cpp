#include "engine/pooling/glmm_single.hpp"

#include "engine/inference/wald.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::pooling {

void without_model(const PoolingInput& input, const PooledEstimate& estimate, std::size_t k, const std::string& reason, Pooled& pooled,
                   bool random_only) {
  // An estimate that all studies share says nothing about moderators.
  pooled.random = is_mean(input.design) ? estimate : inference::not_estimable(reason.c_str());
  if (!random_only || !is_mean(input.design)) pooled.common = pooled.random;
  pooled.weight_random.clear();
  pooled.heterogeneity = {};
  pooled.fit = {};
  pooled.prediction = {};
  pooled.heterogeneity.k = k;
  pooled.heterogeneity.status = pooled.fit.status = Status::not_estimable;
  pooled.heterogeneity.reason = pooled.fit.reason = reason;
  if (input.options.prediction == PredictionMethod::none) return;
  pooled.prediction.method = *input.options.prediction;
  pooled.prediction.status = Status::not_estimable;
  pooled.prediction.reason = reason;
}

Pooled no_information(const PoolingInput& input, const std::string& reason) {
  PooledEstimate nothing;
  nothing.status = Status::not_estimable;
  nothing.reason = reason;
  Pooled pooled;
  without_model(input, nothing, 0, reason, pooled);
  return pooled;
}

}  // namespace tausq::pooling
