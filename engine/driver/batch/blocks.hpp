// A file in blocks that end where a key ends.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "engine/driver/batch/batch.hpp"

namespace tausq::batch {

/// How the records of a file are cut into cells.
struct Shape {
  char delimiter = ',';
  std::size_t key = 0;  ///< column of the key
  std::size_t columns = 0;
};

/// The place behind the record that starts at `at`: quotes are obeyed. The size of the text at its end.
std::size_t record_end(std::string_view text, std::size_t at);

/// The cell in the key's column of the record at `at`, as it means: without quotes and outer blanks. Empty where there is none.
std::string key_of(std::string_view text, std::size_t at, const Shape& shape);

/// Consecutive blocks of a file, of standard input, or of bytes in memory.
class Blocks {
 public:
  explicit Blocks(const BatchRequest& request);

  /// The first record, with its line end; blank lines, a byte-order mark and a "sep=" line in front are passed over. Throws
  /// InputError (E_EMPTY).
  std::string_view header();
  /// Lines up to the end of the header.
  std::size_t header_lines() const { return header_lines_; }

  /// The next block of whole keys, and the place of its first byte in the file. Empty at the end.
  std::string next(const Shape& shape, std::size_t& place);

  /// Bytes of the file; 0 where that is not known.
  std::size_t size() const { return size_; }

 private:
  bool fill();  ///< reads on; false at the end

  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  std::string name_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string_view memory_;
  std::string ahead_, header_;
  std::size_t place_ = 0, size_ = 0, header_lines_ = 1;
  bool ended_ = false;
};

}  // namespace tausq::batch
