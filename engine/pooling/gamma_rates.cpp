// Rate ratio common to all studies, whose rates vary as a gamma distribution.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/model/gamma_rates.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/roots.hpp"
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
using model::Held;
using model::LikelihoodInterval;
using model::OneStagePoint;

constexpr const char* rates_vary = "the rates vary between studies, their ratio does not";

/// The likelihood with the rate ratio as its parameter; where one arm has no event at all, its limit for theta towards infinity,
/// which is that of the other arm alone.
class RateRatio {
 public:
  explicit RateRatio(std::vector<GammaRatePair> studies) : RateRatio(std::make_unique<GammaRateArms>(std::move(studies))) {}
  RateRatio(const RateRatio&) = delete;

  struct Maximum {
    double theta = 0, information = 0;  ///< about theta, the rest unknown
    OneStagePoint at;
    bool converged = false;
  };
  Maximum maximise(double theta, const OneStagePoint& start, const Held& held);
  LikelihoodInterval profile(const Maximum& maximum, double cut);
  LikelihoodInterval profile_dispersion(const Maximum& maximum, const Maximum& poisson, double cut);
  model::LinkedModel& linked() { return linked_; }

 private:
  explicit RateRatio(std::unique_ptr<GammaRateArms> terms) : arms_(*terms), linked_(std::move(terms)) {}
  double information(const OneStagePoint& at, const Held& held) const;

  GammaRateArms& arms_;
  model::LinkedModel linked_;
};

double RateRatio::information(const OneStagePoint& at, const Held& held) const {
  const auto [c, level, dispersion] = arms_.curvature();
  const double a = -at.second(0, 0), b = -at.second(0, 1), d = -at.second(1, 1);
  const bool at_edge = held.tau2 || (at.tau2() == 0 && at.score[1] <= 0);
  if (at_edge) return -c - level * level / a;
  return -c - (level * level * d - 2 * level * dispersion * b + dispersion * dispersion * a) / (a * d - b * b);
}

RateRatio::Maximum RateRatio::maximise(double theta, const OneStagePoint& start, const Held& held) {
  Maximum result;
  result.at = start;
  bool converged = true;
  const auto score = [&](double at) {
    model::LinkedModel::Point found = linked_.maximise_at(at, result.at, held);
    converged = converged && found.converged;
    result.at = std::move(found.at);
    result.information = information(result.at, held);
    return std::pair{found.slope, -result.information};
  };
  const double first = score(theta).first;
  if (first * first <= 1e-24 * result.information) {  // there already: the sign of what is left is noise
    result.theta = theta + first / result.information;
    result.converged = converged;
    return result;
  }
  const double step = std::copysign(2 / std::sqrt(std::max(result.information, 1e-6)), first);
  const auto bracket = numerics::bracket_outward([&](double at) { return score(at).first; }, theta, step, 700);
  if (!bracket) return result;
  const numerics::Root root = numerics::newton_root(score, bracket->first, bracket->second, theta + first / result.information);
  result.theta = root.x;
  score(root.x);
  result.converged = root.converged && converged;
  return result;
}

LikelihoodInterval RateRatio::profile(const Maximum& maximum, double cut) {
  const double step = std::sqrt(cut / maximum.information);
  model::EndSearch search{maximum.theta, -step, 700};
  const model::LikelihoodEnd lower = linked_.end(maximum.at.loglik, maximum.at, search, cut);
  search.first = step;
  const model::LikelihoodEnd upper = linked_.end(maximum.at.loglik, maximum.at, search, cut);
  return {lower.value, upper.value, lower.converged && upper.converged};
}

LikelihoodInterval RateRatio::profile_dispersion(const Maximum& maximum, const Maximum& poisson, double cut) {
  Maximum last = maximum;
  const auto fall = [&](double root, bool) -> std::optional<model::Fall> {
    last.at.theta.back() = root * root;
    Maximum found = maximise(last.theta, last.at, {.tau2 = true});
    if (!found.converged) return std::nullopt;
    last = std::move(found);
    return model::Fall{2 * (maximum.at.loglik - last.at.loglik), 2 * root * last.at.score[1]};
  };
  const double origin = std::sqrt(maximum.at.tau2());
  model::EndSearch search{origin, 0.5 * (origin + 0.1), 1e4 * (1 + origin)};
  const model::LikelihoodEnd upper = model::likelihood_end(fall, search, cut);
  model::LikelihoodEnd lower{0, true};
  if (2 * (maximum.at.loglik - poisson.at.loglik) > cut) {
    last = maximum;
    search.first = -0.5 * origin;
    search.outside = 0;
    lower = model::likelihood_end(fall, search, cut);
  }
  const auto squared = [](std::optional<double> x) { return x ? std::optional(*x * *x) : std::nullopt; };
  return {squared(lower.value), squared(upper.value), lower.converged && upper.converged};
}

PooledEstimate estimate(RateRatio& ratio, const RateRatio::Maximum& maximum, const Options& options) {
  PooledEstimate result = inference::wald(maximum.theta, 1 / std::sqrt(maximum.information), {}, options.level);
  const LikelihoodInterval profile = ratio.profile(maximum, likelihood_cut(options.level));
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

void report_fit(const RateRatio::Maximum& maximum, const RateRatio::Maximum& poisson, const LikelihoodInterval& dispersion,
                const PoolingInput& input, Pooled& pooled) {
  const Heterogeneity& het = pooled.heterogeneity;
  report_dispersion_of(maximum.at, poisson.at, dispersion, input, pooled);
  pooled.fit.loglik = maximum.at.loglik;
  pooled.fit.aic = 6 - 2 * maximum.at.loglik;
  pooled.fit.bic = 3 * std::log(2 * static_cast<double>(het.k)) - 2 * maximum.at.loglik;
}

Pooled failed(Pooled pooled, Status status, std::string reason) {
  pooled.common.status = pooled.fit.status = pooled.heterogeneity.status = status;
  pooled.common.reason = pooled.random.reason = pooled.fit.reason = pooled.heterogeneity.reason = std::move(reason);
  return pooled;
}

/// One arm without any event: the ratio is 0 or infinite, one end of its interval is not.
Pooled separated(RateRatio& ratio, const TwoArmRates& rates, const PoolingInput& input, Pooled pooled, bool first_silent) {
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
  const model::LikelihoodEnd end = ratio.linked().end_of_slope(limit.at.loglik, first_silent ? -1 : 1, z * z);
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
  double first = 0, second = 0, time1 = 0, time2 = 0;
  for (std::size_t i = 0; i < rates.x1i.size(); ++i) {
    studies.emplace_back(rates.x1i[i], rates.t1i[i], rates.x2i[i], rates.t2i[i]);
    first += rates.x1i[i], time1 += rates.t1i[i];
    second += rates.x2i[i], time2 += rates.t2i[i];
  }
  Pooled pooled;
  pooled.heterogeneity.k = studies.size();
  pooled.random.reason = rates_vary;
  if (first + second == 0) return failed(std::move(pooled), Status::not_estimable, "no study has an event");
  if (studies.size() == 1)
    return failed(std::move(pooled), Status::not_estimable,
                  "a single study: nothing says how much rates vary; --pooling glmm has its exact interval");
  RateRatio ratio(std::move(studies));
  if (first == 0 || second == 0) return separated(ratio, rates, input, std::move(pooled), first == 0);

  const double crude = std::log(first / time1) - std::log(second / time2);
  const OneStagePoint start = ratio.linked().maximise_at(crude).at;
  OneStagePoint binomial = start;
  binomial.theta.back() = 0;
  const RateRatio::Maximum maximum = ratio.maximise(crude, start, {}), poisson = ratio.maximise(crude, binomial, {.tau2 = true});
  if (!maximum.converged || !poisson.converged)
    return failed(std::move(pooled), Status::not_converged, "Newton's method did not reach the maximum of the likelihood");
  pooled.common = estimate(ratio, maximum, input.options);
  const double z = numerics::normal_two_sided(input.options.heterogeneity_level.value_or(input.options.level));
  report_fit(maximum, poisson, ratio.profile_dispersion(maximum, poisson, z * z), input, pooled);
  return pooled;
}

}  // namespace tausq::pooling
