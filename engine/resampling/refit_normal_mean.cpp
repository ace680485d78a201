// Refits of the inverse-variance mean: the numbers of pool_inverse_variance() without its intervals.
#include <cmath>

#include "engine/inference/heterogeneity.hpp"
#include "engine/inference/wald.hpp"
#include "engine/model/normal_model.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/resampling/refit.hpp"

namespace tausq::resampling {

namespace {

class NormalMean final : public Refit {
 public:
  explicit NormalMean(const World& world) : world_(world), options_(world.options) {
    for (const std::size_t i : world.used) gather(i);
    all_ = studies_;
    prepare(all_data_);
    drawn_data_ = all_data_;
    all_weights_ = pooling::weights_in_places(all_, all_data_);
  }

  const pooling::Pooled& chosen(std::span<const std::size_t> places) override {
    studies_.yi.clear(), studies_.vi.clear(), studies_.user_weights.clear();
    for (const std::size_t i : places) gather(i);
    prepare(data_);
    return fit(data_, pooling::weights_in_places(studies_, data_));
  }

  const pooling::Pooled& drawn(numerics::RandomStream& random) override {
    studies_.yi.resize(all_.yi.size());
    for (std::size_t i = 0; i < all_.yi.size(); ++i)
      studies_.yi[i] =
          world_.source.eta[world_.used[i]] + std::sqrt(all_.vi[i] + world_.source.tau2) * numerics::normal_quantile(random.uniform());
    model::replace_effects(studies_.yi, drawn_data_);
    return fit(drawn_data_, all_weights_);
  }

 private:
  void gather(std::size_t i) {
    studies_.yi.push_back(*world_.input.effects.study[i].yi);
    studies_.vi.push_back(*world_.input.effects.study[i].vi);
    if (!options_.user_weights.empty()) studies_.user_weights.push_back(options_.user_weights[i]);
  }

  void prepare(model::NormalData& data) {
    data.precise_up_to = 0;  // a refit is one among thousands
    model::standardise(studies_.yi, studies_.vi, data);
  }

  const pooling::Pooled& fit(const model::NormalData& data, const std::vector<double>& weights) {
    pooled_.random.estimate.reset(), pooled_.common.estimate.reset();
    pooled_.fit.status = Status::converged;
    if (options_.model == Model::common) {
      pooled_.common.estimate = inference::if_finite(model::pooled_mean(data, 0, weights, work_).estimate);
      pooled_.heterogeneity = inference::homogeneity(data, work_);
      return pooled_;
    }
    const model::Tau2Estimate tau2 = pooling::tau2_of(options_, data, weights, work_);
    if (!tau2.converged) {
      pooled_.fit.status = Status::not_converged;
      pooled_.fit.reason = "the estimate of tau2 did not converge";
    }
    pooled_.heterogeneity = inference::heterogeneity(data, tau2, std::nullopt, work_);
    if (options_.tau2_fixed) pooled_.heterogeneity.tau2 = *options_.tau2_fixed, pooled_.heterogeneity.tau = std::sqrt(*options_.tau2_fixed);
    const inference::IntervalInput in = pooling::mean_input(data, tau2.tau2, weights, options_.level, work_);
    pooled_.random.estimate = inference::if_finite(in.estimate);
    predict(in, weights);
    return pooled_;
  }

  /// Only Hartung and Knapp's intervals lend their standard error to the prediction.
  void predict(const inference::IntervalInput& in, const std::vector<double>& weights) {
    if (options_.prediction == PredictionMethod::none) return;
    const IntervalMethod method = options_.interval.value_or(IntervalMethod::hk_ci);
    const bool hk = method == IntervalMethod::hk || method == IntervalMethod::hk_se || method == IntervalMethod::hk_iqwig6;
    std::optional<double> se;
    if (hk && options_.prediction == PredictionMethod::hk) se = pooling::mean_interval(method, in, weights).estimate.se;
    pooled_.prediction = pooling::predicted_study(options_, in, method, se);
  }

  const World& world_;
  const Options& options_;
  pooling::NormalStudies all_, studies_;
  std::vector<double> all_weights_;
  model::NormalData all_data_, data_, drawn_data_;
  model::NormalWorkspace work_;
  pooling::Pooled pooled_;
};

}  // namespace

bool is_normal_mean(const World& world) {
  const Options& o = world.options;
  const bool other_q = world.input.cochran_q || (o.effect.convention == Preset::meta && o.pooling_common == Pooling::mh);
  return world.pooling == Pooling::inverse && pooling::is_mean(world.input.design) && !other_q;
}

std::unique_ptr<Refit> refit_of_normal_mean(const World& world) {
  return std::make_unique<NormalMean>(world);
}

}  // namespace tausq::resampling
