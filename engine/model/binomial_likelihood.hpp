// Binomial counts with logit link.
#pragma once

#include <span>

#include "engine/model/study_term.hpp"

namespace tausq::model {

/// log Bin(x | n, expit(eta + offset)), binomial coefficient included, for 0 <= x <= n and n >= 1.
///
/// Written around the study's own logit, so that nothing of size n cancels: with phat = x / n and d = eta - logit(phat)
/// l = l_max - n (log1p(phat expm1(d)) - phat d). Mirrored where x > n / 2, so that phat <= 1/2.
class BinomialLikelihood {
 public:
  BinomialLikelihood(double x, double n, double offset = 0);

  double value(double eta) const;
  Derivatives at(double eta) const;
  Slopes slopes(double eta) const;
  /// l[j] = value(first + j step), within rounding.
  void values(double first, double step, std::span<double> l) const;

  /// A finite stand-in for the study's own estimate, log((x + 1/2) / (n - x + 1/2)) - offset, and its variance.
  double centre() const { return centre_; }
  double variance() const { return variance_; }
  /// False where the likelihood has no maximum: it rises to 1 for large eta (only events) or small eta (no event).
  bool bounded() const { return phat_ > 0; }
  bool rises() const { return sign_ < 0; }
  double largest_information() const { return 0.25 * n_; }
  /// l at its supremum: log Bin(x | n, x / n).
  double saturated() const { return saturated_; }

 private:
  /// Probability p at eta, q = 1 - p and phat - p, all free of cancellation; d is the logit relative to the study's own (for phat = 0 the
  /// logit itself), growth = exp(d) - 1 (for phat = 0 the odds).
  struct Place {
    double d, growth, p, q, excess;
  };
  Place place(double eta) const;

  double n_, phat_, log_phat_, origin_, sign_, saturated_, centre_, variance_;
};

}  // namespace tausq::model
