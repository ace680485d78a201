// What a fitted meta-regression says of studies with given values of the moderators.
#pragma once

#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// What predictions need beside the coefficients.
struct PredictionBasis {
  double tau2 = 0;
  double df = 0;             ///< k - p
  double factor = 1;         ///< by which the interval's method has multiplied vcov
  double hartung_knapp = 1;  ///< residual Q(tau2) / (k - p)
};

/// Fills regression.predictions at input.predict_at: x' beta, se = sqrt(x' vcov x), the interval by z or by t on
/// regression.df, and the prediction interval of the options with k - p degrees of freedom in the place of a mean's k - 1.
/// Throws UsageError for a prediction interval that regressions have not.
void predict_at_points(const PoolingInput& input, const PredictionBasis& basis, Regression& regression);

}  // namespace tausq::pooling
