#include "engine/driver/plots/names.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/driver/drawing/font_metrics.hpp"

namespace tausq::plots {

namespace {

using drawing::Box;

bool covers(const Box& box, const Disc& disc) {
  const double x = std::clamp(disc.centre.first, box.left, box.right) - disc.centre.first;
  const double y = std::clamp(disc.centre.second, box.top, box.bottom) - disc.centre.second;
  return x * x + y * y < disc.radius * disc.radius;
}

}  // namespace

std::vector<PlacedName> placed_names(const Box& box, const std::vector<Disc>& discs, const std::vector<std::size_t>& at,
                                     const std::vector<std::string>& names, double size) {
  constexpr double longest = 150, gap = 3;
  // Which way the name stands from its point: right, left, above, below, then the corners.
  constexpr std::array<std::pair<int, int>, 8> ways{{{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {-1, -1}, {1, 1}, {-1, 1}}};
  std::vector<PlacedName> placed;
  std::vector<Box> taken;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const std::string words = drawing::fitted(names[i], longest, size);
    const double width = drawing::text_width(words, size), height = size * 1.1;
    const auto& [centre, radius] = discs[at[i]];
    for (const auto& [right, down] : ways) {
      const double reach = (radius + gap) * (right != 0 && down != 0 ? 0.75 : 1.0);
      const double left = right > 0 ? centre.first + reach : right < 0 ? centre.first - reach - width : centre.first - width / 2;
      const double top = down > 0 ? centre.second + reach : down < 0 ? centre.second - reach - height : centre.second - height / 2;
      const Box words_box{left, top, left + width, top + height};
      const bool free = left >= box.left + 2 && left + width <= box.right - 2 && top >= box.top + 2 && top + height <= box.bottom - 2 &&
                        std::none_of(taken.begin(), taken.end(), [&](const Box& other) { return other.overlaps(words_box); }) &&
                        std::none_of(discs.begin(), discs.end(), [&](const Disc& disc) { return covers(words_box, disc); });
      if (!free) continue;
      taken.push_back(words_box);
      placed.push_back({words, {left, top + height * 0.8}});
      break;
    }
  }
  return placed;
}

}  // namespace tausq::plots
