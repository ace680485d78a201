// Enumerators as the words of JSON, CSV and text.
#pragma once

#include <string_view>
#include <type_traits>

#include <tausq/fields.hpp>
#include <tausq/methods.hpp>

namespace tausq {

/// The word of any enumerator: the key of a method, to_string() of the others.
template <typename Enum>
requires std::is_enum_v<Enum> std::string_view word(Enum value) {
  if constexpr (enumerators < Enum >> 0) {
    return to_string(value);
  } else {
    return key(value);
  }
}

/// How many enumerators there are.
template <typename Enum>
requires std::is_enum_v<Enum> std::size_t word_count() {
  if constexpr (enumerators < Enum >> 0) {
    return enumerators<Enum>;
  } else {
    return methods<Enum>().size();
  }
}

}  // namespace tausq
