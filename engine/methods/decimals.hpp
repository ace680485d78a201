// Numbers in messages, the same in every locale: std::to_string writes the decimal mark of the embedding program.
#pragma once

#include <array>
#include <charconv>
#include <string>

namespace tausq {

/// `x` with six decimals.
inline std::string six_decimals(double x) {
  std::array<char, 320> text{};  // the largest double has 309 digits
  const auto end = std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::fixed, 6).ptr;
  return {text.data(), end};
}

}  // namespace tausq
