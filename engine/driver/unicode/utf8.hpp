// UTF-8 read and written, one character at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tausq::unicode {

/// One character of a text: its code point and its bytes; `bytes` is 0 where the text is no UTF-8.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 0;
};

/// The character that starts at `text[at]`. Overlong forms, surrogates and code points above U+10FFFF are no UTF-8.
Character character_at(std::string_view text, std::size_t at);

/// Appends a code point as UTF-8.
void append_utf8(std::string& text, char32_t code);

}  // namespace tausq::unicode
