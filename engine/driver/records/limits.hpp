// What the reader refuses as too large (E_LIMIT, E_JSON_DEPTH), in one place. Every limit lies far beyond real records.
#pragma once

#include <cstddef>

namespace tausq::records {

inline constexpr std::size_t max_bytes = 0xffffffff;            // a file: places are kept in 32 bits
inline constexpr std::size_t max_field = std::size_t{1} << 20;  // bytes of one field
inline constexpr std::size_t max_columns = 16384;               // columns, as many as a spreadsheet holds
inline constexpr std::size_t max_cells = 50'000'000;            // records times keys of a JSON document whose records differ in their keys
inline constexpr std::size_t max_json_depth = 64;               // nesting of arrays and objects
inline constexpr std::size_t max_where_depth = 64;              // nesting of parentheses in a row selection

// What a message lists before it says "and so many more".
inline constexpr std::size_t max_problems_listed = 50;
inline constexpr std::size_t max_warnings_listed = 20;  // of one code
inline constexpr std::size_t max_quoted = 60;           // characters of a quoted value

}  // namespace tausq::records
