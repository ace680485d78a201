#include <cmath>
#include <limits>

#include <tausq/effects.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/methods/decimals.hpp"

namespace tausq::analysis {

namespace {

bool freeman_tukey(Measure measure) {
  return measure == Measure::PFT || measure == Measure::IRFT;
}

}  // namespace

std::optional<double> NaturalScale::value(std::optional<double> analysis_value) {
  if (!analysis_value) return std::nullopt;
  if (freeman_tukey(measure_) && n_ <= 0) return std::nullopt;
  if (natural_scale_clamped(measure_, *analysis_value, n_)) clamped_ = true;
  const double natural = natural_scale(measure_, *analysis_value, n_);
  return std::isfinite(natural) ? std::optional(natural) : std::nullopt;  // exp(710) has no double
}

std::optional<double> NaturalScale::end(std::optional<double> analysis_value, bool infinite, double infinity) {
  if (!infinite) return value(analysis_value);
  // An infinite logit is a proportion of 0 or 1, an infinite log ratio one of 0; other infinite ends have no number.
  const double limit = natural_scale(measure_, infinity, n_);
  return std::isfinite(limit) ? std::optional(limit) : std::nullopt;
}

void NaturalScale::fill(PooledEstimate& e) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const bool open = e.status == Status::one_sided;
  if (!e.display.estimate) e.display.estimate = value(e.estimate);
  if (!e.display.ci_lower) e.display.ci_lower = end(e.ci_lower, open && !e.ci_lower, -infinity);
  if (!e.display.ci_upper) e.display.ci_upper = end(e.ci_upper, open && !e.ci_upper, infinity);
  // Clamping can fold a whole interval onto 0 or 1, which would claim certainty.
  if (freeman_tukey(measure_) && e.display.ci_lower && e.display.ci_lower == e.display.ci_upper)
    e.display.ci_lower = e.display.ci_upper = std::nullopt;
  for (NamedInterval& interval : e.intervals) {
    if (!interval.display.ci_lower) interval.display.ci_lower = value(interval.ci_lower);
    if (!interval.display.ci_upper) interval.display.ci_upper = value(interval.ci_upper);
    if (interval.status == Status::ok && (!interval.ci_lower || !interval.ci_upper)) interval.status = Status::one_sided;
  }
}

void NaturalScale::fill(RegressionPrediction& p) {
  p.display = {value(p.estimate), value(p.ci_lower), value(p.ci_upper)};
  p.pi_display = {std::nullopt, value(p.pi_lower), value(p.pi_upper)};
}

void NaturalScale::fill(Bootstrap& bootstrap) {
  for (BootstrapQuantity& q : bootstrap.quantities) {
    const bool effect = q.quantity == "common.estimate" || q.quantity == "random.estimate" || q.quantity == "prediction.lower" ||
                        q.quantity == "prediction.upper";
    if (!effect) continue;
    for (BootstrapInterval* interval : {&q.percentile, &q.basic, &q.bca})
      interval->display = {value(q.estimate), value(interval->ci_lower), value(interval->ci_upper)};
  }
}

void NaturalScale::fill(PredictionInterval& p) {
  if (!p.display.ci_lower) p.display.ci_lower = value(p.lower);
  if (!p.display.ci_upper) p.display.ci_upper = value(p.upper);
}

void NaturalScale::report(std::vector<Warning>& warnings) const {
  if (!freeman_tukey(measure_)) return;
  if (n_ <= 0) {
    warnings.push_back({"freeman-tukey", "sample sizes are not known: pooled values cannot be transformed back", {}});
    return;
  }
  warnings.push_back({"freeman-tukey",
                      "pooled values are transformed back with the harmonic mean of the sample sizes, n = " + six_decimals(n_) +
                          "; the result depends on that choice and can mislead when sizes differ widely (Schwarzer et al. 2019)",
                      {}});
  if (clamped_)
    warnings.push_back({"freeman-tukey-clamped",
                        "a pooled value or interval end lies outside what this n can attain and was set to 0 or 1; an interval that "
                        "collapsed to one point is not shown. The exact-likelihood model (--measure PLO) has no such limit",
                        {}});
}

double harmonic_mean_n(const EffectSizes& effects) {
  double sum = 0;
  std::size_t count = 0;
  for (const EffectSize& e : effects.study) {
    if (!e.yi || !e.vi) continue;
    if (e.ni <= 0) return 0;
    sum += 1 / e.ni;
    ++count;
  }
  return count == 0 ? 0 : static_cast<double>(count) / sum;
}

}  // namespace tausq::analysis
