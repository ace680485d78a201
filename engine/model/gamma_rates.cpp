#include "engine/model/gamma_rates.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/sums.hpp"

namespace tausq::model {

// A study without events has no split; 0 of 1 stands for it and is never evaluated.
GammaRatePair::GammaRatePair(double x1, double t1, double x2, double t2)
    : log_odds_of_time_(std::log(t1 / t2)),
      log_time_(std::log(t2)),
      x1_(x1),
      x2_(x2),
      total_(x1 + x2, 1),
      split_(x1, std::max(x1 + x2, 1.0), log_odds_of_time_) {}

GammaRatePair::Exposure GammaRatePair::exposure(double theta) const {
  const double odds = theta + log_odds_of_time_, e = std::exp(-std::abs(odds));
  return {log_time_ + std::max(odds, 0.0) + std::log1p(e), (odds < 0 ? e : 1) / (1 + e)};
}

PairedTerm GammaRatePair::term(double theta, double nu, double phi) const {
  const auto [log_exposure, share] = exposure(theta);
  const Derivatives split = x1_ + x2_ > 0 ? split_.at(theta) : Derivatives{};
  const StudyTerm total = total_.term(nu + log_exposure, phi);
  PairedTerm pair{total, total, total.d_eta_eta * share};
  pair.effect.loglik += split.value;
  pair.effect.d_eta = total.d_eta * share + split.first;
  pair.effect.d_eta_eta = total.d_eta_eta * share * share + total.d_eta * share * (1 - share) + split.second;
  pair.effect.d_eta_tau2 *= share;
  pair.level.loglik = pair.level.d_tau2 = pair.level.d_tau2_tau2 = 0;
  return pair;
}

RoughEstimate GammaRatePair::rough_effect() const {
  return {std::log((x1_ + 0.5) / (x2_ + 0.5)) - log_odds_of_time_, 1 / (x1_ + 0.5) + 1 / (x2_ + 0.5)};
}

RoughEstimate GammaRatePair::rough_level(double theta) const {
  return {total_.poisson().centre() - exposure(theta).log, total_.poisson().variance()};
}

void GammaRateArms::evaluate(std::span<const double> nu, double phi, double, std::span<StudyTerm> terms) {
  numerics::Sum slope;
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const PairedTerm pair = studies_[i].term(theta_, nu[i], phi);
    const StudyTerm& effect = pair.effect;
    terms[i] = pair.level;
    terms[i].loglik = effect.loglik;
    terms[i].d_tau2 = effect.d_tau2;
    terms[i].d_tau2_tau2 = effect.d_tau2_tau2;
    slope.add(effect.d_eta);
  }
  slope_ = slope.value();
}

}  // namespace tausq::model
