// Equal proportions, tested given the total of the events.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace tausq::inference {

struct ConditionalTest {
  double p_value = 1;  ///< P(T >= t), ties included: its level holds
  double mid_p = 0.5;  ///< ties counted half
};

/// Exact test of equal proportions against any difference. Given sum(events) the events are multivariate hypergeometric, whatever the
/// common proportion; T is Pearson's chi-square, an increasing function of sum events^2 / total there. Every table with the same total
/// is visited once; empty where they are more than `most`. One table (no event, or only events): p = 1.
std::optional<ConditionalTest> equal_proportions(std::span<const double> events, std::span<const double> total, double most = 20000);

}  // namespace tausq::inference
