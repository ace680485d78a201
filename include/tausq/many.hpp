// Many meta-analyses at once: sets of effect sizes in a rectangle, one row of results a set.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <tausq/options.hpp>
#include <tausq/status.hpp>

namespace tausq {

/// What a table of meta-analyses shows of one of them. Analysis scale.
struct SetFit {
  std::size_t k = 0;                      ///< studies in the fit
  Status status = Status::not_requested;  ///< of the random-effects estimate; of the common one where that alone is asked for
  std::optional<double> estimate, se, statistic, df, p_value, ci_lower, ci_upper;  ///< random effects
  std::optional<double> prediction_lower, prediction_upper;
  std::optional<double> common_estimate, common_se, common_p_value, common_ci_lower, common_ci_upper;
  std::optional<double> tau2, tau2_ci_lower, tau2_ci_upper, i2, h2, q, q_df, q_p;
};

/// Pools every set by the inverse-variance model, as analyse() of generic_effects() does, to the last digit.
///
/// `yi` and `vi` are n x k, row by row; an entry whose yi or vi is NaN is no study, so that sets may differ in size. The sets are
/// independent: results depend neither on their order nor on `threads` (0: one a processor). A set that cannot be fitted
/// has a status and empty numbers.
/// Throws InputError for lengths that differ, an infinite effect size, or a variance that is not positive and finite (`row` is the
/// set and `column` the study, both from 1; at most 100 are listed), and UsageError for options that need more than effect sizes:
/// moderators, subgroups, weights, other models.
std::vector<SetFit> fit_many(std::span<const double> yi, std::span<const double> vi, std::size_t k, const Options& options = {},
                             std::size_t threads = 1);

}  // namespace tausq
