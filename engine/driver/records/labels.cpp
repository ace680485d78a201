// Study labels, as they stand.
#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

void check_label(Sheet& sheet, std::size_t row, std::size_t column) {
  const CellKind kind = sheet.table.cell(row, column).kind();
  if (kind == CellKind::json_number || kind == CellKind::json_boolean || kind == CellKind::json_nested)
    sheet.problem("E_TYPE", row, column, "a study label must be a string");
  else if (trimmed(sheet.labels[row]).empty())
    sheet.problem("E_MISSING_VALUE", row, column, "a study needs a label");
}

void warn_of_controls(Sheet& sheet, std::size_t row, std::size_t column) {
  const std::string_view text = sheet.table.text(row, column);
  if (has_invisible(text))
    sheet.warning("W_CONTROL_CHAR", row, sheet.place(row, column) + ": control or invisible character in " + quoted(text));
}

}  // namespace

void read_labels(Sheet& sheet, bool controls) {
  const auto column = sheet.columns.study;
  sheet.labels.resize(sheet.table.rows());
  for (std::size_t row = 0; row < sheet.labels.size(); ++row) {
    std::string& label = sheet.labels[row];
    if (!column) {
      label = std::to_string(row + 1);
      continue;
    }
    const Cell& cell = sheet.table.cell(row, *column);
    label = sheet.table.text(cell);
    const bool plain = cell.kind() == CellKind::text && !label.empty() && label.front() > ' ';
    if (!plain) check_label(sheet, row, *column);
  }
  if (!controls) return;
  for (std::size_t row = 0; row < sheet.labels.size(); ++row) {
    if (column) warn_of_controls(sheet, row, *column);
    for (const std::size_t other : sheet.columns.others) warn_of_controls(sheet, row, other);
  }
}

}  // namespace tausq::records
