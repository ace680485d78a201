// Bootstrap: how the estimates of a meta-analysis vary over simulated or resampled sets of studies.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tausq/display.hpp>
#include <tausq/methods.hpp>
#include <tausq/status.hpp>

namespace tausq {

/// One interval of one quantity. `display` (natural scale) is filled for effects only.
struct BootstrapInterval {
  std::string reason;  ///< why an end is missing
  std::optional<double> ci_lower, ci_upper;
  Display display;
};

/// The replicates of one quantity, in its own units: effects on the analysis scale, I2 a fraction.
///
///   mean = sum(t_b) / B, se^2 = sum((t_b - mean)^2) / (B - 1), bias = mean - estimate; B = `replicates`, t_b in ascending order
///   percentile  t_(a (B + 1)) for a = alpha / 2 and 1 - alpha / 2, between neighbours by straight lines
///   basic       2 estimate - t at the other tail
///   bca         the percentile interval at a' = Phi(z0 + (z0 + z_a) / (1 - acceleration (z0 + z_a))),
///               z0 = Phi^-1(share of t_b below the estimate, ties half),
///               acceleration = sum(d_i^3) / (6 sum(d_i^2)^(3/2)), d_i = mean of t_(-i) minus t_(-i), each study left out once
///
/// An interval has no end where a (B + 1) lies outside 1 .. B, bca also where z0 is infinite or the jackknife has no value.
/// Sources: Efron 1987, JASA 82:171; Efron & Tibshirani 1993, An Introduction to the Bootstrap, eq. 6.6, 10.1, 13.5, 14.9 to 14.15.
struct BootstrapQuantity {
  std::string quantity;            ///< its place in the result: "random.estimate", "heterogeneity.tau2", "regression.beta.1"
  std::string label;               ///< in words: "random effects", "tau2", "year"
  std::optional<double> estimate;  ///< of the studies as they are
  std::size_t replicates = 0;      ///< that have the quantity
  std::optional<double> mean, se, bias;
  std::optional<double> z0, acceleration;
  BootstrapInterval percentile, basic, bca;
};

/// Why some replicates lack one quantity or more.
struct BootstrapFailure {
  Status status = Status::not_estimable;
  std::string reason;
  std::size_t replicates = 0;
};

/// Bootstrap of all that a meta-analysis estimates, at `options.level`.
///
/// Nonparametric: each replicate draws k of the k studies with replacement, with all that belongs to them (counts, moderators,
/// weights), and is analysed as the studies were. Parametric: each replicate keeps the sizes of the studies and draws their
/// results from the fitted model; quantities of random effects from the random-effects model, the common effect from its own.
///   inverse variance     y_i ~ N(x_i' beta, v_i + tau2), v_i and moderators fixed
///   one arm              x_i ~ Binomial(n_i, p_i) or Poisson(t_i lambda_i), link(p_i) or log(lambda_i) ~ N(x_i' beta, tau2)
///   two arms             a_i given both margins (noncentral hypergeometric), x1_i given x1_i + x2_i (binomial), log effect
///                        ~ N(x_i' beta, tau2): the law that conditional likelihoods are made of
/// Zero cells of replicates are corrected as those of the data. Replicate b depends on options.seed and b alone, on no thread.
/// Sources: Efron & Tibshirani 1993, ch. 6 and 9; van den Noortgate & Onghena 2005, Behav Res Methods 37:11; Viechtbauer 2007,
/// Stat Med 26:37 (section 2.5: parametric and nonparametric intervals of tau2).
struct Bootstrap {
  Status status = Status::ok;
  std::string reason;  ///< why there is none, what a reader should know of few studies
  BootstrapMethod method = BootstrapMethod::nonparametric;
  std::size_t replicates = 0;
  std::vector<BootstrapFailure> failures;  ///< replicates that lack a quantity, by the reason; the most frequent first
  std::vector<BootstrapQuantity> quantities;
};

}  // namespace tausq
