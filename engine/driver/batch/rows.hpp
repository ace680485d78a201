// The rows of a block as columns of numbers, key after key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/driver/batch/blocks.hpp"
#include "engine/driver/records/layout.hpp"

namespace tausq::batch {

/// One key's rows.
struct Key {
  std::string_view raw;  ///< as it stands in the block; unless it had quotes
  std::string text;      ///< without quotes, where it had some
  std::size_t rows = 0;
  std::size_t line = 0;  ///< of its first row, counted from 1 in the block
  std::string_view name() const { return text.empty() ? raw : std::string_view(text); }
};

/// What a block holds.
struct Rows {
  std::vector<Key> keys;
  std::vector<std::size_t> offsets{0};         ///< of the keys in the columns
  std::array<std::vector<double>, 6> columns;  ///< as in BatchStudies; NaN in a row without a number
  std::vector<Problem> problems;               ///< rows counted from 1 in the block
  std::map<std::string, std::size_t> warnings;
  std::size_t lines = 0;  ///< line ends in the block
};

/// Lines that a message names, as in "already on line 7", counted further by `by`; those of the first `fixed` lines stay.
std::string with_lines_moved(std::string_view message, std::size_t fixed, std::ptrdiff_t by);

/// What is wanted of every file: its layout and which cells hold what.
class RowReader {
 public:
  /// Throws InputError for a header that cannot be used, and UsageError without the column `request.by`.
  RowReader(const BatchRequest& request, std::string_view header, std::size_t header_lines);

  const Shape& shape() const { return shape_; }
  Layout layout() const { return layout_; }
  const std::string& key_name() const { return key_name_; }

  /// Keys whose first byte stands at `first` .. `last` - 1 of the block.
  ///
  /// Rows of bare numbers are read at once. The rows of a key with anything else (quotes, a number that breaks a rule, two arms
  /// in two rows, a study named twice) go through parse_records(), whose rules, repairs and words these are then.
  Rows read(std::string_view block, std::size_t first, std::size_t last) const;

 private:
  friend class BlockReader;

  /// What a cell is read for.
  enum class Use : std::uint8_t { nothing, key, study, count, positive_count, real, positive };
  struct Cell {
    Use use = Use::nothing;
    std::size_t place = 0;  ///< among the numbers of a row
  };
  void choose_cells(const records::Columns& columns);

  const BatchRequest& request_;
  std::string header_;
  std::size_t header_lines_;
  Shape shape_;
  Layout layout_ = Layout::generic;
  std::string key_name_;
  std::vector<Cell> cells_;  ///< one a column of the file
  bool plain_ = false;       ///< rows of bare numbers can be read at once
  bool has_study_ = false;
  bool squared_ = false;             ///< the variance's cell holds a standard error
  std::array<bool, 6> from_rest_{};  ///< the total's cell holds non-events
  std::size_t numbers_ = 0;          ///< of a row
};

}  // namespace tausq::batch
