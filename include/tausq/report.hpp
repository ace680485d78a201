// Results as text, JSON and CSV. Part of the driver library.
#pragma once

#include <string>

#include <tausq/analysis.hpp>
#include <tausq/forest.hpp>
#include <tausq/records.hpp>

namespace tausq {

// JSON: keys and schemas of the interface page; full precision; undefined numbers are null.
std::string to_json(const Analysis& analysis);          ///< tausq.pool/1
std::string to_json_effects(const Analysis& analysis);  ///< tausq.effects/1
std::string to_json(const ForestTable& table);          ///< tausq.forest/1
std::string to_json(const Records& records);            ///< tausq.check/1

// CSV: one row a study and one a summary; RFC 4180; cells that a spreadsheet would run as a formula are defused.
std::string to_csv(const Analysis& analysis);
std::string to_csv_effects(const Analysis& analysis);
std::string to_csv(const ForestTable& table);
std::string to_csv(const Records& records);

// Text for a reader at a terminal: control characters are escaped, columns aligned by display width.
std::string to_text(const Analysis& analysis);
std::string to_text_effects(const Analysis& analysis);
std::string to_text(const Records& records);

/// The JSON Schema (2020-12) of the output of "pool", "effects", "forest" or "check".
/// Throws UsageError for another verb.
std::string json_schema(const std::string& verb);

}  // namespace tausq
