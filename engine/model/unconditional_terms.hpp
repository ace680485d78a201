// Two arms with their own likelihoods and a free level for every study: arm 1 at alpha_i + theta_i / 2, arm 2 at
// alpha_i - theta_i / 2, theta_i = mu + tau u_i. Each alpha_i is maximised out inside its study.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "engine/model/one_stage.hpp"
#include "engine/model/study_integral.hpp"
#include "engine/model/study_maximum.hpp"

namespace tausq::model {

/// Derivatives of a study's log-likelihood at (alpha, theta): in theta, and those that involve alpha.
struct TwoArmDerivatives {
  Derivatives theta;
  double alpha = 0, alpha_alpha = 0, alpha_theta = 0, alpha_theta_theta = 0;
};

/// The likelihood of theta at a given alpha.
template <typename Arm>
class TwoArmLikelihood {
 public:
  TwoArmLikelihood(const Arm& first, const Arm& second, double alpha) : first_(first), second_(second), alpha_(alpha) {}

  double value(double theta) const { return first_.value(alpha_ + 0.5 * theta) + second_.value(alpha_ - 0.5 * theta); }
  Derivatives at(double theta) const { return with_alpha(theta).theta; }
  TwoArmDerivatives with_alpha(double theta) const {
    const Derivatives a = first_.at(alpha_ + 0.5 * theta), b = second_.at(alpha_ - 0.5 * theta);
    return {{a.value + b.value, 0.5 * (a.first - b.first), 0.25 * (a.second + b.second), 0.125 * (a.third - b.third),
             0.0625 * (a.fourth + b.fourth)},
            a.first + b.first,
            a.second + b.second,
            0.5 * (a.second - b.second),
            0.25 * (a.third + b.third)};
  }
  double centre() const {
    const double w1 = 1 / first_.variance(), w2 = 1 / second_.variance();
    return 2 * (w1 * (first_.centre() - alpha_) + w2 * (alpha_ - second_.centre())) / (w1 + w2);
  }
  double variance() const { return 4 / (1 / first_.variance() + 1 / second_.variance()); }
  bool bounded() const { return first_.bounded() || second_.bounded() || first_.rises() == second_.rises(); }
  bool rises() const { return first_.rises(); }

 private:
  const Arm& first_;
  const Arm& second_;
  double alpha_;
};

/// A study's term with its derivatives in alpha beside it.
struct TermWithAlpha {
  StudyTerm term;
  double d_alpha = 0, d_alpha_alpha = 0, d_alpha_eta = 0, d_alpha_tau2 = 0;
};

/// Posterior means from which the derivatives in alpha follow; covariances as PriorSide (`wide`) or DataSide have them.
class AlphaSide {
 public:
  AlphaSide(const TwoArmDerivatives& centre, double centre_u, double tau, bool wide)
      : reference_(centre.alpha), first_(centre.theta.first), second_(centre.theta.second), centre_(centre_u), tau_(tau), wide_(wide) {}

  void add(const TwoArmDerivatives& l, double z, double w) {
    const double a = l.alpha - reference_;
    // What a is to be correlated with for d/deta and 2 d/dtau2, each around its value at the centre.
    const double f = l.theta.first - first_;
    const double by_eta = wide_ ? z / tau_ : f;
    const double by_tau2 = wide_ ? z * (z + 2 * centre_) / (tau_ * tau_) : f * (l.theta.first + first_) + (l.theta.second - second_);
    s0_ += w;
    a_ += w * a;
    aa_ += w * (a * a + l.alpha_alpha);
    e_ += w * by_eta;
    ae_ += w * a * by_eta;
    t_ += w * by_tau2;
    at_ += w * a * by_tau2;
    if (wide_) return;
    ae_ += w * l.alpha_theta;
    at_ += w * (2 * l.theta.first * l.alpha_theta + l.alpha_theta_theta);
  }
  void derivatives(TermWithAlpha& result) const {
    const double a = a_ / s0_;
    result.d_alpha = reference_ + a;
    result.d_alpha_alpha = aa_ / s0_ - a * a;
    result.d_alpha_eta = ae_ / s0_ - a * (e_ / s0_);
    result.d_alpha_tau2 = 0.5 * (at_ / s0_ - a * (t_ / s0_));
  }

 private:
  double reference_, first_, second_, centre_, tau_;
  bool wide_;
  double s0_ = 0, a_ = 0, aa_ = 0, e_ = 0, ae_ = 0, t_ = 0, at_ = 0;
};

inline double value_of(const TwoArmDerivatives& l) {
  return l.theta.value;
}

/// integrate() of a two-arm likelihood, with the derivatives in alpha.
template <typename Arm>
TermWithAlpha integrate_with_alpha(const TwoArmLikelihood<Arm>& study, double eta, double tau2, double accuracy) {
  TermWithAlpha result;
  if (tau2 == 0) {
    const TwoArmDerivatives l = study.with_alpha(eta);
    result.term = integrate(study, eta, 0, accuracy);
    AlphaSide point(l, 0, 0, false);
    point.add(l, 0, 1);
    point.derivatives(result);
    return result;
  }
  const integral::Nodes nodes = integral::centred_nodes(study, eta, std::sqrt(tau2), accuracy);
  const bool wide = integral::prior_is_wide(nodes);
  integral::PriorSide prior;
  integral::DataSide data(study.at(eta + nodes.tau * nodes.centre));
  AlphaSide alpha(study.with_alpha(eta + nodes.tau * nodes.centre), nodes.centre, nodes.tau, wide);
  const double top = integral::sweep(
      nodes, [&](double at) { return study.with_alpha(at); },
      [&](double z, double w, const TwoArmDerivatives& l) {
        wide ? prior.add(z, w) : data.add(l.theta, w);
        alpha.add(l, z, w);
      });
  wide ? prior.derivatives(nodes.centre, tau2, result.term) : data.derivatives(result.term);
  result.term.loglik = integral::log_integral(nodes, top, wide ? prior.total() : data.total());
  alpha.derivatives(result);
  return result;
}

/// Studies of two arms, Arm one of the single-arm likelihoods. No study may have no event, or only events, in both arms.
template <typename Arm>
class UnconditionalTerms final : public StudyTerms {
 public:
  explicit UnconditionalTerms(std::vector<std::pair<Arm, Arm>> studies) : studies_(std::move(studies)) {
    for (const auto& [first, second] : studies_) alpha_.push_back(0.5 * (first.centre() + second.centre()));
  }
  std::size_t k() const override { return studies_.size(); }
  void evaluate(std::span<const double> eta, double tau2, double accuracy, std::span<StudyTerm> terms) override {
    for (std::size_t i = 0; i < studies_.size(); ++i) terms[i] = maximised(i, eta[i], tau2, accuracy);
  }
  double centre(std::size_t i) const override { return studies_[i].first.centre() - studies_[i].second.centre(); }
  double variance(std::size_t i) const override { return studies_[i].first.variance() + studies_[i].second.variance(); }

 private:
  /// The term at the alpha that maximises it: concave in alpha, Newton's method from where it was last.
  StudyTerm maximised(std::size_t i, double eta, double tau2, double accuracy) {
    const auto& [first, second] = studies_[i];
    const double enough = std::max(1e-15, std::exp(-accuracy));
    double& alpha = alpha_[i];
    TermWithAlpha here = integrate_with_alpha(TwoArmLikelihood<Arm>(first, second, alpha), eta, tau2, accuracy);
    double reach = 2;  // longest step: halved whenever the slope changes sign, so that no sigmoid makes it run in circles
    for (int count = 0; count < 100; ++count) {
      const double slope = here.d_alpha, step = std::clamp(-slope / here.d_alpha_alpha, -reach, reach);
      const bool last = step * slope < enough;
      alpha += step;
      here = integrate_with_alpha(TwoArmLikelihood<Arm>(first, second, alpha), eta, tau2, accuracy);
      if (last) break;
      if (here.d_alpha * slope < 0) reach = 0.5 * std::abs(step);
    }
    // Second derivatives of the maximised term: Schur complement of the alpha block.
    StudyTerm term = here.term;
    const double scale = 1 / here.d_alpha_alpha;
    term.d_eta_eta -= here.d_alpha_eta * here.d_alpha_eta * scale;
    term.d_eta_tau2 -= here.d_alpha_eta * here.d_alpha_tau2 * scale;
    term.d_tau2_tau2 -= here.d_alpha_tau2 * here.d_alpha_tau2 * scale;
    return term;
  }

  std::vector<std::pair<Arm, Arm>> studies_;
  std::vector<double> alpha_;
};

/// The saturated model of two arms: the difference of their own estimates.
template <typename Arm>
StudyMaximum study_maximum(const std::pair<Arm, Arm>& study) {
  const StudyMaximum first = study_maximum(study.first), second = study_maximum(study.second);
  const bool finite = first.information > 0 && second.information > 0;
  return {finite ? first.eta - second.eta : 0, finite ? 1 / (1 / first.information + 1 / second.information) : 0,
          first.loglik + second.loglik};
}

}  // namespace tausq::model
