#include "engine/model/beta_binomial_arms.hpp"

#include <cmath>
#include <limits>

#include "engine/model/arm_logits.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::model {

namespace {

/// expit(eta), 1 - expit(eta), log expit(eta).
struct Proportion {
  double p, q, log_p;

  explicit Proportion(double eta) {
    const double e = std::exp(-std::abs(eta)), large = 1 / (1 + e), small = e * large;
    p = eta < 0 ? small : large;
    q = eta < 0 ? large : small;
    log_p = (eta < 0 ? eta : 0) - std::log1p(e);
  }
};

/// The arm with the larger proportion and the one with the smaller, d_theta for theta >= 0.
struct Ordered {
  LinkedLogits::Arm larger, smaller;
};

Ordered by_ratio(double distance, double nu) {
  const Proportion large(nu);
  const double p = large.p * std::exp(-distance), q = large.q - large.p * std::expm1(-distance);
  return {{nu, 1, 0, 0}, {large.log_p - distance - std::log(q), large.q / q, large.q * (p - large.p) / (q * q), -1 / q}};
}

Ordered by_difference(double walked, double nu) {
  const Proportion share(nu);
  const double e = std::exp(-2 * walked), distance = (1 - e) / (1 + e), rest = 2 * e / (1 + e);  // tanh and 1 - tanh
  const double u = share.p, v = share.q, q = distance + rest * v, p = distance + rest * u;
  return {{std::log(p / (rest * v)), u / p, u * v * distance / (p * p), (1 + distance) / p},
          {std::log(rest * u / q), v / q, -u * v * distance / (q * q), -(1 + distance) / q}};
}

}  // namespace

ArmEffect arm_effect(Measure measure, double eta1, double eta2) {
  const Proportion first(eta1), second(eta2);
  if (measure == Measure::RR) return {first.log_p - second.log_p, first.q, -second.q};
  if (measure == Measure::RD) {
    // p1 - p2 without cancellation, from the side on which the factor in front is the smaller.
    const double value = eta1 > eta2 ? -first.p * second.q * std::expm1(eta2 - eta1) : first.q * second.p * std::expm1(eta1 - eta2);
    return {value, first.p * first.q, -second.p * second.q};
  }
  return {eta1 - eta2, 1, -1};
}

double walked_from_effect(Measure measure, double effect) {
  return measure == Measure::RD ? std::atanh(effect) : effect;
}

double effect_from_walked(Measure measure, double walked) {
  return measure == Measure::RD ? std::tanh(walked) : walked;
}

LinkedLogits linked_logits(Measure measure, double walked, double nu) {
  if (measure == Measure::OR) return {{nu + 0.5 * walked, 1, 0, 0.5}, {nu - 0.5 * walked, 1, 0, -0.5}};
  const double distance = std::abs(walked);
  Ordered arms = measure == Measure::RR ? by_ratio(distance, nu) : by_difference(distance, nu);
  if (walked >= 0) return {arms.larger, arms.smaller};
  arms.larger.d_theta *= -1;
  arms.smaller.d_theta *= -1;
  return {arms.smaller, arms.larger};
}

double level_of(Measure measure, double eta1, double eta2) {
  if (measure == Measure::OR) return 0.5 * (eta1 + eta2);
  const double larger = std::max(eta1, eta2), smaller = std::min(eta1, eta2);
  if (measure == Measure::RR) return larger;
  return Proportion(smaller).log_p - std::log(Proportion(larger).q);
}

void BetaBinomialArms::evaluate(std::span<const double> nu, double gamma, double, std::span<StudyTerm> terms) {
  numerics::Sum slope;
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const auto [first, second] = linked_logits(measure_, walked_, nu[i]);
    const StudyTerm a = studies_[i].first.term(first.eta, gamma), b = studies_[i].second.term(second.eta, gamma);
    StudyTerm& sum = terms[i];
    sum.loglik = a.loglik + b.loglik;
    sum.d_eta = a.d_eta * first.d_nu + b.d_eta * second.d_nu;
    sum.d_eta_eta = a.d_eta_eta * first.d_nu * first.d_nu + a.d_eta * first.d_nu_nu + b.d_eta_eta * second.d_nu * second.d_nu +
                    b.d_eta * second.d_nu_nu;
    sum.d_tau2 = a.d_tau2 + b.d_tau2;
    sum.d_eta_tau2 = a.d_eta_tau2 * first.d_nu + b.d_eta_tau2 * second.d_nu;
    sum.d_tau2_tau2 = a.d_tau2_tau2 + b.d_tau2_tau2;
    slope.add(a.d_eta * first.d_theta);
    slope.add(b.d_eta * second.d_theta);
  }
  slope_ = slope.value();
}

double BetaBinomialArms::centre(std::size_t i) const {
  return level_of(measure_, studies_[i].first.binomial().centre(), studies_[i].second.binomial().centre());
}

double BetaBinomialArms::variance(std::size_t i) const {
  return 1 / (1 / studies_[i].first.binomial().variance() + 1 / studies_[i].second.binomial().variance());
}

PairedTerm BetaBinomialPair::term(double effect, double level, double gamma) const {
  PairedTerm pair;
  if (!is_effect(measure_, effect)) {
    pair.effect.loglik = -std::numeric_limits<double>::infinity();
    return pair;
  }
  const HalfDifference h = half_difference(measure_, effect, level);
  const StudyTerm a = first_.term(level + h.value, gamma), b = second_.term(level - h.value, gamma);
  // In the half difference itself and in the level next to it.
  const double slope = a.d_eta - b.d_eta, both = a.d_eta_eta + b.d_eta_eta, mixed = a.d_eta_eta - b.d_eta_eta;
  const double slope_gamma = a.d_eta_tau2 - b.d_eta_tau2;
  pair.effect.loglik = a.loglik + b.loglik;
  pair.effect.d_tau2 = a.d_tau2 + b.d_tau2;
  pair.effect.d_tau2_tau2 = a.d_tau2_tau2 + b.d_tau2_tau2;
  pair.effect.d_eta = slope * h.d_effect;
  pair.effect.d_eta_eta = both * h.d_effect * h.d_effect + slope * h.d_effect_effect;
  pair.effect.d_eta_tau2 = slope_gamma * h.d_effect;
  pair.level.d_eta = a.d_eta + b.d_eta + slope * h.d_level;
  pair.level.d_eta_eta = both + 2 * mixed * h.d_level + both * h.d_level * h.d_level + slope * h.d_level_level;
  pair.level.d_eta_tau2 = a.d_eta_tau2 + b.d_eta_tau2 + slope_gamma * h.d_level;
  pair.cross = (mixed + both * h.d_level) * h.d_effect + slope * h.d_effect_level;
  return pair;
}

RoughEstimate BetaBinomialPair::rough_effect() const {
  const BinomialLikelihood &a = first_.binomial(), &b = second_.binomial();
  // The variance is that of a log odds ratio whatever the measure: only ratios of variances matter.
  return {arm_effect(measure_, a.centre(), b.centre()).value, a.variance() + b.variance()};
}

RoughEstimate BetaBinomialPair::rough_level() const {
  const BinomialLikelihood &a = first_.binomial(), &b = second_.binomial();
  return {0.5 * (a.centre() + b.centre()), 0.25 * (a.variance() + b.variance())};
}

}  // namespace tausq::model
