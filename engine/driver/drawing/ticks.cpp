#include "engine/driver/drawing/ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/driver/report/numbers.hpp"

namespace tausq::drawing {

double round_step(double span, int most) {
  const double raw = span / most, power = std::pow(10.0, std::floor(std::log10(raw)));
  for (double mantissa : {1.0, 2.0, 5.0})
    if (mantissa * power >= raw * (1 - 1e-9)) return mantissa * power;
  return 10 * power;
}

double multiple(double i, double step) {
  const double decimals = -std::floor(std::log10(step));
  if (decimals <= 0) return i * step;
  const double unit = std::pow(10.0, decimals);
  return std::round(i * step * unit) / unit;
}

std::vector<double> multiples(double lower, double upper, double step) {
  std::vector<double> ticks;
  const double first = std::ceil(lower / step - 1e-9), last = std::floor(upper / step + 1e-9);
  constexpr double countable = 0x1p52;  // beyond it the next whole number is the same one
  if (!(first > -countable && last < countable)) return ticks;
  for (auto i = static_cast<std::int64_t>(first); i <= static_cast<std::int64_t>(last); ++i)
    ticks.push_back(multiple(static_cast<double>(i), step));
  return ticks;
}

std::vector<double> log_ticks(double lower, double upper, std::size_t most) {
  constexpr std::array<std::array<double, 3>, 3> mantissas{{{1, 2, 5}, {1, 3, 0}, {1, 0, 0}}};
  lower = std::max(lower, std::numeric_limits<double>::min());
  upper = std::min(upper, std::numeric_limits<double>::max());
  const int first = static_cast<int>(std::floor(std::log10(lower))), last = static_cast<int>(std::ceil(std::log10(upper)));
  std::vector<double> ticks;
  for (int every = 1;; every *= 2) {
    const int begin = first - (first % every + every) % every;  // the multiple at or below
    for (const auto& choice : mantissas) {
      ticks.clear();
      for (int power = begin; power <= last; power += every)
        for (double mantissa : choice) {
          const double tick = power < 0 ? mantissa / std::pow(10.0, -power) : mantissa * std::pow(10.0, power);
          if (mantissa > 0 && tick >= lower * (1 - 1e-9) && tick <= upper * (1 + 1e-9)) ticks.push_back(tick);
        }
      if (ticks.size() <= most) return ticks;
      if (every > 1 && choice[1] == 0) break;
    }
  }
}

std::string tick_label(double tick, const std::vector<double>& ticks, bool linear) {
  const auto places = [](double value) {
    const std::string text = report::significant(value, 6);
    const std::size_t point = text.find('.');
    return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
  };
  int most = 0;
  for (double other : ticks) most = std::max(most, places(other));
  return with_minus_signs(linear && most < 5 ? report::fixed(tick, most) : report::significant(tick, 6));
}

std::string with_minus_signs(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool sign = text[i] == '-' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9' &&
                      (i == 0 || text[i - 1] == ' ' || text[i - 1] == '[');
    if (sign)
      result += "\u2212";
    else
      result += text[i];
  }
  return result;
}

}  // namespace tausq::drawing
