// The parts of the multiverse: which choices there are, what they say, and what all of them say together.
#pragma once

#include <vector>

#include <tausq/multiverse.hpp>

namespace tausq::analysis {

/// The choices that will be combined: usual ones where none are asked for. Throws UsageError for one that the measure does
/// not have. `options` is resolved.
MultiverseOptions choices_for(const StudySet& studies, const Options& options, const Options& requested, MultiverseOptions asked);

/// True when the model belongs into a multiverse of the measure: Bayesian ones by exact likelihood, for which priors have defaults.
bool combines(Pooling pooling, Measure measure);

/// True when the interval is made for random effects with this estimator of tau2, or for every one.
bool goes_with(IntervalMethod interval, Tau2Method tau2);

/// Numbers of all specifications, on the natural scale of `measure`; fills `excludes` of each when a value is given.
MultiverseSummary summarise(std::vector<Specification>& specifications, Measure measure, std::optional<double> exclude);

}  // namespace tausq::analysis
