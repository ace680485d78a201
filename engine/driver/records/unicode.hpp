// Characters that records must not carry, and labels that look alike.
#pragma once

#include <string>
#include <string_view>

#include "engine/driver/unicode/utf8.hpp"

namespace tausq::records {

using unicode::append_utf8;
using unicode::Character;
using unicode::character_at;

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
