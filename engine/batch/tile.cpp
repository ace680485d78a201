#include "engine/batch/tile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/numerics/lanes.hpp"

namespace tausq::batch {

namespace {

using numerics::Four;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Four rows of four numbers become columns, which go to `to`, eight places apart.
TAUSQ_WIDE_PART void transpose(const double* const* from, std::size_t i, double* to) {
  Four a, b, c, d;
  numerics::load(from[0] + i, a), numerics::load(from[1] + i, b), numerics::load(from[2] + i, c), numerics::load(from[3] + i, d);
  const Four even_ab = __builtin_shufflevector(a, b, 0, 4, 2, 6), odd_ab = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const Four even_cd = __builtin_shufflevector(c, d, 0, 4, 2, 6), odd_cd = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  numerics::store(__builtin_shufflevector(even_ab, even_cd, 0, 1, 4, 5), to);
  numerics::store(__builtin_shufflevector(odd_ab, odd_cd, 0, 1, 4, 5), to + eight);
  numerics::store(__builtin_shufflevector(even_ab, even_cd, 2, 3, 6, 7), to + 2 * eight);
  numerics::store(__builtin_shufflevector(odd_ab, odd_cd, 2, 3, 6, 7), to + 3 * eight);
}

/// The rows of eight sets of k studies as [study][lane].
TAUSQ_WIDE_PART void transpose_rows(const double* const* rows, std::size_t k, double* to) {
  std::size_t i = 0;
  for (; i + 4 <= k; i += 4) {
    transpose(rows, i, to + i * eight);
    transpose(rows + 4, i, to + i * eight + 4);
  }
  for (; i < k; ++i)
    for (std::size_t l = 0; l < eight; ++l) to[i * eight + l] = rows[l][i];
}

/// Ranges, and differences from the most precise study: four lanes from `first` on. False when an entry is no study.
TAUSQ_WIDE_PART bool measure(Tile& t, std::size_t first) {
  double* const d = t.d.data() + first;
  const double* const v = t.v.data() + first;
  const std::size_t end = t.k * eight;
  Four origin, low, high{}, reach{};
  numerics::load(d, origin);
  numerics::load(v, low);
  auto good = low == low;
  for (std::size_t i = 0; i < end; i += eight) {
    Four yi, vi;
    numerics::load(d + i, yi), numerics::load(v + i, vi);
    good &= (vi > 0.0) & (vi < infinity) & (yi - yi == 0.0);
    origin = vi < low ? yi : origin;
    low = vi < low ? vi : low;
    high = vi > high ? vi : high;
  }
  for (std::size_t i = 0; i < end; i += eight) {
    Four yi;
    numerics::load(d + i, yi);
    const Four difference = yi - origin, size = difference < 0.0 ? -difference : difference;
    reach = size > reach ? size : reach;
    numerics::store(difference, d + i);
  }
  numerics::store(origin, &t.origin[first]);
  numerics::store(low, &t.v_min[first]), numerics::store(high, &t.v_max[first]), numerics::store(reach, &t.reach[first]);
  return (good[0] & good[1] & good[2] & good[3]) != 0;
}

[[gnu::flatten]] TAUSQ_WIDE bool load_full(const std::array<SetRows, eight>& sets, Tile& t) {
  const double *yi[eight], *vi[eight];
  for (std::size_t l = 0; l < eight; ++l) yi[l] = sets[l].yi, vi[l] = sets[l].vi;
  transpose_rows(yi, t.k, t.d.data());
  transpose_rows(vi, t.k, t.v.data());
  const bool low_half = measure(t, 0), high_half = measure(t, 4);
  return low_half && high_half;
}

/// One set, entries that are marked as no study left out.
bool load_lane(const SetRows& set, std::size_t l, Tile& t) {
  std::size_t n = 0;
  double origin = 0, low = infinity, high = 0, reach = 0;
  for (std::size_t i = 0; i < set.entries; ++i) {
    const double y = set.yi[i], v = set.vi[i];
    if (std::isnan(y) || std::isnan(v)) continue;
    if (std::isinf(y) || !(v > 0) || std::isinf(v)) return false;
    if (v < low) origin = y, low = v;
    high = std::max(high, v);
    t.d[n * eight + l] = y, t.v[n * eight + l] = v;
    ++n;
  }
  for (std::size_t i = 0; i < n; ++i) {
    t.d[i * eight + l] -= origin;
    reach = std::max(reach, std::abs(t.d[i * eight + l]));
  }
  t.count[l] = static_cast<double>(n);
  t.origin[l] = origin, t.v_min[l] = low, t.v_max[l] = high, t.reach[l] = reach;
  for (; n < t.k; ++n) t.d[n * eight + l] = 0, t.v[n * eight + l] = infinity;
  return true;
}

}  // namespace

bool load_tile(const std::array<SetRows, eight>& sets, Tile& tile) {
  const auto more = [](const SetRows& a, const SetRows& b) { return a.entries < b.entries; };
  const auto [least, most] = std::minmax_element(sets.begin(), sets.end(), more);
  tile.k = most->entries;
  tile.reserve(std::max<std::size_t>(tile.k, 1));
  if (least->entries == tile.k && tile.k > 0) {
    tile.count.fill(static_cast<double>(tile.k));
    if (load_full(sets, tile)) return true;
  }
  for (std::size_t l = 0; l < eight; ++l)
    if (!load_lane(sets[l], l, tile)) return false;
  return true;
}

}  // namespace tausq::batch
