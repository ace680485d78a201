// Results as JSON: walks the field lists of fields.hpp, so every key is a field name.
#include <cmath>
#include <concepts>
#include <nlohmann/json.hpp>
#include <tausq/diagnostics_fields.hpp>
#include <tausq/fields.hpp>
#include <tausq/forest_fields.hpp>
#include <tausq/multiverse_fields.hpp>
#include <tausq/page.hpp>
#include <tausq/plot_fields.hpp>
#include <tausq/report.hpp>
#include <tausq/version.hpp>
#include <tausq/words.hpp>

namespace tausq {

namespace {

using Json = nlohmann::ordered_json;

/// Writes any field. `pooled` is false for results without pooled estimates.
struct JsonWriter {
  bool pooled = true;

  Json operator()(bool value) const { return value; }
  Json operator()(std::integral auto value) const { return value; }
  Json operator()(double value) const { return std::isfinite(value) ? Json(value) : Json(nullptr); }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const std::pair<double, double>& value) const { return Json::array({(*this)(value.first), (*this)(value.second)}); }

  template <typename Enum>
  requires std::is_enum_v<Enum> Json operator()(Enum value) const { return std::string(word(value)); }

  template <typename T>
  Json operator()(const std::optional<T>& value) const {
    return value ? (*this)(*value) : Json(nullptr);
  }

  template <typename T>
  Json operator()(const std::vector<T>& values) const {
    Json array = Json::array();
    for (const T& value : values) array.push_back((*this)(value));
    return array;
  }

  Json operator()(const std::vector<NamedInterval>& intervals) const { return by_method(intervals); }
  Json operator()(const std::vector<MarginalInterval>& intervals) const { return by_method(intervals); }

  template <typename Interval>
  Json by_method(const std::vector<Interval>& intervals) const {
    Json object = Json::object();
    for (const Interval& interval : intervals) object[std::string(key(interval.method))] = (*this)(interval);
    return object;
  }

  Json operator()(const std::vector<ForestCell>& cells) const {
    Json object = Json::object();
    for (const ForestCell& cell : cells) object[cell.column] = cell.number ? count(*cell.number) : Json(cell.text);
    return object;
  }

  template <HasFields Struct>
  Json operator()(const Struct& value) const {
    Json object = Json::object();
    add_fields(object, value);
    return object;
  }

  template <HasFields Struct>
  void add_fields(Json& object, const Struct& value) const {
    for_each_field<Struct>([&](const auto& field) { add(object, value, field); });
  }

 private:
  template <typename Struct, typename Member>
  void add(Json& object, const Struct& value, const Field<Struct, Member>& field) const {
    if (field.presence == Presence::pooled && !pooled) return;
    if constexpr (std::is_same_v<Member, std::string>) {
      if (field.presence == Presence::not_empty && (value.*field.member).empty()) return;
    }
    object[std::string(field.key)] = (*this)(value.*field.member);
  }

  template <typename Struct, typename Member>
  void add(Json& object, const Struct& value, const Spread<Struct, Member>& field) const {
    if constexpr (HasFields<Member>) {
      add_fields(object, value.*field.member);
    } else {
      for (const auto& [name, number] : value.*field.member) object[free_key(object, name)] = spread(number);
    }
  }

  template <typename Struct>
  void add(Json& object, const Struct& value, const Ends<Struct>& field) const {
    const Display& ends = value.*field.member;
    object[std::string(field.key)] = Json{{"lower", (*this)(ends.ci_lower)}, {"upper", (*this)(ends.ci_upper)}};
  }

  /// A column of the records may be called as one of our keys: it then gets an underscore.
  static std::string free_key(const Json& object, std::string name) {
    while (object.contains(name)) name += '_';
    return name;
  }

  /// Counts are written without a decimal point.
  static Json count(double value) {
    if (value == std::floor(value) && std::fabs(value) <= 9007199254740992.0) return static_cast<std::int64_t>(value);
    return JsonWriter{}(value);
  }

  static Json spread(double value) { return count(value); }
  static Json spread(const std::optional<double>& value) { return value ? count(*value) : Json(nullptr); }
  static Json spread(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
};

template <typename Result>
std::string document(std::string_view schema, const Result& result, bool pooled = true) {
  Json object = {{"schema", std::string(schema)}, {"engine", {{"name", "tausq"}, {"version", version}}}};
  JsonWriter{pooled}.add_fields(object, result);
  return object.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string to_json(const Analysis& analysis) {
  return document("tausq.pool/1", analysis);
}
std::string to_json_effects(const Analysis& analysis) {
  return document("tausq.effects/1", analysis, false);
}
std::string to_json(const ForestTable& table) {
  return document("tausq.forest/1", table);
}
std::string to_json(const Records& records) {
  return document("tausq.check/1", records);
}

std::string to_json(const Influence& influence) {
  return document("tausq.influence/1", influence);
}
std::string to_json(const Bias& bias) {
  return document("tausq.bias/1", bias);
}
std::string to_json(const Multiverse& multiverse) {
  return document("tausq.multiverse/1", multiverse);
}
std::string to_json(const Page& page) {
  return document("tausq.report/1", page);
}
std::string to_json(const Comparison& comparison) {
  return document("tausq.diff/1", comparison);
}
std::string to_json(const Plot& plot) {
  return document("tausq.plot/1", plot);
}

}  // namespace tausq
