// The list of all method tables, for whoever shows or documents them: `tausq list`, METHODS.md, the bindings.
#pragma once

#include <span>
#include <string_view>

#include <tausq/methods.hpp>

namespace tausq {

/// One table: every choice of one kind.
struct MethodTable {
  std::string_view word;                     ///< its name in `tausq list WORD`, e.g. "tau2-interval"
  std::string_view title;                    ///< for a heading, with the option that takes its keys
  std::span<const MethodInfo> (*methods)();  ///< the rows, in the order of their enumerators
};

/// All tables, in the order in which they are shown.
std::span<const MethodTable> method_tables();

}  // namespace tausq
