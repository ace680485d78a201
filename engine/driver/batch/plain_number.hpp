// Numbers as most files write them, read without ado.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace tausq::batch {

/// Reads [-] digits [. digits] [e exponent] and rounds correctly. False for anything else, also what over- or underflows: others read it
/// or say what is wrong. With at most 19 digits, 2^53 and powers of ten up to 22 both factors are exact and one operation rounds (Clinger
/// 1990, PLDI).
inline bool plain_number(std::string_view text, double& value) {
  static constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char *at = text.data(), *const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  std::uint64_t mantissa = 0;
  const auto digits = [&] {
    const char* const begin = at;
    for (; at != end && static_cast<unsigned char>(*at - '0') <= 9; ++at) mantissa = 10 * mantissa + static_cast<unsigned char>(*at - '0');
    return at - begin;
  };
  const std::ptrdiff_t whole = digits();
  std::ptrdiff_t fraction = 0;
  if (at != end && *at == '.') {
    ++at;
    fraction = digits();
  }
  if (whole + fraction == 0) return false;
  if (at == end && whole + fraction <= 19 && mantissa <= (std::uint64_t{1} << 53) && fraction <= 22) {
    const double magnitude = static_cast<double>(mantissa) / powers[static_cast<std::size_t>(fraction)];
    value = negative ? -magnitude : magnitude;
    return true;
  }
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && rest == end;
}

}  // namespace tausq::batch
