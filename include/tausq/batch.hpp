// Meta-analyses by the million: effect sizes or counts of many sets in, columns of results out.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <tausq/options.hpp>
#include <tausq/status.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// Many sets of studies. `column` holds what the layout has, in the order of its struct in studies.hpp (yi, vi; events, total;
/// ai, bi, ci, di; ...), the unused ones empty. All columns are equally long: the studies of the first set, those of the second
/// and so on. Sets have `k` entries each, or, where `offsets` is not empty, set i has the entries offsets[i] .. offsets[i + 1] - 1.
/// An entry with a NaN in any column is no study.
struct BatchStudies {
  Layout layout = Layout::generic;
  std::array<std::span<const double>, 6> column{};
  std::size_t k = 0;
  std::span<const std::size_t> offsets{};  ///< n + 1 ascending numbers from 0 to the length of the columns; or empty

  std::size_t sets() const { return offsets.empty() ? (k == 0 ? 0 : column[0].size() / k) : offsets.size() - 1; }
};

/// Sets of k effect sizes with their variances.
inline BatchStudies batch_effects(std::span<const double> yi, std::span<const double> vi, std::size_t k) {
  return {Layout::generic, {yi, vi}, k, {}};
}
/// Sets of k arms.
inline BatchStudies batch_counts(std::span<const double> events, std::span<const double> total, std::size_t k) {
  return {Layout::single_arm_counts, {events, total}, k, {}};
}
/// Sets of k two-by-two tables.
inline BatchStudies batch_tables(std::span<const double> ai, std::span<const double> bi, std::span<const double> ci,
                                 std::span<const double> di, std::size_t k) {
  return {Layout::two_arm_counts, {ai, bi, ci, di}, k, {}};
}

/// Where the results go: one entry a set in each column, an empty column is not wanted and costs nothing. Analysis scale. A number
/// that a set does not have is NaN, because a column of numbers has no other place for it; `status` says why.
struct BatchFits {
  std::span<Status> status{};  ///< of the random-effects estimate; of the common one where that alone is asked for
  std::span<double> k{};       ///< studies in the fit
  std::span<double> estimate{}, se{}, statistic{}, df{}, p_value{}, ci_lower{}, ci_upper{};  ///< random effects
  std::span<double> prediction_lower{}, prediction_upper{};
  std::span<double> common_estimate{}, common_se{}, common_statistic{}, common_p_value{}, common_ci_lower{}, common_ci_upper{};
  std::span<double> tau2{}, i2{}, h2{}, q{}, q_p{};
};

/// Pools every set by the inverse-variance model, eight sets side by side.
///
/// Numbers are those of analyse() of the set to 14 digits: estimates, se and ends of intervals relative to |estimate| + se, tau2
/// relative to tau2 + the smallest variance. Sets that lanes of vectors do not serve well (several maxima of the likelihood, a study that
/// outweighs all others, variances beyond 1e-50 .. 1e50, an iteration that does not settle) and estimators other than DL, GENQ, HS, HSk,
/// ML, REML, PM, EB, DLIT and SJIT are fitted one by one, by the code of analyse(). No result depends on the other sets, on the place of a
/// set, on `threads` (0: one a processor) or on the processor: a vector of eight takes the same roundings in the same order whatever its
/// width in hardware, and no product and sum are contracted.
///
/// `options` are those of analyse() that concern inverse-variance means: measure and zero cells, tau2, interval (without those
/// of the likelihood, all are served), level, prediction, model. Counts become effect sizes first, as by effect_sizes(); studies
/// without effect size or with variance 0 are left out. The tau2 interval is not computed: fit_many() and analyse() do.
///
/// Throws InputError for columns of other lengths, numbers that are infinite, variances that are not positive, counts that are negative,
/// not whole or above their total (`row` is the set and `column` the entry in it, both from 1; the first 100 are listed); nothing that
/// `fits` holds is then valid. Throws UsageError for options that need more than that.
void fit_batch(const BatchStudies& studies, const BatchFits& fits, const Options& options = {}, std::size_t threads = 1);

}  // namespace tausq
