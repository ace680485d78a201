// Beta-binomial model of two arms with moderators: effect and mean logit of the arms are linear in them.
#include <memory>
#include <utility>
#include <vector>

#include "engine/model/beta_binomial_arms.hpp"
#include "engine/pooling/arms_regression.hpp"
#include "engine/pooling/beta_binomial.hpp"
#include "engine/pooling/one_stage_regression.hpp"

namespace tausq::pooling {

namespace {

Pooled pool_regression_of_arms(const PoolingInput& input) {
  const auto& counts = std::get<TwoArmCounts>(input.studies.data);
  std::vector<model::BetaBinomialPair> studies;
  double saturated = 0;
  for (std::size_t i = 0; i < counts.ai.size(); ++i) {
    model::BetaBinomialLikelihood first(counts.ai[i], counts.ai[i] + counts.bi[i]), second(counts.ci[i], counts.ci[i] + counts.di[i]);
    saturated += first.binomial().saturated() + second.binomial().saturated();
    studies.emplace_back(input.effects.measure, std::move(first), std::move(second));
  }
  Pooled pooled = pool_arms_regression(
      input, {std::make_shared<model::PairedRows<model::BetaBinomialPair>>(std::move(studies)), true, saturated, &Pooled::random});
  pooled.common.reason = no_common_arms;
  report_rho(input, pooled);
  return pooled;
}

}  // namespace

Pooled pool_beta_binomial_regression(const PoolingInput& input) {
  return pool_complete_studies(input, pool_regression_of_arms);
}

}  // namespace tausq::pooling
