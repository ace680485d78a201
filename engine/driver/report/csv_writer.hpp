// CSV (RFC 4180): numbers in full precision, text that a spreadsheet would run as a formula defused, what a terminal would obey escaped.
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::report {

/// One record after the other; fields are either text or numbers.
class CsvWriter {
 public:
  void text(std::string_view value) {
    if (!std::all_of(value.begin(), value.end(), is_printable)) return write(escaped_within_lines(value));
    write(value);
  }
  void number(std::optional<double> value) {
    separate();
    if (value) out_ += report::shortest(*value);
  }
  void integer(std::size_t value) {
    separate();
    out_ += std::to_string(value);
  }
  void flag(bool value) { text(value ? "true" : "false"); }
  void end_row() {
    out_ += "\r\n";
    first_ = true;
  }
  void header(const std::vector<std::string>& names) {
    for (const std::string& name : names) text(name);
    end_row();
  }
  std::string take() { return std::move(out_); }

 private:
  void write(std::string_view value) {
    separate();
    const bool formula = starts_formula(value);
    const bool quoted = formula || value.find_first_of(",\"\r\n") != std::string_view::npos;
    if (!quoted) {
      out_ += value;
      return;
    }
    out_ += formula ? "\"'" : "\"";
    for (char c : value) out_ += c == '"' ? "\"\"" : std::string(1, c);
    out_ += '"';
  }
  static bool is_printable(char c) { return c >= ' ' && c < 0x7f; }
  /// True for what a spreadsheet takes for a formula; an apostrophe makes it text (OWASP, CSV injection). Numbers may keep their sign.
  static bool starts_formula(std::string_view value) {
    if (value.empty() || std::string_view("=+-@\t\r").find(value.front()) == std::string_view::npos) return false;
    double number = 0;
    return std::from_chars(value.data(), value.data() + value.size(), number).ptr != value.data() + value.size();
  }
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string out_;
  bool first_ = true;
};

}  // namespace tausq::report
