// From marginal posterior distributions to results: what all Bayesian pooling models have in common.
#pragma once

#include <string>
#include <vector>

#include "engine/bayes/marginals.hpp"
#include "engine/bayes/prior.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// The priors that the resolved options name.
struct Priors {
  bayes::PriorOfTau tau;
  bayes::PriorOfMu mu;

  explicit Priors(const Options& options) : tau(bayes::parse_tau_prior(options.prior_tau)), mu(bayes::parse_mu_prior(options.prior_mu)) {}
  bool proper() const { return tau.proper() && mu.family != MuPrior::flat; }
};

/// mean, median, sd and both intervals of a distribution on a scale; `moments` of them exist (0, 1: mean, 2: sd).
PosteriorQuantity summary(const bayes::Density& density, bayes::Scale scale, double level, int moments);

/// The estimate of mu: median with the interval that the options name, no test.
PooledEstimate bayes_estimate(const bayes::Marginals& marginals, const Options& options);

/// Fills `random`, `prediction`, tau2 with its interval, and `posterior`. `used` are the places of the studies in the input.
void report_bayes(const bayes::Marginals& marginals, const PoolingInput& input, const Priors& priors, const std::vector<std::size_t>& used,
                  Pooled& pooled);

/// No posterior distribution, for `reason`.
void report_improper(const PoolingInput& input, const std::string& reason, Pooled& pooled);

}  // namespace tausq::pooling
