#include "engine/model/one_stage.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/model/one_stage_workspace.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::model {

OneStageModel::OneStageModel(std::shared_ptr<StudyTerms> studies, const Design& design)
    : studies_(std::move(studies)), design_(design), eta_(k()), terms_(k()), work_(std::make_unique<Workspace>(p())) {
  double lowest = studies_->centre(0), highest = lowest;
  smallest_variance_ = studies_->variance(0);
  for (std::size_t i = 1; i < k(); ++i) {
    lowest = std::min(lowest, studies_->centre(i));
    highest = std::max(highest, studies_->centre(i));
    smallest_variance_ = std::min(smallest_variance_, studies_->variance(i));
  }
  spread_ = highest - lowest;
}

OneStageModel::~OneStageModel() = default;

void OneStageModel::evaluate(OneStagePoint& point, double accuracy) {
  const std::size_t p = this->p(), size = p + 1;
  for (std::size_t i = 0; i < k(); ++i) {
    eta_[i] = 0;
    for (std::size_t j = 0; j < p; ++j) eta_[i] += design_.x[j * k() + i] * point.theta[j];
  }
  studies_->evaluate(eta_, point.tau2(), accuracy, terms_);
  point.score.assign(size, 0);
  point.hessian.assign(size * size, 0);
  numerics::Sum loglik;
  const auto second = [&](std::size_t a, std::size_t b) -> double& { return point.hessian[a * size + b]; };
  for (std::size_t i = 0; i < k(); ++i) {
    const StudyTerm& term = terms_[i];
    loglik.add(term.loglik);
    point.score[p] += term.d_tau2;
    second(p, p) += term.d_tau2_tau2;
    for (std::size_t a = 0; a < p; ++a) {
      const double x = design_.x[a * k() + i];
      point.score[a] += x * term.d_eta;
      second(a, p) += x * term.d_eta_tau2;
      for (std::size_t b = 0; b <= a; ++b) second(a, b) += x * design_.x[b * k() + i] * term.d_eta_eta;
    }
  }
  const std::span<const double> cross = studies_->cross();
  for (std::size_t i = 0, pair = cross.size(); i < cross.size(); ++i, ++pair)
    for (std::size_t a = 0; a < p; ++a)
      for (std::size_t b = 0; b <= a; ++b) {
        const double *xa = &design_.x[a * k()], *xb = &design_.x[b * k()];
        second(a, b) += cross[i] * (xa[i] * xb[pair] + xa[pair] * xb[i]);
      }
  for (std::size_t a = 0; a < size; ++a)
    for (std::size_t b = a + 1; b < size; ++b) b < p ? second(a, b) = second(b, a) : second(b, a) = second(a, b);
  // Outside the support of a log link, which only tau2 = 0 leaves, a sum of infinities is none.
  point.loglik = std::isfinite(loglik.value()) ? loglik.value() : -std::numeric_limits<double>::infinity();
}

OneStagePoint OneStageModel::rough_start() {
  // Weighted least squares of the rough estimates, as the Newton step from beta = 0 of a normal likelihood.
  OneStagePoint start;
  const std::size_t p = this->p(), size = p + 1;
  start.theta.assign(size, 0);
  start.score.assign(size, 0);
  start.hessian.assign(size * size, 0);
  for (std::size_t i = 0; i < k(); ++i) {
    const double w = 1 / (studies_->variance(i) + smallest_variance_);
    for (std::size_t a = 0; a < p; ++a) {
      const double x = design_.x[a * k() + i];
      start.score[a] += w * x * studies_->centre(i);
      for (std::size_t b = 0; b < p; ++b) start.hessian[a * size + b] -= w * x * design_.x[b * k() + i];
    }
  }
  const Step step = newton_step(start, {.tau2 = true});
  for (std::size_t a = 0; a < p; ++a) start.theta[a] = work_->step[a];
  if (!step.concave) start.theta.assign(size, 0);
  return start;
}

OneStageErrors OneStageModel::errors(const OneStagePoint& maximum, bool tau2_held) {
  const std::size_t p = this->p(), size = p + 1;
  const bool interior = maximum.tau2() > 0 && !tau2_held;
  const std::size_t active = interior ? size : p;
  work_->invert_information(maximum, active);
  OneStageErrors result;
  result.covariance.assign(size * size, 0);
  for (std::size_t a = 0; a < active; ++a)
    for (std::size_t b = 0; b < active; ++b) result.covariance[a * size + b] = work_->inverse[a * active + b];
  for (std::size_t a = 0; a < p; ++a) result.beta.push_back(std::sqrt(result.covariance[a * size + a]));
  if (interior) result.tau2 = std::sqrt(result.covariance[size * size - 1]);
  return result;
}

}  // namespace tausq::model
