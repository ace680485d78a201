#include "engine/driver/records/sheet.hpp"

#include <utility>

#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

std::string Sheet::place(std::size_t row, std::size_t column) const {
  return "line " + std::to_string(table.line(row, column)) + ", column " + shown(table.names[column]);
}

std::string Sheet::name(std::size_t row) const {
  return shown(trimmed(labels[row]));
}

void Sheet::problem(std::string_view code, std::size_t row, std::size_t column, std::string rule) {
  if (table.json) rule += " (record " + std::to_string(row + 1) + ")";
  findings.problem(code, {.line = table.line(row, column), .column = table.names[column], .value = table.raw(table.cell(row, column))},
                   rule);
}

void Sheet::exclude(std::size_t row, RowState why, std::string_view code, std::string reason) {
  if (state[row] != RowState::in) return;  // listed already
  state[row] = why;
  excluded.push_back({table.line(row), labels[row], std::string(code), std::move(reason)});
}

const std::vector<Quantity>& needed_quantities(Layout layout) {
  using enum Quantity;
  static const std::vector<Quantity> needed[]{{events, total},  {events, total},  {events, time},      {events, time},
                                              {mean, sd, size}, {mean, sd, size}, {correlation, size}, {effect, variance}};
  static_assert(static_cast<std::size_t>(Layout::generic) + 1 == std::size(needed));
  return needed[static_cast<std::size_t>(layout)];
}

const std::vector<Arm>& arms_in_row(const LayoutRow& layout) {
  static const std::vector<Arm> one{Arm::only}, two{Arm::treatment, Arm::control};
  const bool two_arms =
      layout.layout == Layout::two_arm_counts || layout.layout == Layout::two_arm_rates || layout.layout == Layout::two_arm_means;
  return two_arms && !layout.one_row_an_arm ? two : one;
}

std::vector<std::size_t> setting_columns(const Table& table) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.columns(); ++i) {
    const std::string name = folded(table.names[i]);
    if (name.starts_with("timepoint") || name == "analysis_set") columns.push_back(i);
  }
  return columns;
}

}  // namespace tausq::records
