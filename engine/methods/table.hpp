// What all method tables share: the checks that the compiler makes of a table, and the search for a key.
//
// A method is an enumerator, a kernel, and one row of a constexpr table: `struct XRow { X id; MethodInfo info; ... }`,
// in the order of the enumerators. static_assert(well_formed(table)) stands under every table; `infos(table)` gives the
// array that methods<X>() hands out.
#pragma once

#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include <tausq/methods.hpp>

namespace tausq::methods_detail {

constexpr char folded(char c) {
  if (c == '_' || c == '.') return '-';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool same_folded(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (folded(a[i]) != folded(b[i])) return false;
  return true;
}

/// Calls visit(word) for the key and every alias until it returns true.
template <typename Visit>
constexpr bool any_name(const MethodInfo& info, Visit&& visit) {
  if (visit(info.key)) return true;
  std::string_view rest = info.aliases;
  while (!rest.empty()) {
    const std::size_t end = rest.find(' ');
    if (end != 0 && visit(rest.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    rest.remove_prefix(end + 1);
  }
  return false;
}

constexpr bool names(const MethodInfo& info, std::string_view word) {
  return any_name(info, [&](std::string_view name) { return name == word; });
}

/// Rows stand in the order of their enumerators, no fact is empty, no word names two rows.
template <typename Row, std::size_t N>
constexpr bool well_formed(const std::array<Row, N>& table) {
  for (std::size_t i = 0; i < N; ++i) {
    const MethodInfo& info = table[i].info;
    if (static_cast<std::size_t>(table[i].id) != i) return false;
    if (info.key.empty() || info.name.empty() || info.formula.empty() || info.source.empty()) return false;
    for (std::size_t j = 0; j < N; ++j) {
      if (i == j) continue;
      if (any_name(info, [&](std::string_view name) { return names(table[j].info, name); })) return false;
    }
  }
  return true;
}

/// The public part of every row.
template <typename Row, std::size_t N>
constexpr std::array<MethodInfo, N> infos(const std::array<Row, N>& table) {
  std::array<MethodInfo, N> result{};
  for (std::size_t i = 0; i < N; ++i) result[i] = table[i].info;
  return result;
}

/// The enumerator that `word` names: an exact key or alias first, then without regard to case and '-', '_', '.'.
template <typename Method>
constexpr std::optional<Method> find_in(std::span<const MethodInfo> rows, std::string_view word) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (names(rows[i], word)) return static_cast<Method>(i);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (any_name(rows[i], [&](std::string_view name) { return same_folded(name, word); })) return static_cast<Method>(i);
  return std::nullopt;
}

}  // namespace tausq::methods_detail

/// Defines methods<Method>() and find_method<Method>() over `table`, an array of rows.
#define TAUSQ_DEFINE_METHODS(Method, table)                                                   \
  static_assert(::tausq::methods_detail::well_formed(table));                                 \
  namespace {                                                                                 \
  constexpr auto table##_infos = ::tausq::methods_detail::infos(table);                       \
  }                                                                                           \
  template <>                                                                                 \
  std::span<const ::tausq::MethodInfo> tausq::methods<::tausq::Method>() {                    \
    return table##_infos;                                                                     \
  }                                                                                           \
  template <>                                                                                 \
  std::optional<::tausq::Method> tausq::find_method<::tausq::Method>(std::string_view word) { \
    return ::tausq::methods_detail::find_in<::tausq::Method>(table##_infos, word);            \
  }
