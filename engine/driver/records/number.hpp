// Numbers as records write them: decimal, nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tausq::records {

/// What a text is, read as a number.
enum class NumberKind {
  number,      ///< a finite decimal number
  empty,       ///< blank, or R's NA
  not_number,  ///< anything else
  nan,         ///< a spelling of NaN
  infinite,    ///< a spelling of infinity
};

/// A decimal number, taken apart without rounding.
struct Number {
  NumberKind kind = NumberKind::not_number;
  bool negative = false;   ///< a minus sign stands in front, also of zero
  bool whole = false;      ///< no digit other than 0 behind the point, the exponent counted
  bool countable = false;  ///< whole and at most 2^53 in size: `value` is exact
  bool finite = false;     ///< `value` neither over- nor underflowed
  double value = 0;        ///< correctly rounded
};

/// Reads `[+-] digits [point digits] [e exponent]` with at least one digit and blanks around it; the point is `decimal`.
/// Hexadecimal, digit separators, units and non-ASCII digits are no numbers.
Number parse_number(std::string_view text, char decimal = '.');

/// The value of a text of 1 to 15 digits, or -1: what nearly every count looks like, read without ado.
inline std::int64_t plain_count(std::string_view text) {
  if (text.empty() || text.size() > 15) return -1;
  std::int64_t n = 0;
  for (const char c : text) {
    const auto digit = static_cast<unsigned char>(c - '0');
    if (digit > 9) return -1;
    n = 10 * n + digit;
  }
  return n;
}

/// A count without point and exponent, for messages.
std::string count_text(double count);

/// Digits behind the point of a text that parse_number accepts, the exponent not counted.
int decimals(std::string_view text, char decimal = '.');

}  // namespace tausq::records
