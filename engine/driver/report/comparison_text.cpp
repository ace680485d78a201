// Two results side by side, as text and CSV.
#include <tausq/report.hpp>

#include <algorithm>
#include <array>

#include "engine/driver/report/field_rows.hpp"
#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq {

std::string_view to_string(StudyChangeKind kind) {
  constexpr std::array<std::string_view, 3> words{"added", "removed", "changed"};
  return words[static_cast<std::size_t>(kind)];
}

namespace {

using namespace report;
using Align = TextTable::Align;

/// The numbers that readers ask for first; all others are counted.
struct Headline {
  std::string_view key, label;
  bool percent = false;
};
constexpr std::array<Headline, 20> headlines{{
    {"common.display.estimate", "common effect"},
    {"common.display.ci_lower", "common effect, lower limit"},
    {"common.display.ci_upper", "common effect, upper limit"},
    {"common.p_value", "common effect, p"},
    {"random.display.estimate", "random effects"},
    {"random.display.ci_lower", "random effects, lower limit"},
    {"random.display.ci_upper", "random effects, upper limit"},
    {"random.p_value", "random effects, p"},
    {"prediction.display.lower", "prediction, lower limit"},
    {"prediction.display.upper", "prediction, upper limit"},
    {"heterogeneity.k", "studies"},
    {"heterogeneity.tau2", "tau2"},
    {"heterogeneity.i2", "I2", true},
    {"heterogeneity.q", "Q"},
    {"heterogeneity.q_p", "Q, p"},
    {"subgroup_test.q", "subgroup differences, Q"},
    {"subgroup_test.p_value", "subgroup differences, p"},
    {"regression.qm", "moderators, QM"},
    {"regression.qm_p", "moderators, p"},
    {"regression.r2", "R2", true},
}};

std::string number_text(const std::optional<double>& number, const std::optional<double>& other) {
  if (!number) return "-";
  const std::string brief = significant(*number);
  return other && brief == significant(*other) ? shortest(*number) : brief;
}

std::string word_text(const std::string& word) {
  return word.empty() ? "(none)" : escaped(word);
}

std::string changes_text(const std::vector<NumberChange>& numbers, StudyChangeKind kind) {
  std::string text;
  for (const NumberChange& n : numbers) {
    text += (text.empty() ? ": " : ", ") + escaped(n.key) + " ";
    if (kind == StudyChangeKind::changed)
      text += number_text(n.before, n.after) + " -> " + number_text(n.after, n.before);
    else
      text += number_text(kind == StudyChangeKind::added ? n.after : n.before, {});
  }
  return text;
}

std::string settings_lines(const Comparison& c) {
  std::string text;
  for (const WordChange& change : c.options)
    text += wrapped("  " + escaped(change.key) + ": " + word_text(change.before) + " -> " + word_text(change.after), 4) + "\n";
  return text.empty() ? "" : "Settings\n" + text;
}

std::string study_lines(const Comparison& c) {
  std::string text;
  for (const StudyChange& s : c.studies)
    text += wrapped("  " + std::string(to_string(s.change)) + " " + escaped(s.study) + changes_text(s.numbers, s.change), 4) + "\n";
  return text.empty() ? "" : "Studies\n" + text;
}

std::string result_table(const Comparison& c) {
  if (c.results.empty()) return "";
  TextTable table({{"", Align::left}, {"before"}, {"after"}});
  std::size_t shown = 0;
  for (const Headline& headline : headlines) {
    const auto found = std::find_if(c.results.begin(), c.results.end(), [&](const NumberChange& n) { return n.key == headline.key; });
    if (found == c.results.end()) continue;
    const auto text_of = [&](const std::optional<double>& number, const std::optional<double>& other) {
      const std::string brief = number ? percent(*number) : "-";
      return headline.percent && !(other && brief == percent(*other)) ? brief : number_text(number, other);
    };
    table.add({std::string(headline.label), text_of(found->before, found->after), text_of(found->after, found->before)});
    ++shown;
  }
  std::string text = "Results (natural scale)\n" + (table.empty() ? "" : table.text());
  if (c.results.size() > shown)
    text += "  " + std::to_string(c.results.size() - shown) + (shown ? " further" : "") + " numbers differ (--json lists them)\n";
  const bool repeated = c.studies.empty() && c.options.empty();  // the same computation: how far its digits agree
  if (repeated && c.largest_relative_change) text += "  largest relative change " + significant(*c.largest_relative_change, 2) + "\n";
  return text;
}

std::string conclusion_lines(const Comparison& c) {
  std::string text;
  for (const ConclusionChange& change : c.conclusions) text += wrapped("  " + escaped(change.message) + " (" + change.code + ")", 4) + "\n";
  for (const WordChange& change : c.words)
    text += wrapped("  " + escaped(change.key) + ": " + word_text(change.before) + " -> " + word_text(change.after), 4) + "\n";
  return text.empty() ? "Conclusions: none changed\n" : "Conclusions\n" + text;
}

std::string origin_lines(const Comparison& c) {
  std::string text;
  for (const auto& [label, side] : {std::pair{"before", &c.before}, std::pair{"after ", &c.after}})
    text +=
        wrapped(std::string("  ") + label + "  " + escaped(side->result) + ": " + counted(side->k, "study", "studies") + " of " +
                    (side->source.empty() ? "(no file)" : escaped(side->source)) +
                    (side->sha256.empty() ? "" : " (SHA-256 " + side->sha256.substr(0, 12) + "...)") + ", tausq " + escaped(side->version),
                10) +
        "\n";
  if (c.before.sha256 != c.after.sha256) text += "  the records are not the same\n";
  if (c.before.version != c.after.version) text += "  the engine is not the same\n";
  return text;
}

}  // namespace

std::string report::comparison_block(const Comparison& c) {
  if (c.same) return origin_lines(c) + "  nothing differs\n";
  return origin_lines(c) + joined({settings_lines(c), study_lines(c), conclusion_lines(c), result_table(c)});
}

std::string report::repeats_block(const Analysis& analysis) {
  return analysis.repeats ? "Repeats " + escaped(analysis.repeats->before.result) + "\n" + comparison_block(*analysis.repeats) : "";
}

std::string to_text(const Comparison& comparison) {
  return "Comparison of two results\n" + report::comparison_block(comparison);
}

std::string to_csv(const Comparison& c) {
  FieldRows rows;
  for (const WordChange& change : c.options) rows.add("option", change);
  for (const StudyChange& study : c.studies) {
    rows.add("study", study);
    for (const NumberChange& number : study.numbers)
      rows.add("study-number", number), rows.extend(StudyChange{study.change, study.study, {}});
  }
  for (const ConclusionChange& change : c.conclusions) rows.add("conclusion", change);
  for (const NumberChange& change : c.results) rows.add("result", change);
  for (const WordChange& change : c.words) rows.add("word", change);
  return rows.csv();
}

}  // namespace tausq
