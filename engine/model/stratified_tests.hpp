// Tests that go with stratified estimates.
#pragma once

#include <tausq/analysis.hpp>

#include "engine/model/stratified.hpp"

namespace tausq::model {

/// Cochran-Mantel-Haenszel test of no effect in any stratum on 1 degree of freedom,
/// (|sum Di| - 1/2)^2 / sum Vi, the half only with `correction` (Mantel & Haenszel 1959, JNCI 22:719). Empty where no
/// stratum is informative.
ChiSquareTest cochran_mantel_haenszel(const NullSums& sums, bool correction);

/// Tests that all tables have the odds ratio `odds_ratio`, on one degree of freedom less than there are informative tables.
struct OddsRatioHomogeneity {
  ChiSquareTest breslow_day;  ///< sum of (ai - Ei)^2 / Vi (Breslow & Day 1980, Statistical Methods in Cancer Research I, eq. 4.30)
  ChiSquareTest tarone;       ///< less (sum(ai - Ei))^2 / sum Vi (Tarone 1985, Biometrika 72:91): chi-square also for the MH estimate
};
/// Ei and Vi are what the margins of table i and `odds_ratio` > 0 imply. Empty p-values with fewer than two informative
/// tables.
OddsRatioHomogeneity odds_ratio_homogeneity(const Strata& tables, double odds_ratio);

}  // namespace tausq::model
