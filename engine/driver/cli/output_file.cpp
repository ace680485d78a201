#include "engine/driver/cli/output_file.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>

extern char** environ;

namespace tausq::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& rule, const char* code = "E_OUTPUT_PATH") {
  throw InputError({{code, path, 0, "", path, rule}});
}

/// The temporary files of this process, for the signal handler: it may only look at what is in place.
constexpr std::size_t most_pending = 4;
std::array<std::array<char, 4096>, most_pending> pending_paths;
std::array<std::atomic<bool>, most_pending> pending{};

/// Removes what is half written, then ends as the signal would have.
extern "C" void remove_pending(int signal) {
  for (std::size_t i = 0; i < most_pending; ++i)
    if (pending[i].load()) ::unlink(pending_paths[i].data());
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

/// A path that a signal removes while this lives.
class RemovedBySignals {
 public:
  explicit RemovedBySignals(const std::string& path) {
    static const bool watching = [] {
      for (int signal : {SIGTERM, SIGINT, SIGHUP})
        if (std::signal(signal, remove_pending) == SIG_IGN) std::signal(signal, SIG_IGN);  // as nohup wants it
      return true;
    }();
    while (watching && place_ < most_pending && pending[place_].load()) ++place_;
    if (place_ == most_pending || path.size() >= pending_paths[0].size()) return;
    std::copy(path.begin(), path.end(), pending_paths[place_].begin());
    pending_paths[place_][path.size()] = '\0';
    pending[place_].store(true);
    used_ = true;
  }
  RemovedBySignals(const RemovedBySignals&) = delete;
  RemovedBySignals& operator=(const RemovedBySignals&) = delete;
  ~RemovedBySignals() {
    if (used_) pending[place_].store(false);
  }

 private:
  std::size_t place_ = 0;
  bool used_ = false;
};

/// A temporary file beside its target; removed unless it was renamed into place.
class Temporary {
 public:
  explicit Temporary(const std::string& target) : target_(target) {
    const fs::path folder = fs::path(target).parent_path();
    path_ = ((folder.empty() ? fs::path(".") : folder) / ".tausq-XXXXXX").string();
    file_ = mkstemp(path_.data());
    if (file_ < 0) refuse(target, std::string("cannot be created: ") + std::strerror(errno));
    removed_.emplace(path_);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (file_ >= 0) ::close(file_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  const std::string& path() const { return path_; }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) refuse(target_, std::string("cannot be written: ") + std::strerror(errno));
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  /// Moves the finished file to its place with the permissions of an ordinary new file. Everything goes by name: a program
  /// that wrote to path() may have put another file there.
  void keep() {
    ::close(std::exchange(file_, ::open(path_.c_str(), O_RDONLY | O_CLOEXEC)));
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (file_ < 0 || ::fchmod(file_, 0666 & ~mask) != 0 || ::fsync(file_) != 0 || std::rename(path_.c_str(), target_.c_str()) != 0)
      refuse(target_, std::string("cannot be written: ") + std::strerror(errno));
    path_.clear();
  }

 private:
  std::string target_;
  std::string path_;
  int file_ = -1;
  std::optional<RemovedBySignals> removed_;
};

/// The file that a symbolic link stands for, so that writing replaces the file and not the link.
std::string target_of(const std::string& path) {
  std::error_code error;
  return fs::is_symlink(path, error) ? fs::weakly_canonical(path, error).string() : path;
}

/// Pipes and devices (/dev/stdout) cannot be renamed over: they are written directly.
bool is_special(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void write_special(const std::string& path, std::string_view bytes) {
  FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (!file || (std::fclose(file) != 0) || !written) refuse(path, std::string("cannot be written: ") + std::strerror(errno));
}

int run_program(std::initializer_list<const char*> words) {
  std::vector<char*> arguments;
  for (const char* word : words) arguments.push_back(const_cast<char*>(word));
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return 127;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

}  // namespace

std::string extension(const std::string& path) {
  std::string ext = fs::path(path).extension().string();
  for (char& c : ext)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return ext;
}

void check_output_path(const std::string& path, const std::string& records) {
  if (path.empty()) refuse(path, "the output needs a name");
  std::error_code error;
  if (fs::is_directory(path, error)) refuse(path, "is a directory");
  if (records != "-" && fs::equivalent(path, records, error)) refuse(path, "the output would overwrite the records");
}

void write_file(const std::string& path, std::string_view bytes) {
  if (is_special(path)) return write_special(path, bytes);
  Temporary file(target_of(path));
  file.write(bytes);
  file.keep();
}

/// A file on its way to its name, or a nameless one on its way to a stream.
struct GrowingOutput::Place {
  std::string name = "standard output";
  std::optional<Temporary> file;
  std::FILE* held_back = nullptr;

  ~Place() {
    if (held_back) std::fclose(held_back);
  }

  void copy_to(std::FILE* stream) {
    std::vector<char> piece(std::size_t{1} << 16);
    std::rewind(held_back);
    while (const std::size_t n = std::fread(piece.data(), 1, piece.size(), held_back))
      if (std::fwrite(piece.data(), 1, n, stream) != n) refuse(name, std::string("cannot be written: ") + std::strerror(errno));
    if (std::ferror(held_back) != 0 || std::fflush(stream) != 0) refuse(name, std::string("cannot be written: ") + std::strerror(errno));
  }
};

GrowingOutput::GrowingOutput(const std::optional<std::string>& path) : place_(std::make_unique<Place>()) {
  if (path) place_->name = *path;
  if (path && !is_special(*path)) {
    place_->file.emplace(target_of(*path));
    return;
  }
  place_->held_back = std::tmpfile();
  if (!place_->held_back) refuse(place_->name, std::string("no room to hold the output back: ") + std::strerror(errno));
}

GrowingOutput::~GrowingOutput() = default;

void GrowingOutput::write(std::string_view bytes) {
  if (place_->file) return place_->file->write(bytes);
  if (std::fwrite(bytes.data(), 1, bytes.size(), place_->held_back) != bytes.size())
    refuse(place_->name, std::string("cannot be written: ") + std::strerror(errno));
}

void GrowingOutput::keep() {
  if (place_->file) return place_->file->keep();
  if (place_->name == "standard output") return place_->copy_to(stdout);
  std::FILE* const stream = std::fopen(place_->name.c_str(), "wb");
  if (!stream) refuse(place_->name, std::string("cannot be written: ") + std::strerror(errno));
  place_->copy_to(stream);
  if (std::fclose(stream) != 0) refuse(place_->name, std::string("cannot be written: ") + std::strerror(errno));
}

void write_converted(const std::string& path, std::string_view svg) {
  const std::string target = target_of(path);
  Temporary source(target), result(target);
  source.write(svg);
  const std::string format = extension(path).substr(1);
  // Two pixels a unit: sharp on a screen and at column width in print.
  const int exit = run_program({"rsvg-convert", "--format", format.c_str(), "--zoom", format == "png" ? "2" : "1", "--output",
                                result.path().c_str(), source.path().c_str()});
  if (exit == 127)
    refuse(path, "writing " + format + " needs the program rsvg-convert (Debian package librsvg2-bin); .svg needs nothing", "E_CONVERTER");
  if (exit != 0) refuse(path, "rsvg-convert failed with exit code " + std::to_string(exit), "E_CONVERTER");
  result.keep();
}

}  // namespace tausq::cli
