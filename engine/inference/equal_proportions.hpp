// Equal proportions, tested given the total of the events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tausq::inference {

struct ConditionalTest {
  double p_value = 1;     ///< P(T >= t), ties included: its level holds
  double mid_p = 0.5;     ///< ties counted half
  std::size_t draws = 0;  ///< tables drawn; 0: all of them counted
  double p_se = 0;        ///< Monte-Carlo standard error of p_value; 0 where all are counted
};

/// Exact test of equal proportions against any difference. Given sum(events) the events are multivariate hypergeometric, whatever the
/// common proportion; T is Pearson's chi-square, an increasing function of sum events^2 / total there. Every table with the same total
/// is visited once; empty where they are more than `most`. One table (no event, or only events): p = 1.
std::optional<ConditionalTest> equal_proportions(std::span<const double> events, std::span<const double> total, double most = 20000);

/// The same from `draws` random tables with this total, each of the numbers of its own counter under `seed`:
/// p = (1 + #{T >= t}) / (draws + 1), whose level holds for any number of draws (Davison & Hinkley 1997, Bootstrap Methods, eq. 4.11);
/// mid-p counts drawn ties and the observed table half. Empty where that would take more than a second or so: steps (of the order of
/// the standard deviations of the events, and 30 a study) times draws beyond 2e8.
std::optional<ConditionalTest> drawn_equal_proportions(std::span<const double> events, std::span<const double> total, std::size_t draws,
                                                       std::uint64_t seed);

}  // namespace tausq::inference
