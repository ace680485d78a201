#include <cmath>

#include <tausq/effects.hpp>

#include "engine/analysis/analysis.hpp"

namespace tausq::analysis {

namespace {

using Counts = std::vector<std::pair<std::string, double>>;

/// The raw numbers of study i under the names of their columns.
struct RawNumbers {
  std::size_t i;
  Counts operator()(const SingleArmCounts& d) const { return {{"events", d.events[i]}, {"total", d.total[i]}}; }
  Counts operator()(const TwoArmCounts& d) const { return {{"ai", d.ai[i]}, {"bi", d.bi[i]}, {"ci", d.ci[i]}, {"di", d.di[i]}}; }
  Counts operator()(const SingleArmRates& d) const { return {{"events", d.events[i]}, {"time", d.time[i]}}; }
  Counts operator()(const TwoArmRates& d) const { return {{"x1i", d.x1i[i]}, {"t1i", d.t1i[i]}, {"x2i", d.x2i[i]}, {"t2i", d.t2i[i]}}; }
  Counts operator()(const SingleArmMeans& d) const { return {{"mi", d.mi[i]}, {"sdi", d.sdi[i]}, {"ni", d.ni[i]}}; }
  Counts operator()(const TwoArmMeans& d) const {
    return {{"m1i", d.m1i[i]}, {"sd1i", d.sd1i[i]}, {"n1i", d.n1i[i]}, {"m2i", d.m2i[i]}, {"sd2i", d.sd2i[i]}, {"n2i", d.n2i[i]}};
  }
  Counts operator()(const Correlations& d) const { return {{"ri", d.ri[i]}, {"ni", d.ni[i]}}; }
  Counts operator()(const GenericEffects&) const { return {}; }
};

}  // namespace

std::vector<StudyResult> study_results(const StudySet& studies, const EffectSizes& effects, const Options& options) {
  std::vector<StudyResult> rows;
  rows.reserve(studies.size());
  for (std::size_t i = 0; i < studies.size(); ++i) {
    const EffectSize& effect = effects.study[i];
    StudyResult row;
    row.study = studies.study[i];
    row.row = studies.row[i];
    row.counts = std::visit(RawNumbers{i}, studies.data);
    row.yi = effect.yi;
    row.vi = effect.vi;
    if (effect.vi) row.se = std::sqrt(*effect.vi);
    const StudyInterval interval = study_interval(studies, effects, i, *options.study_interval, *options.study_level);
    row.ci_lower = interval.ci_lower;
    row.ci_upper = interval.ci_upper;
    row.display = {interval.display_estimate, interval.display_lower, interval.display_upper};
    row.note = !effect.reason.empty() ? effect.reason : effect.corrected ? "continuity correction applied" : "";
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tausq::analysis
