#include "engine/pooling/regression_prediction.hpp"

#include <algorithm>
#include <cmath>

#include <tausq/problem.hpp>

#include "engine/inference/prediction.hpp"
#include "engine/inference/wald.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::pooling {

namespace {

/// The values of the terms that the regression kept.
std::vector<double> kept_terms(const model::NewPoint& point, const std::vector<std::string>& all, const std::vector<std::string>& kept) {
  std::vector<double> x;
  for (std::size_t j = 0; j < all.size(); ++j)
    if (std::find(kept.begin(), kept.end(), all[j]) != kept.end()) x.push_back(point.x[j]);
  return x;
}

void add_prediction_interval(const Options& options, const PredictionBasis& basis, RegressionPrediction& to) {
  const PredictionMethod method = options.prediction.value_or(PredictionMethod::hts);
  if (method == PredictionMethod::none) return;
  if (method == PredictionMethod::kr || method == PredictionMethod::integrated)
    throw UsageError("--prediction " + std::string(key(method)) + ": not available with moderators");
  if (basis.df < 1) {
    to.reason = "as many coefficients as studies: no degrees of freedom are left for a prediction interval";
    return;
  }
  inference::PredictionInput in;
  in.estimate = *to.estimate, in.se = *to.se / std::sqrt(basis.factor), in.tau2 = basis.tau2;
  in.level = options.prediction_level.value_or(options.level);
  in.k = basis.df + 1;  // a mean has k - 1 degrees of freedom, these coefficients k - p
  in.se_hk = basis.factor == 1 ? in.se * std::sqrt(basis.hartung_knapp) : *to.se;
  const PredictionInterval interval = inference::prediction(method, in);
  to.pi_lower = interval.lower, to.pi_upper = interval.upper, to.reason = interval.reason;
}

}  // namespace

void predict_at_points(const PoolingInput& input, const PredictionBasis& basis, Regression& regression) {
  for (const model::NewPoint& point : input.predict_at) {
    const std::vector<double> x = kept_terms(point, input.design.terms, regression.terms);
    // In units of the largest value, a power of two: the square of a value may leave the range of numbers.
    double unit = 1;
    for (const double value : x)
      if (std::abs(value) > unit) unit = std::ldexp(1.0, std::ilogb(value));
    numerics::Sum estimate, variance;
    for (std::size_t a = 0; a < x.size(); ++a) {
      estimate.add_product(x[a] / unit, regression.beta[a]);
      for (std::size_t b = 0; b < x.size(); ++b) variance.add_product(x[a] / unit * (x[b] / unit), regression.vcov[a][b]);
    }
    RegressionPrediction result;
    result.at = point.at;
    result.estimate = inference::if_finite(unit * estimate.value());
    result.se = inference::if_finite(unit * std::sqrt(std::max(0.0, variance.value())));
    if (!result.estimate || !result.se) {
      result.reason = inference::beyond_double;
      regression.predictions.push_back(std::move(result));
      continue;
    }
    const double half_width = inference::two_sided_quantile(input.options.level, regression.df) * *result.se;
    result.ci_lower = inference::if_finite(*result.estimate - half_width);
    result.ci_upper = inference::if_finite(*result.estimate + half_width);
    if (input.options.model != Model::common) add_prediction_interval(input.options, basis, result);
    regression.predictions.push_back(std::move(result));
  }
}

}  // namespace tausq::pooling
