// JSON Schemas of the outputs, derived from the same field lists as the writer.
#include <concepts>
#include <nlohmann/json.hpp>
#include <tausq/diagnostics_fields.hpp>
#include <tausq/fields.hpp>
#include <tausq/forest_fields.hpp>
#include <tausq/multiverse_fields.hpp>
#include <tausq/page.hpp>
#include <tausq/plot_fields.hpp>
#include <tausq/problem.hpp>
#include <tausq/report.hpp>
#include <tausq/words.hpp>

namespace tausq {

namespace {

using Json = nlohmann::ordered_json;

template <typename T>
struct Type {};

/// Builds the schema of one document; structs go to $defs, once each.
class SchemaWriter {
 public:
  explicit SchemaWriter(bool pooled) : pooled_(pooled) {}

  template <HasFields Struct>
  Json document(std::string_view verb) {
    Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "tausq " + std::string(verb)}};
    Json body = object<Struct>({{"schema", {{"const", "tausq." + std::string(verb) + "/1"}}},
                                {"engine",
                                 {{"type", "object"},
                                  {"properties", {{"name", {{"const", "tausq"}}}, {"version", {{"type", "string"}}}}},
                                  {"required", {"name", "version"}},
                                  {"additionalProperties", false}}}},
                               {"schema", "engine"});
    schema.update(body);
    schema["$defs"] = std::move(definitions_);
    return schema;
  }

 private:
  Json of(Type<bool>) { return {{"type", "boolean"}}; }
  template <std::integral T>
  Json of(Type<T>) {
    return {{"type", "integer"}};
  }
  Json of(Type<double>) { return {{"type", {"number", "null"}}}; }
  Json of(Type<std::string>) { return {{"type", "string"}}; }
  Json of(Type<std::pair<double, double>>) {
    return {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}};
  }

  template <typename Enum>
  requires std::is_enum_v<Enum> Json of(Type<Enum>) {
    Json words = Json::array();
    for (std::size_t i = 0; i < word_count<Enum>(); ++i) words.push_back(std::string(word(static_cast<Enum>(i))));
    return {{"enum", std::move(words)}};
  }

  template <typename T>
  Json of(Type<std::optional<T>>) {
    Json schema = of(Type<T>{});
    if (schema.contains("enum")) schema["enum"].push_back(nullptr);
    if (schema.contains("type") && schema["type"].is_string()) schema["type"] = {schema["type"], "null"};
    if (schema.contains("$ref")) return {{"anyOf", {std::move(schema), {{"type", "null"}}}}};
    return schema;
  }

  template <typename T>
  Json of(Type<std::vector<T>>) {
    return {{"type", "array"}, {"items", of(Type<T>{})}};
  }
  Json of(Type<std::vector<NamedInterval>>) { return {{"type", "object"}, {"additionalProperties", of(Type<NamedInterval>{})}}; }
  Json of(Type<std::vector<MarginalInterval>>) { return {{"type", "object"}, {"additionalProperties", of(Type<MarginalInterval>{})}}; }
  Json of(Type<std::vector<ForestCell>>) {
    return {{"type", "object"}, {"additionalProperties", {{"type", {"string", "number", "null"}}}}};
  }

  // What stands under the keys of spread pairs.
  static Json spread(Type<double>) { return {{"type", "number"}}; }
  static Json spread(Type<std::optional<double>>) { return {{"type", {"number", "null"}}}; }
  static Json spread(Type<std::string>) { return {{"type", {"number", "string", "null"}}}; }

  template <HasFields Struct>
  Json of(Type<Struct>) {
    const std::string name(Fields<Struct>::name);
    if (!definitions_.contains(name)) {
      definitions_[name] = nullptr;  // holds the place, so that definitions stand in the order of first use
      definitions_[name] = object<Struct>(Json::object(), Json::array());
    }
    return {{"$ref", "#/$defs/" + name}};
  }

  template <HasFields Struct>
  Json object(Json properties, Json required) {
    Json schema = {
        {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}, {"additionalProperties", false}};
    for_each_field<Struct>([&](const auto& field) { add(schema, field); });
    return schema;
  }

  template <typename Struct, typename Member>
  void add(Json& schema, const Field<Struct, Member>& field) {
    if (field.presence == Presence::pooled && !pooled_) return;
    put(schema, field.key, of(Type<Member>{}), field.meaning);
    if (field.presence == Presence::not_empty) schema["required"].erase(schema["required"].size() - 1);
  }

  template <typename Struct, typename Member>
  void add(Json& schema, const Spread<Struct, Member>& field) {
    if constexpr (HasFields<Member>) {
      for_each_field<Member>([&](const auto& inner) { add(schema, inner); });
    } else {
      Json pairs = spread(Type<typename Member::value_type::second_type>{});
      pairs["description"] = std::string(field.meaning);
      schema["additionalProperties"] = std::move(pairs);
    }
  }

  template <typename Struct>
  void add(Json& schema, const Ends<Struct>& field) {
    const Json number = {{"type", {"number", "null"}}};
    put(schema, field.key,
        {{"type", "object"},
         {"properties", {{"lower", number}, {"upper", number}}},
         {"required", {"lower", "upper"}},
         {"additionalProperties", false}},
        field.meaning);
  }

  static void put(Json& schema, std::string_view key, Json type, std::string_view meaning) {
    if (!meaning.empty()) type["description"] = std::string(meaning);
    schema["properties"][std::string(key)] = std::move(type);
    schema["required"].push_back(std::string(key));
  }

  bool pooled_;
  Json definitions_ = Json::object();
};

}  // namespace

std::string json_schema(const std::string& verb) {
  Json schema;
  if (verb == "pool")
    schema = SchemaWriter(true).document<Analysis>(verb);
  else if (verb == "effects")
    schema = SchemaWriter(false).document<Analysis>(verb);
  else if (verb == "forest")
    schema = SchemaWriter(true).document<ForestTable>(verb);
  else if (verb == "check")
    schema = SchemaWriter(true).document<Records>(verb);
  else if (verb == "influence")
    schema = SchemaWriter(true).document<Influence>(verb);
  else if (verb == "bias")
    schema = SchemaWriter(true).document<Bias>(verb);
  else if (verb == "multiverse")
    schema = SchemaWriter(true).document<Multiverse>(verb);
  else if (verb == "report")
    schema = SchemaWriter(true).document<Page>(verb);
  else if (verb == "plot")
    schema = SchemaWriter(true).document<Plot>(verb);
  else if (verb == "diff")
    schema = SchemaWriter(true).document<Comparison>(verb);
  else
    throw UsageError("no JSON Schema for \"" + verb +
                     "\": pool, effects, forest, check, influence, bias, multiverse, plot, report or diff");
  return schema.dump(1) + "\n";
}

}  // namespace tausq
