// Intervals from a likelihood that is integrated over tau: of the pooled proportion, of its population average, and of the
// pooled log odds ratio.
//
//   l(mu) = log integral over (0, 6) of w(tau) prod_i L_i(mu, tau) dtau,  interval { mu : 2 (max l - l(mu)) <= c }
//
// Weights and cut-offs are calibrated by simulation, not derived. Averaging over tau is what keeps the coverage of few
// studies, whose estimate of tau is 0 more often than not.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/model/integrated_likelihood.hpp"
#include "engine/model/likelihood_surface.hpp"

namespace tausq::inference {

/// Where an integrated likelihood is largest and its interval. An empty end, or estimate, is infinite.
struct IntegratedInterval {
  std::optional<double> estimate, lower, upper;
  double lower_cut = 0, upper_cut = 0;  ///< c at either end
  bool converged = true;
};

/// The c that makes of the likelihood ratio of a balanced normal random-effects model its t interval is k log(1 + t^2 / (k - 1)), t =
/// t_{k-1} at `level`; `factor` stands for the k in front.
double student_cut(double factor, std::size_t k, double level);

/// Events in k >= 2 arms of patients.
///
/// median(): mu, the logit of the median proportion. w = 1 / (1 + (tau / scale)^6); c = z^2 + share^2 (c_k - z^2), c_k =
/// student_cut(k); the end farther from 0 and 1 takes max(c, z^2 + 1 / m), m the smaller of the numbers of events and non-events.
/// mean(): the logit of E expit(mu + tau u), along which mu moves at every tau. w = 1 / (1 + (tau / scale)^4), c = student_cut(k - 1).
/// No event at all: the upper end is where integral w(tau) P(data | mu, tau) dtau = (1 - level) / 2; only events: its mirror image.
/// Ends are right to a relative 1e-9. Cost for k <= 10: below 1 ms each.
class IntegratedProportion {
 public:
  IntegratedProportion(std::span<const double> events, std::span<const double> total, double level, double scale = 2);

  IntegratedInterval median();
  IntegratedInterval mean();
  /// Share of the between-study variance: 1 - sum 1 / (v_i + tau^2) / sum 1 / v_i, v_i = 1 / (n_i p (1 - p)) at the pooled p, averaged over
  /// the integrated likelihood of tau. Empty without events, or with events only.
  std::optional<double> share() const { return share_; }

 private:
  double log_weight(double tau, int power) const;
  std::vector<double> log_weights(int power) const;
  void describe(const model::LikelihoodSurface& surface, std::span<const double> total);
  template <typename Curve>
  IntegratedInterval interval(Curve& curve, double start, double cut);
  template <typename Curve>
  IntegratedInterval one_sided(Curve& curve, int power);

  std::size_t k_;
  double events_, others_, level_, scale_;
  bool mirrored_ = false;  ///< more events than others: counts exchanged, so that one-sided data have no event
  model::IntegratedLikelihood likelihood_;
  model::TauRule rule_;
  std::optional<double> share_;
  double centre_ = 0, sd_ = 1;  ///< of mu
};

/// log-F(1, 1) adds theta / 2 - log(1 + exp(theta)) to the log-likelihood.
enum class OddsRatioPenalty { none, log_f };

/// Pooled log odds ratio of the informative tables among k >= 2 studies. w = 1 / (1 + tau^4), c = student_cut(k - 1); with the penalty c =
/// z^2, and both ends are finite, even without an informative table.
IntegratedInterval integrated_odds_ratio(std::unique_ptr<model::StudyLikelihoods> tables, std::size_t k, double level,
                                         OddsRatioPenalty penalty = OddsRatioPenalty::none);

}  // namespace tausq::inference
