// Weights from sample sizes alone, which unlike inverse variances do not correlate with the effects.
#include <cmath>
#include <type_traits>
#include <variant>

#include "engine/inference/wald.hpp"
#include "engine/numerics/sums.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

namespace {

/// Effective size of two arms, n1 n2 / (n1 + n2).
double effective(double n1, double n2) {
  return n1 * (n2 / (n1 + n2));
}

/// Effective sample size of study i; of a single arm its size.
double sample_size(const PoolingInput& input, std::size_t i) {
  return std::visit(
      [&](const auto& data) {
        using Data = std::decay_t<decltype(data)>;
        if constexpr (std::is_same_v<Data, TwoArmCounts>)
          return effective(data.ai[i] + data.bi[i], data.ci[i] + data.di[i]);
        else if constexpr (std::is_same_v<Data, TwoArmRates>)
          return effective(data.t1i[i], data.t2i[i]);
        else if constexpr (std::is_same_v<Data, TwoArmMeans>)
          return effective(data.n1i[i], data.n2i[i]);
        else
          return input.effects.study[i].ni;
      },
      input.studies.data);
}

}  // namespace

Pooled pool_sample_size(const PoolingInput& input) {
  // tau2, Q and the prediction interval are those of the inverse-variance model.
  Pooled pooled = pool_inverse_variance(input);
  pooled.regression.reset();
  if (pooled.prediction.status == Status::ok) pooled.prediction.reason = "around the inverse-variance mean";

  const std::size_t k = input.studies.size();
  numerics::Sum total, weighted, square, square_variance;
  std::vector<std::optional<double>> weights(k);
  for (std::size_t i = 0; i < k; ++i) {
    const EffectSize& effect = input.effects.study[i];
    const double n = sample_size(input, i);
    if (!effect.yi || !(n > 0)) continue;
    weights[i] = n;
    total.add(n);
    weighted.add_product(n, *effect.yi);
    square.add(n * n);
    square_variance.add(n * n * *effect.vi);
  }
  if (!(total.value() > 0) || !(square_variance.value() > 0)) {
    pooled.common = pooled.random =
        inference::not_estimable("sample-size weights need the sizes of the studies and their sampling variances");
    pooled.weight_common = pooled.weight_random = std::vector<std::optional<double>>(k);
    return pooled;
  }
  const double n = total.value(), estimate = weighted.value() / n, level = input.options.level;
  for (auto& weight : weights)
    if (weight) *weight /= n;
  pooled.weight_common = pooled.weight_random = weights;
  pooled.common = inference::wald(estimate, std::sqrt(square_variance.value()) / n, std::nullopt, level);
  if (const auto tau2 = pooled.heterogeneity.tau2)
    pooled.random = inference::wald(estimate, std::sqrt(square_variance.value() + *tau2 * square.value()) / n, std::nullopt, level);
  return pooled;
}

}  // namespace tausq::pooling
