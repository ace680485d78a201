#include "engine/pooling/exact_regression.hpp"

#include <string>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/odds_ratio_tables.hpp"
#include "engine/pooling/one_stage_results.hpp"

namespace tausq::pooling {

namespace {

/// tau2 is 0 by the model, and no result of it.
Pooled without_tau2(Pooled pooled, const char* reason) {
  Heterogeneity& het = pooled.heterogeneity;
  for (std::optional<double>* none :
       {&het.tau2, &het.tau2_se, &het.tau, &het.tau2_ci_lower, &het.tau2_ci_upper, &het.i2, &het.i2_ci_lower, &het.i2_ci_upper, &het.h2,
        &het.h2_ci_lower, &het.h2_ci_upper, &het.lrt_tau2, &het.lrt_tau2_p, &het.lrt_tau2_p_plain})
    none->reset();
  pooled.random = {};
  pooled.random.reason = reason;
  pooled.weight_random.clear();
  pooled.prediction = {};
  return pooled;
}

template <typename Likelihood>
Pooled common_regression(const PoolingInput& input, std::vector<Likelihood> studies, std::vector<std::size_t> used, const char* reason) {
  OneStageSetup setup = OneStageSetup::of(std::move(studies), std::move(used));
  setup.tau2_identified = false;
  Options options = input.options;
  options.model = Model::common;
  options.interval = options.interval_common;
  options.prediction = PredictionMethod::none;
  return without_tau2(pool_one_stage({input.studies, input.effects, options, input.design, input.predict_at}, std::move(setup)), reason);
}

Pooled odds_ratio_regression(const PoolingInput& input, const TwoArmCounts& counts) {
  Pooled account;
  const std::vector<std::size_t> used = informative_tables(input, counts, account);
  Pooled pooled = used.empty() ? no_information(input, "no study has both events and non-events")
                               : common_regression(input, conditional_likelihoods(counts, used), used,
                                                   "exact inference supposes that the moderators are all by which odds ratios differ");
  pooled.excluded = std::move(account.excluded);
  return pooled;
}

}  // namespace

Pooled pool_exact_regression(const PoolingInput& input) {
  const IntervalMethod interval = input.options.interval_common.value_or(IntervalMethod::profile);
  if (interval != IntervalMethod::profile && interval != IntervalMethod::z)
    throw UsageError("--interval " + std::string(key(interval)) +
                     ": with moderators --pooling exact offers profile and z; exact tails need the joint distribution of the coefficients' "
                     "sufficient statistics, which a continuous moderator reduces to the observed data");
  if (const auto* tables = std::get_if<TwoArmCounts>(&input.studies.data)) return odds_ratio_regression(input, *tables);
  const auto& counts = std::get<SingleArmCounts>(input.studies.data);
  std::vector<model::BinomialLikelihood> studies;
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < counts.events.size(); ++i) {
    studies.emplace_back(counts.events[i], counts.total[i]);
    used.push_back(i);
  }
  return common_regression(input, std::move(studies), std::move(used),
                           "the exact model supposes that the moderators are all by which proportions differ");
}

}  // namespace tausq::pooling
