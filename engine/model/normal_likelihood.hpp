// The likelihood of the normal model as a function of tau2, and all its maxima.
#pragma once

#include <vector>

#include "engine/model/normal_model.hpp"

namespace tausq::model {

enum class Likelihood { ml, reml };

/// Log-likelihood in standard units, profiled over the coefficients:
///   ML    -k log(2 pi) / 2 - sum log(v + tau2) / 2 - y'Py / 2
///   REML  -(k - p) log(2 pi) / 2 + log|X'X| / 2 - sum log(v + tau2) / 2 - log|X'WX| / 2 - y'Py / 2
double log_likelihood(const NormalData& data, Likelihood kind, double tau2, NormalWorkspace& work);

/// What is to be subtracted to bring it to the scale of the data: (k or k - p) log(scale).
double log_likelihood_scale(const NormalData& data, Likelihood kind);

/// A root of the score.
struct StationaryPoint {
  double tau2 = 0;
  bool maximum = true;
};

/// Everything that the likelihood does on [0, infinity), in standard units.
struct LikelihoodShape {
  std::vector<StationaryPoint> points;  ///< all roots of the score above 0, ascending
  double tau2 = 0;                      ///< the global maximum
  double loglik = 0;
  int maxima = 1;  ///< local ones, 0 included
  int evaluations = 0;
  bool converged = true;
};

/// Every stationary point and the global maximum.
///
/// Twice the score is A - B with A = y'PPy and B = tr W (ML) or tr P (REML). A and B both fall in tau2, and so do the two
/// parts of its derivative, -2 y'PPPy and tr WW (tr PP); so the values at the ends of an interval tell for certain whether
/// the score can vanish inside, or whether it is monotone there. A is a sum of c_j / (d_j + tau2)^2 and B one of
/// 1 / (d_j + tau2) with d_j that stay, so -A'/A and -B'/B fall too, and the ends tell as well whether A / B is monotone.
/// Intervals of which nothing is known are halved (in log(min v + tau2)). Where max w <= 2 min w, from tau2 = max v - 2 min v on, A / B
/// falls; beyond max(max v, 2 spread / (k - p)) the score is negative.
LikelihoodShape likelihood_shape(const NormalData& data, Likelihood kind, NormalWorkspace& work);

/// The same without `loglik`, which is computed only where several maxima compete.
LikelihoodShape likelihood_maximum(const NormalData& data, Likelihood kind, NormalWorkspace& work);

}  // namespace tausq::model
