// Comparisons of results that were computed for the purpose.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include <tausq/problem.hpp>
#include <tausq/report.hpp>
#include <tausq/tausq.hpp>

using namespace tausq;

namespace {

std::string result_of(std::vector<double> events, std::vector<double> total, std::vector<std::string> labels, Options options = {}) {
  return to_json(analyse(single_arm_counts(std::move(events), std::move(total), std::move(labels)), options));
}

std::string effects_of(std::vector<double> yi, std::vector<double> vi, std::vector<std::string> labels, Options options = {}) {
  return to_json(analyse(generic_effects(std::move(yi), std::move(vi), std::move(labels)), options));
}

bool has(const std::vector<ConclusionChange>& changes, const std::string& code) {
  return std::any_of(changes.begin(), changes.end(), [&](const ConclusionChange& c) { return c.code == code; });
}

const NumberChange* find(const std::vector<NumberChange>& changes, const std::string& key) {
  const auto found = std::find_if(changes.begin(), changes.end(), [&](const NumberChange& n) { return n.key == key; });
  return found == changes.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a result does not differ from itself") {
  const std::string result = result_of({3, 5, 8}, {20, 30, 40}, {"A", "B", "C"});
  const Comparison c = compare("old", result, "new", result);
  CHECK(c.same);
  CHECK(c.results.empty());
  CHECK(c.words.empty());
  CHECK_FALSE(c.largest_relative_change);
  CHECK(c.before.k == 3);
  CHECK(c.before.result == "old");
}

TEST_CASE("studies are added, removed and changed; their order is no difference") {
  const Comparison c =
      compare("old", result_of({3, 5, 8}, {20, 30, 40}, {"A", "B", "C"}), "new", result_of({9, 3, 2}, {40, 20, 10}, {"C", "A", "D"}));
  CHECK_FALSE(c.same);
  REQUIRE(c.studies.size() == 3);
  CHECK(c.studies[0].change == StudyChangeKind::removed);
  CHECK(c.studies[0].study == "B");
  CHECK(c.studies[1].change == StudyChangeKind::changed);
  CHECK(c.studies[1].study == "C");
  REQUIRE(c.studies[1].numbers.size() == 1);
  CHECK(c.studies[1].numbers[0].key == "events");
  CHECK(*c.studies[1].numbers[0].before == 8);
  CHECK(*c.studies[1].numbers[0].after == 9);
  CHECK(c.studies[2].change == StudyChangeKind::added);
  CHECK(c.studies[2].study == "D");
  REQUIRE(find(c.results, "random.estimate"));
  CHECK(*c.largest_relative_change > 0);
}

TEST_CASE("studies of the same label are told apart by their order") {
  const Comparison c = compare("old", effects_of({0.1, 0.2, 0.3}, {0.1, 0.1, 0.1}, {"A", "A", "B"}), "new",
                               effects_of({0.1, 0.25, 0.3}, {0.1, 0.1, 0.1}, {"A", "A", "B"}));
  REQUIRE(c.studies.size() == 1);
  CHECK(c.studies[0].study == "A (2)");
}

TEST_CASE("settings that differ are named, and the number of threads is none") {
  const Comparison c = compare("old", result_of({3, 5, 8}, {20, 30, 40}, {"A", "B", "C"}), "new",
                               result_of({3, 5, 8}, {20, 30, 40}, {"A", "B", "C"}, {.level = 0.9, .threads = 2}));
  CHECK(c.studies.empty());
  std::vector<std::string> keys;
  for (const WordChange& change : c.options) keys.push_back(change.key);
  CHECK(std::count(keys.begin(), keys.end(), "options.level") == 1);
  CHECK(std::count(keys.begin(), keys.end(), "options.threads") == 0);
  CHECK_FALSE(find(c.results, "random.estimate"));
  CHECK(find(c.results, "random.ci_lower"));
}

TEST_CASE("conclusions: no effect, direction, prediction, heterogeneity") {
  const std::string clear = effects_of({0.5, 0.6, 0.55, 0.5}, {0.01, 0.01, 0.01, 0.01}, {"A", "B", "C", "D"});
  const std::string open = effects_of({0.5, -0.9, 0.55, -0.8}, {0.01, 0.01, 0.01, 0.01}, {"A", "B", "C", "D"});
  const Comparison c = compare("old", clear, "new", open);
  CHECK(has(c.conclusions, "crosses-null"));
  CHECK(has(c.conclusions, "direction"));
  CHECK(has(c.conclusions, "prediction-crosses-null"));
  CHECK(has(c.conclusions, "heterogeneity"));
  CHECK(has(c.conclusions, "homogeneity-test"));
  CHECK(has(c.conclusions, "outside-interval"));
  CHECK(has(compare("old", open, "new", clear).conclusions, "excludes-null"));
}

TEST_CASE("what is no result of pool is refused with its name") {
  const std::string result = result_of({3, 5, 8}, {20, 30, 40}, {"A", "B", "C"});
  for (const std::string text : {"", "not JSON", "[]", "{}", R"({"schema": "tausq.bias/1"})", R"({"schema": "tausq.pool/1"})"}) {
    CAPTURE(text);
    try {
      compare("a.json", result, "b.json", text);
      FAIL("not refused");
    } catch (const InputError& error) {
      CHECK(error.problems()[0].code == "E_RESULT");
      CHECK(error.problems()[0].file == "b.json");
    }
  }
}

TEST_CASE("text, CSV and JSON of a comparison") {
  const Comparison c =
      compare("old.json", result_of({3, 5, 8}, {20, 30, 40}, {"A", "B", "=C"}), "new.json", result_of({3, 5}, {20, 30}, {"A", "B"}));
  CHECK(to_text(c).find("removed =C: events 8, total 40") != std::string::npos);
  CHECK(to_csv(c).find("\"'=C\"") != std::string::npos);  // no formula for a spreadsheet
  CHECK(to_json(c).find("\"schema\": \"tausq.diff/1\"") != std::string::npos);
}
