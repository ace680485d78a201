// The grammar of JSON (RFC 8259), strictly. A reader of its own because a message about a record needs the place of every
// value, a count needs its digits and not a double, and a number that is out of range is a problem among others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tausq::records {

/// Where a text stops being one JSON value, and why.
struct JsonFault {
  std::size_t at = 0;
  std::string rule;
  bool too_deep = false;
};

/// The first fault of `text` as one JSON value with blanks around it; empty when it is one.
std::optional<JsonFault> find_json_fault(std::string_view text);

/// The text that the inside of a JSON string means. Lone surrogates become U+FFFD; has_lone_surrogate() finds them.
std::string json_unescaped(std::string_view inside);

/// Whether a JSON string (its inside) escapes half a surrogate pair, which no text encodes.
bool has_lone_surrogate(std::string_view inside);

/// Steps over values of a text that find_json_fault() has passed.
class JsonCursor {
 public:
  JsonCursor(std::string_view text, std::size_t at) : text_(text), at_(at) { skip_blanks(); }

  std::size_t at() const { return at_; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  /// Enters the array or object that starts here.
  void enter() {
    ++at_;
    skip_blanks();
  }
  /// Whether another element or member follows; steps over the comma, or over the closing bracket when none does.
  bool more();
  /// Steps over a string and gives its inside; `escaped` says whether it has escapes.
  std::string_view string(bool& escaped);
  /// Steps over a member's key and its colon and gives the key, unescaped.
  std::string key();
  /// Steps over any value and gives it as it stands.
  std::string_view value();

 private:
  void skip_blanks();
  void skip_string();

  std::string_view text_;
  std::size_t at_;
};

}  // namespace tausq::records
