// Binomial counts with log link.
#pragma once

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/study_integral.hpp"
#include "engine/model/study_term.hpp"

namespace tausq::model {

/// log Bin(x | n, min(1, exp(eta))), binomial coefficient included, for 0 <= x <= n and n >= 1. Log-concave in eta.
///
/// A normal eta passes 0 with some probability: the proportion is 1 there (Warn, Thompson & Spiegelhalter 2002, Stat Med 21:1601, section
/// 2.3, do so for risk ratios). The likelihood is that of a proper distribution of p with median min(1, exp(mu)); renormalising over
/// eta < 0 instead would take the meaning from mu and leave it without a bound. A study with others than events has likelihood 0
/// at eta >= 0, one with events only has 1.
class LogBinomialLikelihood {
 public:
  LogBinomialLikelihood(double x, double n);

  double value(double eta) const;
  Derivatives at(double eta) const;
  double centre() const { return centre_; }  ///< log((x + 1/2) / (n + 1))
  double variance() const { return variance_; }
  bool bounded() const { return x_ > 0 && m_ > 0; }
  bool rises() const { return m_ == 0; }

  double events() const { return x_; }
  double others() const { return m_; }
  const BinomialLikelihood& in_logit() const { return logit_; }

 private:
  double x_, m_, centre_, variance_;
  BinomialLikelihood logit_;
};

/// As the template of study_integral.hpp, whose rule does not know of an end of the support at 0: in the logit t of p, deta = (1 - p) dt,
/// the integrand is analytic with a single mode; with events only the integral is a sum of two normal tails.
StudyTerm integrate(const LogBinomialLikelihood& study, double eta, double tau2, double accuracy = full_accuracy);

}  // namespace tausq::model
