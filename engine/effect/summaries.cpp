#include <array>
#include <cmath>

#include <tausq/summaries.hpp>

#include "engine/methods/table.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq {

namespace {

struct SummaryRow {
  SummaryScenario id;
  MethodInfo info;
  MeanAndSd (*kernel)(const FiveNumbers&);
};

double middle(double a, double b) {
  return 0.5 * (a + b);
}

/// Expected largest of n standard normal values, and their expected upper quartile (Blom's approximation, Wan et al. 2014).
double expected_maximum(double n) {
  return numerics::normal_quantile_upper(0.625 / (n + 0.25));
}
double expected_quartile(double n) {
  return numerics::normal_quantile((0.75 * n - 0.125) / (n + 0.25));
}

MeanAndSd from_range(const FiveNumbers& s) {
  const double w = 4 / (4 + std::pow(s.n, 0.75));
  return {w * middle(*s.minimum, *s.maximum) + (1 - w) * s.median, (*s.maximum - *s.minimum) / (2 * expected_maximum(s.n))};
}

MeanAndSd from_quartiles(const FiveNumbers& s) {
  const double w = 0.7 + 0.39 / s.n;
  return {w * middle(*s.q1, *s.q3) + (1 - w) * s.median, (*s.q3 - *s.q1) / (2 * expected_quartile(s.n))};
}

MeanAndSd from_range_and_quartiles(const FiveNumbers& s) {
  const double w1 = 2.2 / (2.2 + std::pow(s.n, 0.75)), w2 = 0.7 - 0.72 / std::pow(s.n, 0.55), grown = std::pow(s.n, 0.6);
  const double theta1 = (2 + 0.14 * grown) * expected_maximum(s.n), theta2 = (2 + 2 / (0.07 * grown)) * expected_quartile(s.n);
  return {w1 * middle(*s.minimum, *s.maximum) + w2 * middle(*s.q1, *s.q3) + (1 - w1 - w2) * s.median,
          (*s.maximum - *s.minimum) / theta1 + (*s.q3 - *s.q1) / theta2};
}

constexpr std::array<SummaryRow, 3> summaries{{
    {SummaryScenario::range,
     {"range", "S1", "median and range",
      "mean = w (a + b)/2 + (1 - w) m, w = 4 / (4 + n^0.75); sd = (b - a) / (2 Phi^-1((n - 0.375) / (n + 0.25)))",
      "Luo, Wan, Liu & Tong 2018, Stat Methods Med Res 27:1785; Wan, Wang, Liu & Tong 2014, BMC Med Res Methodol 14:135"},
     from_range},
    {SummaryScenario::quartiles,
     {"quartiles", "S2", "median and quartiles",
      "mean = w (q1 + q3)/2 + (1 - w) m, w = 0.7 + 0.39/n; sd = (q3 - q1) / (2 Phi^-1((0.75 n - 0.125) / (n + 0.25)))",
      "Luo, Wan, Liu & Tong 2018, Stat Methods Med Res 27:1785; Wan, Wang, Liu & Tong 2014, BMC Med Res Methodol 14:135"},
     from_quartiles},
    {SummaryScenario::range_and_quartiles,
     {"range-and-quartiles", "S3", "median, quartiles and range",
      "mean = w1 (a + b)/2 + w2 (q1 + q3)/2 + (1 - w1 - w2) m, w1 = 2.2 / (2.2 + n^0.75), w2 = 0.7 - 0.72 / n^0.55; "
      "sd = (b - a) / ((2 + 0.14 n^0.6) Phi^-1((n - 0.375) / (n + 0.25))) + "
      "(q3 - q1) / ((2 + 2 / (0.07 n^0.6)) Phi^-1((0.75 n - 0.125) / (n + 0.25)))",
      "Luo, Wan, Liu & Tong 2018, Stat Methods Med Res 27:1785; Shi et al. 2020, Res Synth Methods 11:641"},
     from_range_and_quartiles},
}};

}  // namespace

bool in_order(const FiveNumbers& s) {
  const double q1 = s.q1.value_or(s.median), q3 = s.q3.value_or(s.median);
  return s.minimum.value_or(q1) <= q1 && q1 <= s.median && s.median <= q3 && q3 <= s.maximum.value_or(q3);
}

std::optional<SummaryScenario> scenario(const FiveNumbers& s) {
  const bool range = s.minimum && s.maximum, quartiles = s.q1 && s.q3;
  if (!(s.n >= 2) || !in_order(s) || (!range && !quartiles)) return std::nullopt;
  if (range && quartiles) return SummaryScenario::range_and_quartiles;
  return range ? SummaryScenario::range : SummaryScenario::quartiles;
}

std::optional<MeanAndSd> mean_and_sd(const FiveNumbers& s) {
  const auto found = scenario(s);
  if (!found) return std::nullopt;
  return summaries[static_cast<std::size_t>(*found)].kernel(s);
}

}  // namespace tausq

using tausq::summaries;
TAUSQ_DEFINE_METHODS(SummaryScenario, summaries)
