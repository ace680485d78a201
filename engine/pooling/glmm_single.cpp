#include "engine/pooling/glmm_single.hpp"

namespace tausq::pooling {

void without_model(const PoolingInput& input, const PooledEstimate& estimate, std::size_t k, const std::string& reason, Pooled& pooled,
                   bool random_only) {
  pooled.random = estimate;
  if (!random_only) pooled.common = estimate;
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
