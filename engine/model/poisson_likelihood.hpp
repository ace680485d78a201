// Poisson counts in person-time with log link.
#pragma once

#include "engine/model/study_term.hpp"

namespace tausq::model {

/// log Poisson(x | mean) for whole x >= 0 and mean > 0, free of cancellation in large counts.
double log_poisson(double x, double mean);

/// log Poisson(x | t exp(eta)), complete, for x >= 0 events in person-time t > 0; around the study's own rate as
/// l_max - x (exp(d) - 1 - d), d = eta - log(x / t).
class PoissonLikelihood {
 public:
  PoissonLikelihood(double x, double t);

  double value(double eta) const;
  Derivatives at(double eta) const;
  double centre() const { return centre_; }  ///< log((x + 1/2) / t)
  double variance() const { return variance_; }
  bool bounded() const { return x_ > 0; }
  bool rises() const { return false; }

 private:
  double x_, scale_, origin_, saturated_, centre_, variance_;
};

}  // namespace tausq::model
