// REML without each study in turn, from the sums of all studies.
#pragma once

#include <optional>
#include <vector>

#include "engine/pooling/normal_studies.hpp"

namespace tausq::diagnostics {

/// tau2 by REML without study i, on the scale of the data; O(k) for all of them together. Empty where a fit of its own is
/// needed: few studies, variances more than 1e4 apart, a likelihood that may have several maxima, or a study that moves tau2
/// by more than a hundredth of (min v + tau2).
///
/// At tau2 near that of all studies, t0, the power sums of all come from Taylor's series,
/// sum(w^a y^b) = sum_m C(a + m - 1, m) (t0 - tau2)^m sum(w0^(a + m) y^b); those of the others lack the study's own term.
std::vector<std::optional<double>> deleted_reml(const pooling::NormalStudies& studies);

}  // namespace tausq::diagnostics
