// A file that nobody sees before it is whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tausq::cli {

/// A file on its way to `target`. Where the file system can do that it has no name until it is whole, so that nothing of it stays
/// whatever ends the program; else it has one beside its place, which errors and signals that can be caught remove.
/// All throw InputError (E_OUTPUT_PATH).
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  /// Its descriptor, for reading and writing.
  int descriptor() const { return file_; }
  void write(std::string_view bytes);
  /// Moves the finished file to its place, with the permissions of an ordinary new file.
  void keep();

 private:
  class RemovedBySignals;

  [[noreturn]] void refuse(const char* what) const;
  void name_it();

  std::string target_, folder_;
  std::string path_;  ///< empty while it has no name
  int file_ = -1;
  std::unique_ptr<RemovedBySignals> removed_;
};

}  // namespace tausq::cli
