// Input that cannot be used: every problem of a file in one exception.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace tausq {

/// One violated rule, with its place. Fields that do not apply are empty (or 0).
struct Problem {
  std::string code;      ///< stable, e.g. "E_EVENTS_GT_TOTAL"
  std::string file;      ///< as the user named it; "-" for standard input
  std::size_t row = 0;   ///< 1-based physical line (header = 1)
  std::string column;    ///< as the header spells it
  std::string value;     ///< the offending text, as read
  std::string rule;      ///< what should have been, in one clause
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

}  // namespace tausq
