// The C interface as a C program sees it: through the shared library only.
#include <doctest/doctest.h>
#include <tausq.h>

#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

using Json = nlohmann::ordered_json;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// A result that is freed at the end of the test.
struct Result {
  tausq_result* handle = nullptr;
  Result() = default;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { tausq_free(handle); }

  std::string text(const char* form) const {
    char* text = nullptr;
    std::size_t size = 0;
    REQUIRE(tausq_text(handle, form, &text, &size) == TAUSQ_OK);
    const std::string copy(text, size);
    tausq_free_text(text);
    return copy;
  }
  double number(const char* path) const {
    double value = 0;
    REQUIRE(tausq_number(handle, path, &value) == TAUSQ_OK);
    return value;
  }
};

int run(const char* verb, const std::string& records, const char* options, Result& result) {
  return tausq_run(verb, "records", records.data(), records.size(), options, &result.handle);
}

/// Column of a row of tausq_fit_many by its name.
double fitted(const std::vector<double>& fits, std::size_t set, const std::string& name) {
  for (std::size_t i = 0; i < tausq_fit_columns(); ++i)
    if (name == tausq_fit_column(i)) return fits[set * tausq_fit_columns() + i];
  FAIL("no column " << name);
  return none;
}

const std::vector<double> yi{0.1, 0.5, -0.2, 0.9}, vi{0.05, 0.1, 0.02, 0.3};
const std::string generic = "study,yi,vi\nstudy 1,0.1,0.05\nstudy 2,0.5,0.1\nstudy 3,-0.2,0.02\nstudy 4,0.9,0.3\n";

}  // namespace

TEST_CASE("arrays and records give the same digits") {
  Result arrays, records;
  tausq_options options = TAUSQ_OPTIONS;
  options.tau2 = "DL", options.level = 0.9, options.more = R"({"tau2_interval": "PL"})";
  REQUIRE(tausq_pool_effects(yi.data(), vi.data(), 4, &options, &arrays.handle) == TAUSQ_OK);
  REQUIRE(run("pool", generic, R"({"tau2": "DL", "level": 0.9, "tau2_interval": "PL"})", records) == TAUSQ_OK);
  const Json a = Json::parse(arrays.text("json")), b = Json::parse(records.text("json"));
  for (const char* key : {"options", "common", "random", "prediction", "heterogeneity", "fit"}) CHECK(a[key] == b[key]);
  CHECK(arrays.number("random.estimate") == a["random"]["estimate"].get<double>());
}

TEST_CASE("counts, tables, and defaults") {
  const std::vector<double> events{16, 4, 0}, total{20, 21, 22}, ai{4, 6, 3}, bi{119, 300, 228}, ci{11, 29, 11}, di{128, 274, 209};
  Result counts, tables;
  REQUIRE(tausq_pool_counts(events.data(), total.data(), 3, nullptr, &counts.handle) == TAUSQ_OK);
  CHECK(Json::parse(counts.text("json"))["options"]["pooling"] == "glmm");
  REQUIRE(tausq_pool_two_arm(ai.data(), bi.data(), ci.data(), di.data(), 3, nullptr, &tables.handle) == TAUSQ_OK);
  CHECK(tables.number("studies.1.ci") == 29);
  CHECK(tables.text("svg").find("<svg") != std::string::npos);
  CHECK(tables.text("text").find("study 3") != std::string::npos);
}

TEST_CASE("options of a caller built with another version") {
  Result result;
  tausq_options options = TAUSQ_OPTIONS;
  options.tau2 = "DL", options.more = "not read";
  options.struct_size = offsetof(tausq_options, more);
  CHECK(tausq_pool_effects(yi.data(), vi.data(), 4, &options, &result.handle) == TAUSQ_OK);
  struct Newer {
    tausq_options known = TAUSQ_OPTIONS;
    const char* further = nullptr;
  } newer;
  newer.known.struct_size = sizeof newer;
  Result second, third;
  CHECK(tausq_pool_effects(yi.data(), vi.data(), 4, &newer.known, &second.handle) == TAUSQ_OK);
  newer.further = "set";
  CHECK(tausq_pool_effects(yi.data(), vi.data(), 4, &newer.known, &third.handle) == TAUSQ_USAGE);
  CHECK(third.handle == nullptr);
}

TEST_CASE("failures have a status, a message and problems") {
  Result result;
  CHECK(run("pool", "study,events,total\nA,21,20\nB,-1,30\n", "", result) == TAUSQ_BAD_INPUT);
  CHECK(result.handle == nullptr);
  const Json problems = Json::parse(tausq_problems());
  REQUIRE(problems.size() == 2);
  CHECK(problems[0]["code"] == "E_EVENTS_GT_TOTAL");
  CHECK(problems[0]["file"] == "records");
  CHECK(problems[0]["row"] == 2);
  CHECK(problems[1]["value"] == "-1");
  CHECK(run("pool", generic, R"({"tau2": "nobody"})", result) == TAUSQ_USAGE);
  CHECK(std::string(tausq_message()).find("nobody") != std::string::npos);
  CHECK(std::string(tausq_problems()) == "[]");
  CHECK(run("influence", "study,events,total\nA,2,20\n", "", result) == TAUSQ_NOT_ESTIMABLE);
  CHECK(tausq_run("pool", "no such file.csv", nullptr, 0, nullptr, &result.handle) == TAUSQ_BAD_INPUT);
  CHECK(tausq_run(nullptr, nullptr, nullptr, 0, nullptr, &result.handle) == TAUSQ_USAGE);
  CHECK(tausq_run("pool", "x", "", 0, nullptr, nullptr) == TAUSQ_USAGE);
  CHECK(tausq_pool_counts(nullptr, nullptr, 3, nullptr, &result.handle) == TAUSQ_USAGE);
  const double half = 0.5, two = 2;
  CHECK(tausq_pool_counts(&half, &two, 1, nullptr, &result.handle) == TAUSQ_BAD_INPUT);
  tausq_options options = TAUSQ_OPTIONS;
  options.interval = "nobody";
  CHECK(tausq_pool_effects(yi.data(), vi.data(), 4, &options, &result.handle) == TAUSQ_USAGE);
}

TEST_CASE("quotes and control characters in problems are JSON") {
  Result result;
  CHECK(run("pool", "study,events,total\nA,\"1\"\"\t\\\",20\n", "", result) == TAUSQ_BAD_INPUT);
  CHECK(Json::parse(tausq_problems())[0]["value"].get<std::string>().find('"') != std::string::npos);
}

TEST_CASE("the message belongs to the thread") {
  Result result;
  CHECK(run("poll", generic, "", result) == TAUSQ_USAGE);
  std::string other = "unset";
  std::thread([&] { other = tausq_message(); }).join();
  CHECK(other.empty());
  CHECK(std::string(tausq_message()) == "there is no verb \"poll\"");
}

TEST_CASE("numbers that a result does not have") {
  Result result;
  REQUIRE(run("pool", generic, R"({"interval": "z"})", result) == TAUSQ_OK);
  double value = 1;
  CHECK(tausq_number(result.handle, "random.df", &value) == TAUSQ_UNDEFINED);
  CHECK(std::isnan(value));
  CHECK(tausq_number(result.handle, "random.nothing", &value) == TAUSQ_USAGE);
  CHECK(tausq_number(nullptr, "random.df", &value) == TAUSQ_USAGE);
  char* text = nullptr;
  CHECK(tausq_text(result.handle, "docx", &text, nullptr) == TAUSQ_USAGE);
  CHECK(text == nullptr);
}

TEST_CASE("many fits are single fits") {
  const std::vector<double> all_yi{0.1, 0.5, -0.2, 0.9, 1, none, 2, none, 3, 4, 5, 6, none, 7, none, none, none, none, none, none};
  const std::vector<double> all_vi{0.05, 0.1, 0.02, 0.3, 1, 1, 2, 1, 0.1, 0.2, 0.3, 0.4, 1, 0.5, 1, 1, none, 1, 1, 1};
  std::vector<double> fits(5 * tausq_fit_columns()), again(fits.size());
  tausq_options options = TAUSQ_OPTIONS;
  options.tau2 = "PM", options.interval = "hk";
  REQUIRE(tausq_fit_many(all_yi.data(), all_vi.data(), 5, 4, &options, 1, fits.data()) == TAUSQ_OK);
  REQUIRE(tausq_fit_many(all_yi.data(), all_vi.data(), 5, 4, &options, 3, again.data()) == TAUSQ_OK);
  for (std::size_t i = 0; i < fits.size(); ++i) CHECK((fits[i] == again[i] || (std::isnan(fits[i]) && std::isnan(again[i]))));

  const std::map<std::string, std::string> paths{{"estimate", "random.estimate"},
                                                 {"se", "random.se"},
                                                 {"p_value", "random.p_value"},
                                                 {"ci_upper", "random.ci_upper"},
                                                 {"tau2", "heterogeneity.tau2"},
                                                 {"df", "random.df"},
                                                 {"tau2_ci_upper", "heterogeneity.tau2_ci_upper"},
                                                 {"i2", "heterogeneity.i2"},
                                                 {"q", "heterogeneity.q"},
                                                 {"prediction_lower", "prediction.lower"},
                                                 {"common_ci_lower", "common.ci_lower"},
                                                 {"k", "heterogeneity.k"}};
  Result first;
  REQUIRE(tausq_pool_effects(yi.data(), vi.data(), 4, &options, &first.handle) == TAUSQ_OK);
  for (const auto& path : paths) {
    CAPTURE(path.first);
    CHECK(fitted(fits, 0, path.first) == first.number(path.second.c_str()));
  }
  CHECK(fitted(fits, 1, "k") == 2);
  CHECK(fitted(fits, 3, "estimate") == 7);
  CHECK(std::string(tausq_status_word(static_cast<int>(fitted(fits, 4, "status")))) == "not_estimable");
  CHECK(std::isnan(fitted(fits, 4, "estimate")));
}

TEST_CASE("many fits refuse what is no effect size") {
  std::vector<double> fits(tausq_fit_columns());
  const double bad_yi[] = {1, std::numeric_limits<double>::infinity(), 3}, bad_vi[] = {0, 1, -1};
  CHECK(tausq_fit_many(bad_yi, bad_vi, 1, 3, nullptr, 1, fits.data()) == TAUSQ_BAD_INPUT);
  CHECK(Json::parse(tausq_problems()).size() == 3);
  tausq_options options = TAUSQ_OPTIONS;
  options.more = R"({"mods": "year"})";
  CHECK(tausq_fit_many(yi.data(), vi.data(), 1, 4, &options, 1, fits.data()) == TAUSQ_USAGE);
  CHECK(tausq_fit_many(yi.data(), vi.data(), std::numeric_limits<std::size_t>::max(), 4, nullptr, 1, fits.data()) == TAUSQ_USAGE);
  CHECK(tausq_fit_many(nullptr, nullptr, 0, 4, nullptr, 1, nullptr) == TAUSQ_OK);
}

TEST_CASE("what the library says of itself") {
  CHECK(std::string(tausq_version()) == "0.1.0");
  CHECK(Json::parse(tausq_verbs()).size() >= 8);
  CHECK(tausq_fit_column(tausq_fit_columns()) == nullptr);
  CHECK(tausq_fit_column_meaning(tausq_fit_columns()) == nullptr);
  CHECK(tausq_status_word(-1) == nullptr);
  CHECK(std::string(tausq_status_word(0)) == "ok");
  for (std::size_t i = 0; i < tausq_fit_columns(); ++i) CHECK(tausq_fit_column_meaning(i) != nullptr);
}
