// Binomial counts with logit link.
#pragma once

#include "engine/model/study_term.hpp"

namespace tausq::model {

/// log Bin(x | n, expit(eta + offset)), binomial coefficient included, for 0 <= x <= n and n >= 1.
///
/// Written around the study's own logit, so that nothing of size n cancels: with phat = x / n and d = eta - logit(phat)
/// l = l_max - n (log1p(phat expm1(d)) - phat d). Mirrored where x > n / 2, so that phat <= 1/2.
class BinomialLikelihood {
 public:
  static constexpr bool binary = true;  ///< see lattice_step

  BinomialLikelihood(double x, double n, double offset = 0);

  double value(double eta) const;
  Derivatives at(double eta) const;

  /// A finite stand-in for the study's own estimate, log((x + 1/2) / (n - x + 1/2)) - offset, and its variance.
  double centre() const { return centre_; }
  double variance() const { return variance_; }
  /// False where the likelihood has no maximum: it rises to 1 for large eta (only events) or small eta (no event).
  bool bounded() const { return phat_ > 0; }
  bool rises() const { return sign_ < 0; }
  /// l at its supremum: log Bin(x | n, x / n).
  double saturated() const { return saturated_; }

 private:
  double n_, phat_, origin_, sign_, saturated_, centre_, variance_;
};

}  // namespace tausq::model
