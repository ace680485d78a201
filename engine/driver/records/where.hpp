// Row selection: --where 'outcome == "no progression" && timepoint_months >= 12'.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/driver/records/layout.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// A parsed condition on the columns of a table.
///
///     condition  = conjunction { "||" conjunction }
///     conjunction = negation { "&&" negation }
///     negation   = "!" negation | "(" condition ")" | value ("==" | "!=" | "<" | "<=" | ">" | ">=") value
///     value      = number | 'text' | "text" | name | `name with blanks`
///
/// Two values compare as numbers when both are numbers, else as text, byte by byte. An empty cell satisfies no comparison
/// but == "" (and a cell that is not empty satisfies != "").
class Condition {
 public:
  /// Throws UsageError that quotes the condition and names the place, for what does not parse and for unknown columns.
  Condition(std::string_view text, const Table& table, const Columns& columns, char decimal);
  Condition(Condition&&) noexcept;
  ~Condition();

  bool holds(std::size_t row) const;

  struct Node;

 private:
  std::unique_ptr<Node> root_;
  const Table& table_;
  char decimal_;
};

}  // namespace tausq::records
