// The mean of every subset of the studies.
#pragma once

#include <cstddef>

#include <tausq/influence.hpp>

#include "engine/pooling/normal_studies.hpp"

namespace tausq::resampling {

/// `asked` is InfluenceOptions::gosh; names of studies are left to the caller. Common effect, DL and REML of up to 24 studies
/// take nanoseconds a subset; other estimators, given weights or tau2, and drawn subsets are fitted one by one.
Gosh gosh(const pooling::NormalStudies& studies, const Options& options, std::size_t asked);

}  // namespace tausq::resampling
