#include "engine/driver/page/data_blocks.hpp"

#include <algorithm>
#include <functional>

#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::page_detail {

namespace {

std::string r_string(const std::string& text) {
  std::string quoted = "\"";
  for (char c : report::blanked(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// Stata has no escape inside quotes, and expands macros there.
std::string stata_string(const std::string& text) {
  std::string quoted = "\"";
  for (char c : report::blanked(text)) quoted += c == '"' || c == '`' || c == '$' ? '\'' : c;
  return quoted + "\"";
}

/// A column of the data, its cells written by the program's rules.
struct DataColumn {
  std::string name;
  std::function<std::optional<double>(const StudyResult&)> number;
};

std::vector<DataColumn> columns_of(const Analysis& a, bool effects) {
  std::vector<DataColumn> columns;
  if (!effects && !a.studies.empty())
    for (std::size_t j = 0; j < a.studies.front().counts.size(); ++j)
      columns.push_back({a.studies.front().counts[j].first,
                         [j](const StudyResult& s) { return j < s.counts.size() ? std::optional(s.counts[j].second) : std::nullopt; }});
  if (columns.empty()) {
    columns.push_back({"yi", [](const StudyResult& s) { return s.yi; }});
    columns.push_back({"vi", [](const StudyResult& s) { return s.vi; }});
  }
  return columns;
}

template <typename Text>
std::string joined(const std::vector<StudyResult>& studies, Text&& text) {
  std::string list;
  for (const StudyResult& s : studies) list += (list.empty() ? "" : ", ") + text(s);
  return list;
}

}  // namespace

std::string one_line(std::string text) {
  return report::blanked(text);
}

namespace {

/// Columns that the moderators name, if R takes their names as they are.
bool is_moderator(const Column& column, const std::string& mods) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", others = "0123456789._";
  const std::string& name = column.name;
  if (name.empty() || letters.find(name[0]) == std::string_view::npos) return false;
  const auto part_of_name = [&](char c) { return letters.find(c) != std::string_view::npos || others.find(c) != std::string_view::npos; };
  if (!std::all_of(name.begin(), name.end(), part_of_name)) return false;
  for (std::size_t at = mods.find(name); at != std::string::npos; at = mods.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !part_of_name(mods[at - 1])) && (end == mods.size() || !part_of_name(mods[end]))) return true;
  }
  return false;
}

std::string r_column(const Column& column) {
  std::string list;
  for (std::size_t i = 0; i < column.text.size(); ++i) {
    const std::string cell = column.numeric ? (column.number[i] ? report::shortest(*column.number[i]) : "NA")
                                            : (column.text[i].empty() ? "NA" : r_string(column.text[i]));
    list += (list.empty() ? "" : ", ") + cell;
  }
  return ",\n  " + column.name + " = c(" + list + ")";
}

}  // namespace

std::string r_data(const Analysis& a, const StudySet& studies) {
  std::string text = "dat <- data.frame(\n  study = c(" + joined(a.studies, [](const StudyResult& s) { return r_string(s.study); }) + ")";
  for (const DataColumn& column : columns_of(a, false))
    text += ",\n  " + column.name + " = c(" +
            joined(a.studies,
                   [&](const StudyResult& s) {
                     const auto value = column.number(s);
                     return value ? report::shortest(*value) : std::string("NA");
                   }) +
            ")";
  if (!a.subgroups.empty())
    text += ",\n  subgroup = c(" + joined(a.studies, [](const StudyResult& s) { return r_string(s.subgroup); }) + ")";
  for (const Column& column : studies.columns)
    if (!a.options.mods.empty() && column.text.size() == a.studies.size() && is_moderator(column, a.options.mods)) text += r_column(column);
  return text + ")\n";
}

std::string stata_data(const Analysis& a, bool effects) {
  std::size_t longest = 1;
  for (const StudyResult& s : a.studies) longest = std::max(longest, s.study.size());
  const std::vector<DataColumn> columns = columns_of(a, effects);
  std::string text = "clear\ninput str" + std::to_string(std::min<std::size_t>(longest, 2045)) + " study";
  for (const DataColumn& column : columns) text += " double " + column.name;
  text += "\n";
  for (const StudyResult& s : a.studies) {
    text += stata_string(s.study);
    for (const DataColumn& column : columns) {
      const auto value = column.number(s);
      text += " " + (value ? report::shortest(*value) : std::string("."));
    }
    text += "\n";
  }
  return text + "end\n";
}

}  // namespace tausq::page_detail
