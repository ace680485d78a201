// Kendall's rank correlation with its test.
#pragma once

#include <optional>
#include <span>

namespace tausq::diagnostics {

/// Kendall's rank correlation of pairs (x, y) and two-sided tests of no association.
struct RankCorrelation {
  double score = 0;           ///< concordant minus discordant pairs
  double variance = 0;        ///< of the score under no association, corrected for ties
  std::optional<double> tau;  ///< tau-b; empty when x or y does not vary
  std::optional<double> z;    ///< score / sqrt(variance), no continuity correction
  std::optional<double> p_normal;
  std::optional<double> p_exact;  ///< no ties and fewer than 50 pairs
};

/// Rank correlation of x and y, of equal length k >= 2; time O(k^2).
///
/// Source: Kendall & Gibbons 1990, Rank Correlation Methods, ch. 4 (variance with ties) and ch. 5 (exact distribution).
RankCorrelation kendall(std::span<const double> x, std::span<const double> y);

}  // namespace tausq::diagnostics
