// Exact conditional inference for one odds ratio common to many two-by-two tables.
#pragma once

#include <complex>
#include <optional>
#include <vector>

#include "engine/model/hypergeometric_likelihood.hpp"

namespace tausq::model {

/// The distribution of T = sum a_i, given all margins, at any common log odds ratio theta: what exact tests and limits rest on
/// (Cox 1970, Analysis of Binary Data, ch. 5; Mehta, Patel & Gray 1985, JASA 80:969).
///
/// P_theta(T = t + s) = P_c(T = t + s) exp((theta - c) s) exp(l(theta) - l(c)), with l the conditional log-likelihood and c its
/// maximum: one distribution serves all theta. P_c comes from its characteristic function, the product of those of the tables,
/// summed over the points 2 pi j / M of a lattice; that sum is P_c but for what lies M and more away. T is a sum of independent
/// Bernoulli variables (all zeros of each table's generating polynomial are negative), so Bernstein's inequality bounds what M
/// leaves out and |E exp(i u T)| <= exp(-2 var(T) sin(u / 2)^2) says where to stop: both below 1e-19. The cost is about 30 sums
/// over each table's support, whatever the number of tables; nothing is approximated by a smooth distribution.
class ConditionalTotal {
 public:
  /// Tables whose margins leave a choice, not all of them at the same end of their range (see at_end()).
  explicit ConditionalTotal(std::vector<HypergeometricLikelihood> tables);

  double estimate() const { return estimate_; }        ///< the conditional maximum-likelihood estimate
  double information() const { return information_; }  ///< variance of T there
  double loglik(double theta) const;                   ///< sum of the tables' conditional log-likelihoods
  std::size_t nodes() const { return nodes_.size(); }

  /// Logarithms of P(T <= t), P(T >= t) and P(T = t), t observed.
  struct LogTails {
    double lower, upper, point;
  };
  LogTails log_tails(double theta) const;

  /// The theta at which P(T >= t) - mid P(T = t) (upper end: P(T <= t) - mid P(T = t)) is `tail`: mid = 0 exact, 1/2 mid-p.
  /// Empty where the search left the range of numbers.
  std::optional<double> lower_end(double tail, double mid = 0) const;
  std::optional<double> upper_end(double tail, double mid = 0) const;

 private:
  struct Node {
    double angle, weight;           ///< the weight counts both signs of the angle and divides by M
    std::complex<double> value{1};  ///< E_c exp(i angle (T - t))
  };
  void maximise();
  void place_nodes();
  double tail_sum(double tilt, double length, double sign) const;

  std::vector<HypergeometricLikelihood> tables_;
  std::vector<Node> nodes_;
  double estimate_ = 0, information_ = 0, loglik_ = 0;
  double below_ = 0, above_ = 0;  ///< how far below and above t the lattice reaches
};

/// Two-sided p-value of theta = 0: twice the smaller tail, the point itself counted by `1 - mid`; with its logarithm.
struct ExactTest {
  double p_value = 1, log_p_value = 0;
};
ExactTest exact_test(const ConditionalTotal::LogTails& tails, double mid = 0);

}  // namespace tausq::model
