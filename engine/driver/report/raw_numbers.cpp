#include "engine/driver/report/raw_numbers.hpp"

#include <tausq/effects.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/driver/report/numbers.hpp"

namespace tausq::report {

namespace {

constexpr std::array<RawColumn, 2> counts{{{"events", "Events", "", "events", "", true}, {"total", "Total", "", "total", "", true}}};
constexpr std::array<RawColumn, 4> two_arm_counts{{
    {"events_t", "Events", "Treatment", "ai", "", true},
    {"total_t", "Total", "Treatment", "ai", "bi", true},
    {"events_c", "Events", "Control", "ci", "", true},
    {"total_c", "Total", "Control", "ci", "di", true},
}};
constexpr std::array<RawColumn, 2> rates{{{"events", "Events", "", "events", "", true}, {"time", "Time", "", "time", "", true}}};
constexpr std::array<RawColumn, 4> two_arm_rates{{
    {"events_t", "Events", "Treatment", "x1i", "", true},
    {"time_t", "Time", "Treatment", "t1i", "", true},
    {"events_c", "Events", "Control", "x2i", "", true},
    {"time_c", "Time", "Control", "t2i", "", true},
}};
constexpr std::array<RawColumn, 3> means{
    {{"mean", "Mean", "", "mi", "", false}, {"sd", "SD", "", "sdi", "", false}, {"total", "Total", "", "ni", "", true}}};
constexpr std::array<RawColumn, 6> two_arm_means{{
    {"mean_t", "Mean", "Treatment", "m1i", "", false},
    {"sd_t", "SD", "Treatment", "sd1i", "", false},
    {"total_t", "Total", "Treatment", "n1i", "", true},
    {"mean_c", "Mean", "Control", "m2i", "", false},
    {"sd_c", "SD", "Control", "sd2i", "", false},
    {"total_c", "Total", "Control", "n2i", "", true},
}};
constexpr std::array<RawColumn, 1> correlations{{{"total", "Total", "", "ni", "", true}}};

std::optional<double> number(const StudyResult& study, std::string_view name) {
  const auto found = std::find_if(study.counts.begin(), study.counts.end(), [&](const auto& pair) { return pair.first == name; });
  if (found == study.counts.end() || !std::isfinite(found->second)) return std::nullopt;
  return found->second;
}

}  // namespace

std::span<const RawColumn> raw_columns(const Analysis& analysis) {
  if (analysis.studies.empty() || analysis.studies.front().counts.empty()) return {};
  switch (layout_of(analysis.options.effect.measure.value_or(Measure::GEN))) {
    case Layout::single_arm_counts:
      return counts;
    case Layout::two_arm_counts:
      return two_arm_counts;
    case Layout::single_arm_rates:
      return rates;
    case Layout::two_arm_rates:
      return two_arm_rates;
    case Layout::single_arm_means:
      return means;
    case Layout::two_arm_means:
      return two_arm_means;
    case Layout::correlations:
      return correlations;
    case Layout::generic:
      break;
  }
  return {};
}

std::optional<double> raw_value(const RawColumn& column, const StudyResult& study) {
  const std::optional<double> first = number(study, column.first);
  if (!first || column.second.empty()) return first;
  const std::optional<double> second = number(study, column.second);
  return second ? std::optional(*first + *second) : std::nullopt;
}

std::optional<double> raw_sum(const RawColumn& column, const Analysis& analysis) {
  if (!column.summed) return std::nullopt;
  std::optional<double> sum;
  for (const StudyResult& study : analysis.studies)
    if (const std::optional<double> value = raw_value(column, study)) sum = sum.value_or(0) + *value;
  return sum;
}

std::string raw_text(double value) {
  return std::fabs(value) >= 1e15 || std::floor(value) == value ? shortest(value) : significant(value, 6);
}

}  // namespace tausq::report
