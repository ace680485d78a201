#include "engine/pooling/integrated_results.hpp"

#include <cmath>
#include <memory>
#include <utility>
#include <variant>

#include "engine/inference/integrated_interval.hpp"
#include "engine/inference/integrated_prediction.hpp"
#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/pooling/exact_proportion.hpp"
#include "engine/pooling/profile_results.hpp"

namespace tausq::pooling {

namespace {

using inference::IntegratedInterval;

constexpr std::size_t unasked_up_to = 200;       // proportions: so many take a hundredth of a second
constexpr std::size_t tables_unasked_up_to = 5;  // beyond, the profile interval of a log odds ratio covers better (benchmarks/coverage)

double expit(double x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

/// A logit that may be infinite as a proportion.
double proportion(std::optional<double> logit, double otherwise) {
  return logit ? expit(*logit) : otherwise;
}

/// The side on which an interval of a proportion reaches 0 or 1 decides what an absent estimate means.
Display display_of(const IntegratedInterval& interval) {
  if (!interval.converged) return {interval.estimate ? std::optional(expit(*interval.estimate)) : std::nullopt, {}, {}};
  const double absent = interval.lower ? 1 : 0;
  return {proportion(interval.estimate, absent), proportion(interval.lower, 0), proportion(interval.upper, 1)};
}

NamedInterval named(IntervalMethod method, const IntegratedInterval& interval, const Display& display) {
  return {method, interval.lower, interval.upper, display, interval.estimate};
}

/// The interval in the place of the one that stands there.
void take(const IntegratedInterval& interval, const Display& display, const char* one_sided_reason, PooledEstimate& estimate) {
  estimate.ci_lower = interval.lower;
  estimate.ci_upper = interval.upper;
  estimate.display.ci_lower = display.ci_lower;
  estimate.display.ci_upper = display.ci_upper;
  if (!interval.converged) {
    estimate.reason = "an end of the integrated-likelihood interval was not found";
  } else if (!interval.lower || !interval.upper) {
    estimate.status = Status::one_sided;
    estimate.reason = one_sided_reason;
  }
}

void add_to_proportion(const PoolingInput& input, const SingleArmCounts& counts, Pooled& pooled) {
  const Options& options = input.options;
  const std::size_t k = counts.events.size();
  const bool asked = *options.interval == IntervalMethod::il;
  if (k < 2 || (k > unasked_up_to && !asked)) return;
  if (!options.extras && !asked) return list_left_out(IntervalMethod::il, pooled.random);
  const bool exact = only_exact(counts) != nullptr;
  inference::IntegratedProportion integrated(counts.events, counts.total, options.level);
  const IntegratedInterval median = integrated.median();
  const Display display = display_of(median);
  std::vector<NamedInterval>& intervals = pooled.random.intervals;
  if (exact) intervals.push_back({IntervalMethod::exact, pooled.random.ci_lower, pooled.random.ci_upper, pooled.random.display});
  intervals.push_back(named(IntervalMethod::il, median, display));
  if (pooled.random.marginal) {
    const IntegratedInterval mean = integrated.mean();
    const Display average = display_of(mean);
    pooled.random.marginal->intervals.push_back({IntervalMethod::il, average.estimate, average.ci_lower, average.ci_upper});
    if (asked) pooled.random.marginal->ci_lower = average.ci_lower, pooled.random.marginal->ci_upper = average.ci_upper;
  }
  if (asked && (pooled.random.estimate || exact))
    take(median, display, "no events, or only events: one end, where the likelihood averaged over tau is (1 - level) / 2", pooled.random);
}

/// logit of a new study's proportion, and its events. From three studies on; fewer than five are flagged.
void predict(const PoolingInput& input, const SingleArmCounts& counts, Pooled& pooled) {
  const Options& options = input.options;
  if (options.prediction != PredictionMethod::integrated || counts.events.size() < 3) return;
  const double level = options.prediction_level.value_or(options.level), tail = 0.5 * (1 - level);
  const inference::IntegratedPrediction law(counts.events, counts.total);
  PredictionInterval& prediction = pooled.prediction;
  prediction = {};
  prediction.method = PredictionMethod::integrated;
  prediction.status = Status::ok;
  prediction.lower = law.quantile(tail);
  prediction.upper = law.quantile(tail, true);
  if (counts.events.size() < 5)
    prediction.reason = "fewer than five studies: what they say about tau is mostly the weight that it was given";
  if (options.predict_n) prediction.counts = law.counts(*options.predict_n, level);
}

std::unique_ptr<model::StudyLikelihoods> informative_tables(const TwoArmCounts& counts) {
  std::vector<model::HypergeometricLikelihood> tables;
  for (std::size_t i = 0; i < counts.ai.size(); ++i) {
    model::HypergeometricLikelihood table(counts.ai[i], counts.bi[i], counts.ci[i], counts.di[i]);
    if (table.informative()) tables.push_back(std::move(table));
  }
  return std::make_unique<model::StudyLikelihoodsOf<model::HypergeometricLikelihood>>(std::move(tables));
}

void add_to_odds_ratio(const PoolingInput& input, const TwoArmCounts& counts, Pooled& pooled) {
  const Options& options = input.options;
  const std::size_t k = counts.ai.size();
  const bool penalised = *options.interval == IntervalMethod::il_logf, asked = penalised || *options.interval == IntervalMethod::il;
  if (k < 2 || (k > tables_unasked_up_to && !asked) || options.glmm != GlmmModel::CM_EL) return;
  if (!options.extras && !asked) return list_left_out(IntervalMethod::il, pooled.random);
  std::unique_ptr<model::StudyLikelihoods> tables = informative_tables(counts);
  if (tables->k() == 0 && !penalised) return;
  const IntegratedInterval interval = inference::integrated_odds_ratio(
      std::move(tables), k, options.level, penalised ? inference::OddsRatioPenalty::log_f : inference::OddsRatioPenalty::none);
  Display display{interval.estimate ? std::optional(std::exp(*interval.estimate)) : std::nullopt, {}, {}};
  if (interval.converged) display.ci_lower = interval.lower ? std::exp(*interval.lower) : 0;
  if (interval.upper) display.ci_upper = std::exp(*interval.upper);
  PooledEstimate& random = pooled.random;
  random.intervals.push_back(named(penalised ? IntervalMethod::il_logf : IntervalMethod::il, interval, display));
  if (penalised && !random.estimate && interval.estimate) {
    random.status = Status::ok;
    random.reason = "the estimate of the penalised integrated likelihood: that of the likelihood is not finite";
    random.estimate = interval.estimate;
    random.display = display;
  }
  if (asked) take(interval, display, "the likelihood does not bound the log odds ratio on one side", random);
}

bool glmm_of_a_mean(const Options& options) {
  return *options.pooling == Pooling::glmm && options.mods.empty();
}

}  // namespace

void add_integrated_prediction(const PoolingInput& input, Pooled& pooled) {
  const auto* arms = std::get_if<SingleArmCounts>(&input.studies.data);
  if (arms != nullptr && *input.options.effect.measure == Measure::PLO && glmm_of_a_mean(input.options)) predict(input, *arms, pooled);
}

void add_integrated(const PoolingInput& input, Pooled& pooled) {
  const Options& options = input.options;
  if (!glmm_of_a_mean(options)) return;
  const auto* arms = std::get_if<SingleArmCounts>(&input.studies.data);
  const auto* tables = std::get_if<TwoArmCounts>(&input.studies.data);
  if (arms != nullptr && *options.effect.measure == Measure::PLO) add_to_proportion(input, *arms, pooled);
  add_integrated_prediction(input, pooled);
  if (tables != nullptr && *options.effect.measure == Measure::OR) add_to_odds_ratio(input, *tables, pooled);
}

}  // namespace tausq::pooling
