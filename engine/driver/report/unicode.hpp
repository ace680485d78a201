// Text of unknown origin made fit for a terminal: code points, display width, escapes, columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tausq::report {

/// The code points of UTF-8 text; every byte that is not UTF-8 becomes U+FFFD.
std::u32string decoded(std::string_view utf8);

/// The UTF-8 of one code point; U+FFFD for what is none.
std::string encoded(char32_t code);

/// Cells of a terminal that a code point takes: 0 for combining marks, 2 for East Asian wide, else 1.
int display_width(char32_t code);
std::size_t display_width(std::string_view utf8);

/// True for marks, embeddings, overrides and isolates that turn the direction of what follows.
bool is_bidi_control(char32_t code);

/// Control characters and bidirectional controls written as \n, \t, \u001b ...: what a terminal shows is what is there.
std::string escaped(std::string_view utf8);

/// The same but for line ends and tabs, which stay: for files that have their own way with these.
std::string escaped_within_lines(std::string_view utf8);

/// Blanks in place of the characters that escaped() writes out: for code, whose strings are read by others.
std::string blanked(std::string_view utf8);

/// At most `width` cells, the last one an ellipsis where something was cut off.
std::string shortened(std::string_view utf8, std::size_t width);

}  // namespace tausq::report
