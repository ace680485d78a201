#include "engine/driver/report/text_table.hpp"

#include <algorithm>
#include <utility>

#include "engine/driver/report/unicode.hpp"

namespace tausq::report {

namespace {

constexpr std::size_t label_width = 48;  // longer labels are cut: the table must fit a terminal
constexpr std::size_t page_width = 100;

std::string padded(const std::string& text, std::size_t width, TextTable::Align align) {
  const std::string blanks(width - display_width(text), ' ');
  return align == TextTable::Align::left ? text + blanks : blanks + text;
}

}  // namespace

void TextTable::add(std::vector<std::string> cells) {
  cells.resize(headings_.size());
  for (std::string& cell : cells) cell = shortened(escaped(cell), label_width);
  rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths(headings_.size(), 0);
  for (const auto& row : rows_)
    for (std::size_t j = 0; j < row.size(); ++j) widths[j] = std::max(widths[j], display_width(row[j]));
  std::size_t total = 0;
  for (std::size_t j = 0; j < widths.size(); ++j) {
    if (widths[j] == 0) continue;
    widths[j] = std::max(widths[j], display_width(headings_[j].title));
    total += widths[j] + (total > 0 ? 2 : 0);
  }
  const auto line = [&](const auto& cell) {
    std::string joined;
    for (std::size_t j = 0; j < widths.size(); ++j)
      if (widths[j] > 0) joined += (joined.empty() ? "" : "  ") + padded(cell(j), widths[j], headings_[j].align);
    return joined.substr(0, joined.find_last_not_of(' ') + 1) + "\n";
  };
  std::string result = line([&](std::size_t j) { return headings_[j].title; }) + std::string(total, '-') + "\n";
  for (const auto& row : rows_) result += row.empty() ? std::string(total, '-') + "\n" : line([&](std::size_t j) { return row[j]; });
  return result;
}

std::string wrapped(const std::string& text, std::size_t indent) {
  std::string result;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    const std::size_t width = display_width(word);
    if (column > indent && column + 1 + width > page_width) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (at > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += width;
    at = end + 1;
  }
  return result;
}

}  // namespace tausq::report
