// What the tests of the reader share: reading a text, and the codes that come of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tausq/records.hpp>

namespace tausq::testing {

/// Reads as `check` does: studies that repeat are no problem.
inline Records checked(std::string_view text, ReadOptions options = {}, std::string_view source = "t.csv") {
  options.pooling = false;
  return parse_records(source, text, options);
}

/// The problems of a text; empty when it can be read.
inline std::vector<Problem> problems(std::string_view text, const ReadOptions& options = {}, std::string_view source = "t.csv") {
  try {
    parse_records(source, text, options);
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

/// "CODE line column" of every problem, one a line.
inline std::string problem_list(std::string_view text, const ReadOptions& options = {}, std::string_view source = "t.csv") {
  std::string list;
  for (const Problem& p : problems(text, options, source))
    list += (list.empty() ? "" : "\n") + p.code + " " + std::to_string(p.row) + (p.column.empty() ? "" : " " + p.column);
  return list;
}

/// The message of the first warning with that code; empty when there is none.
inline std::string warning(const Records& records, std::string_view code) {
  for (const Warning& w : records.warnings)
    if (w.code == code) return w.message;
  return {};
}

}  // namespace tausq::testing
