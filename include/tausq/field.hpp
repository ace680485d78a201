// How a field of a result is written down under its name: the pieces of which the lists in fields.hpp are made.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

#include <tausq/analysis.hpp>

namespace tausq {

/// When a key is written.
enum class Presence {
  always,     ///< in every document
  pooled,     ///< not in results of `analyse_effects`
  not_empty,  ///< only when the text is not empty
};

/// A field under its key. `meaning` says scale, unit and what an empty value stands for.
template <typename Struct, typename Member>
struct Field {
  std::string_view key;
  Member Struct::*member;
  std::string_view meaning;
  Presence presence;
};

/// A field whose own keys stand directly in the enclosing object: a nested struct, or pairs of name and value.
template <typename Struct, typename Member>
struct Spread {
  Member Struct::*member;
  std::string_view meaning;
};

/// The natural-scale ends of a PredictionInterval, written as {"lower", "upper"}.
template <typename Struct>
struct Ends {
  std::string_view key;
  Display Struct::*member;
  std::string_view meaning;
};

template <typename Struct, typename Member>
constexpr Field<Struct, Member> field(std::string_view key, Member Struct::*member, std::string_view meaning = {},
                                      Presence presence = Presence::always) {
  return {key, member, meaning, presence};
}
template <typename Struct, typename Member>
constexpr Spread<Struct, Member> spread(Member Struct::*member, std::string_view meaning = {}) {
  return {member, meaning};
}

/// `name` of a struct in schemas and bindings, and the `list` of its fields in order.
template <typename Struct>
struct Fields;

template <typename T>
concept HasFields = requires {
  Fields<T>::list;
};

/// Calls visit(field) for every Field, Spread and Ends of a struct, in order.
template <HasFields Struct, typename Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... each) { (visit(each), ...); }, Fields<Struct>::list);
}

/// How many values an enumeration that is no method has; methods<>() knows the others.
template <typename Enum>
inline constexpr std::size_t enumerators = 0;

}  // namespace tausq
