// The interval of one study, on the analysis scale and on the natural one.
#include <cmath>

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include "engine/numerics/distributions.hpp"

namespace tausq {

namespace {

/// yi -+ z sqrt(vi), ends and estimate taken to the natural scale with the study's own size.
StudyInterval wald_interval(Measure measure, const EffectSize& study, double level) {
  if (!study.yi || !study.vi) return {};
  const double half = numerics::normal_two_sided(level) * std::sqrt(*study.vi), lower = *study.yi - half, upper = *study.yi + half;
  return {lower, upper, natural_scale(measure, *study.yi, study.ni), natural_scale(measure, lower, study.ni),
          natural_scale(measure, upper, study.ni)};
}

}  // namespace

StudyInterval study_interval(const StudySet&, const EffectSizes& effects, std::size_t i, StudyIntervalMethod, double level) {
  return wald_interval(effects.measure, effects.study[i], level);
}

}  // namespace tausq
