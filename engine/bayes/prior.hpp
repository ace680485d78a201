// Priors of mu and tau: one table each (prior.cpp), read from words such as "halfnormal(0.5)" or "normal(0, 2.82)".
#pragma once

#include <limits>
#include <string>
#include <string_view>

#include <tausq/methods.hpp>

namespace tausq::bayes {

/// A prior of tau > 0, in the unit of the effect size. `a` and `b` are the arguments in the order of the table's formula.
struct PriorOfTau {
  TauPrior family = TauPrior::halfnormal;
  double a = 0.5, b = 0;
  std::string text = "halfnormal(0.5)";  ///< as the options echo it

  /// Normalised where the prior is proper; -infinity where it has no mass. tau > 0.
  double log_density(double tau) const;
  /// t where the density falls as tau^-t far out, powers of log tau aside; infinite where it falls faster than any power, or ends.
  double tail() const;
  /// Where the density ends: the upper argument of `uniform`, else infinity.
  double upper() const { return family == TauPrior::uniform ? b : std::numeric_limits<double>::infinity(); }
  /// False for uniform without an upper end.
  bool proper() const { return tail() > 1 || heavy_logarithm(); }
  /// Density on the log scale is the natural one to integrate.
  bool logarithmic() const { return family == TauPrior::lognormal || family == TauPrior::turner || heavy_logarithm(); }
  /// Of log tau even the distribution has tails that fall as a power only.
  bool heavy_logarithm() const { return family == TauPrior::logt; }
  /// A tau of the size that the prior has in mind; infinite for an improper one.
  double typical() const;
};

/// A prior of mu on the analysis scale.
struct PriorOfMu {
  MuPrior family = MuPrior::flat;
  double mean = 0, sd = 1;  ///< of `normal`
  std::string text = "flat";

  /// log density; 0 for `flat`.
  double log_density(double mu) const;
};

/// Reads a prior of tau, e.g. "halfcauchy(0.5)", "uniform(0,4)", "turner(adverse events, pharma-placebo)". Throws UsageError
/// that names the option, what was given and what is possible.
PriorOfTau parse_tau_prior(std::string_view text);

/// Reads a prior of mu: "flat", "normal(m,s)" or "uniform-probability".
PriorOfMu parse_mu_prior(std::string_view text);

}  // namespace tausq::bayes
