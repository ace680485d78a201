#include "engine/driver/report/unicode.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "engine/driver/unicode/utf8.hpp"

namespace tausq::report {

namespace {

constexpr char32_t replacement = 0xFFFD;

struct Range {
  char32_t first, last;
};

// Unicode 15, general categories Mn, Me and Cf in the scripts that study labels are written in, and joining jamo.
constexpr std::array<Range, 35> zero_width{{
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2}, {0x05C4, 0x05C5},   {0x05C7, 0x05C7},
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC}, {0x06DF, 0x06E4}, {0x06E7, 0x06E8},   {0x06EA, 0x06ED},
    {0x0900, 0x0902}, {0x093A, 0x093A}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},   {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E}, {0x1160, 0x11FF}, {0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E},   {0x2060, 0x2069},
    {0x20D0, 0x20F0}, {0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}, {0xE0100, 0xE01EF},
}};

// Unicode 15, East Asian Width W and F.
constexpr std::array<Range, 18> wide{{
    {0x1100, 0x115F},
    {0x231A, 0x231B},
    {0x2E80, 0x303E},
    {0x3041, 0x33FF},
    {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},
    {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF},
    {0x20000, 0x2FFFD},
    {0x30000, 0x3FFFD},
}};

bool in(std::span<const Range> ranges, char32_t code) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), code, [](char32_t c, const Range& range) { return c < range.first; });
  return after != ranges.begin() && code <= std::prev(after)->last;
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

std::string escape(char32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\r') return "\\r";
  if (code == '\t') return "\\t";
  std::string digits;
  for (int shift = 12; shift >= 0; shift -= 4) digits += "0123456789abcdef"[code >> shift & 0xF];
  return "\\u" + digits;
}

}  // namespace

std::u32string decoded(std::string_view utf8) {
  std::u32string codes;
  codes.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const unicode::Character c = unicode::character_at(utf8, at);
    codes += c.bytes == 0 ? replacement : c.code;
    at += std::max<std::size_t>(c.bytes, 1);
  }
  return codes;
}

std::string encoded(char32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = replacement;
  std::string text;
  unicode::append_utf8(text, code);
  return text;
}

int display_width(char32_t code) {
  if (code < 0x300) return 1;
  return in(zero_width, code) ? 0 : in(wide, code) ? 2 : 1;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (char32_t code : decoded(utf8)) width += static_cast<std::size_t>(display_width(code));
  return width;
}

bool is_bidi_control(char32_t code) {
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F || code == 0x061C;
}

namespace {

bool is_unsafe(char32_t code) {
  return is_control(code) || is_bidi_control(code);
}

}  // namespace

std::string escaped(std::string_view utf8) {
  std::string text;
  text.reserve(utf8.size());
  for (char32_t code : decoded(utf8)) text += is_unsafe(code) ? escape(code) : encoded(code);
  return text;
}

std::string escaped_within_lines(std::string_view utf8) {
  std::string text;
  text.reserve(utf8.size());
  for (char32_t code : decoded(utf8)) {
    const bool kept = code == '\n' || code == '\r' || code == '\t' || !is_unsafe(code);
    text += kept ? encoded(code) : escape(code);
  }
  return text;
}

std::string blanked(std::string_view utf8) {
  std::string text;
  text.reserve(utf8.size());
  for (char32_t code : decoded(utf8)) text += is_unsafe(code) ? " " : encoded(code);
  return text;
}

std::string shortened(std::string_view utf8, std::size_t width) {
  if (display_width(utf8) <= width) return std::string(utf8);
  std::string text;
  std::size_t used = 1;  // the ellipsis
  for (char32_t code : decoded(utf8)) {
    used += static_cast<std::size_t>(display_width(code));
    if (used > width) break;
    text += encoded(code);
  }
  return text + "\u2026";
}

}  // namespace tausq::report
