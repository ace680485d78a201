#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "engine/inference/wald.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"
#include "engine/pooling/exact_proportion.hpp"
#include "engine/pooling/glmm.hpp"
#include "engine/pooling/one_stage_results.hpp"

namespace tausq::pooling {

namespace {

using model::BinomialLikelihood;

struct Totals {
  double events = 0, total = 0, largest = 0;
};
Totals totals(const SingleArmCounts& counts) {
  Totals result;
  for (std::size_t i = 0; i < counts.events.size(); ++i) {
    result.events += counts.events[i];
    result.total += counts.total[i];
    result.largest = std::max(result.largest, counts.total[i]);
  }
  return result;
}

/// One study, no events or only events: the exact interval of the pooled counts is all that can be said.
Pooled exact_only(const PoolingInput& input, const SingleArmCounts& counts, const char* reason) {
  Pooled pooled;
  pooled.random = pooled.common = exact_proportion(counts, input.options.level, reason);
  pooled.heterogeneity.k = counts.events.size();
  pooled.heterogeneity.status = pooled.prediction.status = pooled.fit.status = Status::not_estimable;
  pooled.heterogeneity.reason = pooled.prediction.reason = pooled.fit.reason = reason;
  if (input.options.prediction == PredictionMethod::none) pooled.prediction = {};
  pooled.prediction.method = *input.options.prediction;
  return pooled;
}

/// Wald statistic: sum w (y - ybar)^2 over studies with a finite logit y, w = n p q at their own p; likelihood ratio: the
/// deviance of the common proportion (studies without events or non-events count in full, and in both degrees of freedom).
Homogeneity homogeneity(const SingleArmCounts& counts, const std::vector<BinomialLikelihood>& studies, double common_loglik) {
  Homogeneity result;
  numerics::Sum weights, weighted, saturated, q;
  const auto each = [&](auto&& visit) {
    for (std::size_t i = 0; i < counts.events.size(); ++i) {
      const double x = counts.events[i], m = counts.total[i] - x;
      if (x > 0 && m > 0) visit(x * m / (x + m), std::log(x / m));
    }
  };
  each([&](double w, double y) { weights.add(w), weighted.add_product(w, y); });
  const double mean = weights.value() > 0 ? weighted.value() / weights.value() : 0;
  each([&](double w, double y) { q.add(w * (y - mean) * (y - mean)); });
  for (const BinomialLikelihood& study : studies) saturated.add(study.saturated());
  result.wald = q.value();
  result.likelihood_ratio = std::max(0.0, 2 * (saturated.value() - common_loglik));
  return result;
}

/// Population average E expit(mu + tau u) with the delta-method interval on its logit, from the joint information of mu and
/// tau2. E expit is itself the marginal likelihood of one event in one patient.
Display marginal_proportion(const OneStageFit& fit, const PoolingInput& input) {
  const model::OneStagePoint& at = fit.random.at;
  const model::StudyTerm event = model::integrate(BinomialLikelihood(1, 1), at.theta[0], at.tau2());
  const model::StudyTerm none = model::integrate(BinomialLikelihood(0, 1), at.theta[0], at.tau2());
  const double logit = event.loglik - none.loglik;
  const double by_mu = event.d_eta - none.d_eta, by_tau2 = event.d_tau2 - none.d_tau2;
  const std::vector<double> v = fit.model.errors(at).covariance;
  const double se = std::sqrt(by_mu * by_mu * v[0] + 2 * by_mu * by_tau2 * v[1] + by_tau2 * by_tau2 * v[3]);
  const std::optional<double> df =
      input.options.interval == IntervalMethod::t ? std::optional(static_cast<double>(fit.model.k()) - 1) : std::nullopt;
  const double half_width = inference::two_sided_quantile(input.options.level, df) * se;
  const auto expit = [](double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); };
  return {std::exp(event.loglik), expit(logit - half_width), expit(logit + half_width)};
}

}  // namespace

Pooled pool_proportions(const PoolingInput& input, const SingleArmCounts& counts) {
  const Totals sums = totals(counts);
  const std::size_t k = counts.events.size();
  if (sums.events == 0) return exact_only(input, counts, "no events in any study: exact interval of the pooled counts");
  if (sums.events == sums.total) return exact_only(input, counts, "only events in every study: exact interval of the pooled counts");
  const bool wald_for_one = k == 1 && input.options.interval_common == IntervalMethod::z;
  if (k == 1 && !wald_for_one) return exact_only(input, counts, "a single study: its exact interval");

  std::vector<BinomialLikelihood> studies;
  for (std::size_t i = 0; i < k; ++i) studies.emplace_back(counts.events[i], counts.total[i]);
  model::OneStageModel engine(std::make_unique<model::StudyTermsOf<BinomialLikelihood>>(studies), input.design);
  const OneStageFit fit = fit_one_stage(engine);
  Pooled pooled;
  report(fit, input, pooled);
  if (k == 1) {
    const PooledEstimate common = pooled.common;
    pooled = exact_only(input, counts, "a single study: its exact interval");
    pooled.common = common;
    return pooled;
  }
  if (pooled.random.status != Status::not_estimable && fit.random.converged) pooled.random.marginal = marginal_proportion(fit, input);
  std::vector<std::size_t> all(k);
  std::iota(all.begin(), all.end(), std::size_t{0});
  report_homogeneity(homogeneity(counts, studies, fit.common.at.loglik), input, all, pooled.heterogeneity);
  if (k == 2)
    pooled.warnings.push_back({"small-k", "two studies say very little about tau2: the interval of the mean rests on the model", {}});
  if (sums.largest == 1) {
    pooled.heterogeneity.tau2_ci_upper.reset();
    pooled.warnings.push_back(
        {"tau2-not-identified", "every study has one patient: mu and tau2 cannot be told apart; tau2 = 0 is a convention here", {}});
  }
  return pooled;
}

}  // namespace tausq::pooling
