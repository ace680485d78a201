// What every Bayesian model comes to: the marginal posterior distributions of mu, of tau and of a new study's true effect.
#pragma once

#include <optional>
#include <vector>

#include "engine/bayes/density.hpp"

namespace tausq::bayes {

/// Posterior mean and standard deviation of one study's own effect, in the units of Marginals (not a number where they do not exist), and
/// the posterior mean of its weight in the mean (normal models only).
struct StudyMoments {
  double mean = 0, sd = 0;
  std::optional<double> weight = {};
};

/// Distributions in standard units: a value x of theirs stands for shift + scale x (tau for scale tau).
struct Marginals {
  Density mu;
  std::optional<Density> tau;     ///< of tau, or of log tau if `log_tau`; empty when tau = 0 is supposed
  std::optional<Density> effect;  ///< of a new study's true effect; empty with tau
  bool log_tau = false;
  double shift = 0, scale = 1;
  double log_marginal = 0;            ///< log of the likelihood averaged over the priors, on the scale of the data
  double tail = 0;                    ///< the posterior of tau falls as tau^-tail far out: E tau^r exists for r < tail - 1
  bool mu_follows_tau = false;        ///< mu has the same tail (flat prior)
  std::vector<StudyMoments> studies;  ///< in the order of the data; empty where not computed
};

}  // namespace tausq::bayes
