// Stratified (Mantel-Haenszel) and one-step (Peto) estimates: ratios of sums over studies, without continuity correction.
//
// All of them rest on Di = (ai di - bi ci) / ni, what the treated have in excess, which is computed and summed without
// cancellation: R - S in R / S, the numerator of a risk difference, observed minus expected events of Cochran's test and
// of Peto's method.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <tausq/methods.hpp>
#include <tausq/studies.hpp>

namespace tausq::model {

/// One two-by-two table a study (a, b treated with and without event; c, d controls), or events and person-time (a, c
/// events; b, d person-time). All columns have length k; every arm has patients or time.
struct Strata {
  std::span<const double> a, b, c, d;
  std::size_t size() const { return a.size(); }
};
Strata strata(const TwoArmCounts& counts);
Strata strata(const TwoArmRates& rates);

/// A pooled effect on the analysis scale (log ratio, or difference).
struct StratifiedEffect {
  double difference = 0;           ///< sum of Di
  double r = 0, s = 0;             ///< ratio measures: the pooled ratio is r / s; others: s is the sum of weights
  std::optional<double> estimate;  ///< empty where the ratio is 0, infinite or 0 / 0, or no stratum has weight
  std::optional<double> se;        ///< empty also where the estimated variance is 0
};

/// Which variance a pooled risk difference gets.
enum class RiskDifferenceVariance {
  sato,              ///< Sato 1989, Biometrics 45:1323: consistent for few large and many sparse studies
  greenland_robins,  ///< Greenland & Robins 1985: for few large studies
};

/// Mantel-Haenszel estimate of `measure`: OR (log, variance Robins, Breslow & Greenland 1986, Biometrics 42:311), RR (log,
/// Greenland & Robins 1985, Biometrics 41:55), RD, and for person-time IRR (log) and IRD (Rothman, Greenland & Lash 2008,
/// Modern Epidemiology, ch. 15). Other measures give an empty estimate.
StratifiedEffect mantel_haenszel(Measure measure, const Strata& strata, RiskDifferenceVariance variance = RiskDifferenceVariance::sato);

/// The weight that each stratum's own effect has in the Mantel-Haenszel estimate (in r / s: its part of s); not normalised.
std::vector<double> mantel_haenszel_weights(Measure measure, const Strata& strata);

/// Peto's one-step log odds ratio sum(Di) / sum(Vi) with variance 1 / sum(Vi), Vi the hypergeometric variance (Yusuf et al.
/// 1985, Prog Cardiovasc Dis 27:335); r is unused and s is sum(Vi).
StratifiedEffect peto(const Strata& tables);

/// Di and Vi of every table.
struct ObservedMinusExpected {
  std::vector<double> difference, variance;
};
ObservedMinusExpected observed_minus_expected(const Strata& tables);

/// Sum of Di and of its variance under no effect, with the margins fixed: hypergeometric for tables, binomial for
/// person-time.
struct NullSums {
  double difference = 0, variance = 0;
};
NullSums null_sums_of_tables(const Strata& tables);
NullSums null_sums_of_rates(const Strata& rates);

}  // namespace tausq::model
