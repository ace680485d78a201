// Absolute effects: what a relative effect means where the risk without treatment is known. Field names are JSON keys.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tausq/display.hpp>
#include <tausq/methods.hpp>

namespace tausq {

struct Analysis;
struct Options;
struct StudySet;

/// How an effect turns the risk of the control group into that of the treated; see methods<RiskModel>() for formula and source.
enum class RiskModel { OR, RR, RD, HR };

/// The risk model of a measure: OR (and PETO), RR, RD; HR for rate ratios, whose rates are taken as constant. Empty for all others.
std::optional<RiskModel> risk_model(Measure measure);

/// Difference between the risk under treatment and the risk `baseline` without it, in (-baseline, 1 - baseline).
///
/// `effect` stands on the analysis scale (logarithm of a ratio, or the difference itself) and may be infinite. A risk beyond 0 or 1 is
/// set to it. 0 < baseline < 1.
double risk_difference(RiskModel model, double baseline, double effect);

/// Patients to be treated for one more of them to benefit (NNTB) or to be harmed (NNTH): 1 / |risk difference|.
///
/// The interval of a difference that may be 0 runs from `ci_lower` through infinity, where benefit turns into harm, to `opposite_lower`
/// on the other side (Altman 1998, BMJ 317:1309).
struct NumberNeeded {
  std::string direction;                     ///< NNTB or NNTH; empty where the difference is 0 or unknown
  std::optional<double> estimate;            ///< empty: infinite
  std::optional<double> ci_lower, ci_upper;  ///< in that direction; an empty upper end is infinite
  std::optional<double> opposite_lower;      ///< smallest number in the other direction; empty where the interval excludes no effect
};

/// The number needed to treat of a risk difference with its interval. `desirable_events`: more events are a benefit.
NumberNeeded number_needed(const Display& difference, bool desirable_events);

/// The same numbers among a thousand patients.
struct PerThousand {
  double baseline = 0;
  Display risk, difference;
};

/// A row of a summary of findings: one estimate at one baseline risk. Its interval is that of the relative effect, the baseline
/// risk taken as known (Cochrane Handbook 6.5, section 15.4.4.5).
struct AbsoluteEffect {
  Model model = Model::random;  ///< common or random
  std::size_t k = 0;            ///< studies
  std::optional<double> participants;
  Display relative;             ///< the pooled effect, natural scale
  double baseline = 0;          ///< risk without treatment
  std::string baseline_source;  ///< "given" or "median of the control groups"
  Display risk;                 ///< with treatment
  Display difference;           ///< risk with treatment - baseline
  PerThousand per_1000;
  NumberNeeded nnt;
  Display prediction;  ///< risk with treatment in a new study, by the ends of the prediction interval; `estimate` unused
};

/// Absolute effects of one analysis.
struct AbsoluteEffects {
  RiskModel effect = RiskModel::OR;
  bool desirable_events = false;     ///< more events are a benefit
  std::vector<AbsoluteEffect> rows;  ///< baseline by baseline, common before random effects
};

/// The pooled effects of an analysis at the baseline risks of its options, or at the median risk of the control groups.
/// Empty where the options do not ask for it. Throws UsageError where the measure says nothing about risks, or no baseline is known.
std::optional<AbsoluteEffects> absolute_effects(const Analysis& analysis, const StudySet& studies);

}  // namespace tausq
