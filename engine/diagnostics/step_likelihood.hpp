// The likelihood of effects that are published with a probability that steps down with their p-value.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <tausq/bias.hpp>

namespace tausq::diagnostics {

/// Log-likelihood with first and second derivatives (n x n, column-major) in the free parameters.
struct StepDerivatives {
  double value = 0;
  std::vector<double> gradient, hessian;
};

/// log prod_i delta_c(i) N(yi; mu, vi + tau2) / Ai, Ai = sum_j delta_j P(p-value of study i in class j).
///
/// Class j holds p-values above step j - 1 and up to step j; delta of the first class is 1. The parameters are mu, tau2 and
/// log(delta) of the classes that are `free`; the others keep the delta that they were given. For given mu and tau2 the
/// function is concave in the logarithms. Source: Hedges 1992, Stat Sci 7:246; Vevea & Hedges 1995, Psychometrika 60:419.
class StepLikelihood {
 public:
  /// `steps` ascending in (0, 1). `delta`: one a class, as given or where to start.
  StepLikelihood(std::span<const double> yi, std::span<const double> vi, SelectionAlternative alternative, std::span<const double> steps,
                 std::vector<double> delta, std::vector<bool> free);

  std::size_t classes() const { return delta_.size(); }
  std::size_t parameters() const { return 2 + free_.size(); }
  /// Studies whose p-value is in class j.
  std::size_t studies_in(std::size_t j) const;
  /// delta of every class at these parameters.
  std::vector<double> deltas(std::span<const double> parameters) const;
  double value(std::span<const double> parameters) const;
  StepDerivatives derivatives(std::span<const double> parameters) const;

 private:
  struct ClassProbability;
  ClassProbability probability(std::size_t i, std::size_t j, double mu, double variance) const;

  std::vector<double> y_, v_;
  bool two_sided_;
  std::vector<double> critical_;    ///< z of each step
  std::vector<std::size_t> class_;  ///< of each study
  std::vector<double> delta_;
  std::vector<std::size_t> free_;  ///< classes whose delta is estimated
};

}  // namespace tausq::diagnostics
