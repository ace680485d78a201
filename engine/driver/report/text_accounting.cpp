// Warnings, row accounting and the text of `check`.
#include <tausq/report.hpp>

#include <algorithm>

#include "engine/driver/report/raw_numbers.hpp"
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq {

namespace report {

std::string warnings_block(const std::vector<Warning>& warnings) {
  if (warnings.empty()) return "";
  std::string text = "Warnings\n";
  for (const Warning& warning : warnings) {
    std::string studies;
    for (const std::string& study : warning.studies) studies += (studies.empty() ? " (" : ", ") + escaped(study);
    text += wrapped("  " + escaped(warning.code) + ": " + escaped(warning.message) + studies + (studies.empty() ? "" : ")"), 4) + "\n";
  }
  return text;
}

std::string accounting_block(const Input& input) {
  if (input.rows == 0) return "";
  std::string text = "Rows" + (input.source.empty() ? "" : " of " + escaped(input.source)) + ": " + std::to_string(input.rows) + " read, " +
                     std::to_string(input.used) + " used, " + std::to_string(input.excluded.size()) + " left out\n";
  for (const Excluded& row : input.excluded)
    text +=
        wrapped("  row " + std::to_string(row.row) + " " + escaped(row.study) + ": " + escaped(row.reason) + " (" + escaped(row.code) + ")",
                4) +
        "\n";
  return text;
}

}  // namespace report

namespace {

using namespace report;
using Align = TextTable::Align;

/// The column names that occur in any record, in order of first appearance.
template <typename Pairs>
std::vector<std::string> names_of(const std::vector<Record>& records, Pairs Record::*pairs) {
  std::vector<std::string> names;
  for (const Record& record : records)
    for (const auto& pair : record.*pairs)
      if (std::find(names.begin(), names.end(), pair.first) == names.end()) names.push_back(pair.first);
  return names;
}

std::string record_table(const std::vector<Record>& records) {
  const std::vector<std::string> names = names_of(records, &Record::numbers);
  std::vector<TextTable::Heading> headings{{"Row", Align::right}, {"Study", Align::left}, {"Arm", Align::left}};
  for (const std::string& name : names) headings.push_back({name, Align::right});
  TextTable table(std::move(headings));
  for (const Record& record : records) {
    std::vector<std::string> cells{std::to_string(record.row), record.study, record.arm};
    for (const std::string& name : names) {
      const auto found = std::find_if(record.numbers.begin(), record.numbers.end(), [&](const auto& pair) { return pair.first == name; });
      cells.push_back(found != record.numbers.end() && found->second ? raw_text(*found->second) : "");
    }
    table.add(std::move(cells));
  }
  return table.text();
}

}  // namespace

std::string to_text(const Records& records) {
  std::string text = "Records: " + std::string(to_string(records.layout)) + ", " + counted(records.records.size(), "row", "rows") +
                     " with usable numbers\n";
  const std::vector<std::string> carried = names_of(records.records, &Record::other);
  if (!carried.empty()) {
    std::string names;
    for (const std::string& name : carried) names += (names.empty() ? "" : ", ") + escaped(name);
    text += wrapped("Further columns: " + names, 2) + "\n";
  }
  if (!records.records.empty()) text += "\n" + record_table(records.records);
  if (!records.warnings.empty()) text += "\n" + warnings_block(records.warnings);
  const std::string accounting = accounting_block(records.input);
  return accounting.empty() ? text : text + "\n" + accounting;
}

}  // namespace tausq
