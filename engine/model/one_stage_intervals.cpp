// Profile-likelihood intervals: each step of the search for an end maximises over the other parameters, warm-started along the
// tangent.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/model/likelihood_end.hpp"
#include "engine/model/one_stage.hpp"
#include "engine/model/one_stage_workspace.hpp"

namespace tausq::model {

/// A parameter and the way in which it is walked: itself, or tau for tau2.
struct OneStageModel::Ray {
  std::size_t index;
  bool tau;
  Held held;  ///< what stays while the rest is maximised at each value
};

LikelihoodEnd OneStageModel::end_along(const OneStagePoint& maximum, const Ray& ray, const EndSearch& search, double cut) {
  OneStagePoint last = maximum;
  const auto fall = [&](double walked, bool rough) -> std::optional<Fall> {
    // Start from the maximum given this value as the tangent at the last one has it.
    OneStagePoint start = last;
    const double theta = ray.tau ? walked * walked : walked, move = theta - start.theta[ray.index];
    newton_step(start, ray.held, ray.index);
    for (std::size_t a = 0; a < start.theta.size(); ++a) start.theta[a] += move * work_->step[a];
    start.theta[ray.index] = theta;
    start.theta.back() = std::max(start.theta.back(), 0.0);
    const Effort& effort = rough ? rough_effort : value_effort;
    OneStageMaximum found = maximise_from(std::move(start), ray.held, effort);
    const auto outside = [&] { return found.at.loglik == -std::numeric_limits<double>::infinity(); };
    if (outside() && !ray.held.tau2) {  // the support ends for tau2 = 0 alone
      start = std::move(found.at);
      start.theta.back() = std::max(start.theta.back(), smallest_variance_);
      found = maximise_from(std::move(start), ray.held, effort);
    }
    // Alone a coefficient that leaves the support has gone too far; with others that is not sure.
    if (outside() && p() == 1) return Fall{-found.at.loglik, 0};
    if (!found.converged || !std::isfinite(found.at.loglik)) return std::nullopt;
    const Fall result{2 * (maximum.loglik - found.at.loglik), found.at.score[ray.index] * (ray.tau ? 2 * walked : 1)};
    last = std::move(found.at);
    return result;
  };
  LikelihoodEnd end = likelihood_end(fall, search, cut);
  if (end.value && ray.tau) end.value = *end.value * *end.value;
  return end;
}

LikelihoodInterval OneStageModel::profile_beta(const OneStagePoint& maximum, std::size_t j, double cut, bool tau2_held) {
  const double step = std::sqrt(cut) * errors(maximum, tau2_held).beta[j];
  const Ray ray{j, false, {.beta = j, .tau2 = tau2_held}};
  EndSearch search{maximum.theta[j], -step, 1e6 * (step + spread_ + 1)};
  const LikelihoodEnd lower = end_along(maximum, ray, search, cut);
  search.first = step;
  const LikelihoodEnd upper = end_along(maximum, ray, search, cut);
  return interval_of(lower, upper);
}

LikelihoodInterval OneStageModel::profile_tau2(const OneStagePoint& maximum, const OneStagePoint& common, double cut) {
  const double tau = std::sqrt(maximum.tau2()), unit = std::sqrt(smallest_variance_ + maximum.tau2());
  const Ray ray{p(), true, {.tau2 = true}};
  EndSearch search{tau, 0.5 * unit, 1e4 * (tau + spread_ + 1)};
  const LikelihoodEnd upper = end_along(maximum, ray, search, cut);
  LikelihoodEnd lower{0, true};
  if (2 * (maximum.loglik - common.loglik) > cut) {
    search.first = -0.5 * tau;
    search.outside = 0;
    lower = end_along(maximum, ray, search, cut);
  }
  return interval_of(lower, upper);
}

}  // namespace tausq::model
