#include "engine/driver/records/json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "engine/driver/records/json_text.hpp"
#include "engine/driver/records/limits.hpp"

namespace tausq::records {

namespace {

CellKind kind_of(char first) {
  switch (first) {
    case '{':
    case '[':
      return CellKind::json_nested;
    case 't':
    case 'f':
      return CellKind::json_boolean;
    case 'n':
      return CellKind::absent;
    default:
      return CellKind::json_number;
  }
}

/// Fills a table from records whose keys may differ in number and order.
class Builder {
 public:
  Builder(Table& table, Findings& findings) : table_(table), findings_(findings) {}

  /// Whether a limit was reached: what follows is not read.
  bool full() const { return full_; }

  /// The line of an offset; offsets must not fall, so that the whole text is counted once.
  std::size_t line_at(std::size_t at) {
    line_ += line_ends(table_.bytes.substr(counted_, at - counted_));
    counted_ = at;
    return line_;
  }

  /// The elements of the array at the cursor, one record each.
  void records(JsonCursor& cursor) {
    cursor.enter();
    while (cursor.more() && !full_) {
      const std::size_t begin = cursor.at();
      ++count_;
      if (cursor.peek() == '{')
        record(cursor);
      else
        findings_.problem("E_TYPE", {.line = line_at(begin), .value = cursor.value()},
                          "record " + std::to_string(count_) + " is not an object");
    }
  }

  /// The members of the object at the cursor as one row.
  void record(JsonCursor& cursor) {
    const std::size_t first = table_.cells.size(), line = line_at(cursor.at());
    table_.places.push_back({static_cast<std::uint32_t>(cursor.at()), static_cast<std::uint32_t>(line)});
    row_begin_.push_back(first);
    table_.cells.resize(first + table_.names.size());
    seen_.assign(table_.names.size(), false);
    cursor.enter();
    for (std::size_t guess = 0; cursor.more(); ++guess) {
      const std::size_t key_at = cursor.at();
      const std::string key = cursor.key();
      const std::size_t column = column_of(key, guess);
      if (full_) return;
      if (column >= seen_.size()) {
        seen_.resize(column + 1, false);
        table_.cells.resize(first + column + 1);
      }
      if (seen_[column])
        findings_.problem("E_DUP_COLUMN", {.line = line_at(key_at), .column = key},
                          "the key appears twice in record " + std::to_string(table_.rows()));
      seen_[column] = true;
      table_.cells[first + column] = cell(cursor, key);
    }
    if (table_.cells.size() > max_cells) limit("a document has at most " + std::to_string(max_cells) + " cells");
  }

  Cell cell(JsonCursor& cursor, std::string_view key) {
    const std::size_t begin = cursor.at();
    if (cursor.peek() != '"') {
      const std::string_view whole = cursor.value();
      const CellKind kind = kind_of(whole.front());
      return kind == CellKind::absent ? Cell() : checked(begin, whole.size(), kind, key);
    }
    bool escaped = false;
    const std::string_view inside = cursor.string(escaped);
    if (escaped) check_escapes(begin, inside, key);
    return checked(begin + 1, inside.size(), escaped ? CellKind::json_escaped : CellKind::json_text, key);
  }

  /// Gives every row all columns: keys that a record has not are absent cells.
  void finish() {
    if (full_) {
      table_.names.clear();
      table_.places.clear();
      return;
    }
    const std::size_t columns = table_.names.size(), rows = table_.rows();
    table_.end_line = line_at(table_.bytes.size());
    if (columns == 0 || table_.cells.size() == rows * columns) return;
    if (rows > max_cells / columns) return limit("records times keys are at most " + std::to_string(max_cells));
    std::vector<Cell> full(rows * columns);
    row_begin_.push_back(table_.cells.size());
    for (std::size_t i = 0; i < rows; ++i)
      std::copy(table_.cells.begin() + static_cast<std::ptrdiff_t>(row_begin_[i]),
                table_.cells.begin() + static_cast<std::ptrdiff_t>(row_begin_[i + 1]),
                full.begin() + static_cast<std::ptrdiff_t>(i * columns));
    table_.cells = std::move(full);
  }

 private:
  void limit(const std::string& rule) {
    if (!full_) findings_.problem("E_LIMIT", {.line = line_}, rule);
    full_ = true;
  }

  /// Records mostly repeat their keys in order: the position is tried before the search.
  std::size_t column_of(const std::string& key, std::size_t guess) {
    if (guess < table_.names.size() && table_.names[guess] == key) return guess;
    const auto [entry, added] = columns_.try_emplace(key, table_.names.size());
    if (!added) return entry->second;
    if (table_.names.size() == max_columns)
      limit("records have at most " + std::to_string(max_columns) + " different keys");
    else
      table_.names.push_back(key);
    return entry->second;
  }

  Cell checked(std::size_t begin, std::size_t size, CellKind kind, std::string_view key) {
    if (size <= max_field) return {begin, size, kind};
    findings_.problem("E_LIMIT", {.line = line_at(begin), .column = key}, "a value has at most " + std::to_string(max_field) + " bytes");
    return {};
  }

  void check_escapes(std::size_t begin, std::string_view inside, std::string_view key) {
    if (has_lone_surrogate(inside))
      findings_.problem("E_ENCODING", {.line = line_at(begin), .column = key, .value = inside}, "half a surrogate pair is no character");
    if (json_unescaped(inside).find('\0') != std::string::npos)
      findings_.problem("E_NUL", {.line = line_at(begin), .column = key, .value = inside}, "a NUL character is no text");
  }

  Table& table_;
  Findings& findings_;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::vector<std::size_t> row_begin_;
  std::vector<bool> seen_;
  std::size_t count_ = 0, line_ = 1, counted_ = 0;
  bool full_ = false;
};

/// The columns of an object of equally long arrays.
void read_columns(Table& table, JsonCursor cursor, Builder& builder, Findings& findings) {
  std::vector<std::vector<Cell>> columns;
  cursor.enter();
  while (cursor.more()) {
    table.names.push_back(cursor.key());
    std::vector<Cell>& column = columns.emplace_back();
    cursor.enter();
    while (cursor.more()) column.push_back(builder.cell(cursor, table.names.back()));
    if (column.size() != columns.front().size())
      findings.problem("E_SCHEMA", {.line = builder.line_at(cursor.at() - 1), .column = table.names.back()},
                       "columns are equally long: this one has " + std::to_string(column.size()) + " values, the first " +
                           std::to_string(columns.front().size()));
  }
  if (findings.any_problem() || columns.size() > max_columns) return;
  RowPlace place{0, 1};  // a record stands where its first value does
  for (std::size_t i = 0; i < columns.front().size(); ++i) {
    for (const std::vector<Cell>& column : columns) table.cells.push_back(column[i]);
    const Cell& first = columns.front()[i];
    if (first.kind() != CellKind::absent)
      place = {first.begin, place.line + static_cast<std::uint32_t>(line_ends(table.bytes.substr(place.begin, first.begin - place.begin)))};
    table.places.push_back(place);
  }
}

enum class Shape { records, columns, neither };

/// What an object holds; for records, `array` is the offset of their array.
Shape shape_of(JsonCursor cursor, std::size_t& array) {
  bool only_arrays = true, any = false, found = false;
  cursor.enter();
  while (cursor.more()) {
    const std::string key = cursor.key();
    const std::size_t at = cursor.at();
    const std::string_view value = cursor.value();
    any = true;
    only_arrays = only_arrays && value.front() == '[';
    if (value.front() != '[' || found || (key != "records" && key != "studies" && key != "data")) continue;
    const std::size_t first = value.find_first_not_of(" \t\r\n", 1);
    found = value[first] == '{' || value[first] == ']';
    array = at;
  }
  return found ? Shape::records : any && only_arrays ? Shape::columns : Shape::neither;
}

void report(const JsonFault& fault, std::string_view text, std::size_t lines_before, Findings& findings) {
  // The end of the text is the end of its last line, not the line after the final line end.
  const std::size_t at = std::min(fault.at, text.find_last_not_of(" \t\r\n") + 1);
  const std::size_t line_begin = at == 0 ? 0 : text.find_last_of("\r\n", at - 1) + 1;
  const std::string where = " (character " + std::to_string(at - line_begin + 1) + " of the line)";
  findings.problem(fault.too_deep ? "E_JSON_DEPTH" : "E_JSON_SYNTAX",
                   {.line = lines_before + 1 + line_ends(text.substr(0, line_begin)), .value = text.substr(at, 16)}, fault.rule + where);
}

}  // namespace

Table parse_json(std::string_view text, Findings& findings) {
  Table table;
  table.bytes = text;
  table.json = true;
  if (const auto fault = find_json_fault(text)) {
    report(*fault, text, 0, findings);
    return table;
  }
  Builder builder(table, findings);
  JsonCursor cursor(text, 0);
  if (cursor.peek() == '[') {
    builder.records(cursor);
    builder.finish();
  } else if (cursor.peek() == '{') {
    std::size_t array = 0;
    const Shape shape = shape_of(cursor, array);
    if (shape == Shape::neither)
      findings.problem("E_SCHEMA", {.line = builder.line_at(cursor.at()), .column = "studies"},
                       "the object has no array \"records\" or \"studies\"");
    if (shape == Shape::columns) read_columns(table, cursor, builder, findings);
    if (shape == Shape::records) {
      JsonCursor elements(text, array);
      builder.records(elements);
      builder.finish();
    }
  } else {
    findings.problem("E_SCHEMA", {.line = builder.line_at(cursor.at()), .value = cursor.value()}, "expected an array of records");
  }
  return table;
}

Table parse_json_lines(std::string_view text, Findings& findings) {
  Table table;
  table.bytes = text;
  table.json = true;
  Builder builder(table, findings);
  std::size_t line = 0;
  for (std::size_t at = 0; at < text.size() && !builder.full(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view whole = text.substr(at, end - at);
    if (whole.find_first_not_of(" \t\r") != std::string_view::npos) {
      JsonCursor cursor(text.substr(0, end), at);
      if (const auto fault = find_json_fault(whole))
        report(*fault, whole, line, findings);
      else if (cursor.peek() != '{')
        findings.problem("E_TYPE", {.line = line + 1, .value = whole}, "a line is one object");
      else
        builder.record(cursor);
    }
    at = end + 1;
  }
  builder.finish();
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) findings.problem("E_EMPTY", {.line = 1}, "the file is empty");
  return table;
}

bool looks_like_json_lines(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || text[begin] != '{') return false;
  const std::size_t end = text.find('\n', begin);
  if (end == std::string_view::npos || find_json_fault(text.substr(begin, end - begin))) return false;
  const std::size_t next = text.find_first_not_of(" \t\r\n", end);
  return next != std::string_view::npos && text[next] == '{';
}

}  // namespace tausq::records
