// Records in JSON and JSON Lines.
#pragma once

#include <string_view>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// The cells of a JSON document: an array of objects, such an array as the member "records", "studies" or "data" of an
/// object, or an object of equally long arrays (one a column, as R and pandas write data frames).
/// Keys are the columns; a record may lack some. Problems: E_JSON_SYNTAX, E_JSON_DEPTH, E_SCHEMA, E_TYPE, E_DUP_COLUMN, E_LIMIT.
Table parse_json(std::string_view text, Findings& findings);

/// The cells of JSON Lines: one object a line, blank lines skipped.
Table parse_json_lines(std::string_view text, Findings& findings);

/// Whether text that starts like JSON is JSON Lines: a complete object ends on the first line and another follows.
bool looks_like_json_lines(std::string_view text);

}  // namespace tausq::records
