// Mean and variance of the events under treatment in a two-by-two table whose margins are fixed.
#pragma once

namespace tausq::diagnostics {

struct HypergeometricMoments {
  double mean = 0;
  double variance = 0;
};

/// Fisher's noncentral hypergeometric distribution: events among n1 when n1 + n2 patients have `events` in all and the odds
/// ratio is `odds_ratio` > 0. The sum runs over the terms that matter, some ten standard deviations around the mode.
HypergeometricMoments hypergeometric_moments(double n1, double n2, double events, double odds_ratio);

}  // namespace tausq::diagnostics
