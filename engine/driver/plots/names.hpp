// Names beside points: where there is room for them.
#pragma once

#include <string>
#include <vector>

#include "engine/driver/drawing/clip.hpp"

namespace tausq::plots {

/// A point as drawn.
struct Disc {
  drawing::Point centre;
  double radius;
};

struct PlacedName {
  std::string words;  ///< cut where it is long
  drawing::Point baseline;
};

/// Puts the names beside their points, the first ones first, so that none covers another, a point or the edge of the box; a
/// name without room is left out. `at` are places in `discs`.
std::vector<PlacedName> placed_names(const drawing::Box& box, const std::vector<Disc>& discs, const std::vector<std::size_t>& at,
                                     const std::vector<std::string>& names, double size);

}  // namespace tausq::plots
