#include "engine/driver/report/numbers.hpp"

#include <tausq/effects.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tausq::report {

namespace {

template <typename... Format>
std::string written(double value, Format... format) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format...).ptr;
  return {buffer.data(), end};
}

constexpr int most_decimals = 6;  // smaller numbers are shown by significant digits

/// The least natural-scale width that readers must be able to see, and the least positive end of a pooled interval.
struct Finest {
  double width = INFINITY, end = INFINITY;
  void see(const Display& display) {
    if (!display.ci_lower || !display.ci_upper) return;
    if (*display.ci_upper > *display.ci_lower) width = std::min(width, *display.ci_upper - *display.ci_lower);
    if (*display.ci_lower > 0) end = std::min(end, *display.ci_lower);
  }
};

int places(double size, int digits) {
  return static_cast<int>(std::ceil(digits - 1 - std::log10(size)));
}

}  // namespace

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return value > 0 ? "inf" : value < 0 ? "-inf" : "undefined";
  if (std::fabs(value) >= 1e15) return written(value, std::chars_format::scientific, 3);
  std::string text = written(value, std::chars_format::fixed, decimals);
  if (text[0] == '-' && text.find_first_of("123456789") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return fixed(value, 0);
  if (value == 0) return "0";
  const double size = std::fabs(value);
  if (size < 1e-4 || size >= 1e6) return written(value, std::chars_format::scientific, digits - 1);
  std::string text = fixed(value, std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(size)))));
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string shortest(double value) {
  return std::isfinite(value) ? written(value) : "";
}

std::string percent(double fraction, int decimals) {
  return fixed(100 * fraction, decimals) + "%";
}

std::string p_value(std::optional<double> p, std::optional<double> log_p) {
  if (!p) return " undefined";
  if (*p >= 0.001) return " = " + fixed(*p, 3);
  if (*p >= 1e-4) return " = " + fixed(*p, 4);
  constexpr double tiny = 1e-10;
  if (*p >= tiny || (*p == 0 && !log_p)) return " < 0.0001";
  const double exponent = std::floor(-(log_p ? *log_p / std::log(10.0) : std::log10(*p)));
  return " < 10^-" + fixed(exponent, 0);
}

namespace {

Precision precision_of(Measure measure, const Finest& finest) {
  if (!std::isfinite(finest.width)) return {};
  const bool difference = !is_ratio(measure) && layout_of(measure) != Layout::single_arm_counts;
  int decimals = places(finest.width, difference ? 3 : 2);
  if (is_ratio(measure) && std::isfinite(finest.end)) decimals = std::max(decimals, places(finest.end, 2));
  if (decimals > most_decimals) return {0, true};
  return {std::max(decimals, difference ? 0 : 2), false};
}

}  // namespace

Precision precision_of(const Analysis& analysis) {
  Finest finest;
  finest.see(analysis.common.display);
  finest.see(analysis.random.display);
  if (!std::isfinite(finest.width))
    for (const StudyResult& study : analysis.studies) finest.see(study.display);
  return precision_of(analysis.options.effect.measure.value_or(Measure::GEN), finest);
}

Precision precision_of(Measure measure, const std::vector<Display>& displays) {
  Finest finest;
  for (const Display& display : displays) finest.see(display);
  return precision_of(measure, finest);
}

Precision precision_for(const std::vector<std::optional<double>>& standard_errors) {
  double least = INFINITY;
  for (const std::optional<double>& se : standard_errors)
    if (se && *se > 0) least = std::min(least, *se);
  if (!std::isfinite(least)) return {4, false};
  const int decimals = places(least, 3);
  return decimals > most_decimals ? Precision{0, true} : Precision{std::max(decimals, 0), false};
}

std::string natural(double value, Precision precision) {
  if (precision.significant) return significant(value, 3);
  const double size = std::fabs(value);
  if (size >= 1e6) return significant(value, 3);
  return fixed(value, size >= 1e4 ? 0 : size >= 1e2 ? std::min(precision.decimals, 1) : precision.decimals);
}

std::string interval_text(std::optional<double> lower, std::optional<double> upper, Precision precision) {
  if (!lower && !upper) return "";
  return "[" + (lower ? natural(*lower, precision) : "-inf") + "; " + (upper ? natural(*upper, precision) : "inf") + "]";
}

std::string estimate_text(const Display& display, Precision precision) {
  const std::string interval = interval_text(display.ci_lower, display.ci_upper, precision);
  if (!display.estimate) return interval.empty() ? "not estimable" : interval;
  return natural(*display.estimate, precision) + (interval.empty() ? "" : " " + interval);
}

std::string level_text(double level) {
  return significant(100 * level, 6) + "%";
}

}  // namespace tausq::report
