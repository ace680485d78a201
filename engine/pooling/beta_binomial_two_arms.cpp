// Beta-binomial model of two arms: mean proportions tied by an odds ratio, risk ratio or risk difference.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/model/beta_binomial_arms.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/beta_binomial.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_results.hpp"
#include "engine/pooling/profile_results.hpp"

namespace tausq::pooling {

namespace {

using model::BetaBinomialLikelihood;
using model::OneStagePoint;

/// Whether an arm has events, and others, in any study.
struct ArmTotals {
  double events = 0, others = 0;
  bool interior() const { return events > 0 && others > 0; }
};

/// The arms' proportions at the maximum; an arm at the edge of its range stands at a logit beyond all digits.
struct Arms {
  double eta1 = 0, eta2 = 0;
  bool interior = false;
};

constexpr double edge = 40;  // 1 - expit(40) < 5e-18

double logit_at_edge(const ArmTotals& arm) {
  return arm.events == 0 ? -edge : edge;
}

/// All arms that have a maximum of their own, as rows: each with its level, all with one dispersion. An arm without events (or
/// with nothing else) has likelihood 1 at proportion 0 (or 1) whatever the dispersion, and does not appear.
class ArmLevels {
 public:
  ArmLevels(const TwoArmCounts& counts, const ArmTotals& first, const ArmTotals& second) {
    const std::size_t k = counts.ai.size();
    std::vector<BetaBinomialLikelihood> rows;
    if (first.interior())
      for (std::size_t i = 0; i < k; ++i) rows.emplace_back(counts.ai[i], counts.ai[i] + counts.bi[i]);
    if (second.interior())
      for (std::size_t i = 0; i < k; ++i) rows.emplace_back(counts.ci[i], counts.ci[i] + counts.di[i]);
    const std::size_t n = rows.size(), columns = n / k;
    design_.k = n;
    design_.terms = columns == 2 ? std::vector<std::string>{"treated", "control"} : std::vector<std::string>{"arm"};
    design_.intercept = false;
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t row = 0; row < n; ++row) design_.x.push_back(row / k == j ? 1 : 0);
    engine_ = std::make_unique<model::OneStageModel>(std::make_unique<model::BetaBinomialTerms>(std::move(rows)), design_);
    common_ = engine_->maximise_common();
    if (common_.converged) maximum_ = engine_->maximise(common_);
  }

  ArmLevels(const ArmLevels&) = delete;  // the engine refers to the design
  ArmLevels& operator=(const ArmLevels&) = delete;

  model::OneStageModel& engine() { return *engine_; }
  const model::OneStageMaximum& common() const { return common_; }
  const model::OneStageMaximum& maximum() const { return maximum_; }

 private:
  model::Design design_;
  std::unique_ptr<model::OneStageModel> engine_;
  model::OneStageMaximum common_, maximum_;
};

/// The fitted model as its results need it.
struct Fitted {
  Measure measure;
  ArmTotals first, second;
  ArmLevels levels;
  model::LinkedModel linked;
  Arms arms;

  double loglik() const { return levels.maximum().at.loglik; }
  double gamma() const { return levels.maximum().at.tau2(); }
  /// -1 or 1 where the effect is infinite in that direction, else 0.
  double infinite() const {
    if (measure == Measure::RD || arms.interior) return 0;
    const bool odds = measure == Measure::OR;
    if (first.events == 0 || (odds && second.others == 0)) return -1;
    return second.events == 0 || (odds && first.others == 0) ? 1 : 0;
  }
};

Arms arms_of(const Fitted& fit) {
  const std::vector<double>& theta = fit.levels.maximum().at.theta;
  const bool interior = fit.first.interior() && fit.second.interior();
  if (interior) return {theta[0], theta[1], true};
  return fit.first.interior() ? Arms{theta[0], logit_at_edge(fit.second)} : Arms{logit_at_edge(fit.first), theta[0]};
}

std::optional<double> effect_at(const Fitted& fit, const std::optional<double>& walked) {
  return walked ? std::optional(model::effect_from_walked(fit.measure, *walked)) : std::nullopt;
}

model::LikelihoodInterval profile(Fitted& fit, double effect, double se, double cut) {
  const double infinite = fit.infinite();
  if (infinite != 0) {
    const model::LikelihoodEnd end = fit.linked.end_of_slope(fit.loglik(), infinite, cut);
    return infinite < 0 ? model::LikelihoodInterval{{}, end.value, end.converged} : model::LikelihoodInterval{end.value, {}, end.converged};
  }
  const bool difference = fit.measure == Measure::RD;
  const double walked = model::walked_from_effect(fit.measure, effect), step = std::sqrt(cut) * se / (difference ? 1 - effect * effect : 1);
  OneStagePoint here{{model::level_of(fit.measure, fit.arms.eta1, fit.arms.eta2), fit.gamma()}, 0, {}, {}};
  const std::optional<OneStagePoint> start = fit.arms.interior ? std::optional(std::move(here)) : std::nullopt;
  model::EndSearch search{walked, -step, difference ? 18.0 : 300.0};
  const model::LikelihoodEnd lower = fit.linked.end(fit.loglik(), start, search, cut);
  search.first = step;
  const model::LikelihoodEnd upper = fit.linked.end(fit.loglik(), start, search, cut);
  const model::LikelihoodInterval ends = model::interval_of(lower, upper);
  return {effect_at(fit, ends.lower), effect_at(fit, ends.upper), ends.converged};
}

/// Standard error of the effect from the observed information about the logits; empty where an arm stands at its edge.
std::optional<double> standard_error(Fitted& fit, const model::ArmEffect& effect) {
  if (!fit.arms.interior) return std::nullopt;
  const std::vector<double> c = fit.levels.engine().errors(fit.levels.maximum().at).covariance;
  const double variance = effect.d1 * effect.d1 * c[0] + 2 * effect.d1 * effect.d2 * c[1] + effect.d2 * effect.d2 * c[4];
  return std::sqrt(variance);
}

/// A step on the scale of the sampling error where there is no standard error.
double rough_step(const Fitted& fit, const model::ArmEffect& effect) {
  const double n1 = fit.first.events + fit.first.others, n2 = fit.second.events + fit.second.others;
  return fit.measure == Measure::RD ? 1 / std::sqrt(std::min(n1, n2)) : std::max(0.1, 0.1 * std::abs(effect.value));
}

PooledEstimate estimate(Fitted& fit, const Options& options) {
  const model::ArmEffect effect = model::arm_effect(fit.measure, fit.arms.eta1, fit.arms.eta2);
  const double z = numerics::normal_two_sided(options.level), infinite = fit.infinite();
  const std::optional<double> se = standard_error(fit, effect);
  const model::LikelihoodInterval interval = profile(fit, effect.value, se.value_or(rough_step(fit, effect)), z * z);
  PooledEstimate result;
  if (se) {
    result = inference::wald(effect.value, *se, {}, options.level);
  } else {
    result.status = Status::ok;
    result.reason = "one arm has no event, or only events, in any study: no standard error";
    if (infinite == 0) result.estimate = effect.value;
    if (infinite < 0) result.display.estimate = 0;
  }
  list_profile_and_z(interval, result);
  if (!se) result.intervals.pop_back();  // there is no z interval
  if (options.interval == IntervalMethod::z && se) return result;
  take_profile(interval, result);
  if (infinite != 0 && result.status == Status::one_sided)
    result.reason = "the ratio is 0 or infinite: one arm has no event, or only events, in any study";
  return result;
}

/// rho as in the model of one arm, and the test of equal proportions within each arm against a free proportion for every arm of
/// every study.
void report_heterogeneity(Fitted& fit, const TwoArmCounts& counts, const PoolingInput& input, Pooled& pooled) {
  Heterogeneity& het = pooled.heterogeneity;
  const OneStagePoint &at = fit.levels.maximum().at, &binomial = fit.levels.common().at;
  const double z = numerics::normal_two_sided(input.options.heterogeneity_level.value_or(input.options.level));
  const model::LikelihoodInterval interval = fit.levels.engine().profile_tau2(at, binomial, z * z);
  het.tau2 = at.tau2();
  het.tau2_ci_lower = interval.lower;
  het.tau2_ci_upper = interval.upper;
  if (!interval.upper) het.status = Status::one_sided;
  test_tau2(at.loglik, binomial.loglik, het);
  double saturated = 0;
  for (std::size_t i = 0; i < counts.ai.size(); ++i)
    saturated += model::BinomialLikelihood(counts.ai[i], counts.ai[i] + counts.bi[i]).saturated() +
                 model::BinomialLikelihood(counts.ci[i], counts.ci[i] + counts.di[i]).saturated();
  het.lrt = std::max(0.0, 2 * (saturated - binomial.loglik));
  het.lrt_df = 2 * static_cast<double>(counts.ai.size()) - 2;
  het.lrt_p = numerics::chi2_sf(*het.lrt, *het.lrt_df);
  report_rho(input, pooled);
}

void report_fit(const Fitted& fit, Pooled& pooled) {
  const double parameters = 3, n = static_cast<double>(fit.levels.maximum().at.p()) * static_cast<double>(pooled.heterogeneity.k);
  pooled.fit.status = Status::converged;
  pooled.fit.iterations = fit.levels.maximum().iterations;
  pooled.fit.loglik = fit.loglik();
  pooled.fit.aic = 2 * parameters - 2 * fit.loglik();
  pooled.fit.bic = parameters * std::log(n) - 2 * fit.loglik();
}

Pooled failed(const PoolingInput& input, Status status, const char* reason) {
  Pooled pooled;
  PooledEstimate nothing;
  nothing.status = status;
  nothing.reason = reason;
  without_model(input, nothing, input.studies.size(), reason, pooled, true);
  pooled.heterogeneity.status = pooled.fit.status = status;
  return pooled;
}

}  // namespace

Pooled pool_beta_binomial_arms(const PoolingInput& input, const TwoArmCounts& counts) {
  const IntervalMethod interval = input.options.interval.value_or(IntervalMethod::profile);
  if (interval != IntervalMethod::profile && interval != IntervalMethod::z)
    throw UsageError("--interval " + std::string(key(interval)) + ": the beta-binomial model of two arms offers profile and z");
  if (!is_mean(input.design)) return pool_beta_binomial_regression(input);
  if (counts.ai.size() == 1) return failed(input, Status::not_estimable, "a single study: nothing says how much proportions vary");
  ArmTotals first, second;
  std::vector<std::pair<BetaBinomialLikelihood, BetaBinomialLikelihood>> studies;
  for (std::size_t i = 0; i < counts.ai.size(); ++i) {
    first.events += counts.ai[i], first.others += counts.bi[i];
    second.events += counts.ci[i], second.others += counts.di[i];
    studies.emplace_back(BetaBinomialLikelihood(counts.ai[i], counts.ai[i] + counts.bi[i]),
                         BetaBinomialLikelihood(counts.ci[i], counts.ci[i] + counts.di[i]));
  }
  if (!first.interior() && !second.interior())
    return failed(input, Status::not_estimable, "no arm has both events and non-events: the dispersion is unknown");
  const Measure measure = input.effects.measure;
  Fitted fit{measure,
             first,
             second,
             ArmLevels(counts, first, second),
             model::LinkedModel(std::make_unique<model::BetaBinomialArms>(measure, std::move(studies))),
             {}};
  const model::OneStageMaximum& maximum = fit.levels.maximum();
  if (maximum.unbounded)
    return failed(input, Status::not_estimable, "the likelihood grows up to rho = 1: every arm has either no events or only events");
  if (!maximum.converged) return failed(input, Status::not_converged, "Newton's method did not reach the maximum of the likelihood");
  fit.arms = arms_of(fit);
  Pooled pooled;
  pooled.heterogeneity.k = counts.ai.size();
  pooled.common.reason = no_common_arms;
  pooled.random = estimate(fit, input.options);
  report_heterogeneity(fit, counts, input, pooled);
  report_fit(fit, pooled);
  return pooled;
}

}  // namespace tausq::pooling
