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
