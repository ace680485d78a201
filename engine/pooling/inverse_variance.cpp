// Inverse-variance pooling of effect sizes: yi ~ N(mu, vi) and yi ~ N(mu, vi + tau2).
#include <algorithm>
#include <cmath>

#include "engine/inference/intervals.hpp"
#include "engine/inference/prediction.hpp"
#include "engine/inference/wald.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::pooling {

namespace {

bool is_mean(const model::Design& design) {
  return design.intercept && design.p() <= 1;
}

/// A pooled mean at one tau2 with the interval asked for.
struct MeanAt {
  const NormalStudies& studies;
  const model::NormalData& data;
  const std::vector<double>& weights;  ///< the user's, in places
  const Options& options;
  model::NormalWorkspace& work;

  inference::IntervalInput input(double tau2) const {
    const model::PooledMean mean = model::pooled_mean(data, tau2, weights, work);
    inference::IntervalInput in{mean.estimate, mean.se, hartung_knapp_factor(data, tau2, work), data.df(), options.level};
    in.data = &data, in.tau2 = tau2, in.work = &work;
    return in;
  }

  inference::IntervalResult with_interval(IntervalMethod method, inference::IntervalInput in) const {
    if (data.k == 1) {
      inference::IntervalResult one{inference::wald(in.estimate, in.se, {}, in.level)};
      one.estimate.reason = "one study: its own estimate with the normal interval";
      return one;
    }
    if (method == IntervalMethod::hk_iqwig6) {
      const double dl = model::estimate_tau2(Tau2Method::DL, {data, {}, work}).tau2;
      in.se_dl = model::pooled_mean(data, dl, weights, work).se;
    }
    return inference::interval(method, in);
  }
};

/// The interval of the common effect: those that belong to a random-effects mean alone become z.
IntervalMethod common_interval(const Options& options) {
  const IntervalMethod method = options.interval_common.value_or(IntervalMethod::z);
  return inference::interval_table()[static_cast<std::size_t>(method)].coefficients ? method : IntervalMethod::z;
}

PredictionInterval predict(const MeanAt& mean, const inference::IntervalInput& in, IntervalMethod method, const PooledEstimate& random) {
  const PredictionMethod asked = mean.options.prediction.value_or(PredictionMethod::hts);
  inference::PredictionInput to;
  to.estimate = in.estimate, to.se = in.se, to.level = in.level;
  to.tau2 = in.tau2 * mean.data.scale * mean.data.scale;
  to.k = static_cast<double>(mean.data.k);
  // A guard of the interval guards the prediction too.
  const bool guarded = method == IntervalMethod::hk_se || method == IntervalMethod::hk_iqwig6 || method == IntervalMethod::hk;
  to.se_hk = guarded && random.se ? *random.se : in.se * std::sqrt(in.hk_factor);
  if (asked == PredictionMethod::kr && mean.data.k > 1) {
    const inference::KenwardRoger kr = inference::kenward_roger(mean.data, in.tau2, mean.work);
    to.se_kr = kr.se * mean.data.scale, to.df_kr = kr.df;
  }
  return inference::prediction(asked, to);
}

void pool_mean(const PoolingInput& input, const NormalStudies& studies, Pooled& pooled) {
  const Options& options = input.options;
  model::NormalData data;
  model::NormalWorkspace work;
  model::standardise(studies.yi, studies.vi, data);
  const std::vector<double> weights = weights_in_places(studies, data);
  const MeanAt mean{studies, data, weights, options, work};
  const std::size_t count = input.effects.study.size();
  const auto keep = [&](const inference::IntervalResult& result) {
    if (result.warning) pooled.warnings.push_back(*result.warning);
    return result.estimate;
  };

  if (options.model != Model::random) {
    pooled.common = keep(mean.with_interval(common_interval(options), mean.input(0)));
    pooled.weight_common = weight_fractions(studies, data, 0, count);
  }
  const model::Tau2Estimate tau2 = tau2_of(options, data, weights, work);
  describe_fit(options, data, tau2, weights, pooled, work);
  if (options.model == Model::common) return;

  const IntervalMethod method = options.interval.value_or(IntervalMethod::hk_ci);
  const inference::IntervalInput in = mean.input(tau2.tau2);
  pooled.random = keep(mean.with_interval(method, in));
  pooled.weight_random = weight_fractions(studies, data, tau2.tau2, count);
  pooled.prediction = predict(mean, in, method, pooled.random);
}

}  // namespace

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
  if (input.options.model != Model::common) pooled.random = inference::not_estimable(reason);
  pooled.heterogeneity.status = pooled.fit.status = Status::not_estimable;
  pooled.heterogeneity.reason = pooled.fit.reason = reason;
  if (input.options.prediction != PredictionMethod::none && input.options.model != Model::common) {
    pooled.prediction.status = Status::not_estimable;
    pooled.prediction.reason = reason;
  }
  return pooled;
}

}  // namespace tausq::pooling
