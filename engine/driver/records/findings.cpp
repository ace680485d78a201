#include "engine/driver/records/findings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/driver/records/limits.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

std::string hexadecimal(unsigned value, int digits) {
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) text += "0123456789abcdef"[(value >> shift) & 15U];
  return text;
}

void append_escaped(std::string& to, std::string_view text, std::size_t at, const Character& c) {
  if (c.bytes == 0)
    to += "\\x" + hexadecimal(static_cast<unsigned char>(text[at]), 2);
  else if (c.code == '\n')
    to += "\\n";
  else if (c.code == '\r')
    to += "\\r";
  else if (c.code == '\t')
    to += "\\t";
  else if (is_invisible(c.code) || is_unusual_blank(c.code) || c.code == 0x2028 || c.code == 0x2029)
    to += "\\u" + hexadecimal(static_cast<unsigned>(c.code), 4);
  else
    to += text.substr(at, c.bytes);
}

std::string escaped_up_to(std::string_view text, std::size_t most) {
  std::string result;
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++characters) {
    if (characters == most) return result + "...";
    const Character c = character_at(text, at);
    append_escaped(result, text, at, c);
    at += std::max<std::size_t>(c.bytes, 1);
  }
  return result;
}

}  // namespace

std::string escaped(std::string_view text) {
  return escaped_up_to(text, text.size());
}

std::string shown(std::string_view text) {
  return escaped_up_to(text, max_quoted);
}

std::string quoted(std::string_view text) {
  return '"' + shown(text) + '"';
}

void Findings::problem(std::string_view code, const Place& place, std::string_view rule) {
  // More are kept than will be listed, because the checks find them rule by rule and the list is in file order.
  if (++problem_count_ > 20 * max_problems_listed) return;
  problems_.push_back({std::string(code), file_, place.line, shown(place.column), shown(place.value), std::string(rule)});
}

void Findings::warning(std::string_view code, std::string message, std::string_view study) {
  auto [entry, added] = warnings_of_code_.try_emplace(std::string(code), 0);
  if (++entry->second > max_warnings_listed) return;
  warnings_.push_back({std::string(code), std::move(message), {}});
  if (!study.empty()) warnings_.back().studies.emplace_back(study);
}

void Findings::more_warnings(std::string_view code, std::size_t n) {
  if (n > 0) warnings_of_code_.try_emplace(std::string(code), 0).first->second += n;
}

void Findings::throw_if_any() {
  if (problem_count_ == 0) return;
  std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) { return a.row < b.row; });
  if (problems_.size() > max_problems_listed) problems_.resize(max_problems_listed);
  const std::size_t others = problem_count_ - problems_.size();
  if (others > 0) problems_.push_back({"E_MORE", file_, 0, "", "", std::to_string(others) + " more problems are not listed"});
  if (!stopped_early_.empty()) problems_.push_back({"E_MORE", file_, 0, "", "", stopped_early_});
  throw InputError(std::exchange(problems_, {}));
}

std::vector<Warning> Findings::take_warnings() {
  for (const auto& [code, count] : warnings_of_code_)
    if (count > max_warnings_listed)
      warnings_.push_back({code, std::to_string(count - max_warnings_listed) + " more warnings of this kind are not listed", {}});
  warnings_of_code_.clear();
  return std::exchange(warnings_, {});
}

}  // namespace tausq::records
