// Columns of text aligned by display width.
#pragma once

#include <string>
#include <vector>

namespace tausq::report {

class TextTable {
 public:
  enum class Align { left, right };
  struct Heading {
    std::string title;
    Align align = Align::right;
  };

  explicit TextTable(std::vector<Heading> headings) : headings_(std::move(headings)) {}

  /// One line; missing cells are empty. Text is escaped here.
  void add(std::vector<std::string> cells);
  /// A line of dashes under everything so far.
  void rule() { rows_.push_back({}); }
  bool empty() const { return rows_.empty(); }
  /// Heading, rows and rules, each line ending in '\n'. Columns without any text in their rows are left out.
  std::string text() const;

 private:
  std::vector<Heading> headings_;
  std::vector<std::vector<std::string>> rows_;
};

/// Text wrapped at blanks to 100 cells; lines after the first start with `indent` blanks.
std::string wrapped(const std::string& text, std::size_t indent);

}  // namespace tausq::report
