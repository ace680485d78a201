// Maximisation: Newton's method on (beta, tau2) with the beta block eliminated. Given tau2 the log-likelihood is concave in
// beta (log-concave likelihoods stay so under the integral), so only the step in tau2 needs guarding.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/model/one_stage.hpp"
#include "engine/model/one_stage_workspace.hpp"

namespace tausq::model {

bool OneStageModel::Workspace::factorise(const OneStagePoint& at, std::size_t free) {
  for (std::size_t a = 0; a < free; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = -at.second(index[a], index[b]);
      for (std::size_t c = 0; c < b; ++c) sum -= factor[a * free + c] * factor[b * free + c];
      if (a == b && !(sum > 0)) return false;
      factor[a * free + b] = a == b ? std::sqrt(sum) : sum / factor[b * free + b];
    }
  }
  return true;
}

void OneStageModel::Workspace::solve(std::vector<double>& x, std::size_t free) const {
  for (std::size_t a = 0; a < free; ++a) {
    for (std::size_t b = 0; b < a; ++b) x[a] -= factor[a * free + b] * x[b];
    x[a] /= factor[a * free + a];
  }
  for (std::size_t a = free; a-- > 0;) {
    for (std::size_t b = a + 1; b < free; ++b) x[a] -= factor[b * free + a] * x[b];
    x[a] /= factor[a * free + a];
  }
}

/// Step towards the maximum with `held` held. With `along` the step is instead the direction in which that maximum moves when
/// parameter `along`, which is held, moves by one.
OneStageModel::Step OneStageModel::newton_step(const OneStagePoint& at, const Held& held, std::optional<std::size_t> along) {
  Workspace& w = *work_;
  const std::size_t p = this->p();
  const auto target = [&](std::size_t i) { return along ? at.second(i, *along) : at.score[i]; };
  std::size_t free = 0;
  for (std::size_t j = 0; j < p; ++j)
    if (j != held.beta) w.index[free++] = j;
  std::fill(w.step.begin(), w.step.end(), 0.0);
  Step result;
  if (!w.factorise(at, free)) {  // not concave in beta (beta-binomial only): uphill, on the scale of the curvatures
    for (std::size_t a = 0; a < free; ++a) {
      const std::size_t j = w.index[a];
      w.step[j] = std::clamp(target(j) / std::abs(at.second(j, j)), -2.0, 2.0);
      result.gain += target(j) * w.step[j];
    }
    return result;
  }
  for (std::size_t a = 0; a < free; ++a) {
    w.score_part[a] = target(w.index[a]);
    w.cross_part[a] = at.second(w.index[a], p);
  }
  w.solve(w.score_part, free);
  w.solve(w.cross_part, free);
  double score = target(p), curvature = -at.second(p, p);
  for (std::size_t a = 0; a < free; ++a) {
    score += at.second(w.index[a], p) * w.score_part[a];
    curvature -= at.second(w.index[a], p) * w.cross_part[a];
  }
  result.profile_score = score;
  result.concave = true;
  const double tau2 = at.tau2();
  const bool at_boundary = tau2 == 0 && score <= 0;
  if (!held.tau2 && !at_boundary && !(along && tau2 == 0)) {
    result.concave = curvature > 0;
    const double reach = 3 * tau2 + smallest_variance_;
    const double wanted = curvature > 0 ? score / curvature : std::copysign(reach, score);
    w.step[p] = along ? (curvature > 0 ? wanted : 0) : std::clamp(wanted, -tau2, reach);
  }
  for (std::size_t a = 0; a < free; ++a) w.step[w.index[a]] = w.score_part[a] + w.cross_part[a] * w.step[p];
  for (std::size_t i = 0; i <= p; ++i) result.gain += target(i) * w.step[i];
  return result;
}

OneStageMaximum OneStageModel::maximise_from(OneStagePoint start, const Held& held, const Effort& effort) {
  constexpr int largest_count = 200;
  const double accuracy = effort.accuracy, noise = static_cast<double>(k()) * std::exp(-accuracy);
  const double enough = std::max(effort.gain, noise);
  OneStageMaximum result;
  OneStagePoint& here = result.at;
  here = std::move(start);
  evaluate(here, accuracy);
  if (!std::isfinite(here.loglik)) return result;
  OneStagePoint there = here;
  double previous_gain = std::numeric_limits<double>::infinity();
  while (result.iterations < largest_count) {
    const Step step = newton_step(here, held);
    if (!std::isfinite(step.gain) || (!step.concave && step.gain == 0)) return result;
    // Close to the maximum rounding decides whether a step gains: it is taken whole, until the promised gain falls no more.
    const bool close = step.concave && step.gain < 1e-6;
    const bool last = step.concave && (step.gain < enough || (close && step.gain > 0.5 * previous_gain));
    previous_gain = close ? step.gain : std::numeric_limits<double>::infinity();
    const double slack = 4 * noise + 1e-13 * std::abs(here.loglik) + 1e-13;
    double length = 1;
    for (;; length *= 0.5) {
      ++result.iterations;
      for (std::size_t i = 0; i < here.theta.size(); ++i) there.theta[i] = here.theta[i] + length * work_->step[i];
      there.theta.back() = std::max(there.theta.back(), 0.0);
      evaluate(there, accuracy);
      if (close || there.loglik >= here.loglik - slack) break;
      if (length < 1e-9) return result;
    }
    std::swap(here, there);
    if (last) {
      result.converged = true;
      break;
    }
  }
  return result;
}

OneStageMaximum OneStageModel::maximise_common() {
  OneStagePoint start = rough_start();
  OneStageMaximum result = maximise_from(start, {.tau2 = true});
  if (!studies_->cross().empty()) {  // least squares may have left the range of a difference of risks: no effect is within
    for (int i = 0; i < 60 && !std::isfinite(result.at.loglik); ++i) {
      for (double& coefficient : start.theta) coefficient *= 0.5;
      result = maximise_from(start, {.tau2 = true});
    }
  }
  if (std::isfinite(result.at.loglik) || !design_.intercept) return result;
  // Least squares have left the support of a log link: one mean for all is within.
  start = {};
  start.theta.assign(p() + 1, 0);
  for (std::size_t i = 0; i < k(); ++i) start.theta[0] += studies_->centre(i) / static_cast<double>(k());
  return maximise_from(std::move(start), {.tau2 = true});
}

double OneStageModel::profile_score_tau2(const OneStagePoint& at) {
  return newton_step(at, {.tau2 = true}).profile_score;
}

namespace {

/// Where between two points of a grid the profile score changes from + to -: linear in tau2 from the boundary, in
/// tau2 * score over log(tau2) elsewhere.
double stationary_guess(double tau2_a, double score_a, double tau2_b, double score_b) {
  if (tau2_a == 0) return tau2_b * score_a / (score_a - score_b);
  const double a = tau2_a * score_a, b = tau2_b * score_b;
  return tau2_a * std::pow(tau2_b / tau2_a, a / (a - b));
}

}  // namespace

OneStageModel::Profiled OneStageModel::profiled_roughly(OneStagePoint start) {
  const Held held{.tau2 = true};
  evaluate(start, scan_effort.accuracy);
  Step step = newton_step(start, held);
  const auto promises_much = [&] { return !step.concave || !(step.gain < scan_effort.gain); };
  if (step.concave && promises_much()) {
    OneStagePoint there = start;
    for (std::size_t j = 0; j < p(); ++j) there.theta[j] += work_->step[j];
    evaluate(there, scan_effort.accuracy);
    if (there.loglik > start.loglik) {
      start = std::move(there);
      step = newton_step(start, held);
    }
  }
  if (promises_much()) {
    start = maximise_from(std::move(start), held, scan_effort).at;
    step = newton_step(start, held);
  }
  for (std::size_t j = 0; j < p(); ++j) start.theta[j] += work_->step[j];
  start.loglik += 0.5 * step.gain;
  return {std::move(start), step.profile_score};
}

OneStageMaximum OneStageModel::maximise(const OneStageMaximum& common) {
  OneStageMaximum best = common;
  double score = profile_score_tau2(common.at);
  const bool boundary = score <= 0;
  if (!boundary) {  // tau2 = 0 is no maximum: what the scan finds, or nothing
    best.at.loglik = -std::numeric_limits<double>::infinity();
    best.converged = false;
  }
  std::vector<double> stationary;
  if (boundary) stationary.push_back(0);

  OneStagePoint here = common.at;
  int iterations = common.iterations;
  double highest_seen = common.at.loglik;
  const double highest = 1.5 * std::max(spread_, 1.0), limit = 200 * highest;
  for (double tau = 0.5 * std::sqrt(smallest_variance_); tau < limit && (tau < 2 * highest || score > 0); tau *= 2) {
    OneStagePoint on = here;
    on.theta.back() = tau * tau;
    auto [next, next_score] = profiled_roughly(std::move(on));
    if (score > 0 && next_score <= 0) {  // far out, where the score is all but 0, a maximum counts once it is seen more closely
      next = maximise_from(std::move(next), {.tau2 = true}, rough_effort).at;
      next_score = profile_score_tau2(next);
    }
    if (score > 0 && next_score <= 0) {
      OneStagePoint start = here;
      start.theta.back() = stationary_guess(here.tau2(), score, next.tau2(), next_score);
      const double share = (start.theta.back() - here.tau2()) / (next.tau2() - here.tau2());
      for (std::size_t j = 0; j < p(); ++j) start.theta[j] += share * (next.theta[j] - here.theta[j]);
      OneStageMaximum found = maximise_from(std::move(start), {});
      iterations += found.iterations;
      // A likelihood that does not depend on tau2 (one patient a study) rises and falls by rounding only.
      const bool level = boundary && std::abs(found.at.loglik - common.at.loglik) < 1e-13 * (1 + std::abs(common.at.loglik));
      if (found.at.tau2() > 0 && !level) stationary.push_back(found.at.tau2());
      if (found.converged && found.at.loglik > best.at.loglik) best = std::move(found);
    }
    here = std::move(next);
    score = next_score;
    highest_seen = std::max(highest_seen, here.loglik);
  }
  // Nothing is higher but by rounding: the likelihood does not depend on tau2.
  if (!best.converged && !(highest_seen > common.at.loglik + 1e-10 * (1 + std::abs(common.at.loglik)))) best = common;
  best.unbounded = score > 0 && here.loglik > best.at.loglik;
  best.iterations = iterations;
  if (stationary.size() > 1) best.tau2_stationary = std::move(stationary);
  return best;
}

void OneStageModel::Workspace::invert_information(const OneStagePoint& at, std::size_t active) {
  // Gauss-Jordan on a matrix of a few rows; `inverse` starts as the information itself.
  const std::size_t size = at.theta.size();
  for (std::size_t a = 0; a < active; ++a)
    for (std::size_t b = 0; b < active; ++b) inverse[a * active + b] = -at.hessian[a * size + b];
  for (std::size_t c = 0; c < active; ++c) {
    const double pivot = 1 / inverse[c * active + c];
    inverse[c * active + c] = 1;
    for (std::size_t b = 0; b < active; ++b) inverse[c * active + b] *= pivot;
    for (std::size_t a = 0; a < active; ++a) {
      if (a == c) continue;
      const double factor_a = inverse[a * active + c];
      inverse[a * active + c] = 0;
      for (std::size_t b = 0; b < active; ++b) inverse[a * active + b] -= factor_a * inverse[c * active + b];
    }
  }
}

}  // namespace tausq::model
