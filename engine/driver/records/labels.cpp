#include "engine/driver/records/labels.hpp"

#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

void check_label(const Table& table, std::size_t row, std::size_t column, std::string_view label, Findings& findings) {
  const CellKind kind = table.cell(row, column).kind();
  const Place place{table.line(row, column), table.names[column], table.raw(table.cell(row, column))};
  const std::string record = table.json ? " (record " + std::to_string(row + 1) + ")" : "";
  if (kind == CellKind::json_number || kind == CellKind::json_boolean || kind == CellKind::json_nested)
    findings.problem("E_TYPE", place, "a study label must be a string" + record);
  else if (trimmed(label).empty())
    findings.problem("E_MISSING_VALUE", place, "a study needs a label" + record);
}

void warn_of_controls(const Table& table, std::size_t row, std::size_t column, std::string_view text, Findings& findings) {
  if (!has_invisible(text)) return;
  findings.warning("W_CONTROL_CHAR", "line " + std::to_string(table.line(row, column)) + ", column " + shown(table.names[column]) +
                                         ": control or invisible character in " + quoted(text));
}

}  // namespace

std::vector<std::string> read_labels(const Table& table, const Columns& columns, bool controls, Findings& findings) {
  std::vector<std::string> labels(table.rows());
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (!columns.study) {
      labels[row] = std::to_string(row + 1);
      continue;
    }
    const Cell& cell = table.cell(row, *columns.study);
    labels[row] = table.text(cell);
    const bool plain = cell.kind() == CellKind::text && cell.size > 0 && labels[row].front() > ' ';
    if (!plain) check_label(table, row, *columns.study, labels[row], findings);
  }
  if (!controls) return labels;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (columns.study) warn_of_controls(table, row, *columns.study, labels[row], findings);
    for (const std::size_t column : columns.others) warn_of_controls(table, row, column, table.text(row, column), findings);
  }
  return labels;
}

}  // namespace tausq::records
