#include "engine/driver/records/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

constexpr std::uint64_t largest_count = std::uint64_t{1} << 53;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The parts of a decimal number; `digits` and `fraction` are as written.
struct Parts {
  std::string_view digits, fraction;
  long exponent = 0;  // saturated: beyond a million every digit string of a record over- or underflows
};

std::string_view take_digits(std::string_view& rest) {
  std::size_t n = 0;
  while (n < rest.size() && is_digit(rest[n])) ++n;
  const std::string_view taken = rest.substr(0, n);
  rest.remove_prefix(n);
  return taken;
}

bool take_exponent(std::string_view rest, long& exponent) {
  rest.remove_prefix(1);
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  const std::string_view digits = take_digits(rest);
  if (digits.empty() || !rest.empty()) return false;
  for (char c : digits) exponent = std::min(10 * exponent + (c - '0'), 100'000'000L);
  if (negative) exponent = -exponent;
  return true;
}

bool take_apart(std::string_view text, char decimal, Parts& parts) {
  parts.digits = take_digits(text);
  if (!text.empty() && text.front() == decimal) {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
  }
  if (parts.digits.empty() && parts.fraction.empty()) return false;
  if (text.empty()) return true;
  return (text.front() == 'e' || text.front() == 'E') && take_exponent(text, parts.exponent);
}

/// The digits of both parts, with the place of the point: digit(i) counts 10^(point - 1 - i).
struct Digits {
  std::string_view whole, fraction;
  std::size_t size() const { return whole.size() + fraction.size(); }
  char operator[](std::size_t i) const { return i < whole.size() ? whole[i] : fraction[i - whole.size()]; }
};

/// Fills `whole`, and for countable numbers `value`, from the digits alone: no rounding anywhere.
void read_whole(const Parts& parts, Number& number) {
  const Digits digits{parts.digits, parts.fraction};
  std::size_t first = 0, last = digits.size();
  while (first < last && digits[first] == '0') ++first;
  while (last > first && digits[last - 1] == '0') --last;
  if (first == last) {
    number.whole = number.countable = number.finite = true;
    return;
  }
  const long point = static_cast<long>(parts.digits.size()) + parts.exponent;
  number.whole = static_cast<long>(last) <= point;
  if (!number.whole || point - static_cast<long>(first) > 16) return;
  std::uint64_t n = 0;
  for (std::size_t i = first; i < static_cast<std::size_t>(point); ++i)
    n = 10 * n + (i < last ? static_cast<std::uint64_t>(digits[i] - '0') : 0);
  number.countable = number.finite = n <= largest_count;
  number.value = static_cast<double>(n);
}

/// Rounds to the nearest double; a value that overflows, or is lost by underflow, is not finite.
void read_rounded(const Parts& parts, Number& number) {
  std::string text(parts.digits);
  text += '.';
  text += parts.fraction;
  text += 'e';
  text += std::to_string(parts.exponent);
  number.finite = std::from_chars(text.data(), text.data() + text.size(), number.value).ec == std::errc{};
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

NumberKind kind_of_word(std::string_view text) {
  std::string word(text.substr(0, 16));
  std::transform(word.begin(), word.end(), word.begin(), lower);
  if (word == "nan" || word.starts_with("nan(") || word == "1.#qnan" || word == "1.#ind" || word == "1.#nan") return NumberKind::nan;
  if (word == "inf" || word == "infinity" || word == "1.#inf") return NumberKind::infinite;
  return NumberKind::not_number;
}

}  // namespace

Number parse_number(std::string_view text, char decimal) {
  Number number;
  text = trimmed(text);
  if (text.empty() || text == "NA") {
    number.kind = NumberKind::empty;
    return number;
  }
  number.negative = text.front() == '-';
  if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
  Parts parts;
  if (!take_apart(text, decimal, parts)) {
    number.kind = kind_of_word(text);
    return number;
  }
  number.kind = NumberKind::number;
  read_whole(parts, number);
  if (!number.countable) read_rounded(parts, number);
  if (number.negative) number.value = -number.value;
  return number;
}

std::string count_text(double count) {
  return std::to_string(static_cast<long long>(count));
}

int decimals(std::string_view text, char decimal) {
  const std::size_t point = text.find(decimal);
  if (point == std::string_view::npos) return 0;
  text.remove_prefix(point + 1);
  return static_cast<int>(take_digits(text).size());
}

}  // namespace tausq::records
