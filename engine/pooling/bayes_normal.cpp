// Bayesian random-effects pooling of effect sizes with known sampling variances: yi ~ N(mu, vi + tau2).
#include <cmath>

#include <tausq/problem.hpp>

#include "engine/bayes/normal_posterior.hpp"
#include "engine/inference/heterogeneity.hpp"
#include "engine/inference/wald.hpp"
#include "engine/pooling/bayes_results.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::pooling {

namespace {

/// Q and what follows from it; tau2 and its interval are those of the posterior.
void describe_heterogeneity(const NormalStudies& studies, Heterogeneity& het) {
  model::NormalData data;
  model::NormalWorkspace work;
  model::standardise(studies.yi, studies.vi, data);
  const double unit = data.scale * data.scale;
  const std::optional<inference::Tau2Interval> interval{{*het.tau2_ci_lower / unit, *het.tau2_ci_upper / unit}};
  Heterogeneity described = inference::heterogeneity(data, {.tau2 = *het.tau2 / unit, .se = {}}, interval, work);
  described.tau2 = het.tau2, described.tau = het.tau, described.tau2_se = het.tau2_se;
  described.tau2_ci_lower = het.tau2_ci_lower, described.tau2_ci_upper = het.tau2_ci_upper;
  if (data.k == 1) described.status = Status::ok, described.reason = "a single study: what is known of tau is its prior";
  het = std::move(described);
}

/// Why there is no posterior at all, or nothing.
const char* why_none(const NormalStudies& studies) {
  if (studies.yi.empty()) return "no study has an effect size with a positive variance";
  model::NormalData data;
  model::standardise(studies.yi, studies.vi, data);
  return std::isfinite(data.spread) ? nullptr : inference::beyond_double;
}

void random_effects(const PoolingInput& input, const NormalStudies& studies, const Priors& priors, Pooled& pooled) {
  const std::size_t k = studies.yi.size();
  if (!(bayes::normal_tail(k, priors.mu, priors.tau) > 1)) {
    const char* least = priors.mu.family == MuPrior::flat ? "three" : "two";
    report_improper(input,
                    priors.tau.proper()
                        ? std::string("the posterior of tau falls more slowly than any power: a log-t prior needs two studies")
                        : "the posterior is improper: a uniform prior of tau without an upper end needs at least " + std::string(least) +
                              " studies with this prior of mu",
                    pooled);
    pooled.heterogeneity.status = Status::not_estimable;
    pooled.heterogeneity.reason = pooled.fit.reason;
    return;
  }
  report_bayes(bayes::normal_posterior(studies.yi, studies.vi, priors.mu, priors.tau), input, priors, studies.study, pooled);
  describe_heterogeneity(studies, pooled.heterogeneity);
}

}  // namespace

Pooled pool_bayes_normal(const PoolingInput& input) {
  const Options& options = input.options;
  const Priors priors(options);
  if (priors.mu.family == MuPrior::uniform_probability)
    throw UsageError("--prior-mu uniform-probability: is for counts of proportions; effect sizes take flat or normal(m, s)");
  Pooled pooled;
  const NormalStudies studies = usable_studies(input, pooled.excluded);
  pooled.heterogeneity.k = studies.yi.size();
  if (const char* const reason = why_none(studies)) {
    report_improper(input, reason, pooled);
    pooled.common = inference::not_estimable(reason);
    pooled.heterogeneity.status = Status::not_estimable;
    pooled.heterogeneity.reason = reason;
    return pooled;
  }
  if (options.model != Model::random) {
    const bayes::Marginals common = bayes::normal_posterior_common(studies.yi, studies.vi, priors.mu);
    pooled.common = bayes_estimate(common, options);
    pooled.weight_common.resize(input.studies.size());
    for (std::size_t i = 0; i < studies.yi.size(); ++i) pooled.weight_common[studies.study[i]] = common.studies[i].weight;
  }
  if (options.model != Model::common) {
    random_effects(input, studies, priors, pooled);
  } else {
    model::NormalData data;
    model::NormalWorkspace work;
    model::standardise(studies.yi, studies.vi, data);
    pooled.heterogeneity = inference::homogeneity(data, work);
  }
  return pooled;
}

}  // namespace tausq::pooling
