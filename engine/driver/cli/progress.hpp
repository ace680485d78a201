// A sign of life for long runs.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace tausq::cli {

/// While it lives, and standard error is a terminal, says every second from the first on what is going on and for how
/// long. Costs nothing when standard error is no terminal.
class Progress {
 public:
  explicit Progress(std::string_view activity);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

 private:
  void report();

  std::string activity_;
  std::mutex mutex_;
  std::condition_variable finished_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace tausq::cli
