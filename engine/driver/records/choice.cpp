#include "engine/driver/records/choice.hpp"

#include <algorithm>
#include <utility>

#include "engine/driver/records/number.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

/// A condition that a row's cell satisfies.
std::string selector(const std::string& name, std::string_view value) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  };
  std::string condition = std::all_of(name.begin(), name.end(), plain) ? escaped(name) : '`' + escaped(name) + '`';
  const char quote = value.find('"') == std::string_view::npos ? '"' : '\'';
  condition += " == ";
  return condition += plain_count(value) >= 0 ? std::string(value) : quote + escaped(value) + quote;
}

std::string quoted_for_shell(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result += "'";
}

}  // namespace

std::vector<std::size_t> telling_columns(const Sheet& sheet) {
  std::vector<std::size_t> first = setting_columns(sheet.table);
  if (const auto outcome = find_column(sheet.table, "outcome")) first.insert(first.begin(), *outcome);
  if (sheet.columns.arm) first.push_back(*sheet.columns.arm);
  const std::vector<std::size_t>& others = sheet.columns.others;
  std::vector<std::size_t> columns;
  for (const std::size_t column : first)
    if (std::find(others.begin(), others.end(), column) != others.end()) columns.push_back(column);
  for (const std::size_t column : others)
    if (std::find(first.begin(), first.end(), column) == first.end() && !folded(sheet.table.names[column]).starts_with("reported_"))
      columns.push_back(column);
  return columns;
}

std::string choosing_option(const Sheet& sheet, std::vector<std::size_t> rows, const std::vector<std::size_t>& telling) {
  std::string condition = sheet.options.where.empty() ? "" : "(" + escaped(sheet.options.where) + ")";
  const std::size_t kept = rows.front();
  for (const std::size_t column : telling) {
    const std::string_view value = trimmed(sheet.table.text(kept, column));
    const auto differs = [&](std::size_t row) { return trimmed(sheet.table.text(row, column)) != value; };
    if (std::erase_if(rows, differs) == 0) continue;
    if (!condition.empty()) condition += " && ";
    condition += selector(sheet.table.names[column], value);
    if (rows.size() == 1) break;
  }
  return "--where " + quoted_for_shell(condition);
}

}  // namespace tausq::records
