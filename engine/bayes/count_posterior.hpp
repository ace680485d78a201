// Posterior distributions by exact likelihood of counts: theta_i ~ N(mu, tau2), counts_i ~ f(theta_i). The likelihood of (mu, tau)
// and the nodes in tau come from model/likelihood_surface; mu is sampled at every node on a lattice that determines its density.
#pragma once

#include "engine/bayes/marginals.hpp"
#include "engine/bayes/prior.hpp"
#include "engine/model/integrated_likelihood.hpp"

namespace tausq::bayes {

/// `mu` is normal or uniform-probability. The posterior has to be proper: see count_tail. `reliable` is false where the nodes in
/// tau did not reach the accuracy of 1e-8.
struct CountPosterior {
  Marginals marginals;
  bool reliable = true;
};
CountPosterior count_posterior(model::IntegratedLikelihood& likelihood, const PriorOfMu& mu, const PriorOfTau& tau);

/// The same with tau = 0.
Marginals count_posterior_common(model::IntegratedLikelihood& likelihood, const PriorOfMu& mu);

/// The posterior of tau falls as tau^-t far out; it is proper for t > 1. Every study whose likelihood has a maximum adds 1; one
/// without (no event, or only events) is compatible with any tau.
double count_tail(const model::IntegratedLikelihood& likelihood, const PriorOfTau& tau);

}  // namespace tausq::bayes
