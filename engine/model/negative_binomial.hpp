// Negative binomial counts: events in person-time whose rate varies between studies as a gamma distribution.
#pragma once

#include <utility>
#include <vector>

#include "engine/model/beta_binomial.hpp"
#include "engine/model/one_stage.hpp"
#include "engine/model/poisson_likelihood.hpp"

namespace tausq::model {

/// log of the negative binomial probability of x events, mean m = t exp(eta), variance m + phi m^2, complete:
/// log Poisson(x | m) + sum_{j<x} log(1 + j phi) - x log(1 + phi m) - (log(1 + phi m) - phi m) / phi.
/// It is the Poisson distribution averaged over a gamma distribution of the rate with mean exp(eta) and squared coefficient of
/// variation phi; phi = 0 is the Poisson distribution, with all derivatives (Lawless 1987, Can J Stat 15:209).
class NegativeBinomialLikelihood {
 public:
  NegativeBinomialLikelihood(double x, double t) : poisson_(x, t), x_(x), t_(t), events_(x) {}
  /// The log-likelihood and its derivatives, phi in the place of tau2.
  StudyTerm term(double eta, double phi) const;
  const PoissonLikelihood& poisson() const { return poisson_; }

 private:
  PoissonLikelihood poisson_;
  double x_, t_;
  SumRule events_;
};

/// Negative binomial studies for the one-stage engine, which sees phi as its tau2.
class NegativeBinomialTerms final : public StudyTerms {
 public:
  explicit NegativeBinomialTerms(std::vector<NegativeBinomialLikelihood> studies) : studies_(std::move(studies)) {}
  std::size_t k() const override { return studies_.size(); }
  void evaluate(std::span<const double> eta, double phi, double accuracy, std::span<StudyTerm> terms) override;
  double centre(std::size_t i) const override { return studies_[i].poisson().centre(); }
  double variance(std::size_t i) const override { return studies_[i].poisson().variance(); }

 private:
  std::vector<NegativeBinomialLikelihood> studies_;
};

}  // namespace tausq::model
