#include "engine/driver/records/unicode.hpp"

#include <algorithm>

namespace tausq::records {

namespace {

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The letters of U+00C0 to U+017F without case and accents; '?' where a character is kept as it is.
constexpr std::string_view latin_base =
    "aaaaaaaceeeeiiiidnooooo?ouuuuyts"   // 00C0
    "aaaaaaaceeeeiiiidnooooo?ouuuuyty"   // 00E0
    "aaaaaaccccccccddddeeeeeeeeeegggg"   // 0100
    "gggghhhhiiiiiiiiiiiijjkkklllllll"   // 0120
    "lllnnnnnnnnnoooooooorrrrrrssssss"   // 0140
    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs";  // 0160
static_assert(latin_base.size() == 0x180 - 0xC0);

/// A letter without case and accent.
char32_t base(char32_t code) {
  if (code >= 'A' && code <= 'Z') return code - 'A' + 'a';
  if (code >= 0xC0 && code < 0x180 && latin_base[code - 0xC0] != '?') return static_cast<unsigned char>(latin_base[code - 0xC0]);
  if (code >= 0x391 && code <= 0x3A9) return code + 0x20;  // Greek
  if (code >= 0x410 && code <= 0x42F) return code + 0x20;  // Cyrillic
  if (code >= 0x400 && code <= 0x40F) return code + 0x50;
  return code;
}

}  // namespace

bool is_control(char32_t code) {
  return (code < 0x20 && code != '\t' && code != '\n' && code != '\r') || (code >= 0x7F && code < 0xA0);
}

bool is_invisible(char32_t code) {
  return is_control(code) || code == 0xAD || code == 0x200B || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x2069) || code == 0xFEFF;
}

bool is_unusual_blank(char32_t code) {
  return code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool has_invisible(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    if (is_invisible(c.code) || (c.code == '\r' && text.substr(at, 2) != "\r\n")) return true;
    at += std::max<std::size_t>(c.bytes, 1);
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string likeness(std::string_view text) {
  std::string result;
  bool blank = false;
  text = trimmed(text);
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    at += std::max<std::size_t>(c.bytes, 1);
    if (c.code == ' ' || c.code == '\t' || c.code == '\n' || c.code == '\r' || is_unusual_blank(c.code)) {
      blank = true;
      continue;
    }
    if (is_invisible(c.code) || c.code == 0x200C || c.code == 0x200D || (c.code >= 0x300 && c.code <= 0x36F)) continue;
    if (blank) result += ' ';
    blank = false;
    append_utf8(result, base(c.code));
  }
  return result;
}

}  // namespace tausq::records
