// Binomial counts with probit or complementary log-log link.
#pragma once

#include "engine/model/study_term.hpp"

namespace tausq::model {

/// log p and log(1 - p) of a proportion as functions of the linear predictor eta.
struct LogProportions {
  double p = 0, q = 0;  ///< p and 1 - p, each as such
  double log_p = 0, log_q = 0;
};
/// The same with derivatives in eta.
struct LogProportionDerivatives {
  LogProportions at;
  Derivatives log_p, log_q;
};

/// p = Phi(eta).
struct Probit {
  static LogProportions value(double eta);
  static LogProportionDerivatives derivatives(double eta);
  /// eta of a proportion p, q = 1 - p.
  static double of(double p, double q);
  /// Phi(z + i y)^n grows without bound where the tail n Phi(-z - i y) turns through a right angle, y = pi / (2 z).
  static double strip(double centre);
};

/// p = 1 - exp(-exp(eta)).
struct ComplementaryLogLog {
  static LogProportions value(double eta);
  static LogProportionDerivatives derivatives(double eta);
  static double of(double p, double q);
  /// The same for exp(-exp(eta + i y)), y = pi / (2 exp(eta)).
  static double strip(double centre);
};

/// log Bin(x | n, p(eta)), binomial coefficient included, for 0 <= x <= n and n >= 1. Log-concave in eta. Around the study's own maximum
/// it is a sum of two deviances, in which nothing of size n cancels.
template <typename Link>
class LinkLikelihood {
 public:
  LinkLikelihood(double x, double n);

  double value(double eta) const;
  Derivatives at(double eta) const;
  double centre() const { return centre_; }  ///< eta of (x + 1/2) / (n + 1)
  double variance() const { return variance_; }
  bool bounded() const { return x_ > 0 && m_ > 0; }
  bool rises() const { return m_ == 0; }

  /// exp(l) is entire, but grows off the real axis: how far from it the bound of the quadrature holds.
  double strip() const { return strip_; }
  /// An unbounded likelihood rises too steeply there for integration by parts.
  static constexpr bool by_parts = false;

 private:
  double value_at(const LogProportions& at) const;
  double x_, m_, saturated_, coefficient_, centre_, variance_, strip_;
};

using ProbitLikelihood = LinkLikelihood<Probit>;
using CloglogLikelihood = LinkLikelihood<ComplementaryLogLog>;

}  // namespace tausq::model
