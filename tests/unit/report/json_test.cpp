#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <tausq/problem.hpp>
#include <tausq/report.hpp>
#include <tausq/version.hpp>

#include "tests/unit/report/sample_analyses.hpp"

using namespace tausq;
using Json = nlohmann::ordered_json;

namespace {

/// The part of JSON Schema 2020-12 that the schemas use. Any other keyword is an error, so that none is ignored.
class Validator {
 public:
  explicit Validator(const Json& schema) : root_(schema) {}
  /// What violates the schema; empty when nothing does.
  std::string errors(const Json& value) {
    check(root_, value, "$");
    return errors_;
  }

 private:
  void check(const Json& schema, const Json& value, const std::string& path) {
    for (const auto& [keyword, rule] : schema.items()) {
      if (keyword == "type")
        type(rule, value, path);
      else if (keyword == "const")
        expect(value == rule, path + " is not " + rule.dump());
      else if (keyword == "enum")
        expect(std::find(rule.begin(), rule.end(), value) != rule.end(), path + " is not in the enumeration");
      else if (keyword == "$ref")
        check(root_.at(Json::json_pointer(rule.get<std::string>().substr(1))), value, path);
      else if (keyword == "anyOf")
        any_of(rule, value, path);
      else if (keyword == "required")
        for (const Json& key : rule) expect(value.contains(key.get<std::string>()), path + " lacks " + key.dump());
      else if (keyword == "properties" || keyword == "additionalProperties")
        continue;  // in members()
      else if (keyword == "items")
        items(rule, value, path);
      else if (keyword == "minItems")
        expect(value.size() >= rule.get<std::size_t>(), path + " is too short");
      else if (keyword == "maxItems")
        expect(value.size() <= rule.get<std::size_t>(), path + " is too long");
      else
        expect(keyword == "description" || keyword == "title" || keyword == "$schema" || keyword == "$defs", "unknown keyword " + keyword);
    }
    if (value.is_object() && schema.contains("additionalProperties")) members(schema, value, path);
  }
  void type(const Json& rule, const Json& value, const std::string& path) {
    const auto is = [&](const std::string& name) {
      return name == "null"      ? value.is_null()
             : name == "boolean" ? value.is_boolean()
             : name == "integer" ? value.is_number_integer()
             : name == "number"  ? value.is_number()
             : name == "string"  ? value.is_string()
             : name == "array"   ? value.is_array()
                                 : value.is_object();
    };
    bool fits = false;
    if (rule.is_string())
      fits = is(rule);
    else
      for (const Json& name : rule) fits = fits || is(name);
    expect(fits, path + " is not " + rule.dump());
  }
  void any_of(const Json& rule, const Json& value, const std::string& path) {
    bool fits = false;
    for (const Json& choice : rule) {
      Validator attempt(root_);
      attempt.check(choice, value, path);
      fits = fits || attempt.errors_.empty();
    }
    expect(fits, path + " fits none of " + rule.dump());
  }
  void items(const Json& rule, const Json& value, const std::string& path) {
    for (std::size_t i = 0; i < value.size(); ++i) check(rule, value[i], path + "[" + std::to_string(i) + "]");
  }
  void members(const Json& schema, const Json& value, const std::string& path) {
    for (const auto& [key, member] : value.items()) {
      const Json& rest = schema["additionalProperties"];
      if (schema.contains("properties") && schema["properties"].contains(key))
        check(schema["properties"][key], member, path + "." + key);
      else if (rest.is_boolean())
        expect(rest.get<bool>(), path + "." + key + " is not in the schema");
      else
        check(rest, member, path + "." + key);
    }
  }
  void expect(bool fits, const std::string& message) {
    if (!fits) errors_ += message + "\n";
  }

  const Json& root_;
  std::string errors_;
};

std::string violations(const std::string& verb, const std::string& document) {
  const Json schema = Json::parse(json_schema(verb));
  return Validator(schema).errors(Json::parse(document));
}

/// Fails when the schema would accept anything.
bool rejected(const std::string& verb, Json document) {
  return !violations(verb, document.dump()).empty();
}

Records sample_records() {
  Records records;
  records.input = {"trials.csv", "00ff", 3, 2, {{4, "C", "missing_counts", "events is empty"}}};
  records.layout = Layout::single_arm_counts;
  records.records = {{2, "A", "", {{"events", 16.0}, {"total", 20.0}}, {{"year", "2020"}, {"note", ""}}},
                     {3, "B", "", {{"events", std::nullopt}, {"total", 21.0}}, {{"year", "2021"}, {"study", "alias"}}}};
  records.warnings = {{"W_PERCENT_RECOVERED", "80 % of 20 is 16", {"A"}}};
  return records;
}

}  // namespace

TEST_CASE("pool: keys and values of the interface page") {
  const Analysis analysis = samples::proportions();
  const Json j = Json::parse(to_json(analysis));
  CHECK(j["schema"] == "tausq.pool/1");
  CHECK(j["engine"]["name"] == "tausq");
  CHECK(j["engine"]["version"] == version);
  CHECK(j["input"]["rows"] == 6);
  CHECK(j["input"]["excluded"][0]["code"] == "missing_counts");
  CHECK(j["options"]["measure"] == "PLO");
  CHECK(j["options"]["pooling"] == "glmm");
  CHECK(j["options"]["level"] == 0.95);
  CHECK(j["options"]["add"] == 0.5);
  CHECK(j["options"]["glmm"].is_null());
  CHECK_FALSE(j["options"].contains("effect"));
  CHECK(j["studies"][0]["events"].dump() == "60");
  CHECK(j["studies"][0]["yi"].get<double>() == *analysis.studies[0].yi);
  CHECK(j["studies"][0]["display"]["ci_upper"].get<double>() == *analysis.studies[0].display.ci_upper);
  CHECK(j["random"]["marginal"]["estimate"] == 0.64);
  CHECK(j["random"]["intervals"]["profile"]["ci_lower"] == 0.05);
  CHECK(j["random"]["intervals"]["z"]["display"].contains("ci_upper"));
  CHECK(j["common"]["marginal"].is_null());
  CHECK(j["prediction"]["display"]["lower"].get<double>() == *analysis.prediction.display.ci_lower);
  CHECK(j["prediction"]["display"].size() == 2);
  CHECK(j["heterogeneity"]["k"] == 5);
  CHECK(j["fit"]["status"] == "converged");
  CHECK(j["subgroups"].is_array());
  CHECK(j["subgroups"].empty());
  for (const char* absent : {"subgroup_test", "regression", "tests"}) CHECK(j[absent].is_null());
  CHECK(j["warnings"][0]["code"] == "small-k");
}

TEST_CASE("documents fit their schemas") {
  CHECK(violations("pool", to_json(samples::proportions())) == "");
  CHECK(violations("pool", to_json(samples::bcg_by_allocation())) == "");
  CHECK(violations("pool", to_json(Analysis{})) == "");
  CHECK(violations("effects", to_json_effects(samples::bcg())) == "");
  CHECK(violations("forest", to_json(forest_table(samples::bcg_by_allocation()))) == "");
  CHECK(violations("check", to_json(sample_records())) == "");
  Analysis full = samples::bcg();
  full.tests = StratifiedTests{{3.2, 1, 0.07}, {1.0, 12, 0.9}, {}};
  full.regression = Regression{{"intercept", "ablat"},
                               {0.25, -0.03},
                               {0.2, 0.007},
                               {1.2, -4.1},
                               11,
                               {0.2, 0.001},
                               {-0.1, -0.05},
                               {0.6, -0.01},
                               {{0.04, 0.001}, {0.001, 0.00005}},
                               {},
                               30.7,
                               11,
                               0.001,
                               16.4,
                               1,
                               5e-5,
                               3.9,
                               1,
                               0.048,
                               0.76,
                               {}};
  CHECK(violations("pool", to_json(full)) == "");
}

TEST_CASE("influence and bias fit their schemas") {
  Influence influence;
  influence.leave_one_out.resize(2);
  influence.leave_one_out[0].estimate = -0.7;
  influence.cumulative.resize(1);
  influence.diagnostics.resize(2);
  influence.diagnostics[1].dfbetas = {0.3};
  influence.baujat = {{"A", 1.5, 0.2}};
  influence.blup.resize(1);
  CHECK(violations("influence", to_json(influence)) == "");
  Bias bias;
  bias.bias.tests = {BiasTest::egger};
  bias.tests.resize(1);
  bias.limit_estimates.resize(1);
  bias.trim_fill.imputed = {{"A", 0.4, 0.02}};
  bias.fail_safe_n.resize(1);
  CHECK(violations("bias", to_json(bias)) == "");
  CHECK(Json::parse(to_json(bias))["tests"][0]["test"] == "egger");
}

TEST_CASE("the schemas reject what is not a result") {
  Json j = Json::parse(to_json(samples::proportions()));
  CHECK_FALSE(rejected("pool", j));
  Json wrong = j;
  wrong["random"]["status"] = "fine";
  CHECK(rejected("pool", wrong));
  wrong = j;
  wrong["heterogeneity"].erase("tau2");
  CHECK(rejected("pool", wrong));
  wrong = j;
  wrong["studies"][0]["events"] = "16";
  CHECK(rejected("pool", wrong));
  wrong = j;
  wrong["surprise"] = 1;
  CHECK(rejected("pool", wrong));
  wrong = j;
  wrong["options"]["tau2"] = "XX";
  CHECK(rejected("pool", wrong));
  CHECK(rejected("effects", j));
  CHECK_THROWS_AS(json_schema("nothing"), UsageError);
}

TEST_CASE("undefined numbers are null, never NaN or Inf") {
  Analysis analysis = samples::bcg();
  analysis.random.estimate = std::numeric_limits<double>::quiet_NaN();
  analysis.random.ci_upper = std::numeric_limits<double>::infinity();
  analysis.random.ci_lower = std::nullopt;
  const Json j = Json::parse(to_json(analysis));
  for (const char* name : {"estimate", "ci_lower", "ci_upper"}) CHECK(j["random"][name].is_null());
}

TEST_CASE("numbers survive the way through JSON to the last bit") {
  Analysis analysis = samples::bcg();
  for (double x : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.1 + 0.3, 123456789.123456789}) {
    analysis.heterogeneity.q = x;
    CHECK(Json::parse(to_json(analysis))["heterogeneity"]["q"].get<double>() == x);
  }
}

TEST_CASE("labels that are no UTF-8 still give valid JSON") {
  Analysis analysis = samples::bcg();
  analysis.studies[0].study = "caf\xE9 \"quoted\"\n";
  CHECK(Json::parse(to_json(analysis))["studies"][0]["study"] == "caf\xEF\xBF\xBD \"quoted\"\n");
}

TEST_CASE("effects: studies without weights, nothing pooled") {
  const Json j = Json::parse(to_json_effects(samples::bcg()));
  CHECK(j["schema"] == "tausq.effects/1");
  CHECK(j["studies"][0]["ai"] == 4);
  CHECK_FALSE(j["studies"][0].contains("weight_random"));
  CHECK_FALSE(j.contains("random"));
  CHECK(j.contains("warnings"));
}

TEST_CASE("check: records with their other columns") {
  const Json j = Json::parse(to_json(sample_records()));
  CHECK(j["schema"] == "tausq.check/1");
  CHECK(j["layout"] == "single-arm counts");
  CHECK_FALSE(j["records"][0].contains("arm"));
  CHECK(j["records"][0]["events"] == 16);
  CHECK(j["records"][0]["year"] == "2020");
  CHECK(j["records"][0]["note"].is_null());
  CHECK(j["records"][1]["events"].is_null());
  CHECK(j["records"][1]["study"] == "B");
  CHECK(j["records"][1]["study_"] == "alias");
  Records two_arm = sample_records();
  two_arm.records[0].arm = "t";
  CHECK(Json::parse(to_json(two_arm))["records"][0]["arm"] == "t");
}

TEST_CASE("forest: counts are numbers, estimates text") {
  const Json j = Json::parse(to_json(forest_table(samples::proportions())));
  CHECK(j["schema"] == "tausq.forest/1");
  CHECK(j["scale"] == "logit");
  CHECK(j["rows"][0]["type"] == "study");
  CHECK(j["rows"][0]["cells"]["events"] == 60);
  CHECK(j["rows"][0]["cells"]["total"] == 79);
  CHECK(j["rows"][0]["cells"]["estimate_text"] == "0.759 [0.653; 0.841]");
  CHECK(j["rows"][0]["clipped_lower"] == false);
  CHECK(j["axis"]["null"].is_null());
  CHECK(j["axis"]["limits"].size() == 2);
}
