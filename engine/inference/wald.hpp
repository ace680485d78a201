// Estimate, standard error and reference distribution: test and interval.
#pragma once

#include <optional>

#include <tausq/analysis.hpp>

namespace tausq::inference {

/// Two-sided test of zero: p and its natural logarithm, which stays right where p underflows.
struct TwoSided {
  double p_value = 1;
  double log_p_value = 0;
};

/// P(|Z| >= |statistic|), Z normal or t on `df` degrees of freedom.
TwoSided two_sided(double statistic, std::optional<double> df);

/// c with P(|Z| <= c) = level, Z normal or t on `df` degrees of freedom.
double two_sided_quantile(double level, std::optional<double> df);

/// x, or nothing where it left the range of numbers.
std::optional<double> if_finite(double x);

constexpr const char* beyond_double =
    "the effect sizes or their variances are too large or too small, or too far apart, for numbers of double precision";

/// estimate -+ c se with test of zero; status ok. se > 0 and finite; an estimate that left the range of numbers is not estimable. An
/// interval without bounds (t on a tiny fraction of a degree of freedom) leaves its ends empty and says so in `reason`.
PooledEstimate wald(double estimate, double se, std::optional<double> df, double level);

/// Without numbers, for `reason`.
PooledEstimate not_estimable(const char* reason);

}  // namespace tausq::inference
