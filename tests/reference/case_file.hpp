// The files of this folder as plain values: the one place of the tests that knows JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tausq::reference {

/// A JSON value. Infinities stand in the files as the texts "Inf" and "-Inf", numbers of 25 digits as text.
struct Value {
  enum class Kind { null, boolean, number, text, array, object };
  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  std::string text;
  std::vector<Value> items;       ///< of an array or an object
  std::vector<std::string> keys;  ///< of an object, parallel to `items`

  /// The member of an object, or nullptr.
  const Value* find(std::string_view key) const;
  /// The member of an object; throws std::out_of_range naming the key.
  const Value& at(std::string_view key) const;
  /// A number, or text that reads as one; empty for anything else.
  std::optional<double> as_number() const;
  /// All numbers of an array.
  std::vector<double> numbers() const;
};

/// Columns of one data set by name.
using Data = std::map<std::string, std::vector<Value>>;

/// One reference case.
struct Case {
  std::string id;
  Data data;
  Value spec;          ///< what was asked of the peer
  Value expect;        ///< its numbers
  Value disagreement;  ///< by the place of a number: {"value": the right one, "reason": why the peer's is not}
};

/// The cases of <family>.json. Throws when the file has a key that is not known.
std::vector<Case> read_cases(const std::string& family);

/// The rows of a file as they stand, with `data` names resolved to "y" and "v" (truth.json, adversarial.json).
std::vector<Value> read_rows(const std::string& file);

/// A data set of data.json by name.
const Data& data_set(const std::string& name);

}  // namespace tausq::reference
