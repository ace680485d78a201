#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/inference/mean_intervals.hpp"
#include "engine/inference/wald.hpp"
#include "engine/model/normal_likelihood.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::inference {

namespace {

using model::Likelihood;

/// Twice the loss of log-likelihood when the mean is held at mu, all in standard units.
class MeanProfile {
 public:
  MeanProfile(const model::NormalData& data, model::NormalWorkspace& work) : data_(data), work_(work) {
    const model::LikelihoodShape shape = likelihood_shape(data, Likelihood::ml, work);
    top_ = shape.loglik;
    mean_ = normal_moments(data, shape.tau2, work).mean;
  }
  double mean() const { return mean_; }
  double loss(double mu) {
    model::with_known_mean(data_, mu, known_);
    return std::max(0.0, 2 * (top_ - likelihood_shape(known_, Likelihood::ml, work_).loglik));
  }

  /// Outermost mu on one side with loss(mu) = cut_off. Beyond the studies' effects the loss only grows; between them and
  /// the mean it may have several crossings, so places near the studies are tried from outside inwards.
  double crossing(double cut_off, double side) {
    const auto excess = [&](double mu) { return loss(mu) - cut_off; };
    std::vector<double> places = places_beyond_mean(side);
    const double last = places.front();
    if (excess(last) < 0) {
      const auto bracket = numerics::bracket_outward(excess, last, side * (std::abs(last - mean_) + std::sqrt(data_.v[0])));
      return bracket ? numerics::brent_root(excess, bracket->first, bracket->second).x : last;
    }
    for (std::size_t i = 1; i < places.size(); ++i)
      if (excess(places[i]) < 0) return numerics::brent_root(excess, places[i], places[i - 1]).x;
    return mean_;
  }

 private:
  /// The outermost effect on that side, then inwards to the mean: at most some hundred places.
  std::vector<double> places_beyond_mean(double side) const {
    std::vector<double> effects;
    for (const double y : data_.y)
      if ((y - mean_) * side > 0) effects.push_back(y);
    std::sort(effects.begin(), effects.end(), [&](double a, double b) { return a * side > b * side; });
    if (effects.empty()) return {mean_};
    const std::size_t step = effects.size() / 50 + 1;
    std::vector<double> places;
    for (std::size_t i = 0; i < effects.size(); i += step) {
      if (!places.empty()) places.push_back(0.5 * (places.back() + effects[i]));
      places.push_back(effects[i]);
    }
    places.push_back(0.5 * (places.back() + mean_));
    places.push_back(mean_);
    return places;
  }

  const model::NormalData& data_;
  model::NormalWorkspace& work_;
  model::NormalData known_;
  double top_ = 0;
  double mean_ = 0;
};

}  // namespace

IntervalResult profile_likelihood_interval(const IntervalInput& in) {
  if (!std::isfinite(in.estimate) || !std::isfinite(in.se)) return {not_estimable(beyond_double)};
  const model::NormalData& data = *in.data;
  MeanProfile profile(data, *in.work);
  const double cut_off = numerics::chi2_quantile_upper(1 - in.level, 1);
  const double root = std::sqrt(profile.loss(-data.shift / data.scale));
  const TwoSided test = two_sided(root, {});
  PooledEstimate result;
  result.status = Status::ok;
  result.reason = "profile of the likelihood over tau2 (ML)";
  result.estimate = in.estimate;
  result.se = in.se;
  result.statistic = std::copysign(root, in.estimate);
  result.p_value = test.p_value;
  result.log_p_value = if_finite(test.log_p_value);
  result.ci_lower = data.shift + data.scale * profile.crossing(cut_off, -1);
  result.ci_upper = data.shift + data.scale * profile.crossing(cut_off, 1);
  if (*result.ci_lower <= in.estimate && in.estimate <= *result.ci_upper) return {result};
  return {result, Warning{"profile-of-ml",
                          "the profile-likelihood interval belongs to the maximum-likelihood estimate and does not contain the estimate "
                          "with this tau2; --tau2 ML goes with it",
                          {}}};
}

}  // namespace tausq::inference
