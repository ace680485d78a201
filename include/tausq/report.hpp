// Results as text, JSON and CSV. Part of the driver library.
#pragma once

#include <cstddef>
#include <string>

#include <tausq/analysis.hpp>
#include <tausq/bias.hpp>
#include <tausq/compare.hpp>
#include <tausq/forest.hpp>
#include <tausq/influence.hpp>
#include <tausq/multiverse.hpp>
#include <tausq/plots.hpp>
#include <tausq/records.hpp>

namespace tausq {

// JSON: keys and schemas of the interface page; full precision; undefined numbers are null.
std::string to_json(const Analysis& analysis);          ///< tausq.pool/1
std::string to_json_effects(const Analysis& analysis);  ///< tausq.effects/1
std::string to_json(const ForestTable& table);          ///< tausq.forest/1
std::string to_json(const Records& records);            ///< tausq.check/1
std::string to_json(const Influence& influence);        ///< tausq.influence/1
std::string to_json(const Bias& bias);                  ///< tausq.bias/1
std::string to_json(const Multiverse& multiverse);      ///< tausq.multiverse/1
std::string to_json(const Comparison& comparison);      ///< tausq.diff/1
std::string to_json(const Plot& plot);                  ///< tausq.plot/1

// CSV: one row a study and one a summary; RFC 4180; cells that a spreadsheet would run as a formula are defused.
std::string to_csv(const Analysis& analysis);
std::string to_csv_effects(const Analysis& analysis);
std::string to_csv(const ForestTable& table);
std::string to_csv(const Records& records);
std::string to_csv(const Influence& influence);    ///< `type` tells leave-one-out, cumulative and BLUP rows apart; with GOSH its subsets
std::string to_csv(const Comparison& comparison);  ///< one row a difference
std::string to_csv(const Multiverse& multiverse);  ///< one row a specification
std::string to_csv(const Plot& plot);              ///< one row a point
std::string to_csv(const Bias& bias);              ///< `type` tells tests, limit estimates, trim and fill ... apart

// Text for a reader at a terminal: control characters are escaped, columns aligned by display width.
std::string to_text(const Comparison& comparison);
std::string to_text(const Analysis& analysis);
std::string to_text_effects(const Analysis& analysis);
/// Of the records the first `records_in_text`; JSON and CSV have them all.
std::string to_text(const Records& records);
inline constexpr std::size_t records_in_text = 100;
std::string to_text(const Influence& influence);
std::string to_text(const Bias& bias);
std::string to_text(const Multiverse& multiverse);

/// The specification curve of a multiverse: estimates in ascending order with their intervals, choices below. Readable without colour.
std::string to_svg(const Multiverse& multiverse);

/// The JSON Schema (2020-12) of the output of "pool", "effects", "forest", "check", "influence", "bias", "multiverse" or "plot".
/// Throws UsageError for another verb.
std::string json_schema(const std::string& verb);

}  // namespace tausq
