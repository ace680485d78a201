#include "engine/model/integrated_likelihood.hpp"

#include <algorithm>
#include <cmath>

namespace tausq::model {

namespace {

constexpr double accuracy = 27;       // of each integral, exp(-27) = 2e-12
constexpr double narrow_prior = 0.1;  // tau in units of a study's sd below which no lattice is laid
constexpr double wide_prior = 15;     // tau above which a one-sided likelihood is integrated by parts

/// Products of numbers of any size: one logarithm for many of them.
class LogProduct {
 public:
  void multiply(double factor) {
    if (!(factor > 1e-100 && factor < 1e100)) {
      log_ += std::log(factor);
      return;
    }
    product_ *= factor;
    if (product_ < 1e-100 || product_ > 1e100) {
      log_ += std::log(product_);
      product_ = 1;
    }
  }
  void add_log(double value) { log_ += value; }
  double log() const { return log_ + std::log(product_); }

 private:
  double log_ = 0, product_ = 1;
};

}  // namespace

IntegratedLikelihood::IntegratedLikelihood(std::unique_ptr<StudyLikelihoods> studies) : studies_(std::move(studies)), lattices_(k()) {
  double lowest = studies_->centre(0), highest = lowest, weights = 0, weighted = 0;
  for (std::size_t i = 0; i < k(); ++i) {
    const double centre = studies_->centre(i), w = 1 / studies_->variance(i);
    lowest = std::min(lowest, centre);
    highest = std::max(highest, centre);
    weights += w;
    weighted += w * centre;
  }
  centre_ = weighted / weights;
  double largest = 0;
  for (std::size_t i = 0; i < k(); ++i) {
    // Modes of the integrands lie between the studies; the curvature of l_i there decides how close the nodes must be.
    constexpr int parts = 8;
    double information = 1 / studies_->variance(i);
    for (int j = 0; j <= parts; ++j)
      information = std::max(information, -studies_->at(i, lowest - 0.5 + (highest - lowest + 1) * j / parts).second);
    information_.push_back(information);
    supremum_.push_back(studies_->supremum(i));
    largest = std::max({largest, 1 / studies_->variance(i), -studies_->at(i, centre_).second});
  }
  smallest_sd_ = 1 / std::sqrt(largest);
}

StudyLattice& IntegratedLikelihood::lattice(std::size_t i, int level) {
  std::unique_ptr<StudyLattice>& slot = lattices_[i][level];
  if (!slot) slot = std::make_unique<StudyLattice>(*studies_, i, std::exp2(-0.5 * level), supremum_[i]);
  return *slot;
}

LikelihoodAtTau::LikelihoodAtTau(IntegratedLikelihood& likelihood, double tau) : likelihood_(&likelihood), tau_(tau) {
  const StudyLikelihoods& studies = *likelihood.studies_;
  for (std::size_t i = 0; i < likelihood.k(); ++i) {
    const double information = likelihood.information_[i];
    Study study{Rule::lattice, {}};
    if (tau * std::sqrt(information) < narrow_prior) {
      study.rule = Rule::narrow;
    } else if (tau > wide_prior && !studies.bounded(i)) {
      study.rule = Rule::by_parts;
    } else {
      const double h = tau * integral::step_for(tau, information, accuracy, studies.largest_information(i));
      const double variance = studies.variance(i), pull = variance / (variance + tau * tau);
      const double start = studies.centre(i) + pull * (likelihood.centre() - studies.centre(i));
      study.lattice.emplace(likelihood.lattice(i, static_cast<int>(std::ceil(-2 * std::log2(h)))), tau, start);
    }
    studies_.push_back(std::move(study));
  }
}

template <bool with_derivatives>
MuDerivatives LikelihoodAtTau::product(double mu) {
  LogProduct product;
  MuDerivatives result;
  const StudyLikelihoods& studies = *likelihood_->studies_;
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    if (tau_ == 0 || studies_[i].rule == Rule::by_parts) {
      const StudyTerm term = studies.integral(i, mu, tau_);
      product.add_log(term.loglik);
      result.first += term.d_eta;
      result.second += term.d_eta_eta;
      continue;
    }
    const StudyMoments u = studies_[i].lattice ? studies_[i].lattice->at<with_derivatives>(mu)
                                               : narrow_integral(studies, i, mu, tau_, likelihood_->supremum_[i]);
    product.multiply(u.total);
    product.add_log(likelihood_->supremum_[i] + u.exponent);
    if constexpr (with_derivatives) {
      result.first += u.mean / tau_;
      result.second += (u.variance - 1) / (tau_ * tau_);
    }
  }
  result.value = product.log();
  return result;
}

double LikelihoodAtTau::log_likelihood(double mu) {
  return product<false>(mu).value;
}

MuDerivatives LikelihoodAtTau::derivatives(double mu) {
  return product<true>(mu);
}

}  // namespace tausq::model
