#include "engine/inference/integrated_curve.hpp"

#include <algorithm>
#include <limits>

#include "engine/model/binomial_likelihood.hpp"

namespace tausq::inference {

model::MuDerivatives log_sum(std::span<const model::MuDerivatives> log_terms) {
  double top = -std::numeric_limits<double>::infinity();
  for (const model::MuDerivatives& term : log_terms) top = std::max(top, term.value);
  if (std::isinf(top)) return {top, 0, 0};  // so far out that every likelihood underflows
  double total = 0, first = 0, second = 0;
  for (const model::MuDerivatives& term : log_terms) {
    const double p = std::exp(term.value - top);
    if (!(p > 0)) continue;
    total += p;
    first += p * term.first;
    second += p * (term.second + term.first * term.first);
  }
  first /= total;
  return {top + std::log(total), first, second / total - first * first};
}

model::MuDerivatives log_root_pq(double theta) {
  const double odds = std::exp(-std::abs(theta)), p = odds / (1 + odds);
  return {-0.5 * std::abs(theta) - std::log1p(odds), std::copysign(0.5 - p, -theta), -p * (1 - p)};
}

MedianCurve::MedianCurve(model::TauRule& rule, std::vector<double> log_weights, std::function<model::MuDerivatives(double)> penalty)
    : rule_(rule), log_weights_(std::move(log_weights)), penalty_(std::move(penalty)), terms_(rule.nodes.size()) {}

model::MuDerivatives MedianCurve::at(double mu) {
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    terms_[t] = rule_.nodes[t].likelihood.derivatives(mu);
    terms_[t].value += log_weights_[t];
  }
  model::MuDerivatives result = log_sum(terms_);
  if (penalty_) {
    const model::MuDerivatives penalty = penalty_(mu);
    result = {result.value + penalty.value, result.first + penalty.first, result.second + penalty.second};
  }
  return result;
}

MeanCurve::MeanCurve(model::TauRule& rule, std::vector<double> log_weights)
    : rule_(rule),
      log_weights_(std::move(log_weights)),
      event_(model::IntegratedLikelihood::of(std::vector<model::BinomialLikelihood>{{1, 1}})),
      terms_(rule.nodes.size()) {
  for (const model::TauNode& node : rule.nodes) {
    at_tau_.push_back(event_.at_tau(node.tau()));
    shift_.push_back(0);
  }
}

MeanCurve::Place MeanCurve::median_of_mean(std::size_t node, double eta) {
  // By symmetry for eta <= 0, where log expit(eta) keeps its digits. log E expit is concave in mu: Newton's method ends.
  const double sign = eta > 0 ? -1 : 1, target = sign * eta, odds = std::exp(target), goal = target - std::log1p(odds);
  model::LikelihoodAtTau& mean = at_tau_[node];
  const double reach = 2 + 2 * mean.tau();
  double mu = target + sign * shift_[node];
  model::MuDerivatives at;
  for (int i = 0; i < 100; ++i) {
    at = mean.derivatives(mu);
    const double step = std::clamp((goal - at.value) / at.first, -reach, reach);
    mu += step;
    if (std::abs(step) < 1e-10 * (1 + std::abs(mu))) break;
  }
  mu *= sign;
  shift_[node] = mu - eta;
  const double slope = 1 / ((1 + odds) * at.first);
  const double bend = (-odds / ((1 + odds) * (1 + odds)) - at.second * slope * slope) / at.first;
  return {mu, slope, sign * bend};
}

model::MuDerivatives MeanCurve::at(double eta) {
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const Place place = median_of_mean(t, eta);
    const model::MuDerivatives l = rule_.nodes[t].likelihood.derivatives(place.mu);
    terms_[t] = {l.value + log_weights_[t], l.first * place.slope, l.second * place.slope * place.slope + l.first * place.bend};
  }
  return log_sum(terms_);
}

}  // namespace tausq::inference
