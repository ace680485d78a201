#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "engine/inference/wald.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/link_likelihood.hpp"
#include "engine/model/log_binomial.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"
#include "engine/pooling/exact_proportion.hpp"
#include "engine/pooling/glmm.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/one_stage_results.hpp"

namespace tausq::pooling {

namespace {

/// Population average E p(mu + tau u) with the delta-method interval on its logit, from the joint information of mu and
/// tau2. E p is itself the marginal likelihood of one event in one patient.
template <typename Likelihood>
Marginal marginal_proportion(const OneStageFit& fit, const PoolingInput& input) {
  const model::OneStagePoint& at = fit.random.at;
  const model::StudyTerm event = model::integrate(Likelihood(1, 1), at.theta[0], at.tau2());
  const model::StudyTerm none = model::integrate(Likelihood(0, 1), at.theta[0], at.tau2());
  const double logit = event.loglik - none.loglik;
  const double by_mu = event.d_eta - none.d_eta, by_tau2 = event.d_tau2 - none.d_tau2;
  const std::vector<double> v = fit.model.errors(at).covariance;
  const double se = std::sqrt(by_mu * by_mu * v[0] + 2 * by_mu * by_tau2 * v[1] + by_tau2 * by_tau2 * v[3]);
  const std::optional<double> df =
      input.options.interval == IntervalMethod::t ? std::optional(static_cast<double>(fit.model.k()) - 1) : std::nullopt;
  const double half_width = inference::two_sided_quantile(input.options.level, df) * se;
  const auto expit = [](double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); };
  return {std::exp(event.loglik), expit(logit - half_width), expit(logit + half_width), {}};
}

/// mu and tau2 cannot be told apart then.
bool one_patient_each(const SingleArmCounts& counts) {
  return std::all_of(counts.total.begin(), counts.total.end(), [](double n) { return n == 1; });
}

template <typename Likelihood>
Pooled pool_by_link(const PoolingInput& input, const SingleArmCounts& counts) {
  std::vector<Likelihood> studies;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < counts.events.size(); ++i) {
    studies.emplace_back(counts.events[i], counts.total[i]);
    all.push_back(i);
  }
  OneStageSetup setup = OneStageSetup::of(std::move(studies), std::move(all));
  setup.tau2_identified = !one_patient_each(counts);
  return pool_one_stage(input, std::move(setup), [&](const OneStageFit& fit, Pooled& result) {
    if (result.random.estimate) result.random.marginal = marginal_proportion<Likelihood>(fit, input);
  });
}

/// Proportions of 1 are part of the model: with mu > 0 they are more than half of it.
Pooled pool_log_proportions(const PoolingInput& input, const SingleArmCounts& counts) {
  Pooled pooled = pool_by_link<model::LogBinomialLikelihood>(input, counts);
  if (!is_mean(input.design) && pooled.random.status == Status::not_converged)
    pooled.common.reason = pooled.random.reason = pooled.fit.reason =
        "no maximum was found within the support: with a log link it may lie where a study's proportion is 1 (Wacholder 1986); other links "
        "have no such edge";
  if (pooled.random.estimate && *pooled.random.estimate > 0)
    pooled.warnings.push_back(
        {"median-at-one", "the median proportion is 1: by this model more than half of all studies have only events", {}});
  return pooled;
}

Pooled fitted(const PoolingInput& input, const SingleArmCounts& counts) {
  switch (input.options.link.value_or(Link::logit)) {
    case Link::probit:
      return pool_by_link<model::ProbitLikelihood>(input, counts);
    case Link::cloglog:
      return pool_by_link<model::CloglogLikelihood>(input, counts);
    case Link::log:
      return pool_log_proportions(input, counts);
    case Link::logit:
      break;
  }
  return pool_by_link<model::BinomialLikelihood>(input, counts);
}

}  // namespace

Pooled pool_proportions(const PoolingInput& input, const SingleArmCounts& counts) {
  const std::size_t k = counts.events.size();
  const char* reason = only_exact(counts);
  const bool single = k == 1 && counts.events[0] > 0 && counts.events[0] < counts.total[0];
  // The common effect of a single study has a z interval for those who ask for it.
  const bool wald_for_one = single && input.options.interval_common == IntervalMethod::z;
  Pooled pooled;
  if (reason == nullptr || wald_for_one) pooled = fitted(input, counts);
  if (reason != nullptr) {
    without_model(input, exact_proportion(counts, input.options.level, reason, *input.options.effect.measure), k, reason, pooled,
                  wald_for_one);
  } else if (one_patient_each(counts)) {
    pooled.heterogeneity.tau2_ci_upper.reset();
    pooled.warnings.push_back(
        {"tau2-not-identified", "every study has one patient: mu and tau2 cannot be told apart; tau2 = 0 is a convention here", {}});
  }
  if (input.options.extras || input.options.exact_draws) report_exact_equality(counts, pooled.heterogeneity);
  return pooled;
}

}  // namespace tausq::pooling
