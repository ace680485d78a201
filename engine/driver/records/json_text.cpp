#include "engine/driver/records/json_text.hpp"

#include <array>
#include <cstdint>

#include "engine/driver/records/limits.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

constexpr bool is_json_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr int hexadecimal(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Recognises one value without recursion: the open brackets stand in a small array.
class Grammar {
 public:
  explicit Grammar(std::string_view text) : text_(text) {}

  std::optional<JsonFault> fault() {
    if (value() && !fault_) {
      skip_blanks();
      if (at_ < text_.size()) fail("text after the document");
    }
    return std::move(fault_);
  }

 private:
  bool fail(std::string rule) {
    if (!fault_) fault_ = JsonFault{at_, at_ >= text_.size() ? "the text ends too early" : std::move(rule), false};
    return false;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (at_ < text_.size() && is_json_blank(text_[at_])) ++at_;
  }

  bool value() {
    bool opened = true;
    for (;;) {
      if (!start_of_value(opened)) return false;
      if (opened) continue;
      if (!end_of_value(opened)) return false;
      if (!opened) return true;
    }
  }

  /// A scalar, or an opening bracket with its first key (`opened` says that a value must follow).
  bool start_of_value(bool& opened) {
    skip_blanks();
    opened = false;
    switch (peek()) {
      case '{':
      case '[':
        return open(opened);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return is_digit(peek()) || peek() == '-' ? number() : fail("expected a value");
    }
  }

  bool open(bool& opened) {
    if (depth_ == max_json_depth) {
      fault_ = JsonFault{at_, "arrays and objects are nested at most " + std::to_string(max_json_depth) + " deep", true};
      return false;
    }
    const char bracket = text_[at_++];
    open_[depth_++] = bracket;
    skip_blanks();
    if (peek() == (bracket == '{' ? '}' : ']')) return true;
    opened = true;
    return bracket == '[' || key();
  }

  /// Closing brackets and the comma behind a value; `more` says that another value must follow.
  bool end_of_value(bool& more) {
    for (more = false; depth_ > 0;) {
      skip_blanks();
      const bool object = open_[depth_ - 1] == '{';
      if (peek() == (object ? '}' : ']')) {
        ++at_;
        --depth_;
      } else if (peek() == ',') {
        ++at_;
        more = true;
        return !object || key();
      } else {
        return fail(object ? "expected ',' or '}'" : "expected ',' or ']'");
      }
    }
    return true;
  }

  bool key() {
    skip_blanks();
    if (peek() != '"') return fail("expected a key in double quotes");
    if (!string()) return false;
    skip_blanks();
    if (peek() != ':') return fail("expected ':'");
    ++at_;
    return true;
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return fail("expected a value");
    at_ += expected.size();
    return true;
  }

  bool string() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a string is not escaped");
      if (c == '\\' && !escape()) return false;
    }
    return fail("");
  }

  bool escape() {
    ++at_;
    if (peek() != 'u')
      return std::string_view("\"\\/bfnrt").find(peek()) != std::string_view::npos && at_ < text_.size() ? true : fail("no such escape");
    for (int i = 0; i < 4; ++i) {
      ++at_;
      if (hexadecimal(peek()) < 0) return fail("\\u needs four hexadecimal digits");
    }
    return true;
  }

  bool digits() {
    if (!is_digit(peek())) return fail("expected a digit");
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool number() {
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
      if (is_digit(peek())) return fail("a number has no leading zero");
    } else if (!digits()) {
      return false;
    }
    if (peek() == '.' && (++at_, !digits())) return false;
    if (peek() != 'e' && peek() != 'E') return true;
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    return digits();
  }

  std::string_view text_;
  std::size_t at_ = 0, depth_ = 0;
  std::array<char, max_json_depth> open_{};
  std::optional<JsonFault> fault_;
};

char32_t four_digits(std::string_view text, std::size_t at) {
  char32_t code = 0;
  for (std::size_t i = 0; i < 4; ++i) code = code * 16 + static_cast<char32_t>(hexadecimal(text[at + i]));
  return code;
}

/// The code point of the escape "\uXXXX" at `at`, with its second half where there is one; steps over it.
char32_t take_code_point(std::string_view inside, std::size_t& at) {
  const char32_t first = four_digits(inside, at + 2);
  at += 6;
  if (first < 0xD800 || first > 0xDBFF || inside.substr(at, 2) != "\\u") return first;
  const char32_t second = four_digits(inside, at + 2);
  if (second < 0xDC00 || second > 0xDFFF) return first;
  at += 6;
  return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

/// Calls visit(code point) for every "\uXXXX" and plain(character) for everything else.
template <typename Visit, typename Plain>
void walk_string(std::string_view inside, Visit&& visit, Plain&& plain) {
  for (std::size_t at = 0; at < inside.size();) {
    if (inside[at] != '\\') {
      plain(inside[at++]);
    } else if (inside[at + 1] == 'u') {
      visit(take_code_point(inside, at));
    } else {
      constexpr std::string_view letters = "bfnrt", meanings = "\b\f\n\r\t";
      const std::size_t letter = letters.find(inside[at + 1]);
      plain(letter == std::string_view::npos ? inside[at + 1] : meanings[letter]);
      at += 2;
    }
  }
}

}  // namespace

std::optional<JsonFault> find_json_fault(std::string_view text) {
  return Grammar(text).fault();
}

std::string json_unescaped(std::string_view inside) {
  std::string text;
  walk_string(
      inside, [&](char32_t code) { append_utf8(text, code >= 0xD800 && code <= 0xDFFF ? 0xFFFD : code); }, [&](char c) { text += c; });
  return text;
}

bool has_lone_surrogate(std::string_view inside) {
  bool lone = false;
  walk_string(
      inside, [&](char32_t code) { lone = lone || (code >= 0xD800 && code <= 0xDFFF); }, [](char) {});
  return lone;
}

void JsonCursor::skip_blanks() {
  while (at_ < text_.size() && is_json_blank(text_[at_])) ++at_;
}

bool JsonCursor::more() {
  if (peek() == ',') {
    enter();
    return true;
  }
  if (peek() != ']' && peek() != '}') return true;  // the first element
  enter();
  return false;
}

void JsonCursor::skip_string() {
  for (++at_; text_[at_] != '"'; ++at_)
    if (text_[at_] == '\\') ++at_;
  ++at_;
}

std::string_view JsonCursor::string(bool& escaped) {
  const std::size_t begin = at_ + 1;
  skip_string();
  const std::string_view inside = text_.substr(begin, at_ - 1 - begin);
  escaped = inside.find('\\') != std::string_view::npos;
  skip_blanks();
  return inside;
}

std::string JsonCursor::key() {
  bool escaped = false;
  const std::string_view inside = string(escaped);
  enter();  // the colon
  return escaped ? json_unescaped(inside) : std::string(inside);
}

std::string_view JsonCursor::value() {
  const std::size_t begin = at_;
  std::size_t depth = 0;
  do {
    const char c = text_[at_];
    if (c == '"') {
      skip_string();
    } else if (c == '{' || c == '[') {
      ++depth;
      ++at_;
    } else if (c == '}' || c == ']') {
      --depth;
      ++at_;
    } else if (c == ',' || c == ':' || is_json_blank(c)) {
      ++at_;
    } else {
      while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos) ++at_;
    }
  } while (depth > 0);
  const std::string_view whole = text_.substr(begin, at_ - begin);
  skip_blanks();
  return whole;
}

}  // namespace tausq::records
