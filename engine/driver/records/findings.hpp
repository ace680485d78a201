// The problems and warnings of one file, collected while it is read.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tausq/problem.hpp>
#include <tausq/status.hpp>

namespace tausq::records {

/// `text` with control and invisible characters and invalid bytes escaped.
std::string escaped(std::string_view text);

/// `text` as a message shows it: escaped, and cut when it is long.
std::string shown(std::string_view text);

/// `shown(text)` between double quotes.
std::string quoted(std::string_view text);

/// Where a finding stands. `line` is physical (header = 1); `column` and `value` may be empty.
struct Place {
  std::size_t line = 0;
  std::string_view column = {};
  std::string_view value = {};
};

/// Problems in file order, the first of them listed and the others counted; warnings likewise, code by code.
class Findings {
 public:
  explicit Findings(std::string_view file) : file_(file) {}

  void problem(std::string_view code, const Place& place, std::string_view rule);
  void warning(std::string_view code, std::string message, std::string_view study = {});
  /// Counts `n` more warnings of a code, beyond those that are listed.
  void more_warnings(std::string_view code, std::size_t n);

  /// Says at the end of the list that the search for problems stopped early.
  void stopped_early(std::string_view why) { stopped_early_ = why; }

  const std::string& file() const { return file_; }
  bool any_problem() const { return problem_count_ > 0; }
  /// Throws InputError with all problems, if there are any.
  void throw_if_any();
  std::vector<Warning> take_warnings();

 private:
  std::string file_;
  std::vector<Problem> problems_;
  std::size_t problem_count_ = 0;
  std::string stopped_early_;
  std::vector<Warning> warnings_;
  std::map<std::string, std::size_t, std::less<>> warnings_of_code_;
};

}  // namespace tausq::records
