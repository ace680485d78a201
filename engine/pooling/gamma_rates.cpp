// Rate ratio common to all studies, whose rates vary as a gamma distribution.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/model/gamma_rates.hpp"
#include "engine/model/linked_arms.hpp"
#include "engine/model/paired_rows.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/arms_regression.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/negative_binomial.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_regression.hpp"
#include "engine/pooling/profile_results.hpp"

namespace tausq::pooling {

namespace {

using model::GammaRateArms;
using model::GammaRatePair;
using model::LikelihoodInterval;
using model::OneStagePoint;

constexpr const char* rates_vary = "the rates vary between studies, their ratio does not";

/// The studies in the rows of the one-stage engine: the rate ratio, then the level.
class RateRatio {
 public:
  explicit RateRatio(std::vector<GammaRatePair> studies)
      : design_{2 * studies.size(), {"effect", "level"}, {}, false, {}},
        engine_(std::make_shared<model::PairedRows<GammaRatePair>>(std::move(studies)), design_) {
    const std::size_t k = design_.k / 2;
    for (const std::size_t column : {0U, 1U})
      for (const std::size_t row : {0U, 1U}) design_.x.insert(design_.x.end(), k, row == column ? 1.0 : 0.0);
    poisson_ = engine_.maximise_common();
    if (poisson_.converged) maximum_ = engine_.maximise(poisson_);
  }
  RateRatio(const RateRatio&) = delete;  // the engine refers to the design

  bool converged() const { return maximum_.converged && !maximum_.unbounded; }
  const model::OneStageMaximum& maximum() const { return maximum_; }
  const OneStagePoint& poisson() const { return poisson_.at; }
  model::OneStageModel& engine() { return engine_; }

 private:
  model::Design design_;
  model::OneStageModel engine_;
  model::OneStageMaximum poisson_, maximum_;
};

PooledEstimate estimate(RateRatio& ratio, const Options& options) {
  const OneStagePoint& at = ratio.maximum().at;
  PooledEstimate result = inference::wald(at.theta[0], ratio.engine().errors(at).beta[0], {}, options.level);
  const LikelihoodInterval profile = ratio.engine().profile_beta(at, 0, likelihood_cut(options.level));
  list_profile_and_z(profile, result);
  if (options.interval_common != IntervalMethod::z) take_profile(profile, result);
  return result;
}

/// Dispersion with its interval and the test against the Poisson distribution.
void report_dispersion_of(const OneStagePoint& maximum, const OneStagePoint& poisson, const LikelihoodInterval& interval,
                          const PoolingInput& input, Pooled& pooled) {
  Heterogeneity& het = pooled.heterogeneity;
  het.tau2 = maximum.tau2();
  het.tau2_ci_lower = interval.lower;
  het.tau2_ci_upper = interval.upper;
  if (!interval.upper) het.status = Status::one_sided;
  test_tau2(maximum.loglik, poisson.loglik, het);
  report_dispersion(input, pooled);
}

Pooled failed(Pooled pooled, Status status, std::string reason) {
  pooled.common.status = pooled.fit.status = pooled.heterogeneity.status = status;
  pooled.common.reason = pooled.random.reason = pooled.fit.reason = pooled.heterogeneity.reason = std::move(reason);
  return pooled;
}

/// One arm without any event: the ratio is 0 or infinite, one end of its interval is not.
Pooled separated(std::vector<GammaRatePair> studies, const TwoArmRates& rates, const PoolingInput& input, Pooled pooled,
                 bool first_silent) {
  const std::size_t k = rates.x1i.size();
  std::vector<model::NegativeBinomialLikelihood> others;
  for (std::size_t i = 0; i < k; ++i)
    others.emplace_back(first_silent ? rates.x2i[i] : rates.x1i[i], first_silent ? rates.t2i[i] : rates.t1i[i]);
  const model::Design design{k, {"level"}, std::vector<double>(k, 1.0), true, {}};
  model::OneStageModel alone(std::make_unique<model::NegativeBinomialTerms>(std::move(others)), design);
  const model::OneStageMaximum limit = alone.maximise(alone.maximise_common());
  if (!limit.converged)
    return failed(std::move(pooled), Status::not_converged, "Newton's method did not reach the maximum of the likelihood");
  const double z = numerics::normal_two_sided(input.options.level);
  model::LinkedModel linked(std::make_unique<GammaRateArms>(std::move(studies)));
  const model::LikelihoodEnd end = linked.end_of_slope(limit.at.loglik, first_silent ? -1 : 1, z * z);
  pooled = failed(std::move(pooled), Status::not_estimable, "one arm has no event in any study: the rate ratio is 0 or infinite");
  pooled.common.status = Status::one_sided;
  pooled.random.reason = rates_vary;
  (first_silent ? pooled.common.ci_upper : pooled.common.ci_lower) = end.value;
  if (first_silent) pooled.common.display.estimate = 0;
  pooled.fit.status = Status::converged;
  pooled.fit.reason.clear();
  pooled.fit.loglik = limit.at.loglik;
  // The dispersion is that of the other arm.
  const model::OneStageMaximum poisson = alone.maximise_common();
  const double cut = numerics::normal_two_sided(input.options.heterogeneity_level.value_or(input.options.level));
  const LikelihoodInterval interval = alone.profile_tau2(limit.at, poisson.at, cut * cut);
  Heterogeneity& het = pooled.heterogeneity;
  het.status = interval.upper ? Status::ok : Status::one_sided;
  het.reason.clear();
  report_dispersion_of(limit.at, poisson.at, interval, input, pooled);
  return pooled;
}

/// The log rate ratio linear in moderators; the rates of all studies vary around one level.
Pooled pool_regression_of_rates(const PoolingInput& input) {
  const auto& rates = std::get<TwoArmRates>(input.studies.data);
  std::vector<GammaRatePair> studies;
  for (std::size_t i = 0; i < rates.x1i.size(); ++i) studies.emplace_back(rates.x1i[i], rates.t1i[i], rates.x2i[i], rates.t2i[i]);
  Pooled pooled =
      pool_arms_regression(input, {std::make_shared<model::PairedRows<GammaRatePair>>(std::move(studies)), false, {}, &Pooled::common});
  pooled.random.reason = rates_vary;
  report_dispersion(input, pooled);
  return pooled;
}

}  // namespace

Pooled pool_gamma_rates(const PoolingInput& input, const TwoArmRates& rates) {
  const IntervalMethod interval = input.options.interval_common.value_or(IntervalMethod::profile);
  if (interval != IntervalMethod::profile && interval != IntervalMethod::z)
    throw UsageError("--interval " + std::string(key(interval)) + ": the negative binomial model of two arms offers profile and z");
  if (!is_mean(input.design)) return pool_complete_studies(input, pool_regression_of_rates);
  std::vector<GammaRatePair> studies;
  double first = 0, second = 0;
  for (std::size_t i = 0; i < rates.x1i.size(); ++i) {
    studies.emplace_back(rates.x1i[i], rates.t1i[i], rates.x2i[i], rates.t2i[i]);
    first += rates.x1i[i];
    second += rates.x2i[i];
  }
  Pooled pooled;
  pooled.heterogeneity.k = studies.size();
  pooled.random.reason = rates_vary;
  if (first + second == 0) return failed(std::move(pooled), Status::not_estimable, "no study has an event");
  if (studies.size() == 1)
    return failed(std::move(pooled), Status::not_estimable,
                  "a single study: nothing says how much rates vary; --pooling glmm has its exact interval");
  if (first == 0 || second == 0) return separated(std::move(studies), rates, input, std::move(pooled), first == 0);

  RateRatio ratio(std::move(studies));
  if (!ratio.converged())
    return failed(std::move(pooled), Status::not_converged, "Newton's method did not reach the maximum of the likelihood");
  const OneStagePoint& at = ratio.maximum().at;
  pooled.common = estimate(ratio, input.options);
  const double cut = likelihood_cut(input.options.heterogeneity_level.value_or(input.options.level));
  report_dispersion_of(at, ratio.poisson(), ratio.engine().profile_tau2(at, ratio.poisson(), cut), input, pooled);
  pooled.fit.loglik = at.loglik;
  pooled.fit.aic = 6 - 2 * at.loglik;
  pooled.fit.bic = 3 * std::log(2 * static_cast<double>(pooled.heterogeneity.k)) - 2 * at.loglik;
  return pooled;
}

}  // namespace tausq::pooling
