#include "engine/driver/records/csv.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "engine/driver/records/limits.hpp"
#include "engine/driver/records/special_bytes.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

/// Reads records one after the other into a table.
class Reader {
 public:
  Reader(Table& table, Findings& findings) : table_(table), findings_(findings), text_(table.bytes) {}

  void read(char delimiter) {
    skip_blank_lines();
    take_separator_line(delimiter);
    delimiter_ = delimiter != 0 ? delimiter : delimiter_of(text_.substr(at_));
    special_ = SpecialBytes(text_, delimiter_);
    table_.header_line = line_;
    if (!read_header()) return table_.names.clear();
    reserve();
    while (at_ < text_.size() && (read_plain_record() || read_record())) {
    }
    table_.end_line = line_;
  }

 private:
  enum class End { field, record, broken };

  /// The line ahead, or its first `most` bytes: whoever asks for little reads little of a line of any length.
  std::string_view line_ahead(std::size_t most) const {
    const std::string_view rest = text_.substr(at_, most);
    return rest.substr(0, rest.find_first_of("\r\n"));
  }

  void take_line_end() {
    if (at_ < text_.size() && text_[at_] == '\r')
      ++at_;
    else if (at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
      ++line_;
      return;
    } else
      return;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  void skip_blank_lines() {
    while (at_ < text_.size()) {
      const std::size_t end = std::min(text_.find_first_not_of(" \t", at_), text_.size());
      if (end < text_.size() && text_[end] != '\n' && text_[end] != '\r') return;
      at_ = end;
      note_blank_line(line_);
      take_line_end();
    }
  }

  void take_separator_line(char& delimiter) {
    const std::string_view ahead = line_ahead(6);
    if (ahead.size() != 5 || likeness(ahead.substr(0, 4)) != "sep=") return;
    findings_.warning("W_SEP_LINE", "line " + std::to_string(line_) + ": a spreadsheet's \"sep=\" line is skipped");
    if (delimiter == 0) delimiter = ahead[4];
    at_ += ahead.size();
    take_line_end();
  }

  bool read_header() {
    if (at_ == text_.size()) {
      findings_.problem("E_EMPTY", {.line = 1}, "the file is empty: there is no header");
      return false;
    }
    for (End end = End::field; end == End::field;) {
      end = read_field(table_.header_cells, table_.header_cells.size());
      if (end == End::broken) return false;
      if (table_.header_cells.size() > max_columns) {
        findings_.problem("E_LIMIT", {.line = table_.header_line}, "a header has at most " + std::to_string(max_columns) + " columns");
        return false;
      }
      std::string_view name = table_.text(table_.header_cells.back());
      if (name.starts_with("\xEF\xBB\xBF")) name.remove_prefix(3);
      table_.names.emplace_back(trimmed(name));
    }
    if (at_ == text_.size()) table_.end_line = line_;
    return true;
  }

  void reserve() {
    const std::size_t sample = std::min<std::size_t>(text_.size() - at_, 1 << 16);
    const auto lines = static_cast<std::size_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.begin() + static_cast<std::ptrdiff_t>(at_ + sample), '\n'));
    if (sample == 0 || lines == 0) return;
    const std::size_t rows = static_cast<std::size_t>(1.02 * static_cast<double>(lines) * static_cast<double>(text_.size() - at_) /
                                                      static_cast<double>(sample)) +
                             1;
    table_.places.reserve(rows);
    table_.cells.reserve(rows * table_.columns());
  }

  /// The record that nearly every record is: without quotes, with as many fields as the header, the first not empty. Leaves
  /// everything as it was, and returns false, for any other.
  bool read_plain_record() {
    const std::size_t first = table_.cells.size(), columns = table_.columns();
    std::size_t at = at_;
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t end = special_.next(at);
      const bool last = column + 1 == columns;
      const bool crlf = last && text_.substr(end, 2) == "\r\n";
      const bool plain = end < text_.size() && (crlf || text_[end] == (last ? '\n' : delimiter_));
      if (!plain || end - at > max_field || (end == at && column == 0)) {
        table_.cells.resize(first);
        return false;
      }
      table_.cells.emplace_back(at, end - at, CellKind::text);
      at = end + (crlf ? 2 : 1);
    }
    if (table_.cells[first].size < max_quoted && trimmed(table_.raw(table_.cells[first])).empty()) {
      table_.cells.resize(first);
      return false;
    }
    if (blank_count_ > 0) warn_of_blank_lines();
    table_.places.push_back({static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(line_)});
    at_ = at;
    ++line_;
    return true;
  }

  bool read_record() {
    const std::size_t first = table_.cells.size(), begin = at_, line = line_;
    std::size_t fields = 0;
    for (End end = End::field; end == End::field; ++fields) {
      end = read_field(table_.cells, fields);
      if (end == End::broken) {
        table_.cells.resize(first);
        return false;
      }
      if (fields >= table_.columns()) table_.cells.pop_back();
    }
    if (is_blank(first)) {
      table_.cells.resize(first);
      if (fields == 1 || fields == table_.columns()) {
        note_blank_line(line);
        return true;
      }
    }
    warn_of_blank_lines();
    if (fields == table_.columns()) {
      table_.places.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(line)});
      return true;
    }
    table_.cells.resize(first);
    std::string rule =
        std::to_string(fields) + (fields == 1 ? " field" : " fields") + ", the header has " + std::to_string(table_.columns());
    if (fields == table_.columns() + 1 && text_[last_field_begin_ - 1] == delimiter_ && last_field_empty_) rule += " (trailing separator)";
    findings_.problem("E_FIELD_COUNT", {.line = line, .value = trimmed(text_.substr(begin, at_ - begin))}, rule);
    return true;
  }

  bool is_blank(std::size_t first) const {
    for (std::size_t i = first; i < table_.cells.size(); ++i)
      if (table_.cells[i].kind() != CellKind::text || !trimmed(table_.raw(table_.cells[i])).empty()) return false;
    return true;
  }

  void note_blank_line(std::size_t line) {
    if (++blank_count_ <= max_warnings_listed) blank_lines_.push_back(line);
  }

  void warn_of_blank_lines() {
    for (const std::size_t line : blank_lines_)
      findings_.warning("W_BLANK_LINE", "line " + std::to_string(line) + ": a blank line is skipped");
    findings_.more_warnings("W_BLANK_LINE", blank_count_ - blank_lines_.size());
    blank_lines_.clear();
    blank_count_ = 0;
  }

  /// Reads one field into `cells`, and the delimiter or line end behind it.
  End read_field(std::vector<Cell>& cells, std::size_t column) {
    last_field_begin_ = at_;
    field_line_ = line_;
    if (at_ < text_.size() && text_[at_] == '"') return read_quoted(cells, column);
    at_ = special_.next(at_);
    if (at_ < text_.size() && text_[at_] == '"') return broken(column, "a quote inside a field that does not start with one");
    last_field_empty_ = at_ == last_field_begin_;
    return finish(cells, column, Cell(last_field_begin_, at_ - last_field_begin_, CellKind::text));
  }

  End read_quoted(std::vector<Cell>& cells, std::size_t column) {
    const std::size_t begin = ++at_;
    CellKind kind = CellKind::text;
    for (;; kind = CellKind::doubled, at_ += 2) {
      const void* close = at_ < text_.size() ? std::memchr(text_.data() + at_, '"', text_.size() - at_) : nullptr;
      if (close == nullptr)
        return broken(column, "the quote opened on line " + std::to_string(field_line_) + " is not closed before the end of the file");
      at_ = static_cast<std::size_t>(static_cast<const char*>(close) - text_.data());
      if (at_ + 1 == text_.size() || text_[at_ + 1] != '"') break;
    }
    line_ += line_ends(text_.substr(begin, at_ - begin));
    const Cell cell(begin, at_ - begin, kind);
    last_field_empty_ = false;
    ++at_;
    if (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n' && text_[at_] != '\r')
      return broken(column, "text after a closing quote (a quote inside a quoted field is doubled)");
    return finish(cells, column, cell);
  }

  End finish(std::vector<Cell>& cells, std::size_t column, const Cell& cell) {
    if (at_ - last_field_begin_ > max_field) {
      findings_.problem("E_LIMIT", {.line = field_line_, .column = name(column)},
                        "a field has at most " + std::to_string(max_field) + " bytes");
      cells.emplace_back(last_field_begin_, max_quoted, CellKind::text);  // enough for what else is said of the row
    } else {
      cells.push_back(cell);
    }
    if (at_ < text_.size() && text_[at_] == delimiter_) {
      ++at_;
      return End::field;
    }
    take_line_end();
    return End::record;
  }

  End broken(std::size_t column, const std::string& rule) {
    const std::string_view rest = text_.substr(last_field_begin_);
    findings_.problem("E_QUOTE", {.line = field_line_, .column = name(column), .value = rest.substr(0, rest.find_first_of("\r\n"))}, rule);
    return End::broken;
  }

  std::string_view name(std::size_t column) const {
    return column < table_.names.size() ? std::string_view(table_.names[column]) : std::string_view();
  }

  Table& table_;
  Findings& findings_;
  std::string_view text_;
  char delimiter_ = ',';
  SpecialBytes special_;
  std::size_t at_ = 0, line_ = 1;
  std::size_t last_field_begin_ = 0, field_line_ = 1;
  bool last_field_empty_ = false;
  // Blank lines are spoken of only when something follows: at the end they mean nothing.
  std::size_t blank_count_ = 0;
  std::vector<std::size_t> blank_lines_;  // the first of them
};

}  // namespace

char delimiter_of(std::string_view text) {
  constexpr std::string_view candidates = ",;\t";
  std::array<std::size_t, candidates.size()> count{};
  bool quoted_part = false;
  for (const char c : text.substr(0, max_field)) {  // enough to tell, however long the line
    if (c == '"') quoted_part = !quoted_part;
    if (quoted_part) continue;
    if (c == '\n' || c == '\r') break;
    if (const std::size_t i = candidates.find(c); i != std::string_view::npos) ++count[i];
  }
  return candidates[static_cast<std::size_t>(std::max_element(count.begin(), count.end()) - count.begin())];
}

Table parse_csv(std::string_view text, char delimiter, Findings& findings) {
  Table table;
  table.bytes = text;
  Reader(table, findings).read(delimiter);
  return table;
}

}  // namespace tausq::records
