// Work in blocks on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace tausq::numerics {

/// Threads that `asked` means: 0 is one a processor.
inline std::size_t thread_count(std::size_t asked) {
  return asked > 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

/// Calls work(begin, end, worker) for the blocks of 0 .. count - 1, each on whichever thread is free; worker < `threads`
/// says which, for the memory that it keeps. What a block computes must depend on its numbers alone. The first exception
/// ends the work and is thrown here.
template <typename Work>
void in_blocks(std::size_t count, std::size_t block, std::size_t threads, Work&& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failing;
  const auto run = [&](std::size_t worker) {
    try {
      for (std::size_t begin = 0; (begin = next.fetch_add(block)) < count;) work(begin, std::min(begin + block, count), worker);
    } catch (...) {
      next = count;
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
    }
  };
  threads = std::min(thread_count(threads), (count + block - 1) / block);
  std::vector<std::thread> others;
  others.reserve(threads);
  try {
    for (std::size_t worker = 1; worker < threads; ++worker) others.emplace_back(run, worker);
  } catch (const std::system_error&) {
    // The machine gives no further thread: those that there are do the work.
  }
  run(0);
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace tausq::numerics
