// The pooled effect as a function of the between-study variance that one supposes.
#include <algorithm>
#include <cmath>

#include "engine/analysis/analysis.hpp"

namespace tausq::analysis {

namespace {

/// Where the curve ends, on the scale of tau.
double end_of(const Heterogeneity& found, const EffectSizes& effects) {
  constexpr double beyond = 1.5;
  double largest = std::max(found.tau2_ci_upper.value_or(0), found.tau2.value_or(0));
  for (const EffectSize& effect : effects.study)
    if (found.tau2_ci_upper.value_or(0) <= 0 && effect.vi) largest = std::max(largest, *effect.vi);
  return beyond * std::sqrt(largest);
}

}  // namespace

std::vector<Tau2CurvePoint> tau2_curve(const pooling::PoolingInput& input, const Heterogeneity& found) {
  Options options = input.options;
  options.model = Model::random;
  options.prediction = PredictionMethod::none;
  const double end = end_of(found, input.effects);
  const std::size_t n = *options.tau2_curve;
  NaturalScale scale(input.effects.measure, harmonic_mean_n(input.effects));
  std::vector<Tau2CurvePoint> curve;
  for (std::size_t j = 0; j < n; ++j) {
    Tau2CurvePoint point;
    point.tau = end * static_cast<double>(j) / static_cast<double>(n - 1);
    point.tau2 = point.tau * point.tau;
    options.tau2_fixed = point.tau2;
    pooling::Pooled pooled = pooling::pool_inverse_variance({input.studies, input.effects, options, input.design});
    scale.fill(pooled.random);
    point.estimate = pooled.random.estimate, point.se = pooled.random.se, point.p_value = pooled.random.p_value;
    point.ci_lower = pooled.random.ci_lower, point.ci_upper = pooled.random.ci_upper;
    point.i2 = pooled.heterogeneity.i2;
    point.display = pooled.random.display;
    curve.push_back(point);
  }
  return curve;
}

}  // namespace tausq::analysis
