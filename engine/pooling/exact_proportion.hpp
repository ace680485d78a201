// The exact interval of pooled counts: the answer where no model of proportions can be fitted.
#pragma once

#include <tausq/analysis.hpp>

namespace tausq::pooling {

/// Clopper-Pearson interval of sum(events) out of sum(total), on the analysis scale of `measure`: estimate and ends that would be infinite
/// are empty, `display` has them as 0 or 1. Status::exact with `reason`.
PooledEstimate exact_proportion(const SingleArmCounts& counts, double level, std::string reason, Measure measure = Measure::PLO);

/// Interval of the proportion behind x events and m others: `exact`, `midp` or `blaker`; ends as in exact_proportion().
NamedInterval counts_interval(double x, double m, IntervalMethod method, double level, Measure measure = Measure::PLO);

/// Fills the exact test of equal proportions given the total of the events, for at least two studies, where the tables can be counted.
void report_exact_equality(const SingleArmCounts& counts, Heterogeneity& het);

/// Fills it from drawn tables where it is still empty: options.exact_draws of them, by default 10000 where this is the model's own test
/// (Pooling::exact) and none elsewhere. Not part of a model, which may be fitted a thousand times.
void add_drawn_equality(const StudySet& studies, const Options& options, Heterogeneity& het);

/// Why no model of proportions can be fitted to the counts; nullptr when one can.
const char* only_exact(const SingleArmCounts& counts);

}  // namespace tausq::pooling
