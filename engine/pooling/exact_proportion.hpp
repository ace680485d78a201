// The exact interval of pooled counts: the answer where no model of proportions can be fitted.
#pragma once

#include <tausq/analysis.hpp>

namespace tausq::pooling {

/// Clopper-Pearson interval of sum(events) out of sum(total), on the analysis scale of `measure`: estimate and ends that would be infinite
/// are empty, `display` has them as 0 or 1. Status::exact with `reason`.
PooledEstimate exact_proportion(const SingleArmCounts& counts, double level, std::string reason, Measure measure = Measure::PLO);

/// Fills the exact test of equal proportions given the total of the events, for at least two studies.
void report_exact_equality(const SingleArmCounts& counts, Heterogeneity& het);

/// Why no model of proportions can be fitted to the counts; nullptr when one can.
const char* only_exact(const SingleArmCounts& counts);

}  // namespace tausq::pooling
