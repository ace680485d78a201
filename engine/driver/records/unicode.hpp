// UTF-8, as far as records need it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tausq::records {

/// One character of a text: its code point and its bytes; `bytes` is 0 where the text is no UTF-8.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 0;
};

/// The character that starts at `text[at]`. Overlong forms, surrogates and code points above U+10FFFF are no UTF-8.
Character character_at(std::string_view text, std::size_t at);

/// Appends a code point as UTF-8.
void append_utf8(std::string& text, char32_t code);

/// C0 (tab and line ends apart), DEL, C1: a terminal may act on them.
bool is_control(char32_t code);

/// Control characters, and those that hide or reorder text: zero-width blanks, byte-order marks, bidirectional overrides.
bool is_invisible(char32_t code);

/// No-break, thin and other blanks that are not the ASCII one.
bool is_unusual_blank(char32_t code);

/// Whether `text` has an invisible character, or a carriage return by itself (a terminal writes the rest over the line).
bool has_invisible(std::string_view text);

/// `text` without blanks at its ends.
std::string_view trimmed(std::string_view text);

/// `text` as labels are compared for likeness: blanks, invisible characters, case and Latin accents set aside.
std::string likeness(std::string_view text);

}  // namespace tausq::records
