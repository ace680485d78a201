#include "engine/driver/cli/temporary_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
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

#include <tausq/problem.hpp>

namespace tausq::cli {

namespace {

/// The names of this process, for the signal handler: it may only look at what is in place.
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

/// Signals that end the program remove its files first. A limit on the size of files is an error of the write that met it.
void watch_signals() {
  static const bool watching = [] {
    std::signal(SIGXFSZ, SIG_IGN);
    for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU})
      if (std::signal(signal, remove_pending) == SIG_IGN) std::signal(signal, SIG_IGN);  // as nohup wants it
    return true;
  }();
  static_cast<void>(watching);
}

/// A new file without a name in `folder`; -1 where the file system has none, or none that could get one later.
int nameless(const std::string& folder) {
#ifdef O_TMPFILE
  if (::access("/proc/self/fd", X_OK) == 0) return ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
  static_cast<void>(folder);
  return -1;
}

}  // namespace

/// A path that a signal removes while this lives.
class TemporaryFile::RemovedBySignals {
 public:
  explicit RemovedBySignals(const std::string& path) {
    while (place_ < most_pending && pending[place_].load()) ++place_;
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

TemporaryFile::TemporaryFile(const std::string& target) : target_(target) {
  watch_signals();
  folder_ = std::filesystem::path(target).parent_path().string();
  if (folder_.empty()) folder_ = ".";
  file_ = nameless(folder_);
  if (file_ >= 0) return;
  std::string path = folder_ + "/.tausq-XXXXXX";
  file_ = ::mkstemp(path.data());
  if (file_ < 0) refuse("created");
  path_ = std::move(path);
  removed_ = std::make_unique<RemovedBySignals>(path_);
}

TemporaryFile::~TemporaryFile() {
  if (file_ >= 0) ::close(file_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

void TemporaryFile::refuse(const char* what) const {
  throw InputError({{"E_OUTPUT_PATH", target_, 0, "", target_, std::string("cannot be ") + what + ": " + std::strerror(errno)}});
}

void TemporaryFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) refuse("written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Gives the file a name that nothing has yet. A signal that comes as it gets one already knows it.
void TemporaryFile::name_it() {
  const std::string descriptor = "/proc/self/fd/" + std::to_string(file_), start = folder_ + "/.tausq-" + std::to_string(::getpid()) + "-";
  for (int i = 0; i < 1000; ++i) {
    std::string path = start + std::to_string(i);
    auto removed = std::make_unique<RemovedBySignals>(path);
    if (::linkat(AT_FDCWD, descriptor.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      path_ = std::move(path);
      removed_ = std::move(removed);
      return;
    }
    if (errno != EEXIST) break;
  }
  refuse("written");
}

void TemporaryFile::keep() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(file_, 0666 & ~mask) != 0 || ::fsync(file_) != 0) refuse("written");
  if (path_.empty()) name_it();
  if (std::rename(path_.c_str(), target_.c_str()) != 0) refuse("written");
  path_.clear();
}

}  // namespace tausq::cli
