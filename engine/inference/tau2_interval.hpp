// Intervals for tau2: one table, one kernel each (tau2_interval.cpp).
#pragma once

#include <span>

#include <tausq/methods.hpp>

#include "engine/model/normal_likelihood.hpp"
#include "engine/model/normal_model.hpp"

namespace tausq::inference {

/// What they are computed from, in standard units. k > p.
struct Tau2IntervalInput {
  const model::NormalData& data;
  double level;
  model::Likelihood likelihood;     ///< of the profile-likelihood interval
  std::span<const double> weights;  ///< of the generalised Q statistic (GENQ), in the places of `data`; empty: 1 / v
  model::NormalWorkspace& work;
};

/// Ends in standard units, 0 <= lower <= upper.
struct Tau2Interval {
  double lower = 0;
  double upper = 0;
  bool empty = false;      ///< no tau2 >= 0 agrees with the data: they vary less than sampling allows; both ends are 0
  bool in_pieces = false;  ///< further values, apart from the interval, agree with the data too (PL of several maxima)
  bool converged = true;
};

/// What the table knows about one interval.
struct Tau2IntervalRow {
  Tau2IntervalMethod id;
  MethodInfo info;
  Tau2Interval (*kernel)(const Tau2IntervalInput&);  ///< nullptr: not of the normal model
};

std::span<const Tau2IntervalRow> tau2_interval_table();

/// Throws UsageError when the method does not belong to the normal model.
Tau2Interval tau2_interval(Tau2IntervalMethod method, const Tau2IntervalInput& input);

}  // namespace tausq::inference
