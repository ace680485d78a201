// Profile-likelihood intervals. The signed root r = sqrt(2 (max l - l_profile)) is nearly linear in the parameter, so Newton's
// method on r = sqrt(cut) needs few steps; each step maximises over the other parameters, warm-started along the tangent.
#include <algorithm>
#include <cmath>

#include "engine/model/one_stage.hpp"
#include "engine/model/one_stage_workspace.hpp"

namespace tausq::model {

/// A parameter and the way in which it is walked: beta itself, or tau for tau2.
struct OneStageModel::Ray {
  std::size_t index = 0;
  bool tau = false;
  Held held;                           ///< what stays while the rest is maximised at each point of the ray
  double first = 0;                    ///< first step, signed
  double limit = 0;                    ///< how far to look for a crossing; beyond it the end is infinite
  std::optional<double> outside = {};  ///< a point of the walk known to lie outside

  double walk(double theta) const { return tau ? std::sqrt(theta) : theta; }
  double theta(double walked) const { return tau ? walked * walked : walked; }
  double slope(double walked, double score) const { return tau ? 2 * walked * score : score; }
};

std::optional<double> OneStageModel::crossing(const OneStagePoint& maximum, const Ray& ray, double cut, bool& converged) {
  const double goal = std::sqrt(cut), origin = ray.walk(maximum.theta[ray.index]), sign = ray.first < 0 ? -1 : 1;
  double inside = origin, next = origin + ray.first;
  std::optional<double> outside = ray.outside;
  OneStagePoint here = maximum;
  for (int i = 0; i < 200; ++i) {
    // The maximum given the next value, from the tangent at this one.
    const double move = ray.theta(next) - here.theta[ray.index];
    newton_step(here, ray.held, ray.index);
    for (std::size_t a = 0; a < here.theta.size(); ++a) here.theta[a] += move * work_->step[a];
    here.theta[ray.index] = ray.theta(next);
    here.theta.back() = std::max(here.theta.back(), 0.0);
    OneStageMaximum found = maximise_from(std::move(here), ray.held);
    here = std::move(found.at);
    if (!found.converged) break;

    const double root = std::sqrt(std::max(2 * (maximum.loglik - here.loglik), 0.0));
    const double slope = -sign * ray.slope(next, here.score[ray.index]) / root;  // of r, away from the maximum
    const double here_at = next;
    (root < goal ? inside : outside.emplace(next)) = next;
    const double step = sign * (goal - root) / slope;
    if (slope > 0 && std::abs(step) < 1e-8 * std::abs(next - origin)) return ray.theta(next + step);
    next = here_at + step;
    const double reach = outside ? 0 : 4 * std::abs(here_at - origin);
    if (!outside) {
      if (!(slope > 0) || sign * (next - here_at) > reach) next = here_at + sign * reach;
      if (std::abs(next - origin) > ray.limit) return std::nullopt;
    } else if (!(slope > 0) || (next - inside) * (next - *outside) >= 0) {
      next = 0.5 * (inside + *outside);
      if (next == inside || next == *outside) return ray.theta(next);
    }
  }
  converged = false;
  return std::nullopt;
}

LikelihoodInterval OneStageModel::profile_beta(const OneStagePoint& maximum, std::size_t j, double cut, bool tau2_held) {
  LikelihoodInterval result;
  const double se = errors(maximum, tau2_held).beta[j];
  const double step = std::sqrt(cut) * se;
  const Held held{.beta = j, .tau2 = tau2_held};
  const double limit = 1e6 * (step + spread_ + 1);
  result.lower = crossing(maximum, {.index = j, .held = held, .first = -step, .limit = limit}, cut, result.converged);
  result.upper = crossing(maximum, {.index = j, .held = held, .first = step, .limit = limit}, cut, result.converged);
  return result;
}

LikelihoodInterval OneStageModel::profile_tau2(const OneStagePoint& maximum, const OneStagePoint& common, double cut) {
  LikelihoodInterval result;
  const double tau = std::sqrt(maximum.tau2());
  const Held held{.tau2 = true};
  const double limit = 1e4 * (tau + spread_ + 1);
  const double unit = std::sqrt(smallest_variance_ + maximum.tau2());
  Ray ray{.index = p(), .tau = true, .held = held, .first = 0.5 * unit, .limit = limit};
  result.upper = crossing(maximum, ray, cut, result.converged);
  if (2 * (maximum.loglik - common.loglik) <= cut) {
    result.lower = 0;
    return result;
  }
  ray.first = -0.5 * tau;
  ray.outside = 0;
  result.lower = crossing(maximum, ray, cut, result.converged);
  return result;
}

}  // namespace tausq::model
