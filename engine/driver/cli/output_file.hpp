// Files that are written whole or not at all.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tausq::cli {

/// Lower-case extension of a path with its dot, e.g. ".svg"; empty when there is none.
std::string extension(const std::string& path);

/// Refuses a path that cannot be an output of this run: empty, a directory, or the records themselves.
/// Throws InputError (E_OUTPUT_PATH).
void check_output_path(const std::string& path, const std::string& records);

/// Writes `bytes` to a temporary file beside `path` and renames it. Throws InputError (E_OUTPUT_PATH); no partial file stays.
void write_file(const std::string& path, std::string_view bytes);

/// An output that grows, of any size, and is there whole once keep() was called, or not at all: a file beside its target, or what is
/// held back for standard output or a pipe. Throws InputError (E_OUTPUT_PATH).
class GrowingOutput {
 public:
  explicit GrowingOutput(const std::optional<std::string>& path);  ///< empty: standard output
  ~GrowingOutput();
  void write(std::string_view bytes);
  void keep();

 private:
  struct Place;
  std::unique_ptr<Place> place_;
};

/// Converts an SVG to .pdf or .png by librsvg's rsvg-convert and writes it the same way.
/// Throws InputError (E_CONVERTER) when the program is missing or fails.
void write_converted(const std::string& path, std::string_view svg);

}  // namespace tausq::cli
