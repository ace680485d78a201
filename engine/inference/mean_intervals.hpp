// Intervals of a pooled random-effects mean that need the studies, one file each.
#pragma once

#include "engine/inference/intervals.hpp"

namespace tausq::inference {

/// estimate -+ t(df) se with Kenward & Roger's se and df.
IntervalResult kenward_roger_interval(const IntervalInput& in);

/// Henmi & Copas' interval around the common-effect estimate; its tau2 is DerSimonian & Laird's.
IntervalResult henmi_copas_interval(const IntervalInput& in);

/// Profile likelihood of the mean, tau2 maximised over [0, infinity) at every value; outermost crossings.
IntervalResult profile_likelihood_interval(const IntervalInput& in);

}  // namespace tausq::inference
