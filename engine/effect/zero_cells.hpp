// What is added to which cells before an effect size is computed.
#pragma once

#include <tausq/options.hpp>

#include "engine/effect/kernels.hpp"

namespace tausq::effect {

// A study has a zero cell, and a corrected study. Shapes without cells never have one.

inline bool zero_cell(const Proportion& s) {
  return s.x == 0 || s.m == 0;
}
inline bool zero_cell(const TwoByTwo& s) {
  return s.a == 0 || s.b == 0 || s.c == 0 || s.d == 0;
}
inline bool zero_cell(const Rate& s) {
  return s.x == 0;
}
inline bool zero_cell(const TwoRates& s) {
  return s.x1 == 0 || s.x2 == 0;
}
template <typename Shape>
constexpr bool zero_cell(const Shape&) {
  return false;
}

inline Proportion corrected(const Proportion& s, double add) {
  return {s.x + add, s.m + add};
}
inline TwoByTwo corrected(const TwoByTwo& s, double add) {
  return {s.a + add, s.b + add, s.c + add, s.d + add};
}
inline Rate corrected(const Rate& s, double add) {
  return {s.x + add, s.t};
}
inline TwoRates corrected(const TwoRates& s, double add) {
  return {s.x1 + add, s.t1, s.x2 + add, s.t2};
}
template <typename Shape>
constexpr Shape corrected(const Shape& s, double) {
  return s;
}

/// What effect size and sampling variance are computed from.
template <typename Shape>
struct Cells {
  Shape of_yi, of_vi;
};

/// How the R package meta corrects a measure where it differs from adding to every cell (metabin, metaprop, metainc,
/// metarate of version 8). metafor, and tausq, add to every cell whatever the measure.
enum class MetaHabit {
  every_cell,
  variance_only,  ///< the effect size stays that of the raw counts
  events_only,    ///< events and totals grow by `add`, non-events stay
  none,
};

/// log of a proportion: at p = 1 the estimate stays 0 and only its variance is corrected.
inline Cells<Proportion> with_more_events(const Proportion& s, double add) {
  if (s.m == 0) return {s, {s.x, add}};
  return {{s.x + add, s.m}, {s.x + add, s.m}};
}
inline Cells<TwoByTwo> with_more_events(const TwoByTwo& s, double add) {
  const TwoByTwo more{s.a + add, s.b, s.c + add, s.d};
  return {more, more};
}
template <typename Shape>
constexpr Cells<Shape> with_more_events(const Shape& s, double add) {
  return {corrected(s, add), corrected(s, add)};
}

template <typename Shape>
Cells<Shape> corrected_as(MetaHabit habit, const Shape& s, double add) {
  switch (habit) {
    case MetaHabit::none:
      return {s, s};
    case MetaHabit::variance_only:
      return {s, corrected(s, add)};
    case MetaHabit::events_only:
      return with_more_events(s, add);
    default:
      return {corrected(s, add), corrected(s, add)};
  }
}

/// No event, or only events, in both arms: a study that says nothing about a ratio.
inline bool double_zero(const TwoByTwo& s) {
  return (s.a == 0 && s.c == 0) || (s.b == 0 && s.d == 0);
}
inline bool double_zero(const TwoRates& s) {
  return s.x1 == 0 && s.x2 == 0;
}
template <typename Shape>
constexpr bool double_zero(const Shape&) {
  return false;
}

}  // namespace tausq::effect
