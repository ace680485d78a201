// What a reader would conclude from one result and not from the other.
#pragma once

#include <vector>

#include "engine/driver/compare/walk.hpp"

namespace tausq::compare_detail {

/// The conclusions that changed between two results of `pool`.
std::vector<ConclusionChange> changed_conclusions(const Json& before, const Json& after);

}  // namespace tausq::compare_detail
