// Cases of the test of equal digits through the C++ interface: typed results, walked by the lists of fields without the JSON writer.
// Reads a case a line as JSON {"verb", "options", "csv"}; prints an object a line: numbers as hexadecimal text under their paths.
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <iostream>
#include <locale>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tausq/diagnostics_fields.hpp>
#include <tausq/tausq.hpp>
#include <tausq/verbs.hpp>
#include <tausq/words.hpp>
#include <utility>
#include <vector>

namespace {

using Json = nlohmann::json;
using namespace tausq;

/// Collects the leaves of a result under their paths, "random.estimate" or "studies.0.yi". What is not known is left out.
class Leaves {
 public:
  void add(const std::string& path, bool value) { found_[path] = value; }
  void add(const std::string& path, double value) {
    if (!std::isfinite(value)) return;
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::hex).ptr;
    found_[path] = std::string(text.data(), end);
  }
  void add(const std::string& path, std::integral auto value) { add(path, static_cast<double>(value)); }
  void add(const std::string& path, const std::string& value) {
    if (!value.empty()) found_[path] = "=" + value;
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void add(const std::string& path, Enum value) { add(path, std::string(word(value))); }
  template <typename T>
  void add(const std::string& path, const std::optional<T>& value) {
    if (value) add(path, *value);
  }
  template <typename T>
  void add(const std::string& path, const std::vector<T>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) add(path + "." + std::to_string(i), static_cast<const T&>(values[i]));
  }
  void add(const std::string& path, const std::vector<NamedInterval>& intervals) { add_by_method(path, intervals); }
  void add(const std::string& path, const std::vector<MarginalInterval>& intervals) { add_by_method(path, intervals); }
  void add(const std::string& path, const std::pair<double, double>& value) {
    add(path + ".0", value.first);
    add(path + ".1", value.second);
  }
  template <HasFields Struct>
  void add(const std::string& path, const Struct& value) {
    for_each_field<Struct>([&](const auto& field) { add_field(path.empty() ? path : path + ".", value, field); });
  }

  const Json& found() const { return found_; }

 private:
  template <typename Interval>
  void add_by_method(const std::string& path, const std::vector<Interval>& intervals) {
    for (const Interval& interval : intervals) add(path + "." + std::string(key(interval.method)), interval);
  }
  template <typename Struct, typename Member>
  void add_field(const std::string& path, const Struct& value, const Field<Struct, Member>& field) {
    add(path + std::string(field.key), value.*field.member);
  }
  template <typename Struct, typename Member>
  void add_field(const std::string& path, const Struct& value, const Spread<Struct, Member>& field) {
    if constexpr (HasFields<Member>) {
      for_each_field<Member>([&](const auto& each) { add_field(path, value.*field.member, each); });
    } else {
      for (const auto& [name, cell] : value.*field.member) add(path + name, cell);
    }
  }
  template <typename Struct>
  void add_field(const std::string& path, const Struct& value, const Ends<Struct>& field) {
    add(path + std::string(field.key) + ".lower", (value.*field.member).ci_lower);
    add(path + std::string(field.key) + ".upper", (value.*field.member).ci_upper);
  }

  Json found_ = Json::object();
};

template <typename Enum>
void take(Json& options, const char* name, Enum& value) {
  if (!options.contains(name)) return;
  value = find_method<Enum>(options[name].get<std::string>()).value();
  options.erase(name);
}

Json leaves_of(const auto& result) {
  Leaves leaves;
  leaves.add("", result);
  return leaves.found();
}

Json run(const Json& request) {
  Json given = request["options"];
  BiasOptions further;
  take(given, "predictor", further.predictor);
  take(given, "trim_fill", further.estimator);
  const std::string verb = request["verb"];
  Options options = pool_options(given.dump());
  options.sensitivity = verb == "pool" && given.value("sensitivity", true);
  ReadOptions how = reading_for(options);
  how.pooling = verb != "effects";
  const Records records = parse_records("-", request["csv"].get<std::string>(), how);
  if (verb == "effects") return leaves_of(analyse_effects(records, options));
  if (verb == "influence") return leaves_of(influence(records, options));
  if (verb == "bias") return leaves_of(bias(records, options, further));
  return leaves_of(analyse(records, options));
}

}  // namespace

int main() {
  std::locale::global(std::locale(""));  // as embedding programs may: no number depends on it
  for (std::string line; std::getline(std::cin, line);) {
    Json found;
    try {
      found = run(Json::parse(line));
    } catch (const InputError&) {
      found = {{"error", 3}};
    } catch (const UsageError&) {
      found = {{"error", 2}};
    }
    std::cout << found.dump() << '\n';
  }
}
