// ASCII letters by themselves: <cctype> asks the locale of the embedding program, where 'I' may have no small letter.
#pragma once

namespace tausq::letters {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Part of a column's name that needs no backticks: letters, digits, '_', '.', bytes beyond ASCII.
constexpr bool is_word(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace tausq::letters
