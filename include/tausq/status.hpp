// What came of a computation, said in words: statuses, warnings and rows that were left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tausq {

/// What came of one estimate. A number that a status rules out is an empty `std::optional`, never NaN, 0 or -1.
enum class Status {
  ok,             ///< estimated by the method asked for
  converged,      ///< an iterative fit reached its maximum or root
  exact,          ///< no model could be fitted; the exact interval of the (pooled) counts stands here
  one_sided,      ///< one end of the interval is infinite: the estimate or an end lies on the edge of its range
  not_estimable,  ///< the data do not determine the quantity; the reason says why
  not_converged,  ///< the iteration failed; the reason says where
  not_requested,  ///< the options ask for no such quantity
};

/// The JSON word of a status, e.g. "not_estimable".
std::string_view to_string(Status status);

/// Something a reader of the result should know. `code` is stable (W_... from reading records, kebab-case from the statistics).
struct Warning {
  std::string code;
  std::string message;
  std::vector<std::string> studies;  ///< the studies concerned; empty when the whole analysis is
};

/// A row of the records, or a study, that the analysis does not use.
struct Excluded {
  std::size_t row = 0;  ///< 1-based physical line on which the record starts (header = 1)
  std::string study;
  std::string code;  ///< e.g. "missing_counts", "where", "double_zero"
  std::string reason;
};

}  // namespace tausq
