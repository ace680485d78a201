// Which rows are in: those that --where selects and that have the numbers of their layout.
#include <optional>
#include <string>

#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/where.hpp"

namespace tausq::records {

namespace {

using enum Quantity;

/// The column of a needed number: its own, or where a total follows from non-events theirs.
std::size_t column_of(const Sheet& sheet, Quantity quantity, Arm arm) {
  if (const auto column = sheet.columns.find(quantity, arm)) return *column;
  if (quantity == total) return *sheet.columns.find(nonevents, arm);
  const auto se = sheet.columns.find(standard_error, arm);
  return se ? *se : *sheet.columns.find(ci_lower, arm);
}

/// The columns of the needed numbers that a row lacks.
std::vector<std::size_t> missing_columns(const Sheet& sheet, std::size_t row) {
  std::vector<std::size_t> columns;
  for (const Arm arm : arms_in_row(*sheet.columns.row))
    for (const Quantity quantity : needed_quantities(sheet.columns.row->layout))
      if (is_missing(sheet.numbers.of(quantity, arm)[row])) columns.push_back(column_of(sheet, quantity, arm));
  return columns;
}

std::string listed(const Sheet& sheet, const std::vector<std::size_t>& columns) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i)
    text += (i == 0 ? "" : i + 1 == columns.size() ? " and " : ", ") + shown(sheet.table.names[columns[i]]);
  return text + (columns.size() == 1 ? " is missing" : " are missing");
}

bool has_counts(Layout layout) {
  return layout == Layout::single_arm_counts || layout == Layout::two_arm_counts;
}

void omit(Sheet& sheet, std::size_t row, const std::vector<std::size_t>& columns) {
  sheet.state[row] = RowState::lacking;
  if (sheet.options.reject_missing) {
    for (const std::size_t column : columns) sheet.problem("E_MISSING_VALUE", row, column, sheet.table.names[column] + " is missing");
    return;
  }
  const std::string reason = listed(sheet, columns);
  sheet.exclude(row, has_counts(sheet.columns.row->layout) ? "missing_counts" : "missing_values", reason);
  sheet.findings.warning(
      "W_ROW_OMITTED",
      "line " + std::to_string(sheet.table.line(row)) + ", " + shown(sheet.labels[row]) + ": the row is left out, " + reason,
      sheet.labels[row]);
}

/// Rows with every needed number, fast: a million rows mostly have them.
bool complete(const std::vector<const std::vector<double>*>& needed, std::size_t row) {
  for (const std::vector<double>* column : needed)
    if (is_missing((*column)[row])) return false;
  return true;
}

void report_none(Sheet& sheet, bool selected) {
  if (!selected) return sheet.findings.problem("E_NO_ROWS", {}, "no row satisfies --where " + quoted(sheet.options.where));
  for (std::size_t row = 0; row < sheet.state.size(); ++row) {
    if (sheet.state[row] != RowState::lacking) continue;
    const bool counts = has_counts(sheet.columns.row->layout);
    return sheet.problem("E_NO_ROWS", row, missing_columns(sheet, row).front(),
                         counts ? "no record has a count" : "no record has its numbers");
  }
}

}  // namespace

const std::vector<Quantity>& needed_quantities(Layout layout) {
  static const std::vector<Quantity> needed[]{{events, total},  {events, total},  {events, time},      {events, time},
                                              {mean, sd, size}, {mean, sd, size}, {correlation, size}, {effect, variance}};
  return needed[static_cast<std::size_t>(layout)];
}

const std::vector<Arm>& arms_in_row(const LayoutRow& layout) {
  static const std::vector<Arm> one{Arm::only}, two{Arm::treatment, Arm::control};
  const bool two_arms =
      layout.layout == Layout::two_arm_counts || layout.layout == Layout::two_arm_rates || layout.layout == Layout::two_arm_means;
  return two_arms && !layout.one_row_an_arm ? two : one;
}

void select_rows(Sheet& sheet) {
  sheet.state.assign(sheet.table.rows(), RowState::in);
  std::optional<Condition> where;
  if (!sheet.options.where.empty()) where.emplace(sheet.options.where, sheet.table, sheet.columns, sheet.options.decimal);
  std::vector<const std::vector<double>*> needed;
  for (const Arm arm : arms_in_row(*sheet.columns.row))
    for (const Quantity quantity : needed_quantities(sheet.columns.row->layout)) needed.push_back(&sheet.numbers.of(quantity, arm));

  bool any_selected = false, any_in = false;
  for (std::size_t row = 0; row < sheet.table.rows(); ++row) {
    if (where && !where->holds(row)) {
      sheet.state[row] = RowState::out;
      sheet.exclude(row, "where", "not selected by --where");
      continue;
    }
    any_selected = true;
    if (complete(needed, row))
      any_in = true;
    else
      omit(sheet, row, missing_columns(sheet, row));
  }
  if (!any_in && !sheet.findings.any_problem()) report_none(sheet, any_selected);
}

}  // namespace tausq::records
