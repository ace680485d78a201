// The normal-normal model: yi ~ N(mu, vi + tau2). Given tau everything about mu is normal and in closed form, so that the
// posterior is a mixture of normal distributions over the nodes of a quadrature in tau (Röver 2020, J Stat Softw 93(6)).
#pragma once

#include <span>

#include "engine/bayes/marginals.hpp"
#include "engine/bayes/prior.hpp"

namespace tausq::bayes {

/// k >= 1 finite yi with vi > 0. `mu` is flat or normal. The posterior has to be proper: see normal_tail.
Marginals normal_posterior(std::span<const double> yi, std::span<const double> vi, const PriorOfMu& mu, const PriorOfTau& tau);

/// The same with tau = 0.
Marginals normal_posterior_common(std::span<const double> yi, std::span<const double> vi, const PriorOfMu& mu);

/// The posterior of tau falls as tau^-t far out; it is proper for t > 1. The likelihood of k studies falls as tau^-k, or
/// tau^-(k - 1) when mu is integrated over a flat prior.
inline double normal_tail(std::size_t k, const PriorOfMu& mu, const PriorOfTau& tau) {
  return tau.tail() + static_cast<double>(k) - (mu.family == MuPrior::flat ? 1 : 0);
}

}  // namespace tausq::bayes
