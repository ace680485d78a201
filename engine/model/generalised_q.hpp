// The distribution of the generalised Q statistic y'Py under the normal model.
#pragma once

#include <span>
#include <vector>

#include "engine/model/normal_model.hpp"

namespace tausq::model {

/// y'Py with P = A - A X (X'AX)^-1 X'A, A = diag(weights) in the places of the data, is distributed as
/// sum_j lambda_j chi2(1), lambda_j the k - p eigenvalues of (V + tau2 I)^1/2 P (V + tau2 I)^1/2 that are not 0
/// (Jackson 2013, Res Synth Methods 4:220).
class GeneralisedQDistribution {
 public:
  GeneralisedQDistribution(const NormalData& data, std::span<const double> weights)
      : data_(data), weights_(weights.begin(), weights.end()) {}

  /// P(y'Py <= q) and P(y'Py > q).
  double cdf(double q, double tau2);
  double sf(double q, double tau2);

  /// tau2 >= 0 with cdf(q, tau2) = probability; 0 where cdf(q, 0) is not above it.
  double tau2_with_cdf(double q, double probability);
  /// tau2 >= 0 with sf(q, tau2) = probability; 0 where sf(q, 0) is not below it.
  double tau2_with_sf(double q, double probability);

 private:
  void eigenvalues(double tau2);
  void mean_eigenvalues(double tau2);
  void design_eigenvalues(double tau2);
  double first_step() const;

  const NormalData& data_;
  std::vector<double> weights_;
  std::vector<double> lambda_, df_;  ///< distinct eigenvalues with their multiplicities
};

}  // namespace tausq::model
