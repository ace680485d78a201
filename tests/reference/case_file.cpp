#include "tests/reference/case_file.hpp"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace tausq::reference {

namespace {

using Json = nlohmann::ordered_json;

Json read_json(const std::string& file) {
  std::ifstream in(std::string(TAUSQ_TESTS_DIR) + "/reference/" + file);
  if (!in) throw std::runtime_error("cannot read tests/reference/" + file);
  return Json::parse(in);
}

Value convert(const Json& json) {
  Value value;
  if (json.is_boolean()) {
    value.kind = Value::Kind::boolean;
    value.boolean = json.get<bool>();
  } else if (json.is_number()) {
    value.kind = Value::Kind::number;
    value.number = json.get<double>();
  } else if (json.is_string()) {
    value.kind = Value::Kind::text;
    value.text = json.get<std::string>();
  } else if (json.is_array()) {
    value.kind = Value::Kind::array;
    for (const Json& item : json) value.items.push_back(convert(item));
  } else if (json.is_object()) {
    value.kind = Value::Kind::object;
    for (const auto& [key, item] : json.items()) {
      value.keys.push_back(key);
      value.items.push_back(convert(item));
    }
  }
  return value;
}

std::map<std::string, Data> read_data() {
  std::map<std::string, Data> sets;
  for (const Json& row : read_json("data.json"))
    for (const auto& [column, values] : row.at("columns").items()) sets[row.at("name")][column] = convert(values).items;
  return sets;
}

Value array_of(const std::vector<Value>& items) {
  Value value;
  value.kind = Value::Kind::array;
  value.items = items;
  return value;
}

/// Puts the vectors that a row names back under the names that the row's readers know.
void resolve_data(Value& row) {
  for (Value& inputs : row.items) {
    const Value* name = inputs.find("data");
    if (!name) continue;
    const Data& data = data_set(name->text);
    inputs.keys.insert(inputs.keys.end(), {"y", "v"});
    inputs.items.push_back(array_of(data.at("yi")));
    inputs.items.push_back(array_of(data.at("vi")));
  }
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i] == key) return &items[i];
  return nullptr;
}

const Value& Value::at(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  throw std::out_of_range("no key \"" + std::string(key) + "\"");
}

std::optional<double> Value::as_number() const {
  if (kind == Kind::number) return number;
  if (kind != Kind::text || text.empty()) return std::nullopt;
  double parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::strtod(text.c_str(), nullptr);  // a denormal number or 0
  return error == std::errc() ? std::optional(parsed) : std::nullopt;
}

std::vector<double> Value::numbers() const {
  std::vector<double> result;
  for (const Value& item : items) result.push_back(item.as_number().value());
  return result;
}

const Data& data_set(const std::string& name) {
  static const std::map<std::string, Data> sets = read_data();
  return sets.at(name);
}

std::vector<Case> read_cases(const std::string& family) {
  std::vector<Case> cases;
  for (const Json& row : read_json(family + ".json")) {
    Case c;
    for (const auto& [key, value] : row.items()) {
      if (key == "id")
        c.id = value;
      else if (key == "data")
        c.data = data_set(value);
      else if (key == "spec")
        c.spec = convert(value);
      else if (key == "expect")
        c.expect = convert(value);
      else if (key == "disagreement")
        c.disagreement = convert(value);
      else if (key != "peer")
        throw std::runtime_error(family + ".json: unknown key " + key);
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

std::vector<Value> read_rows(const std::string& file) {
  std::vector<Value> rows = convert(read_json(file)).items;
  for (Value& row : rows) resolve_data(row);
  return rows;
}

}  // namespace tausq::reference
