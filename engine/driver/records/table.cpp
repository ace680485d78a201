#include "engine/driver/records/table.hpp"

#include "engine/driver/records/json_text.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

std::size_t line_ends(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < text.size(); ++i) n += text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
  return n;
}

std::string_view Table::text(const Cell& cell) const {
  switch (cell.kind()) {
    case CellKind::absent:
      return {};
    case CellKind::json_escaped:
      return unescaped_.emplace_back(json_unescaped(raw(cell)));
    case CellKind::doubled: {
      std::string& text = unescaped_.emplace_back();
      for (std::size_t i = cell.begin; i < cell.begin + std::size_t{cell.size}; ++i) {
        text += bytes[i];
        if (bytes[i] == '"') ++i;
      }
      return text;
    }
    default:
      return raw(cell);
  }
}

bool Table::empty(std::size_t row, std::size_t column) const {
  const Cell& c = cell(row, column);
  if (c.kind() == CellKind::absent) return true;
  return (c.kind() == CellKind::text || c.kind() == CellKind::json_text) && trimmed(raw(c)).empty();
}

std::size_t Table::line(std::size_t row, std::size_t column) const {
  const RowPlace place = places[row];
  const Cell& c = cell(row, column);
  if (c.kind() == CellKind::absent || c.begin < place.begin) return place.line;
  return place.line + line_ends(bytes.substr(place.begin, c.begin - place.begin));
}

}  // namespace tausq::records
