// Comma-separated values after RFC 4180, strictly.
#pragma once

#include <string_view>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// The delimiter that stands most often in the first line, outside quotes; a comma when none does.
char delimiter_of(std::string_view text);

/// The cells of `text`. Line ends are "\n", "\r\n" or "\r"; a quoted field may hold any of them. `delimiter` 0 finds ',',
/// ';' or tab from the header. Leading, inner and trailing blank lines, and a spreadsheet's "sep=" line, are skipped.
/// Problems: E_EMPTY, E_QUOTE (ends the reading), E_FIELD_COUNT (leaves the row out), E_LIMIT, E_NO_ROWS.
Table parse_csv(std::string_view text, char delimiter, Findings& findings);

}  // namespace tausq::records
