// What differs between two JSON values: a walk over both at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <tausq/compare.hpp>

namespace tausq::compare_detail {

using Json = nlohmann::ordered_json;

/// null stands for everything that is not there.
const Json& at(const Json& value, const std::string& key);

/// A value as a word of the command line; null is empty.
std::string word_of(const Json& value);

/// Elements of an array under labels that tell them apart: their study, level or label, with a number where it is not the first of its
/// name; else their place.
std::vector<std::pair<std::string, const Json*>> labelled(const Json& array);

/// Collects the leaves that differ, numbers and words.
class Walk {
 public:
  /// Compares everything under `path`.
  void compare(const std::string& path, const Json& before, const Json& after);

  std::vector<NumberChange> numbers;
  std::vector<WordChange> words;
  std::optional<double> largest_relative_change;

 private:
  void elements(const std::string& path, const Json& before, const Json& after);
  void leaf(const std::string& path, const Json& before, const Json& after);
};

}  // namespace tausq::compare_detail
