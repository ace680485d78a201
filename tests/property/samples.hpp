// Made-up studies of every layout, the same on every machine, and what properties are compared with.
#pragma once

#include <tausq/tausq.hpp>

#include <optional>
#include <vector>

namespace tausq::property {

/// All enumerators of a method table.
template <typename Method>
std::vector<Method> all() {
  std::vector<Method> result;
  for (std::size_t i = 0; i < methods<Method>().size(); ++i) result.push_back(static_cast<Method>(i));
  return result;
}

/// `k` studies of a layout, without zero cells, moderately heterogeneous. The same seed gives the same studies.
StudySet sample(Layout layout, std::size_t k, unsigned seed);

/// Single-arm counts and two-by-two tables with empty and full cells among others.
StudySet sample_with_zeros(Layout layout);

/// The same studies with treatment and control exchanged. Two-arm layouts only.
StudySet arms_exchanged(const StudySet& studies);

/// Events counted as non-events and the other way round. Layouts of counts only.
StudySet events_exchanged(const StudySet& studies);

/// yi moved by `shift` and everything multiplied by `scale`. Generic layout only.
StudySet moved(const StudySet& studies, double shift, double scale);

/// The studies at every index twice, and in reverse order.
StudySet doubled(const StudySet& studies);
StudySet reversed(const StudySet& studies);

bool is_two_arm(Layout layout);

/// |a - b| <= relative * max(|a|, |b|, scale); two empty numbers are close, one is not.
bool close(const std::optional<double>& a, const std::optional<double>& b, double relative, double scale = 0);

/// Inverse-variance pooling of `measure` with everything else as given.
Options inverse(Measure measure, Tau2Method tau2 = Tau2Method::REML, IntervalMethod interval = IntervalMethod::z);

/// Estimators of tau2 that need no weights of the user.
std::vector<Tau2Method> weight_free_estimators();

}  // namespace tausq::property
