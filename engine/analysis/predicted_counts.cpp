// From a prediction interval to events among the next patients.
#include <limits>

#include <tausq/effects.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/inference/count_prediction.hpp"
#include "engine/inference/wald.hpp"

namespace tausq::analysis {

void predict_counts(PredictionInterval& prediction, Measure measure, double n, const Options& options) {
  const bool own_law = prediction.counts || prediction.method == PredictionMethod::integrated;
  if (!options.predict_n || own_law || !prediction.lower || !prediction.upper || !prediction.display.ci_lower) return;
  const double level = *options.prediction_level, lower = *prediction.lower, upper = *prediction.upper;
  const inference::PredictiveLaw law{lower + 0.5 * (upper - lower),
                                     0.5 * (upper - lower) / inference::two_sided_quantile(level, prediction.df), prediction.df};
  const auto natural = [&](double value) { return natural_scale(measure, value, n); };
  if (layout_of(measure) == Layout::single_arm_rates) {
    const inference::ProportionScale rates{natural, analysis_scale(measure, 0, n), std::numeric_limits<double>::infinity()};
    prediction.counts = inference::predict_events(*options.predict_n, law, rates, measure == Measure::IRLN, level);
    return;
  }
  const inference::ProportionScale scale{natural, analysis_scale(measure, 0, n), analysis_scale(measure, 1, n)};
  prediction.counts = inference::predict_counts(*options.predict_n, law, scale, level);
}

}  // namespace tausq::analysis
