// Effect sizes of counts, four studies side by side.
#pragma once

#include <cstddef>

#include <tausq/options.hpp>

namespace tausq::batch {

/// yi and vi of n studies. NaN where a count is NaN, or the effect size or its variance is undefined or 0. False where a count is no
/// whole number from 0 to 2^25, or a total is smaller than its events: then nothing that was written is of use. `options.add` is
/// set, a multiple of 1/2; `options.to` is not if0all. Columns: ai, bi, ci, di.
bool odds_ratios(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi, double* vi);
bool risk_ratios(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi, double* vi);
bool risk_differences(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi, double* vi);
/// Columns: events, total.
bool logits(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi, double* vi);

}  // namespace tausq::batch
