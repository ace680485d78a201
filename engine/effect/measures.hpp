// The table of effect measures: everything the engine knows about each, in one row.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <tausq/effects.hpp>

#include "engine/effect/kernels.hpp"
#include "engine/effect/scales.hpp"
#include "engine/effect/zero_cells.hpp"

namespace tausq::effect {

/// A set of variance variants.
class Variants {
 public:
  template <typename... Type>
  constexpr explicit Variants(Type... types) : bits_((0u | ... | (1u << static_cast<unsigned>(types)))) {}
  constexpr bool contains(VarianceType type) const { return (bits_ >> static_cast<unsigned>(type) & 1u) != 0; }

 private:
  unsigned bits_;
};

/// What the natural scale is called, where it has no effect, and whether it is a ratio.
struct Natural {
  std::string_view label;
  std::optional<double> null_value;
  bool ratio = false;
};

struct MeasureRow {
  Measure id;
  MethodInfo info;
  AnyKernel kernel;  ///< its alternative is the layout
  Variants vtypes;
  const Scale* scale;
  std::string_view transformed_label;
  Natural natural;
  MetaHabit meta_habit = MetaHabit::every_cell;
  double add = 0.5;  ///< added to zero cells unless the user says otherwise; 0 where they leave the effect size defined
};

std::span<const MeasureRow> measure_table();

inline const MeasureRow& row_of(Measure measure) {
  return measure_table()[static_cast<std::size_t>(measure)];
}

}  // namespace tausq::effect
