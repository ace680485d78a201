// Eight sets of studies side by side: study after study, in each the eight lanes.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace tausq::batch {

inline constexpr std::size_t eight = 8;
using Lanes = std::array<double, eight>;

/// The effects and variances of one set, somewhere in memory.
struct SetRows {
  const double* yi = nullptr;
  const double* vi = nullptr;
  std::size_t entries = 0;
};

/// What the kernels work on. Lanes with fewer studies than the tile are filled up with studies of effect 0 and infinite variance, whose
/// weight is 0: adding them changes no bit of any sum.
struct Tile {
  std::size_t k = 0;                ///< studies of the largest set
  std::vector<double> d, v, w;      ///< [study][lane]: yi - origin, vi, and room for weights
  Lanes count{};                    ///< studies of each set
  Lanes origin{};                   ///< the effect with the smallest variance of each set
  Lanes v_min{}, v_max{}, reach{};  ///< smallest and largest variance, largest |d|

  void reserve(std::size_t studies) {
    if (d.size() >= studies * eight) return;
    for (std::vector<double>* part : {&d, &v, &w}) part->resize(studies * eight);
  }
};

/// Fills the tile with up to eight sets. False when an entry is neither a study nor marked as none: an infinite effect, or a
/// variance that is not positive and finite.
bool load_tile(const std::array<SetRows, eight>& sets, Tile& tile);

}  // namespace tausq::batch
