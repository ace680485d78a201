// Warnings, row accounting and the text of `check`.
#include <algorithm>
#include <span>

#include <tausq/report.hpp>

#include "engine/driver/report/named_pairs.hpp"
#include "engine/driver/report/raw_numbers.hpp"
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq {

namespace report {

namespace {

/// "  code: message (studies)"; studies that the message names already are not repeated.
std::string warning_lines(const Warning& warning) {
  std::vector<std::string> further;
  for (const std::string& study : warning.studies)
    if (warning.message.find(study) == std::string::npos) further.push_back(study);
  const std::string names = further.empty() ? "" : " (" + study_names(further) + ")";
  return wrapped("  " + escaped(warning.code) + ": " + escaped(warning.message) + names, 4) + "\n";
}

}  // namespace

std::string warnings_block(const std::vector<Warning>& warnings) {
  std::string text, notes;
  for (const Warning& warning : warnings) {
    if (warning.code == "W_ROW_OMITTED") continue;  // the accounting lists the rows
    (warning.code.starts_with("I_") ? notes : text) += warning_lines(warning);
  }
  return (text.empty() ? "" : "Warnings\n" + text) + (notes.empty() ? "" : "Notes\n" + notes);
}

namespace {

/// "2-9, 11-13, 16": line numbers with runs drawn together.
std::string line_ranges(const std::vector<std::size_t>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t last = i;
    while (last + 1 < lines.size() && lines[last + 1] == lines[last] + 1) ++last;
    text += (text.empty() ? "" : ", ") + std::to_string(lines[i]) + (last > i ? "-" + std::to_string(lines[last]) : "");
    i = last + 1;
  }
  return text;
}

/// Rows that the user's own --where leaves out are one line together; each other row has a line with its reason.
std::string excluded_lines(const std::vector<Excluded>& excluded) {
  std::string text;
  std::vector<std::size_t> unselected;
  for (const Excluded& row : excluded) {
    if (row.code == "where")
      unselected.push_back(row.row);
    else
      text += wrapped("  row " + std::to_string(row.row) + " " + escaped(row.study) + ": " + escaped(row.reason) + " (" +
                          escaped(row.code) + ")",
                      4) +
              "\n";
  }
  if (!unselected.empty())
    text += wrapped("  " + counted(unselected.size(), "row", "rows") + " not selected by --where: " + line_ranges(unselected), 4) + "\n";
  return text;
}

}  // namespace

std::string accounting_block(const Input& input) {
  if (input.rows == 0) return "";
  std::string text = "Rows" + (input.source.empty() ? "" : " of " + escaped(input.source)) + ": " + std::to_string(input.rows) + " read, " +
                     std::to_string(input.used) + " used, " + std::to_string(input.excluded.size()) + " left out\n";
  return text + excluded_lines(input.excluded);
}

}  // namespace report

namespace {

using namespace report;
using Align = TextTable::Align;

/// Columns of the records that tell the rows of one study apart.
bool tells_apart(const std::string& name) {
  return name == "outcome" || name == "analysis_set" || name.starts_with("timepoint");
}

std::string record_table(std::span<const Record> records) {
  const std::vector<std::string> numbers = names_of(records, &Record::numbers);
  std::vector<std::string> others = names_of(records, &Record::other);
  std::erase_if(others, [](const std::string& name) { return !tells_apart(name); });
  std::vector<TextTable::Heading> headings{{"Row", Align::right}, {"Study", Align::left}, {"Arm", Align::left}};
  for (const std::string& name : numbers) headings.push_back({name, Align::right});
  for (const std::string& name : others) headings.push_back({name, Align::left});
  TextTable table(std::move(headings));
  for (const Record& record : records) {
    std::vector<std::string> cells{std::to_string(record.row), record.study, record.arm};
    for (const std::string& name : numbers) {
      const auto found = find_named(record.numbers, name);
      cells.push_back(found != record.numbers.end() && found->second ? raw_text(*found->second) : "");
    }
    for (const std::string& name : others) {
      const auto found = find_named(record.other, name);
      cells.push_back(found == record.other.end() ? "" : found->second);
    }
    table.add(std::move(cells));
  }
  return table.text();
}

}  // namespace

std::string to_text(const Records& records) {
  const std::size_t total = records.records.size() + records.unlisted_records;
  const std::span<const Record> shown = std::span(records.records).first(std::min(records.records.size(), records_in_text));
  std::string text = "Records: " + std::string(to_string(records.layout)) + ", " + counted(total, "row", "rows") + " with usable numbers\n";
  const std::vector<std::string> carried = names_of(records.records, &Record::other);
  if (!carried.empty()) {
    std::string names;
    for (const std::string& name : carried) names += (names.empty() ? "" : ", ") + escaped(name);
    text += wrapped("Further columns: " + names, 2) + "\n";
  }
  if (!shown.empty()) text += "\n" + record_table(shown);
  if (shown.size() < total) text += "  ... and " + counted(total - shown.size(), "row", "rows") + " more, which --json and --csv list\n";
  if (!records.warnings.empty()) text += "\n" + warnings_block(records.warnings);
  const std::string accounting = accounting_block(records.input);
  return accounting.empty() ? text : text + "\n" + accounting;
}

}  // namespace tausq
