// The raw numbers of a study as columns of a table: events and total of each arm, means, person-time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tausq/analysis.hpp>

namespace tausq::report {

/// One column: the sum of one or two of the numbers in StudyResult::counts.
struct RawColumn {
  std::string_view key;    ///< events, total, events_t, ...
  std::string_view title;  ///< "Events"
  std::string_view arm;    ///< "Treatment", "Control" or empty
  std::string_view first, second;
  bool summed;  ///< its sum over the studies means something
};

/// The columns that fit the analysis; none for ready-made effect sizes.
std::span<const RawColumn> raw_columns(const Analysis& analysis);

/// What stands in a column for one study; empty when the study has no such number.
std::optional<double> raw_value(const RawColumn& column, const StudyResult& study);

/// The sum over the studies; empty where it means nothing.
std::optional<double> raw_sum(const RawColumn& column, const Analysis& analysis);

/// A whole number in full, another one with at most six digits.
std::string raw_text(double value);

}  // namespace tausq::report
