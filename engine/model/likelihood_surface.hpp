// Quadrature over (mu, tau): nodes, weights and log-likelihoods for integrals of prior times likelihood.
//
// tau is integrated by one Gauss-Legendre rule in v, tau = s sinh(v), s the smallest standard deviation of a study: there the
// likelihood varies on a scale of 1 / sqrt(2 k) or more, near 0 as in the tail (v = log tau for weights of log tau). mu is integrated at
// every tau on its own equally spaced grid around the mode (spectrally accurate), or by Gauss-Legendre where a limit of mu cuts the
// likelihood off.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "engine/model/integrated_likelihood.hpp"

namespace tausq::model {

/// What the likelihood is multiplied with. Constant factors do not matter.
struct ParameterWeight {
  /// log of the weight of tau on (0, tau_limit), as a density in tau, smooth. Empty: 1.
  std::function<double(double)> log_tau = {};
  double tau_limit = std::numeric_limits<double>::infinity();  ///< infinity only with a weight that makes the integral finite
  /// log of the weight of mu on (mu_lower, mu_upper) with two derivatives: log-concave, analytic within 1.4 of the real axis.
  /// Empty: 1. Data without events, or with events only, need limits or a weight that falls.
  std::function<MuDerivatives(double)> log_mu = {};
  double mu_lower = -std::numeric_limits<double>::infinity(), mu_upper = std::numeric_limits<double>::infinity();
};

/// One node of the integral over tau.
struct TauNode {
  LikelihoodAtTau likelihood;
  double weight;      ///< of the rule, d tau: sum over nodes of weight * f(tau) = integral of f
  double log_weight;  ///< log(weight) + log_tau(tau)
  double position;    ///< of v in the rule's interval [-1, 1]
  double mode, sd;    ///< in mu, of weight times likelihood at this tau; rough (a tenth of sd)
  double tau() const { return likelihood.tau(); }
};

/// What stands for tau in the rule: v with tau = unit sinh(v), for densities that are smooth in tau; unit exp(v), for those of log tau;
/// unit exp(sinh(v)), where even log tau has long tails.
enum class TauVariable { linear, logarithm, long_logarithm };

/// The rule over tau where the integral over mu matters (exp(-30) of its maximum), ascending.
struct TauRule {
  std::vector<TauNode> nodes;
  bool symmetric = false;                      ///< half of a rule over (-V, V), for functions that are even in tau
  TauVariable variable = TauVariable::linear;  ///< v = from + half (1 + position)
  double unit = 1, from = 0, half = 1;

  double tau_at(double v) const;
  double v_at(double tau) const;
  /// d tau / dv at tau.
  double slope_at(double tau) const;

  /// Relative error of the sum over nodes of exp(log_values): from how far the Legendre coefficients of the integrand in v have fallen.
  double relative_error(const std::vector<double>& log_values) const;
};

struct TauRuleOptions {
  double refinement = 1;  ///< > 1: proportionally more nodes
  /// For integrals of functions that are even in tau, as the likelihood is and every function of tau2 (not tau itself): a range
  /// that begins at 0 then takes half of the rule over (-V, V), whose nodes do not crowd at 0.
  bool even = false;
  /// Other than linear for a weight that is smooth in log tau and not in tau, such as that of a log-normal prior.
  TauVariable variable = TauVariable::linear;
  double typical = 1;  ///< a tau of its size, where the search for the range begins
};
TauRule tau_rule(IntegratedLikelihood& likelihood, const ParameterWeight& weight, const TauRuleOptions& options = {});

/// All of the integral's mass at one tau: grid of mu, log-likelihoods there and the shares of the whole integral.
struct TauSlice {
  double tau = 0;
  std::vector<double> mu;           ///< ascending
  std::vector<double> loglik;       ///< log prod_i L_i(mu, tau), complete
  std::vector<double> probability;  ///< quadrature weight * weight(mu, tau) * L / integral: sums to 1 over all slices
  double mass = 0;                  ///< sum of probability
};

/// The posterior distribution (with `weight` as prior) as points with probabilities: the expectation of g(mu, tau) is
/// sum over slices and j of probability[j] g(mu[j], tau) for every smooth g.
struct LikelihoodSurface {
  std::vector<TauSlice> slices;
  double log_integral = 0;    ///< log of the integral of weight * likelihood over mu and tau
  double relative_error = 0;  ///< estimate for that integral
};

/// Nodes are added until the estimated relative error of the integral is below `tolerance` (at most four times as many as
/// suffice for k similar studies). About 35 x 25 values of the
/// likelihood for k <= 10.
LikelihoodSurface likelihood_surface(IntegratedLikelihood& likelihood, const ParameterWeight& weight, double tolerance = 1e-9);
/// On given nodes of tau. `next_study`: mu so close that functions of theta ~ N(mu, tau^2) are integrated too, however small tau.
LikelihoodSurface likelihood_surface(TauRule& rule, const ParameterWeight& weight, bool next_study = false);

}  // namespace tausq::model
