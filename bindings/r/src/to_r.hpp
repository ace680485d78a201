// Results as R lists: walks the field lists of the engine, so every name is the engine's own key.
//
// A number that is not known is NA; a part that is not there is NULL; a list of like structs is a data frame whose nested
// structs are data frames in their turn (`result$studies$display$estimate`).
#pragma once

#include <concepts>
#include <cpp11.hpp>
#include <limits>
#include <optional>
#include <string>
#include <tausq/diagnostics_fields.hpp>
#include <tausq/fields.hpp>
#include <tausq/forest_fields.hpp>
#include <tausq/words.hpp>
#include <type_traits>
#include <utility>
#include <vector>

namespace tausq::r {

/// A named R list that grows.
class NamedList {
 public:
  void add(std::string_view name, SEXP value) {
    values_.push_back(value);
    names_.push_back(std::string(name));
  }
  bool has(std::string_view name) const {
    for (const std::string& each : names_)
      if (each == name) return true;
    return false;
  }
  cpp11::writable::list take() {
    cpp11::writable::list list(static_cast<R_xlen_t>(values_.size()));
    cpp11::writable::strings names;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      list[static_cast<R_xlen_t>(i)] = values_[i];
      names.push_back(names_[i]);
    }
    list.names() = names;
    return list;
  }

  /// The values as the columns of a data frame.
  cpp11::writable::list take_data_frame(std::size_t rows) {
    cpp11::writable::list frame = take();
    frame.attr("class") = "data.frame";
    frame.attr("row.names") = cpp11::writable::integers({NA_INTEGER, -static_cast<int>(rows)});
    return frame;
  }

 private:
  std::vector<cpp11::sexp> values_;
  std::vector<std::string> names_;
};

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What becomes one element of an R vector.
template <typename T>
concept Scalar = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::same_as<T, std::string>;

inline SEXP to_r(bool value) {
  return Rf_ScalarLogical(value);
}
inline SEXP to_r(double value) {
  return Rf_ScalarReal(value);
}
inline SEXP to_r(std::integral auto value) {
  return value <= std::numeric_limits<int>::max() ? Rf_ScalarInteger(static_cast<int>(value)) : Rf_ScalarReal(static_cast<double>(value));
}
inline SEXP to_r(const std::string& value) {
  return cpp11::as_sexp(value.c_str());
}
template <typename Enum>
requires std::is_enum_v<Enum> SEXP to_r(Enum value) {
  return to_r(std::string(word(value)));
}
inline SEXP to_r(const std::pair<double, double>& value) {
  return cpp11::writable::doubles({value.first, value.second});
}

/// One column of a data frame, or a vector: `get(i)` is a Scalar or an optional of one.
template <typename Get>
SEXP column(std::size_t size, Get get) {
  using Cell = std::remove_cvref_t<decltype(get(0))>;
  const auto n = static_cast<R_xlen_t>(size);
  if constexpr (is_optional<Cell>) {
    using Value = typename Cell::value_type;
    if constexpr (std::is_arithmetic_v<Value> && !std::same_as<Value, bool>)
      return column(size, [&](std::size_t i) {
        const auto value = get(i);
        return value ? static_cast<double>(*value) : NA_REAL;
      });
    else
      return column(size, [&](std::size_t i) {
        const auto value = get(i);
        return value ? std::string(word(*value)) : std::string();
      });
  } else if constexpr (std::same_as<Cell, bool>) {
    cpp11::writable::logicals vector(n);
    for (R_xlen_t i = 0; i < n; ++i) vector[i] = get(static_cast<std::size_t>(i));
    return vector;
  } else if constexpr (std::is_arithmetic_v<Cell>) {
    cpp11::writable::doubles vector(n);
    for (R_xlen_t i = 0; i < n; ++i) vector[i] = static_cast<double>(get(static_cast<std::size_t>(i)));
    return vector;
  } else if constexpr (std::is_enum_v<Cell>) {
    return column(size, [&](std::size_t i) { return std::string(word(get(i))); });
  } else {
    cpp11::writable::strings vector(n);
    for (R_xlen_t i = 0; i < n; ++i) vector[i] = cpp11::r_string(get(static_cast<std::size_t>(i)));
    return vector;
  }
}

template <HasFields Struct>
SEXP to_r(const Struct& value);
template <HasFields Struct>
SEXP to_r(const std::vector<Struct>& values);

inline SEXP to_r(const std::vector<NamedInterval>& intervals) {
  NamedList list;
  for (const NamedInterval& interval : intervals) list.add(key(interval.method), cpp11::sexp(to_r<NamedInterval>(interval)));
  return list.take();
}
inline SEXP to_r(const std::vector<MarginalInterval>& intervals) {
  NamedList list;
  for (const MarginalInterval& interval : intervals) list.add(key(interval.method), cpp11::sexp(to_r<MarginalInterval>(interval)));
  return list.take();
}
inline SEXP to_r(const std::vector<ForestCell>& cells) {
  NamedList list;
  for (const ForestCell& cell : cells) list.add(cell.column, cpp11::sexp(cell.number ? to_r(*cell.number) : to_r(cell.text)));
  return list.take();
}
inline SEXP to_r(const std::vector<std::vector<double>>& rows) {
  const std::size_t columns = rows.empty() ? 0 : rows.front().size();
  cpp11::writable::doubles_matrix<> matrix(static_cast<int>(rows.size()), static_cast<int>(columns));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < columns; ++j) matrix(static_cast<int>(i), static_cast<int>(j)) = rows[i][j];
  return matrix;
}
template <typename T>
requires Scalar<T> || is_optional<T> SEXP to_r(const std::vector<T>& values) {
  return column(values.size(), [&](std::size_t i) -> T { return values[i]; });
}
template <typename T>
SEXP to_r(const std::optional<T>& value) {
  if constexpr (std::same_as<T, double> || std::integral<T>)
    return Rf_ScalarReal(value ? static_cast<double>(*value) : NA_REAL);
  else if constexpr (Scalar<T>)
    return value ? to_r(*value) : Rf_ScalarString(NA_STRING);
  else
    return value ? to_r(*value) : R_NilValue;
}

namespace fields {

/// Adds one field of a struct to a list.
template <typename Struct, typename Member>
void add(NamedList& list, const Struct& value, const Field<Struct, Member>& field) {
  list.add(field.key, cpp11::sexp(to_r(value.*field.member)));
}
template <typename Struct, typename Member>
void add(NamedList& list, const Struct& value, const Spread<Struct, Member>& field) {
  if constexpr (HasFields<Member>) {
    for_each_field<Member>([&](const auto& each) { add(list, value.*field.member, each); });
  } else {
    for (const auto& [name, cell] : value.*field.member) list.add(name, cpp11::sexp(to_r(cell)));
  }
}
template <typename Struct>
void add(NamedList& list, const Struct& value, const Ends<Struct>& field) {
  NamedList ends;
  ends.add("lower", cpp11::sexp(to_r((value.*field.member).ci_lower)));
  ends.add("upper", cpp11::sexp(to_r((value.*field.member).ci_upper)));
  list.add(field.key, ends.take());
}

/// Adds one field of all structs to a data frame.
template <typename Struct, typename Member>
void add(NamedList& frame, const std::vector<Struct>& values, const Field<Struct, Member>& field) {
  const auto at = [&](std::size_t i) -> const Member& { return values[i].*field.member; };
  if constexpr (HasFields<Member>) {
    std::vector<Member> nested;
    for (std::size_t i = 0; i < values.size(); ++i) nested.push_back(at(i));
    frame.add(field.key, cpp11::sexp(to_r(nested)));
  } else if constexpr (Scalar<Member>) {
    frame.add(field.key, cpp11::sexp(column(values.size(), [&](std::size_t i) -> Member { return at(i); })));
  } else {
    if constexpr (is_optional<Member>) {
      if constexpr (Scalar<typename Member::value_type>) {
        frame.add(field.key, cpp11::sexp(column(values.size(), [&](std::size_t i) -> Member { return at(i); })));
        return;
      }
    }
    cpp11::writable::list cells(static_cast<R_xlen_t>(values.size()));
    for (std::size_t i = 0; i < values.size(); ++i) cells[static_cast<R_xlen_t>(i)] = cpp11::sexp(to_r(at(i)));
    frame.add(field.key, cells);
  }
}
/// Pairs of name and value that all structs share, as one column a name; a name that is taken gets an underscore.
template <typename Struct, typename Member>
void add(NamedList& frame, const std::vector<Struct>& values, const Spread<Struct, Member>& field) {
  if (values.empty()) return;
  for (std::size_t j = 0; j < (values.front().*field.member).size(); ++j) {
    std::string name = (values.front().*field.member)[j].first;
    while (frame.has(name)) name += '_';
    frame.add(name, cpp11::sexp(column(values.size(), [&](std::size_t i) { return (values[i].*field.member)[j].second; })));
  }
}
template <typename Struct>
void add(NamedList& frame, const std::vector<Struct>& values, const Ends<Struct>& field) {
  NamedList ends;
  ends.add("lower", cpp11::sexp(column(values.size(), [&](std::size_t i) { return (values[i].*field.member).ci_lower; })));
  ends.add("upper", cpp11::sexp(column(values.size(), [&](std::size_t i) { return (values[i].*field.member).ci_upper; })));
  frame.add(field.key, ends.take_data_frame(values.size()));
}

}  // namespace fields

template <HasFields Struct>
SEXP to_r(const Struct& value) {
  NamedList list;
  for_each_field<Struct>([&](const auto& field) { fields::add(list, value, field); });
  return list.take();
}

template <HasFields Struct>
SEXP to_r(const std::vector<Struct>& values) {
  NamedList columns;
  for_each_field<Struct>([&](const auto& field) { fields::add(columns, values, field); });
  return columns.take_data_frame(values.size());
}

}  // namespace tausq::r
