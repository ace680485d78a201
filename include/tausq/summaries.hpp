// Mean and standard deviation of a sample that was reported by its median with quartiles, range or both.
#pragma once

#include <optional>

#include <tausq/methods.hpp>

namespace tausq {

/// What a report gives of a sample of n values. The median and at least one of the two pairs are needed.
struct FiveNumbers {
  double n = 0;
  double median = 0;
  std::optional<double> minimum = {}, maximum = {};
  std::optional<double> q1 = {}, q3 = {};
};

struct MeanAndSd {
  double mean = 0;
  double sd = 0;
};

/// Which numbers are there: S1, S2, S3 of Wan et al. 2014. Formulas and sources: methods<SummaryScenario>().
enum class SummaryScenario { range, quartiles, range_and_quartiles };

/// minimum <= q1 <= median <= q3 <= maximum, as far as they are there.
bool in_order(const FiveNumbers& summary);

/// The scenario that `summary` answers to; empty when only the median is there, when n < 2, or when the numbers are not in
/// order.
std::optional<SummaryScenario> scenario(const FiveNumbers& summary);

/// Mean and standard deviation that a normal sample with this summary would have had, by the row of its scenario. Skewed
/// samples are not detected. Empty where scenario() is.
std::optional<MeanAndSd> mean_and_sd(const FiveNumbers& summary);

}  // namespace tausq
