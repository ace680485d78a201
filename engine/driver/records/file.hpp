// The bytes of a file, or of standard input.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tausq::records {

/// Bytes that were not initialised before they were read.
struct Contents {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
  std::string_view view() const { return {bytes.get(), size}; }
};

/// Everything in the file of that name; "-" is standard input. Throws InputError (E_FILE) where it cannot be read.
Contents contents_of(const std::string& path);

}  // namespace tausq::records
