// Absolute effects of an analysis: its pooled effects at baseline risks.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <tausq/absolute.hpp>
#include <tausq/problem.hpp>

#include "engine/analysis/analysis.hpp"

namespace tausq {

namespace {

/// Limits of the analysis scale; one that is missing beside the other is infinite.
Display with_infinite_ends(const std::optional<double>& estimate, const std::optional<double>& lower, const std::optional<double>& upper) {
  Display ends{estimate, lower, upper};
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (!lower && upper) ends.ci_lower = -infinite;
  if (!upper && lower) ends.ci_upper = infinite;
  return ends;
}

/// Calls `change` on every number that is there.
template <typename Change>
Display each(Display d, Change&& change) {
  for (std::optional<double>* number : {&d.estimate, &d.ci_lower, &d.ci_upper})
    if (*number) *number = change(**number);
  return d;
}

/// The places of the studies that entered the analysis.
std::vector<std::size_t> used(const Analysis& analysis, const StudySet& studies) {
  std::set<std::pair<std::size_t, std::string>> left_out;
  for (const Excluded& e : analysis.input.excluded) left_out.emplace(e.row, e.study);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < studies.size(); ++i)
    if (!left_out.count({studies.row[i], studies.study[i]})) places.push_back(i);
  return places;
}

std::optional<double> participants(const StudySet& studies, const std::vector<std::size_t>& places) {
  double sum = 0;
  if (const auto* counts = std::get_if<TwoArmCounts>(&studies.data)) {
    for (std::size_t i : places) sum += counts->ai[i] + counts->bi[i] + counts->ci[i] + counts->di[i];
    return sum;
  }
  const auto* generic = std::get_if<GenericEffects>(&studies.data);
  if (!generic || generic->ni.size() != studies.size()) return std::nullopt;
  for (std::size_t i : places) {
    if (!(generic->ni[i] > 0)) return std::nullopt;
    sum += generic->ni[i];
  }
  return sum;
}

/// The median risk of the control groups.
double median_control_risk(const StudySet& studies, const std::vector<std::size_t>& places) {
  std::vector<double> risks;
  if (const auto* counts = std::get_if<TwoArmCounts>(&studies.data))
    for (std::size_t i : places)
      if (const double n = counts->ci[i] + counts->di[i]; n > 0) risks.push_back(counts->ci[i] / n);
  if (risks.empty()) throw UsageError("--absolute: the records have no control groups with a risk; give --baseline");
  std::sort(risks.begin(), risks.end());
  const std::size_t half = risks.size() / 2;
  const double median = risks.size() % 2 ? risks[half] : (risks[half - 1] + risks[half]) / 2;
  if (!(median > 0 && median < 1))
    throw UsageError("--absolute: the median risk of the control groups is " + std::string(median > 0 ? "1" : "0") + "; give --baseline");
  return median;
}

AbsoluteEffect effect_at(double baseline, const PooledEstimate& pooled, const Analysis& analysis) {
  const RiskModel model = *analysis.options.absolute_effect;
  const auto difference = [&](double x) { return risk_difference(model, baseline, x); };
  AbsoluteEffect row;
  row.k = analysis.heterogeneity.k;
  row.relative = pooled.display;
  row.baseline = baseline;
  row.difference = each(with_infinite_ends(pooled.estimate, pooled.ci_lower, pooled.ci_upper), difference);
  row.risk = each(row.difference, [&](double d) { return baseline + d; });
  row.per_1000.baseline = 1000 * baseline;
  row.per_1000.risk = each(row.risk, [](double r) { return 1000 * r; });
  row.per_1000.difference = each(row.difference, [](double d) { return 1000 * d; });
  row.nnt = number_needed(row.difference, analysis.options.desirable_events);
  return row;
}

}  // namespace

void analysis::resolve_absolute(Options& o, const StudySet& studies) {
  if (!o.baseline.empty()) o.absolute = true;
  if (!o.absolute) return;
  for (double risk : o.baseline)
    if (!(risk > 0 && risk < 1)) throw UsageError("--baseline: a baseline risk lies between 0 and 1");
  const std::optional<RiskModel> own = risk_model(*o.effect.measure);
  const bool generic = *o.effect.measure == Measure::GEN;
  const std::string measure(key(*o.effect.measure));
  if (!own && !(generic && o.absolute_effect))
    throw UsageError("--baseline: " + (generic ? "--absolute-effect must say what the effects are: log OR, log RR, RD or log HR"
                                               : "the measure " + measure + " says nothing about risks; OR, PETO, RR, RD, IRR and GEN do"));
  if (own && o.absolute_effect && own != o.absolute_effect)
    throw UsageError("--absolute-effect " + std::string(key(*o.absolute_effect)) + ": the measure is " + measure);
  if (own) o.absolute_effect = own;
  if (o.baseline.empty() && studies.layout() != Layout::two_arm_counts)
    throw UsageError("--absolute: the records have no control groups with a risk; give --baseline");
}

std::optional<AbsoluteEffects> absolute_effects(const Analysis& analysis, const StudySet& studies) {
  const Options& o = analysis.options;
  if (!o.absolute || !o.absolute_effect) return std::nullopt;
  const std::vector<std::size_t> places = used(analysis, studies);
  const bool given = !o.baseline.empty();
  const std::vector<double> baselines = given ? o.baseline : std::vector{median_control_risk(studies, places)};
  AbsoluteEffects effects{*o.absolute_effect, o.desirable_events, {}};
  for (double baseline : baselines) {
    for (const Model model : {Model::common, Model::random}) {
      const PooledEstimate& pooled = model == Model::common ? analysis.common : analysis.random;
      if (!pooled.estimate) continue;
      AbsoluteEffect row = effect_at(baseline, pooled, analysis);
      row.model = model;
      row.participants = participants(studies, places);
      row.baseline_source = given ? "given" : "median of the control groups";
      const PredictionInterval& next = analysis.prediction;
      if (model == Model::random && (next.lower || next.upper))
        row.prediction = each(with_infinite_ends(std::nullopt, next.lower, next.upper),
                              [&](double x) { return baseline + risk_difference(effects.effect, baseline, x); });
      effects.rows.push_back(std::move(row));
    }
  }
  return effects;
}

}  // namespace tausq
