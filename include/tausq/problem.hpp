// What is thrown at the boundary: input that cannot be used with every problem of a file in one exception, options that contradict each
// other, and data that determine no result.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include <tausq/status.hpp>

namespace tausq {

/// One violated rule, with its place. Fields that do not apply are empty (or 0).
struct Problem {
  std::string code;     ///< stable, e.g. "E_EVENTS_GT_TOTAL"
  std::string file;     ///< as the user named it; "-" for standard input
  std::size_t row = 0;  ///< 1-based physical line (header = 1)
  std::string column;   ///< as the header spells it
  std::string value;    ///< the offending text, as read
  std::string rule;     ///< what should have been, in one clause
};

/// Thrown at the boundary when records or options cannot be used. Carries *all* problems found, in file order.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const noexcept { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// Thrown when options contradict each other or the data (exit code 2 on the command line).
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Thrown where the data determine no result that could be shown: exit codes 4 and 5 of the program.
class NoResult : public std::runtime_error {
 public:
  NoResult(Status status, const std::string& why) : std::runtime_error(why), status_(status) {}
  Status status() const noexcept { return status_; }  ///< not_estimable or not_converged

 private:
  Status status_;
};

}  // namespace tausq
