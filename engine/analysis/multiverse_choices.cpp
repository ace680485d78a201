// Which choices a multiverse combines.
#include <string>
#include <utility>

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include "engine/analysis/multiverse.hpp"
#include "engine/inference/intervals.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::analysis {

namespace {

constexpr std::size_t most_left_out = 50;  // studies up to which every one of them is left out unasked

/// Estimates of these measures stand on one natural scale.
bool same_scale(Measure a, Measure b) {
  return layout_of(a) == layout_of(b) && scale_label(a) == scale_label(b);
}

template <typename Method>
std::vector<Method> all_of_them() {
  std::vector<Method> all;
  for (std::size_t i = 0; i < methods<Method>().size(); ++i) all.push_back(static_cast<Method>(i));
  return all;
}

bool pools_any(Pooling pooling, const std::vector<Measure>& measures) {
  for (Measure measure : measures)
    if (combines(pooling, measure)) return true;
  return false;
}

template <typename Method>
UsageError not_here(const char* option, Method method, const std::string& rule) {
  return UsageError(std::string(option) + " " + std::string(key(method)) + ": " + rule);
}

void choose_measures(std::vector<Measure>& measures, Measure asked) {
  for (Measure m : measures)
    if (!same_scale(m, asked)) throw not_here("--measures", m, "is not on the natural scale of " + std::string(key(asked)));
  if (!measures.empty()) return;
  for (Measure m : all_of_them<Measure>())
    if (same_scale(m, asked)) measures.push_back(m);
}

void choose_poolings(std::vector<Pooling>& poolings, const std::vector<Measure>& measures) {
  for (Pooling p : poolings)
    if (!pools_any(p, measures)) throw not_here("--poolings", p, "does not pool " + std::string(key(measures.front())));
  if (!poolings.empty()) return;
  for (Pooling p : all_of_them<Pooling>())
    if (p != Pooling::ssw && p != Pooling::bayes_normal && pools_any(p, measures)) poolings.push_back(p);
}

void choose_intervals(std::vector<IntervalMethod>& intervals) {
  if (intervals.empty()) {
    using enum IntervalMethod;  // without hc, whose estimate is that of the common effect
    intervals = {z, hk, hk_ci, kr, profile, il, exact, central};
    return;
  }
  for (IntervalMethod i : intervals)
    if (i == IntervalMethod::exact) return;
  intervals.push_back(IntervalMethod::exact);  // what stands where no model can be fitted
}

void choose_corrections(std::vector<Correction>& corrections, const EffectOptions& asked) {
  if (!corrections.empty()) return;
  if (asked.add)
    corrections = {{*asked.add, asked.to}};
  else
    corrections = {{0, CorrectionTo::none}, {0.5, CorrectionTo::only0}, {0.5, CorrectionTo::all}};
}

void refuse(const Options& o) {
  if (!o.mods.empty()) throw UsageError("--mods " + o.mods + ": a multiverse compares means; it knows no moderators");
  if (!o.subgroup.empty()) throw UsageError("--subgroup " + o.subgroup + ": use --where to choose the studies of a multiverse");
  if (!o.user_weights.empty()) throw UsageError("weights: the models of a multiverse have their own");
  if (o.tau2_fixed) throw UsageError("--tau2: the multiverse compares estimators, not values");
}

}  // namespace

bool combines(Pooling pooling, Measure measure) {
  const pooling::PoolingRow& row = pooling::row_of(pooling);
  return row.bayesian ? row.exact_likelihood(measure) : row.fits(measure);
}

bool goes_with(IntervalMethod interval, Tau2Method tau2) {
  switch (interval) {
    case IntervalMethod::kr:
      return tau2 == Tau2Method::REML;
    case IntervalMethod::hc:
      return tau2 == Tau2Method::DL;
    case IntervalMethod::profile:
      return tau2 == Tau2Method::ML;
    default:
      return inference::interval_table()[static_cast<std::size_t>(interval)].kernel != nullptr;
  }
}

MultiverseOptions choices_for(const StudySet& studies, const Options& options, const Options& requested, MultiverseOptions asked) {
  refuse(requested);
  if (asked.models.empty()) asked.models = {Model::common, Model::random};
  choose_measures(asked.measures, *options.effect.measure);
  choose_poolings(asked.poolings, asked.measures);
  choose_corrections(asked.corrections, requested.effect);
  choose_intervals(asked.intervals);
  if (asked.tau2s.empty()) asked.tau2s = {Tau2Method::DL, Tau2Method::SJ, Tau2Method::ML, Tau2Method::REML, Tau2Method::PM};
  if (asked.glmms.empty()) asked.glmms = {GlmmModel::CM_EL, GlmmModel::CM_AL, GlmmModel::UM_FS};
  if (!asked.leave_one_out) asked.leave_one_out = studies.size() > 2 && studies.size() <= most_left_out;
  if (!asked.exclude) asked.exclude = null_value(*options.effect.measure);
  return asked;
}

}  // namespace tausq::analysis
