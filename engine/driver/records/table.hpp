// The cells of a file with their places, before anything is made of them: what the CSV and JSON readers hand on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tausq::records {

/// How the text of a cell stands in the file. JSON distinguishes types, CSV does not.
enum class CellKind : std::uint8_t {
  text,          ///< CSV: the bytes as they stand
  doubled,       ///< CSV: quoted, with doubled quotes inside
  json_text,     ///< JSON string without escapes
  json_escaped,  ///< JSON string with escapes
  json_number,
  json_boolean,
  json_nested,  ///< array or object
  absent,       ///< JSON null, or a key that the record has not
};

/// A cell as a stretch of the file's bytes: 8 bytes, so that a million rows stay small.
struct Cell {
  std::uint32_t begin = 0;
  std::uint32_t size : 28 = 0;
  std::uint32_t kind_bits : 4 = static_cast<std::uint32_t>(CellKind::absent);

  Cell() = default;
  Cell(std::size_t at, std::size_t n, CellKind kind)
      : begin(static_cast<std::uint32_t>(at)), size(n & 0xfffffffU), kind_bits(static_cast<std::uint32_t>(kind) & 0xfU) {}
  CellKind kind() const { return static_cast<CellKind>(kind_bits); }
};

/// Where a record starts.
struct RowPlace {
  std::uint32_t begin = 0;  ///< offset of its first byte
  std::uint32_t line = 0;   ///< physical line, header = 1
};

/// Rows of equally many cells under a header. Texts are views into the bytes of the file, which must outlive the table.
class Table {
 public:
  std::string_view bytes;
  bool json = false;
  std::size_t header_line = 1;
  std::size_t end_line = 1;        ///< line on which the file ends
  std::vector<Cell> header_cells;  ///< CSV only
  std::vector<std::string> names;  ///< column names as the file spells them, trimmed
  std::vector<Cell> cells;         ///< row after row
  std::vector<RowPlace> places;    ///< one a row

  std::size_t rows() const { return places.size(); }
  std::size_t columns() const { return names.size(); }
  const Cell& cell(std::size_t row, std::size_t column) const { return cells[row * names.size() + column]; }
  /// The cell as it stands in the file, quotes and escapes included.
  std::string_view raw(const Cell& cell) const { return bytes.substr(cell.begin, cell.size); }
  /// The text that a cell means.
  std::string_view text(const Cell& cell) const;
  std::string_view text(std::size_t row, std::size_t column) const { return text(cell(row, column)); }
  /// Whether a cell holds nothing: blank, JSON null, or a key that the record has not.
  bool empty(std::size_t row, std::size_t column) const;
  /// The physical line on which a record starts.
  std::size_t line(std::size_t row) const { return places[row].line; }
  /// The physical line on which a cell starts.
  std::size_t line(std::size_t row, std::size_t column) const;

 private:
  mutable std::deque<std::string> unescaped_;
};

/// Line ends in a text: "\n", "\r\n" and "\r" count one each.
std::size_t line_ends(std::string_view text);

}  // namespace tausq::records
