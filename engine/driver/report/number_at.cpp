// Paths into results: walks the field lists of fields.hpp, as the JSON writer does.
#include "engine/driver/report/number_at.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>

#include <tausq/diagnostics_fields.hpp>
#include <tausq/fields.hpp>
#include <tausq/forest_fields.hpp>
#include <tausq/multiverse_fields.hpp>
#include <tausq/page.hpp>
#include <tausq/plot_fields.hpp>
#include <tausq/problem.hpp>

namespace tausq::report {

namespace {

/// Follows a path from any value down to a number.
class PathReader {
 public:
  explicit PathReader(std::string_view path) : whole_(path), rest_(path) {}

  template <typename T>
  std::optional<double> operator()(const T& value) {
    if constexpr (HasFields<T>) {
      return member(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
      if (!rest_.empty()) refuse();
      const double number = static_cast<double>(value);
      return std::isfinite(number) ? std::optional(number) : std::nullopt;
    } else {
      refuse();  // a word or a text
    }
  }
  template <typename T>
  std::optional<double> operator()(const std::optional<T>& value) {
    return value ? (*this)(*value) : std::nullopt;
  }
  template <typename T>
  std::optional<double> operator()(const std::vector<T>& values) {
    const std::string_view word = next();
    std::size_t place = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), place);
    if (error != std::errc() || end != word.data() + word.size() || place >= values.size()) refuse();
    return (*this)(values[place]);
  }
  std::optional<double> operator()(const std::vector<NamedInterval>& intervals) { return by_method(intervals); }
  std::optional<double> operator()(const std::vector<MarginalInterval>& intervals) { return by_method(intervals); }
  template <typename Interval>
  std::optional<double> by_method(const std::vector<Interval>& intervals) {
    const std::string_view word = next();
    for (const Interval& interval : intervals)
      if (key(interval.method) == word) return (*this)(interval);
    refuse();
  }
  std::optional<double> operator()(const std::vector<ForestCell>& cells) {
    const std::string_view word = next();
    for (const ForestCell& cell : cells)
      if (cell.column == word) return cell.number;
    refuse();
  }

 private:
  [[noreturn]] void refuse() const { throw UsageError("the result has no number \"" + std::string(whole_) + "\""); }

  /// The first word of what is left of the path.
  std::string_view next() {
    const std::string_view word = rest_.substr(0, rest_.find('.'));
    rest_.remove_prefix(std::min(rest_.size(), word.size() + 1));
    return word;
  }

  template <HasFields Struct>
  std::optional<double> member(const Struct& value) {
    const std::string_view word = next();
    std::optional<double> number;
    bool found = false;
    for_each_field<Struct>([&](const auto& field) { found = found || take(value, field, word, number); });
    if (!found) refuse();
    return number;
  }

  template <typename Struct, typename Member>
  bool take(const Struct& value, const Field<Struct, Member>& field, std::string_view word, std::optional<double>& number) {
    if (field.key != word) return false;
    number = (*this)(value.*field.member);
    return true;
  }

  template <typename Struct, typename Member>
  bool take(const Struct& value, const Spread<Struct, Member>& field, std::string_view word, std::optional<double>& number) {
    bool found = false;
    if constexpr (HasFields<Member>) {
      for_each_field<Member>([&](const auto& inner) { found = found || take(value.*field.member, inner, word, number); });
    } else {
      for (const auto& [name, content] : value.*field.member) {
        if (found || name != word) continue;
        number = (*this)(content);
        found = true;
      }
    }
    return found;
  }

  template <typename Struct>
  bool take(const Struct& value, const Ends<Struct>& field, std::string_view word, std::optional<double>& number) {
    if (field.key != word) return false;
    const Display& ends = value.*field.member;
    const std::string_view end = next();
    if (end != "lower" && end != "upper") refuse();
    number = (*this)(end == "lower" ? ends.ci_lower : ends.ci_upper);
    return true;
  }

  std::string_view whole_, rest_;
};

}  // namespace

template <typename Result>
std::optional<double> number_at(const Result& result, std::string_view path) {
  return PathReader(path)(result);
}

template std::optional<double> number_at(const Analysis&, std::string_view);
template std::optional<double> number_at(const Records&, std::string_view);
template std::optional<double> number_at(const Influence&, std::string_view);
template std::optional<double> number_at(const Bias&, std::string_view);
template std::optional<double> number_at(const Multiverse&, std::string_view);
template std::optional<double> number_at(const Page&, std::string_view);
template std::optional<double> number_at(const Comparison&, std::string_view);
template std::optional<double> number_at(const ForestTable&, std::string_view);
template std::optional<double> number_at(const Plot&, std::string_view);

}  // namespace tausq::report
