// From bytes to text: what is no text, or not UTF-8, is refused before anything is made of it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// A byte that is no part of a text.
struct BadByte {
  std::size_t at = 0;     ///< offset in the text
  std::string_view code;  ///< E_ENCODING or E_NUL
  std::string_view rule;
};

/// A file's text. `text` views the bytes, or `decoded` where Latin-1 was.
struct Text {
  std::string_view text;
  std::unique_ptr<std::string> decoded;  ///< on the heap: a move must not pull it from under `text`
  std::vector<BadByte> bad;              ///< the first of them
  bool has_controls = false;             ///< some character beyond tab and line ends may be a control or invisible one
};

/// Takes the byte-order mark away, decodes Latin-1 if asked to, and looks at every byte. Problems: E_BINARY (a known kind
/// of binary file), E_ENCODING (UTF-16, UTF-32), E_LIMIT; bad bytes are left in `bad` for report_bad_bytes().
Text decode(std::string_view bytes, bool latin1, Findings& findings);

/// Reports bad bytes with the line and column of the table that they stand in.
void report_bad_bytes(const Text& text, const Table& table, Findings& findings);

}  // namespace tausq::records
