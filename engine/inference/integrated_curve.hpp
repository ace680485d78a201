// Log-likelihoods of one parameter, integrated over tau, with two derivatives; their maxima and intervals.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <vector>

#include "engine/inference/integrated_interval.hpp"
#include "engine/model/likelihood_end.hpp"

namespace tausq::inference {

/// log sum over nodes of exp(log_terms), each with derivatives.
model::MuDerivatives log_sum(std::span<const model::MuDerivatives> log_terms);

/// log sqrt(p (1 - p)), p = expit(theta): Jeffreys' prior of a proportion as a density of its logit; the log-F(1, 1) density of a
/// log odds ratio. Up to a constant.
model::MuDerivatives log_root_pq(double theta);

/// l(mu) = log sum over nodes of exp(log_weight + log prod L_i(mu, tau)) + penalty(mu).
class MedianCurve {
 public:
  MedianCurve(model::TauRule& rule, std::vector<double> log_weights, std::function<model::MuDerivatives(double)> penalty = {});
  model::MuDerivatives at(double mu);

 private:
  model::TauRule& rule_;
  std::vector<double> log_weights_;
  std::function<model::MuDerivatives(double)> penalty_;
  std::vector<model::MuDerivatives> terms_;
};

/// The same along eta, the logit of the mean E expit(mu + tau u): at every tau mu solves E expit(mu + tau u) = expit(eta).
class MeanCurve {
 public:
  MeanCurve(model::TauRule& rule, std::vector<double> log_weights);
  model::MuDerivatives at(double eta);

 private:
  struct Place {
    double mu, slope, bend;  ///< mu(eta) at one tau and its derivatives
  };
  Place median_of_mean(std::size_t node, double eta);

  model::TauRule& rule_;
  std::vector<double> log_weights_;
  model::IntegratedLikelihood event_;  ///< one event in one patient: its likelihood is E expit
  std::vector<model::LikelihoodAtTau> at_tau_;
  std::vector<double> shift_;  ///< mu - eta at the last eta
  std::vector<model::MuDerivatives> terms_;
};

/// The maximum of a curve, from `start`, `sd` its width: Newton's method, halved where it does not rise.
template <typename Curve>
double curve_maximum(Curve& curve, double start, double sd) {
  double x = start;
  model::MuDerivatives here = curve.at(x);
  for (int i = 0; i < 100; ++i) {
    const bool concave = here.second < 0;
    double step = concave ? -here.first / here.second : std::copysign(sd, here.first);
    step = std::clamp(step, -3 * sd, 3 * sd);
    const bool last = concave && std::abs(step) < 1e-5 * sd;
    model::MuDerivatives there = curve.at(x + step);
    for (int halving = 0; there.value < here.value - 1e-12 * (1 + std::abs(here.value)) && halving < 40; ++halving)
      step *= 0.5, there = curve.at(x + step);
    x += step;
    here = there;
    if (last) break;
  }
  return x;
}

/// The interval around `maximum`; an end is infinite where the curve does not fall by the cut within `limit`.
template <typename Curve>
IntegratedInterval curve_interval(Curve& curve, double maximum, double sd, double lower_cut, double upper_cut, double limit) {
  const double top = curve.at(maximum).value;
  const auto fall = [&](double x, bool) -> std::optional<model::Fall> {
    const model::MuDerivatives at = curve.at(x);
    return model::Fall{2 * (top - at.value), at.first};
  };
  const model::LikelihoodEnd lower = model::likelihood_end(fall, {maximum, -sd * std::sqrt(lower_cut), limit}, lower_cut);
  const model::LikelihoodEnd upper = model::likelihood_end(fall, {maximum, sd * std::sqrt(upper_cut), limit}, upper_cut);
  const model::LikelihoodInterval ends = model::interval_of(lower, upper);
  return {maximum, ends.lower, ends.upper, lower_cut, upper_cut, ends.converged};
}

}  // namespace tausq::inference
