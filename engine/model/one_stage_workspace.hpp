// Small dense linear algebra of the one-stage engine, in memory that is allocated once.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "engine/model/one_stage.hpp"

namespace tausq::model {

struct OneStageModel::Workspace {
  explicit Workspace(std::size_t p) : factor(p * p), step(p + 1), score_part(p), cross_part(p), index(p), inverse((p + 1) * (p + 1)) {}

  std::vector<double> factor;      ///< Cholesky factor of the information about the free coefficients
  std::vector<double> step;        ///< p + 1
  std::vector<double> score_part;  ///< information^-1 score
  std::vector<double> cross_part;  ///< information^-1 d2l / dbeta dtau2
  std::vector<std::size_t> index;  ///< the free coefficients
  std::vector<double> inverse;

  /// Factor of the information about the coefficients index[0 .. free); false where it is not positive definite.
  bool factorise(const OneStagePoint& at, std::size_t free);
  void solve(std::vector<double>& x, std::size_t free) const;
  /// inverse = information^-1 of the first `active` parameters, active x active; NaN where it is singular.
  void invert_information(const OneStagePoint& at, std::size_t active);
};

/// A Newton step, left in work_->step.
struct OneStageModel::Step {
  bool concave = false;      ///< the step goes to the maximum of the local quadratic
  double gain = 0;           ///< score . step, twice the gain that the quadratic promises
  double profile_score = 0;  ///< dl/dtau2 with the coefficients at their maximum, to first order
};

}  // namespace tausq::model
