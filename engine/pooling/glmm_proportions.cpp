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
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/one_stage_results.hpp"

namespace tausq::pooling {

namespace {

using model::BinomialLikelihood;

constexpr const char* single_reason = "a single study: its exact interval";

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

/// The exact interval of the pooled counts is all that can be said.
Pooled exact_only(const PoolingInput& input, const SingleArmCounts& counts, const char* reason) {
  Pooled pooled;
  without_model(input, exact_proportion(counts, input.options.level, reason), counts.events.size(), reason, pooled);
  return pooled;
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
  if (k == 1 && !wald_for_one) return exact_only(input, counts, single_reason);

  std::vector<BinomialLikelihood> studies;
  for (std::size_t i = 0; i < k; ++i) studies.emplace_back(counts.events[i], counts.total[i]);
  std::vector<std::size_t> all(k);
  std::iota(all.begin(), all.end(), std::size_t{0});
  Pooled pooled = pool_one_stage(input, OneStageSetup::of(std::move(studies), std::move(all)), [&](const OneStageFit& fit, Pooled& result) {
    if (result.random.estimate) result.random.marginal = marginal_proportion(fit, input);
  });
  if (k == 1) without_model(input, exact_proportion(counts, input.options.level, single_reason), 1, single_reason, pooled, true);
  if (sums.largest == 1) {
    pooled.heterogeneity.tau2_ci_upper.reset();
    pooled.warnings.push_back(
        {"tau2-not-identified", "every study has one patient: mu and tau2 cannot be told apart; tau2 = 0 is a convention here", {}});
  }
  return pooled;
}

}  // namespace tausq::pooling
