// Two results side by side: settings, studies, numbers, words.
#include <tausq/compare.hpp>

#include <algorithm>
#include <set>

#include <tausq/fields.hpp>
#include <tausq/problem.hpp>

#include "engine/driver/compare/conclusions.hpp"
#include "engine/driver/compare/result_file.hpp"
#include "engine/driver/compare/walk.hpp"

namespace tausq {

namespace {

using namespace compare_detail;
using Elements = std::vector<std::pair<std::string, const Json*>>;

// Sections of a result in the order in which a reader asks for them. `preset_comparison` is not among them: it depends on what was left
// open, which a result does not record.
constexpr const char* sections[] = {"common",    "random",        "prediction", "heterogeneity", "absolute",
                                    "subgroups", "subgroup_test", "regression", "posterior",     "permutation",
                                    "bootstrap", "tests",         "fit",        "tau2_curve",    "sensitivity"};

Provenance provenance_of(const Json& result) {
  Provenance p;
  p.source = word_of(at(at(result, "input"), "source"));
  p.sha256 = word_of(at(at(result, "input"), "sha256"));
  p.version = word_of(at(at(result, "engine"), "version"));
  if (const Json& k = at(at(result, "heterogeneity"), "k"); k.is_number_unsigned()) p.k = k.get<std::size_t>();
  return p;
}

/// Settings in both results that are not the same: one that an older version did not have says nothing.
void compare_settings(std::vector<WordChange>& changes, const std::string& prefix, const Json& before, const Json& after) {
  if (!before.is_object()) return;
  for (const auto& [key, value] : before.items()) {
    if (key == "threads" || !after.contains(key) || after[key] == value) continue;  // no number depends on threads
    changes.push_back({prefix + key, word_of(value), word_of(after[key])});
  }
}

/// The keys of a study that are not raw numbers.
std::set<std::string> computed_keys() {
  std::set<std::string> keys;
  for_each_field<StudyResult>([&](const auto& field) {
    if constexpr (requires { field.key; }) keys.emplace(field.key);
  });
  return keys;
}

/// The raw numbers of a study; effect sizes are raw where there are no others.
Json raw_numbers(const Json& study) {
  static const std::set<std::string> computed = computed_keys();
  Json raw = Json::object();
  if (!study.is_object()) return raw;
  for (const auto& [key, value] : study.items())
    if (computed.count(key) == 0) raw[key] = value;
  if (raw.empty())
    for (const char* key : {"yi", "vi"}) raw[key] = at(study, key);
  return raw;
}

std::vector<NumberChange> raw_changes(const Json& before, const Json& after) {
  Walk walk;
  walk.compare("", raw_numbers(before), raw_numbers(after));
  for (NumberChange& change : walk.numbers) change.key.erase(0, 1);  // the point before the first key
  return std::move(walk.numbers);
}

const Json* find(const Elements& elements, const std::string& label) {
  const auto found = std::find_if(elements.begin(), elements.end(), [&](const auto& e) { return e.first == label; });
  return found == elements.end() ? nullptr : found->second;
}

void compare_studies(Comparison& c, Walk& walk, const Elements& before, const Elements& after) {
  for (const auto& [label, study] : before)
    if (!find(after, label)) c.studies.push_back({StudyChangeKind::removed, label, raw_changes(*study, nullptr)});
  for (const auto& [label, study] : after) {
    const Json* old = find(before, label);
    if (!old) {
      c.studies.push_back({StudyChangeKind::added, label, raw_changes(nullptr, *study)});
      continue;
    }
    if (auto changes = raw_changes(*old, *study); !changes.empty())
      c.studies.push_back({StudyChangeKind::changed, label, std::move(changes)});
    Json was = *old, is = *study;
    was.erase("row"), is.erase("row");
    walk.compare("studies." + label, was, is);
  }
}

void compare_warnings(Walk& walk, const Json& before, const Json& after) {
  const auto by_code = [](const Json& warnings) {
    Json codes = Json::object();
    if (warnings.is_array())
      for (const Json& w : warnings)
        if (const std::string code = word_of(at(w, "code")); code != "repeat-differs") codes[code] = word_of(at(w, "message"));
    return codes;
  };
  walk.compare("warnings", by_code(before), by_code(after));
}

}  // namespace

Comparison compare(std::string_view before_name, std::string_view before_text, std::string_view after_name, std::string_view after_text) {
  const Json before = pool_result(before_name, before_text), after = pool_result(after_name, after_text);
  Comparison c;
  c.before = provenance_of(before), c.after = provenance_of(after);
  c.before.result = before_name, c.after.result = after_name;
  compare_settings(c.options, "options.", at(before, "options"), at(after, "options"));
  compare_settings(c.options, "input.reading.", at(at(before, "input"), "reading"), at(at(after, "input"), "reading"));
  Walk walk;
  for (const char* section : sections) walk.compare(section, at(before, section), at(after, section));
  compare_studies(c, walk, labelled(at(before, "studies")), labelled(at(after, "studies")));
  compare_warnings(walk, at(before, "warnings"), at(after, "warnings"));
  c.conclusions = changed_conclusions(before, after);
  c.results = std::move(walk.numbers);
  c.words = std::move(walk.words);
  c.largest_relative_change = walk.largest_relative_change;
  c.same = c.options.empty() && c.studies.empty() && c.results.empty() && c.words.empty() && c.before.sha256 == c.after.sha256;
  return c;
}

}  // namespace tausq
