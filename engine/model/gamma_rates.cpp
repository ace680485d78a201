#include "engine/model/gamma_rates.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/sums.hpp"

namespace tausq::model {

GammaRateArms::GammaRateArms(const std::vector<Study>& studies) {
  for (const Study& s : studies) {
    const double events = s.x1 + s.x2, odds = std::log(s.t1 / s.t2);
    // A study without events has no split; 0 of 1 stands for it and is never evaluated.
    studies_.push_back({odds, std::log(s.t2), events, NegativeBinomialLikelihood(events, 1),
                        events > 0 ? BinomialLikelihood(s.x1, events, odds) : BinomialLikelihood(0, 1, odds)});
  }
  link(0);
}

void GammaRateArms::link(double theta) {
  for (Arms& s : studies_) {
    const double odds = theta + s.log_odds_of_time, e = std::exp(-std::abs(odds));
    s.share = (odds < 0 ? e : 1) / (1 + e);
    s.log_exposure = s.log_time + std::max(odds, 0.0) + std::log1p(e);
    s.of_split = s.events > 0 ? s.split.at(theta) : Derivatives{};
  }
}

void GammaRateArms::evaluate(std::span<const double> nu, double phi, double, std::span<StudyTerm> terms) {
  numerics::Sum slope;
  curvature_ = {};
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const Arms& s = studies_[i];
    StudyTerm& term = terms[i];
    term = s.total.term(nu[i] + s.log_exposure, phi);
    slope.add(term.d_eta * s.share);
    slope.add(s.of_split.first);
    curvature_[0] += term.d_eta_eta * s.share * s.share + term.d_eta * s.share * (1 - s.share) + s.of_split.second;
    curvature_[1] += term.d_eta_eta * s.share;
    curvature_[2] += term.d_eta_tau2 * s.share;
    term.loglik += s.of_split.value;
  }
  slope_ = slope.value();
}

}  // namespace tausq::model
