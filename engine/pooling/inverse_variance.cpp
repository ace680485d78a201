// Inverse-variance pooling of effect sizes: yi ~ N(mu, vi) and yi ~ N(mu, vi + tau2).
#include <algorithm>
#include <cmath>

#include "engine/inference/intervals.hpp"
#include "engine/inference/prediction.hpp"
#include "engine/inference/wald.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::pooling {

namespace {

void without_random_effects(const Options& options, const char* reason, Pooled& pooled) {
  pooled.random = inference::not_estimable(reason);
  if (options.prediction == PredictionMethod::none) return;
  pooled.prediction.status = Status::not_estimable;
  pooled.prediction.reason = reason;
}

void pool_mean(const PoolingInput& input, const NormalStudies& studies, Pooled& pooled) {
  const Options& options = input.options;
  model::NormalData data;
  model::NormalWorkspace work;
  model::standardise(studies.yi, studies.vi, data);
  const std::vector<double> weights = weights_in_places(studies, data);
  const std::size_t count = input.effects.study.size();
  const auto keep = [&](const inference::IntervalResult& result) {
    if (result.warning) pooled.warnings.push_back(*result.warning);
    return result.estimate;
  };

  if (options.model != Model::random) {
    pooled.common = keep(mean_interval(common_interval(options), mean_input(data, 0, weights, options.level, work), weights));
    pooled.weight_common = weight_fractions(studies, data, 0, count);
  }
  const model::Tau2Estimate tau2 = tau2_of(options, data, weights, work, input.cochran_q);
  describe_fit(options, data, tau2, weights, pooled, work);
  if (options.model == Model::common) return;
  if (!std::isfinite(data.spread) && !options.tau2_fixed) return without_random_effects(options, inference::beyond_double, pooled);

  const IntervalMethod method = options.interval.value_or(IntervalMethod::hk_ci);
  const inference::IntervalInput in = mean_input(data, tau2.tau2, weights, options.level, work);
  pooled.random = keep(mean_interval(method, in, weights));
  pooled.weight_random = weight_fractions(studies, data, tau2.tau2, count);
  pooled.prediction = predicted_study(options, in, method, pooled.random.se);
}

}  // namespace

PredictionInterval predicted_study(const Options& options, const inference::IntervalInput& in, IntervalMethod method,
                                   std::optional<double> se) {
  const PredictionMethod asked = options.prediction.value_or(PredictionMethod::hts);
  inference::PredictionInput to;
  to.estimate = in.estimate, to.se = in.se, to.level = options.prediction_level.value_or(in.level);
  to.tau2 = in.tau2 * in.data->scale * in.data->scale;
  to.k = static_cast<double>(in.data->k);
  // A guard of the interval guards the prediction too.
  const bool guarded = method == IntervalMethod::hk_se || method == IntervalMethod::hk_iqwig6 || method == IntervalMethod::hk;
  to.se_hk = guarded && se ? *se : in.se * std::sqrt(in.hk_factor);
  if (asked == PredictionMethod::kr && in.data->k > 1) {
    const inference::KenwardRoger kr = inference::kenward_roger(*in.data, in.tau2, *in.work);
    to.se_kr = kr.se * in.data->scale, to.df_kr = kr.df;
  }
  return inference::prediction(asked, to);
}

bool is_mean(const model::Design& design) {
  return design.intercept && design.p() <= 1;
}

Pooled pool_inverse_variance(const PoolingInput& input) {
  Pooled pooled;
  const NormalStudies studies = usable_studies(input, pooled.excluded);
  pooled.weight_common.resize(input.effects.study.size());
  pooled.weight_random.resize(input.effects.study.size());
  pooled.heterogeneity.k = studies.yi.size();
  if (!studies.yi.empty()) {
    is_mean(input.design) ? pool_mean(input, studies, pooled) : pool_regression(input, studies, pooled);
    return pooled;
  }
  const char* const reason = "no study has an effect size with a positive variance";
  if (input.options.model != Model::random) pooled.common = inference::not_estimable(reason);
  if (input.options.model != Model::common) without_random_effects(input.options, reason, pooled);
  pooled.heterogeneity.status = pooled.fit.status = Status::not_estimable;
  pooled.heterogeneity.reason = pooled.fit.reason = reason;
  return pooled;
}

}  // namespace tausq::pooling
