#include "engine/driver/records/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <tausq/problem.hpp>

namespace tausq::records {

namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void cannot_read(const std::string& path, const std::string& why) {
  throw InputError({{"E_FILE", path, 0, "", "", "cannot be read: " + why}});
}

Contents contents(std::FILE* file, const std::string& path, std::size_t expected) {
  std::size_t room = std::max<std::size_t>(expected + 1, 65536);
  Contents result{std::make_unique_for_overwrite<char[]>(room), 0};
  while (const std::size_t n = std::fread(result.bytes.get() + result.size, 1, room - result.size, file)) {
    result.size += n;
    if (result.size < room) continue;
    std::unique_ptr<char[]> wider = std::make_unique_for_overwrite<char[]>(room *= 2);
    std::memcpy(wider.get(), result.bytes.get(), result.size);
    result.bytes = std::move(wider);
  }
  if (std::ferror(file) != 0) cannot_read(path, std::strerror(errno));
  return result;
}

}  // namespace

Contents contents_of(const std::string& path) {
  if (path == "-") return contents(stdin, path, 0);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) cannot_read(path, "it is a directory");
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (!file) cannot_read(path, std::strerror(errno));
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return contents(file.get(), path, error ? 0 : static_cast<std::size_t>(size));
}

}  // namespace tausq::records
