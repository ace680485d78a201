// Influence and small-study effects as JSON, CSV and text.
#include <doctest/doctest.h>

#include <algorithm>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tausq/diagnostics_fields.hpp>
#include <tausq/report.hpp>
#include <tausq/tausq.hpp>

using namespace tausq;
using Json = nlohmann::json;

namespace {

const StudySet trials =
    two_arm_counts({4, 6, 3, 62, 33, 180, 8, 17, 0, 5, 27}, {119, 300, 228, 13536, 5036, 1361, 2537, 1699, 90, 2493, 16886},
                   {11, 29, 11, 248, 47, 372, 10, 65, 4, 3, 29}, {128, 274, 209, 12619, 5761, 1079, 619, 1600, 85, 2338, 17825},
                   {"A", "=B", "C", "D", "E", "F", "G", "H", "I", "J", "K"});

Options inverse() {
  Options options;
  options.pooling = Pooling::inverse;
  return options;
}

Influence sample_influence() {
  return influence(trials, inverse(), {"vi"});
}
Bias sample_bias() {
  return bias(trials, inverse());
}

std::set<std::string> keys(const Json& object) {
  std::set<std::string> all;
  for (const auto& [key, value] : object.items()) all.insert(key);
  return all;
}

void check_has(const Json& object, std::initializer_list<const char*> wanted) {
  for (const char* key : wanted) {
    CAPTURE(key);
    CHECK(object.contains(key));
  }
}

/// Every key of a document stands in the schema under the same path, and every required one in the document.
void check_against(const Json& schema, const Json& root, const Json& value) {
  if (schema.contains("$ref")) return check_against(root.at("$defs").at(schema["$ref"].get<std::string>().substr(8)), root, value);
  if (schema.contains("anyOf")) return;
  if (value.is_array() && schema.contains("items"))
    for (const Json& item : value) check_against(schema["items"], root, item);
  if (!value.is_object() || !schema.contains("properties")) return;
  CHECK(keys(value) == keys(schema["properties"]));
  for (const auto& [key, member] : value.items()) check_against(schema["properties"][key], root, member);
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_CASE("influence: keys of the interface page, numbers as they are, the schema fits") {
  const Influence result = sample_influence();
  const Json j = Json::parse(to_json(result));
  CHECK(j["schema"] == "tausq.influence/1");
  check_has(j["leave_one_out"][0],
            {"study", "estimate", "se", "statistic", "p_value", "ci_lower", "ci_upper", "q", "q_p", "tau2", "i2", "h2", "display"});
  check_has(j["diagnostics"][0],
            {"study", "rstudent", "dffits", "cook_d", "cov_r", "tau2_deleted", "q_deleted", "hat", "weight", "dfbetas", "influential"});
  check_has(j["baujat"][0], {"study", "x", "y"});
  check_has(j["blup"][0], {"study", "estimate", "se", "pi_lower", "pi_upper"});
  CHECK(j["leave_one_out"].size() == 11);
  CHECK(j["cumulative"].size() == 11);
  CHECK(j["leave_one_out"][2]["estimate"].get<double>() == *result.leave_one_out[2].estimate);
  CHECK(j["diagnostics"][2]["dfbetas"].get<double>() == *result.diagnostics[2].dfbetas);
  CHECK(j["influence"]["order"] == "vi");
  const Json schema = Json::parse(json_schema("influence"));
  check_against(schema, schema, j);
}

TEST_CASE("bias: keys of the interface page, whole numbers whole, the schema fits") {
  const Json j = Json::parse(to_json(sample_bias()));
  CHECK(j["schema"] == "tausq.bias/1");
  check_has(j["tests"][0], {"test", "statistic", "df", "p_value", "intercept", "slope"});
  check_has(j["trim_fill"], {"estimator", "side", "k0", "se_k0", "estimate", "se", "ci_lower", "ci_upper", "tau2", "imputed"});
  check_has(j["fail_safe_n"][0], {"type", "n", "target", "p_value"});
  CHECK(j["tests"][0]["test"] == "egger");
  CHECK(j["trim_fill"]["estimator"] == "L0");
  CHECK(j["trim_fill"]["k0"].is_number_integer());
  CHECK(j["fail_safe_n"][0]["n"].is_number_integer());
  CHECK(j["fail_safe_n"][1]["type"] == "orwin");
  CHECK(j["fail_safe_n"][1]["p_value"].is_null());
  const Json schema = Json::parse(json_schema("bias"));
  check_against(schema, schema, j);
}

TEST_CASE("CSV: one header, as many cells in every row, formulas defused") {
  for (const std::string& csv : {to_csv(sample_influence()), to_csv(sample_bias())}) {
    const std::string header = csv.substr(0, csv.find("\r\n"));
    CHECK(header.starts_with("type,"));
    const auto cells = std::count(header.begin(), header.end(), ',');
    CHECK(csv.find("\n=") == std::string::npos);
    CHECK(csv.find(",=B") == std::string::npos);
    std::size_t at = 0;
    while (at < csv.size()) {
      const std::size_t end = csv.find("\r\n", at);
      bool quoted = false;
      long commas = 0;
      for (char c : csv.substr(at, end - at)) {
        if (c == '"') quoted = !quoted;
        if (c == ',' && !quoted) ++commas;
      }
      CHECK(commas == cells);
      at = end + 2;
    }
  }
  CHECK(lines(to_csv(sample_influence())) == 1 + 4 * 11);
}

TEST_CASE("CSV: an imputed study has its numbers") {
  BiasOptions left;
  left.side = FunnelSide::left;
  const Bias filled = bias(generic_effects({0.1, 0.2, 0.15, 0.9, 1.2}, {0.01, 0.01, 0.02, 0.2, 0.3}, {"a", "b", "c", "d", "e"}), {}, left);
  REQUIRE(filled.trim_fill.imputed.size() == 2);
  const std::string csv = to_csv(filled), row = csv.substr(csv.find("\nimputed,") + 1);
  CHECK(row.find("true") == std::string::npos);
  CHECK(row.substr(0, row.find("\r\n")).find(",0.2") != std::string::npos);
}

TEST_CASE("Text names every study, every test and every warning, and has no line wider than its tables") {
  const std::string text = to_text(sample_influence());
  for (const char* part : {"Without", "Up to (by vi)", "rstudent", "Baujat", "Odds Ratio"}) CHECK(text.find(part) != std::string::npos);
  const std::string small = to_text(sample_bias());
  for (const char* part : {"egger", "begg", "harbord", "peters", "pustejovsky", "Trim and fill (L0)", "Fail-safe N", "Excess significance",
                           "PEESE", "Selection model with steps", "correlated-standard-error"})
    CHECK(small.find(part) != std::string::npos);
  CHECK(small.find("nan") == std::string::npos);
  CHECK(text.find("nan") == std::string::npos);
}

TEST_CASE("What is not estimable is said in words") {
  const std::string text = to_text(bias(generic_effects({0.1, 0.2, 0.4}, {0.04, 0.04, 0.04})));
  CHECK(text.find("egger: not estimable; the predictor is the same in all studies") != std::string::npos);
  CHECK(text.find("all standard errors are equal: name the side") != std::string::npos);
}

}  // namespace
