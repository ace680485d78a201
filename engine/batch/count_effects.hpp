// Counts of many sets into effect sizes.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <tausq/batch.hpp>
#include <tausq/problem.hpp>

namespace tausq::batch {

/// Effect sizes of the sets of a batch, a stretch of them at a time.
///
/// OR, RR, RD and PLO of moderate counts are computed four studies side by side; everything else, set by set, by effect_sizes().
class CountEffects {
 public:
  /// Throws UsageError when the measure does not fit the layout.
  CountEffects(const BatchStudies& studies, const EffectOptions& options);

  /// Fills yi and vi for the entries begin .. end - 1 of the columns, where the sets end at `ends` (ascending, the last is `end`). Entries
  /// without effect are NaN. False where an entry cannot be counts; their places are in order in `problems`, `set` being the
  /// number of the first set.
  bool compute(std::size_t begin, std::span<const std::size_t> ends, std::size_t set, double* yi, double* vi,
               std::vector<Problem>& problems) const;

 private:
  using Kernel = bool (*)(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi, double* vi);

  void compute_set(std::size_t begin, std::size_t end, double* yi, double* vi) const;

  const BatchStudies& studies_;
  EffectOptions options_;
  Kernel kernel_ = nullptr;
};

}  // namespace tausq::batch
