// Which rows are in: those that --where selects and that have the numbers of their layout.
#include <algorithm>
#include <string>

#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/where.hpp"

namespace tausq::records {

namespace {

using enum Quantity;

/// The columns that a row lacks for a mean or sd: its own, or where there is a median what else the formulas would take.
std::vector<std::size_t> summary_columns(const Sheet& sheet, std::size_t row, Quantity quantity, Arm arm) {
  const auto own = sheet.columns.find(quantity, arm);
  if (own && (!sheet.numbers.has(median, arm) || is_missing(sheet.numbers.of(median, arm)[row]))) return {*own};
  std::vector<std::size_t> columns;
  for (const Quantity part : {median, q1, q3, minimum, maximum}) {
    const auto column = sheet.columns.find(part, arm);
    if (column && is_missing(sheet.numbers.of(part, arm)[row])) columns.push_back(*column);
  }
  if (columns.empty()) columns.push_back(own ? *own : *sheet.columns.find(size, arm));  // a single value has no spread
  return columns;
}

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
      if (is_missing(sheet.numbers.of(quantity, arm)[row])) {
        const bool summary = quantity == mean || quantity == sd;
        for (const std::size_t column : summary ? summary_columns(sheet, row, quantity, arm) : std::vector{column_of(sheet, quantity, arm)})
          if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
      }
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

void omit(Sheet& sheet, std::size_t row) {
  const std::vector<std::size_t> columns = missing_columns(sheet, row);
  const std::string reason = listed(sheet, columns);
  sheet.exclude(row, RowState::lacking, has_counts(sheet.columns.row->layout) ? "missing_counts" : "missing_values", reason);
  if (!sheet.options.reject_missing)
    return sheet.warning("W_ROW_OMITTED", row, sheet.place(row) + ", " + sheet.name(row) + ": the row is left out, " + reason);
  for (const std::size_t column : columns) sheet.problem("E_MISSING_VALUE", row, column, sheet.table.names[column] + " is missing");
}

/// Rows with every needed number, fast: a million rows mostly have them.
bool complete(const std::vector<const std::vector<double>*>& needed, std::size_t row) {
  for (const std::vector<double>* column : needed)
    if (is_missing((*column)[row])) return false;
  return true;
}

void report_none(Sheet& sheet) {
  for (std::size_t row = 0; row < sheet.state.size(); ++row) {
    if (sheet.state[row] != RowState::lacking) continue;
    const bool counts = has_counts(sheet.columns.row->layout);
    return sheet.problem("E_NO_ROWS", row, missing_columns(sheet, row).front(),
                         counts ? "no record has a count" : "no record has its numbers");
  }
  sheet.findings.problem("E_NO_ROWS", {.line = sheet.table.header_line}, "no row satisfies --where " + sheet.options.where);
}

}  // namespace

void select_rows(Sheet& sheet) {
  sheet.state.assign(sheet.table.rows(), RowState::in);
  if (sheet.options.where.empty()) return;
  const Condition where(sheet.options.where, sheet.table, sheet.columns, sheet.decimal());
  for (std::size_t row = 0; row < sheet.table.rows(); ++row)
    if (!where.holds(row)) sheet.exclude(row, RowState::out, "where", "not selected by --where");
}

void omit_incomplete_rows(Sheet& sheet) {
  std::vector<const std::vector<double>*> needed;
  for (const Arm arm : arms_in_row(*sheet.columns.row))
    for (const Quantity quantity : needed_quantities(sheet.columns.row->layout)) needed.push_back(&sheet.numbers.of(quantity, arm));
  bool any = false;
  for (std::size_t row = 0; row < sheet.table.rows(); ++row) {
    if (sheet.state[row] != RowState::in) continue;
    if (complete(needed, row))
      any = true;
    else
      omit(sheet, row);
  }
  if (!any && !sheet.findings.any_problem()) report_none(sheet);
}

}  // namespace tausq::records
