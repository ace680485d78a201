#include "engine/driver/compare/walk.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace tausq::compare_detail {

namespace {

std::string label_of(const Json& element) {
  for (const char* key : {"study", "level", "label", "at"})
    if (element.is_object() && at(element, key).is_string()) return element[key].get<std::string>();
  return "";
}

std::optional<double> number_of(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1.0 : 0.0;
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

const Json& find(const std::vector<std::pair<std::string, const Json*>>& elements, const std::string& label) {
  static const Json nothing = nullptr;
  const auto found = std::find_if(elements.begin(), elements.end(), [&](const auto& e) { return e.first == label; });
  return found == elements.end() ? nothing : *found->second;
}

}  // namespace

const Json& at(const Json& value, const std::string& key) {
  static const Json nothing = nullptr;
  if (!value.is_object()) return nothing;
  const auto found = value.find(key);
  return found == value.end() ? nothing : *found;
}

std::string word_of(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const Json& each : value) list += (list.empty() ? "" : ",") + word_of(each);
  return list;
}

std::vector<std::pair<std::string, const Json*>> labelled(const Json& array) {
  std::vector<std::pair<std::string, const Json*>> elements;
  std::map<std::string, std::size_t> seen;
  if (!array.is_array()) return elements;
  for (std::size_t i = 0; i < array.size(); ++i) {
    std::string label = label_of(array[i]);
    if (label.empty()) label = std::to_string(i);
    const std::size_t times = ++seen[label];
    elements.emplace_back(times == 1 ? label : label + " (" + std::to_string(times) + ")", &array[i]);
  }
  return elements;
}

void Walk::compare(const std::string& path, const Json& before, const Json& after) {
  if (before == after) return;
  if (before.is_object() || after.is_object()) {
    for (const Json* side : {&before, &after}) {
      if (!side->is_object()) continue;
      for (const auto& [key, value] : side->items())
        if (side == &before || !before.contains(key)) compare(path + "." + key, at(before, key), at(after, key));
    }
  } else if (before.is_array() || after.is_array()) {
    elements(path, before, after);
  } else {
    leaf(path, before, after);
  }
}

void Walk::elements(const std::string& path, const Json& before, const Json& after) {
  const auto old_elements = labelled(before), new_elements = labelled(after);
  for (const auto& [label, element] : old_elements) compare(path + "." + label, *element, find(new_elements, label));
  for (const auto& [label, element] : new_elements)
    if (find(old_elements, label).is_null()) compare(path + "." + label, nullptr, *element);
}

void Walk::leaf(const std::string& path, const Json& before, const Json& after) {
  if (before.is_string() || after.is_string()) {
    words.push_back({path, word_of(before), word_of(after)});
    return;
  }
  const std::optional<double> was = number_of(before), is = number_of(after);
  if (was == is) return;
  numbers.push_back({path, was, is});
  if (!was || !is) return;
  const double change = std::fabs(*is - *was) / std::max(std::fabs(*was), std::fabs(*is));
  largest_relative_change = std::max(largest_relative_change.value_or(0), change);
}

}  // namespace tausq::compare_detail
