#include "engine/driver/page/data_blocks.hpp"

#include <algorithm>
#include <functional>

#include "engine/driver/report/numbers.hpp"

namespace tausq::page_detail {

namespace {

bool control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::string r_string(const std::string& text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += control(c) ? ' ' : c;
  }
  return quoted + "\"";
}

/// Stata has no escape inside quotes, and expands macros there.
std::string stata_string(const std::string& text) {
  std::string quoted = "\"";
  for (char c : text) quoted += control(c) || c == '"' || c == '`' || c == '$' ? '\'' : c;
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
  std::replace_if(text.begin(), text.end(), control, ' ');
  return text;
}

std::string r_data(const Analysis& a) {
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
