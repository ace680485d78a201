#include "engine/driver/drawing/font_metrics.hpp"

#include <cstdint>

#include "engine/driver/report/unicode.hpp"

namespace tausq::drawing {

namespace {

struct FontBlock {
  char32_t first, last;
  std::uint16_t offset;
};

#include "engine/driver/drawing/font_widths.inc"

constexpr double units_per_em = 2048;

/// Width in em.
double code_width(char32_t code, Weight weight) {
  for (const FontBlock& block : font_blocks) {
    if (code < block.first || code > block.last) continue;
    const std::size_t at = block.offset + (code - block.first);
    const std::uint16_t units = weight == Weight::bold ? bold_widths[at] : regular_widths[at];
    if (units > 0) return units / units_per_em;
  }
  constexpr double typical = 0.65;  // Arabic, Devanagari, Thai ... in the fonts that browsers fall back to
  const int cells = report::display_width(code);
  return cells == 2 ? 1.0 : cells * typical;
}

}  // namespace

double text_width(std::string_view utf8, double size, Weight weight) {
  double width = 0;
  for (char32_t code : report::decoded(utf8)) width += code_width(code, weight);
  return width * size;
}

std::string fitted(std::string_view utf8, double width, double size, Weight weight) {
  if (text_width(utf8, size, weight) <= width) return std::string(utf8);
  std::string text;
  double used = code_width(U'\u2026', weight) * size;
  for (char32_t code : report::decoded(utf8)) {
    used += code_width(code, weight) * size;
    if (used > width) break;
    text += report::encoded(code);
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text + "\u2026";
}

std::vector<std::string> broken(const std::string& words, double width, double size) {
  std::vector<std::string> lines{""};
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string word = words.substr(at, end - at);
    std::string& line = lines.back();
    if (line.empty())
      line = word;
    else if (text_width(line + " " + word, size) <= width)
      line += " " + word;
    else
      lines.push_back(word);
    at = end + 1;
  }
  return lines;
}

}  // namespace tausq::drawing
