// The true proportion of a new study, and its count of events: predictive distribution averaged over mu and tau.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <tausq/analysis.hpp>

namespace tausq::inference {

/// logit(theta_new) ~ N(mu, tau^2), (mu, tau) weighted by prod_i L_i(mu, tau) sqrt(p (1 - p)) / (1 + (tau / scale)^4), p = expit(mu), tau
/// on (0, 6): Jeffreys' prior of the median proportion, a weight of tau that is flat to about `scale`. k >= 1 arms, any counts (no event at
/// all included).
class IntegratedPrediction {
 public:
  IntegratedPrediction(std::span<const double> events, std::span<const double> total, double scale = 2);

  /// logit t with P(logit(theta_new) <= t) = p, or with P(logit(theta_new) > t) = p if `upper`; right to a relative 1e-8.
  double quantile(double p, bool upper = false) const;
  /// Events among n new patients, who are one new study.
  PredictedCounts counts(std::size_t n, double level) const;

 private:
  struct Component {
    double mean, sd, probability;
  };
  struct Tail {
    double probability, density;
  };
  static Tail tail(const std::vector<Component>& components, double logit, bool upper);
  double quantile(const std::vector<Component>& components, double p, bool upper, double start) const;
  std::vector<double> log_densities(double from, double step, std::size_t count) const;

  std::vector<Component> components_;  ///< by mu and tau
  std::vector<Component> slices_;      ///< by tau, mean and sd of the new study's logit
  double mean_ = 0, sd_ = 0;
  double narrowest_ = 0;  ///< sd of the narrowest part of the distribution
  double lowest_ = 0, highest_ = 0;
};

}  // namespace tausq::inference
