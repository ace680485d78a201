// The looks of forest plots: one table.
#pragma once

#include <string>
#include <string_view>

#include <tausq/forest.hpp>

namespace tausq::forest {

/// Which columns stand where.
enum class Columns { raw_then_estimate, all_left, estimate_left, arms_then_estimate, estimate_only };

struct PresetFacts {
  ForestStyle style;
  Columns columns;
  bool weights, tests;
};

/// The preset with what the options change in it. Throws UsageError for a colour that is none.
PresetFacts preset_facts(const ForestOptions& options);

/// "0.80 [0.56; 0.94]" with the brackets of the style.
std::string styled(std::string words, const ForestStyle& style);

}  // namespace tausq::forest
