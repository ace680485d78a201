// Which columns hold what: one table of layouts with the names that the columns go by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tausq/records.hpp>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// What a number column holds.
enum class Quantity {
  events,
  nonevents,
  total,
  time,
  mean,
  sd,
  size,
  correlation,
  effect,
  variance,
  standard_error,
  ci_lower,
  ci_upper,
  // of these mean and sd are made where a row lacks them
  median,
  q1,
  q3,
  minimum,
  maximum,
};
inline constexpr std::size_t quantities = 18;

/// Whose numbers: of the only arm, or under treatment and control.
enum class Arm { only, treatment, control };

/// A number column of a layout.
struct Field {
  std::string_view name;  ///< our name, which messages use where the column is missing
  Quantity quantity;
  Arm arm;
  std::string_view words;  ///< the names it goes by, folded, the preferred first
};

/// A layout of records.
struct LayoutRow {
  Layout layout;
  bool one_row_an_arm;  ///< long: the arm stands in a column of its own
  std::span<const Field> fields;
  std::string_view needs;  ///< sets of field names, '|' between them; one set must be complete
};

/// A field that the file has.
struct FieldColumn {
  const Field* field = nullptr;
  std::size_t column = 0;
};

/// How the columns of a file are used.
struct Columns {
  const LayoutRow* row = nullptr;
  bool complete = false;  ///< the layout has all its columns, and no other's
  std::vector<FieldColumn> fields;
  std::optional<std::size_t> study, arm, role, percent, partition;
  std::vector<std::size_t> others;                          ///< carried along
  std::map<std::string, std::size_t, std::less<>> renamed;  ///< our name, folded -> column, by --columns

  std::optional<std::size_t> find(Quantity quantity, Arm of) const;
};

/// A column name as it is compared: lower case, '.' as '_'.
std::string folded(std::string_view name);

/// Calls visit(word) for every word of a list until it returns true, and says whether one did.
template <typename Visit>
bool any_word(std::string_view words, char separator, Visit&& visit) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(separator), words.size());
    if (visit(words.substr(0, end))) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

/// The column of that name: as spelled, else folded.
std::optional<std::size_t> find_column(const Table& table, std::string_view name);

/// The arm that a usual name means (t, treatment, experimental; c, control), whatever its case.
std::optional<Arm> usual_arm(std::string_view label);

/// Recognises the layout. Problems: E_DUP_COLUMN, E_MISSING_COLUMN, E_SCHEMA; warnings W_UNNAMED_COLUMN,
/// W_NO_STUDY_COLUMN, W_AMBIGUOUS_COLUMN.
Columns recognise(const Table& table, const ReadOptions& options, Findings& findings);

}  // namespace tausq::records
