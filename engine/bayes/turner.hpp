// Predictive distributions of the heterogeneity of log odds ratios, from the Cochrane Database (Turner et al. 2015).
#pragma once

#include <string_view>

namespace tausq::bayes {

/// log(tau2) ~ N(mean, sd^2).
struct TurnerPrior {
  double mean = 0, sd = 1;
};

/// By outcome ("all-cause mortality", "adverse events", ...) and comparison ("pharma-placebo", "pharma-pharma",
/// "nonpharma-placebo", "nonpharma-pharma", "nonpharma-nonpharma"); "any, any" is the general distribution. Case and the
/// characters '-', '_', '.' are not told apart. Throws UsageError that lists the words.
TurnerPrior turner_prior(std::string_view outcome, std::string_view comparison);

}  // namespace tausq::bayes
