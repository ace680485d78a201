#include "engine/driver/cli/progress.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "engine/driver/report/unicode.hpp"

namespace tausq::cli {

Progress::Progress(std::string_view activity) : activity_(report::escaped(activity)) {
  if (::isatty(STDERR_FILENO)) thread_ = std::thread([this] { report(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  finished_.notify_one();
  thread_.join();
}

void Progress::report() {
  std::unique_lock lock(mutex_);
  int seconds = 0;
  while (!finished_.wait_for(lock, std::chrono::seconds(1), [this] { return done_; }))
    std::fprintf(stderr, "\rtausq: %s, %d s", activity_.c_str(), ++seconds);
  if (seconds > 0) std::fprintf(stderr, "\r\033[K");
}

}  // namespace tausq::cli
