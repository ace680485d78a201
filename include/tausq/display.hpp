// A number with its interval, as people read it.
#pragma once

#include <optional>

namespace tausq {

/// An estimate with its interval on the natural scale.
struct Display {
  std::optional<double> estimate, ci_lower, ci_upper;
};

}  // namespace tausq
