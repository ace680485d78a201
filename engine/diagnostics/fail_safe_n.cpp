// Fail-safe numbers: one kernel and one table row each.
#include <algorithm>
#include <array>
#include <cmath>

#include "engine/diagnostics/funnel.hpp"
#include "engine/methods/table.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::diagnostics {

namespace {

/// The smallest whole number of studies that is not below `n`; rounding must not add one to a whole number.
std::size_t whole_studies(double n) {
  return static_cast<std::size_t>(std::clamp(std::ceil(n * (1 - 1e-14)), 0.0, 0x1p53));
}

/// k ((sum(zi) / sqrt(k))^2 / z^2 - 1)
FailSafeN rosenthal(const Funnel& funnel) {
  const auto k = static_cast<double>(funnel.k());
  numerics::Sum sum;
  for (std::size_t j = 0; j < funnel.k(); ++j) sum.add(funnel.yi[j] / std::sqrt(funnel.vi[j]));
  const double z = std::abs(sum.value()) / std::sqrt(k), critical = numerics::normal_quantile_upper(funnel.bias.alpha);
  FailSafeN result;
  result.target = funnel.bias.alpha;
  result.p_value = numerics::normal_sf(z);
  result.n = whole_studies(k * ((z / critical) * (z / critical) - 1));
  return result;
}

/// k (mean - target) / target
FailSafeN orwin(const Funnel& funnel) {
  const auto k = static_cast<double>(funnel.k());
  numerics::Sum sum;
  for (double y : funnel.yi) sum.add(y);
  const double mean = sum.value() / k;
  FailSafeN result;
  result.target = funnel.bias.target.value_or(mean / 2);
  if (*result.target == 0 || std::signbit(*result.target) != std::signbit(mean)) {
    result.status = Status::not_estimable;
    result.reason = "studies of no effect cannot bring the mean to this target";
    return result;
  }
  result.n = std::abs(*result.target) >= std::abs(mean) ? 0 : whole_studies(k * (mean - *result.target) / *result.target);
  return result;
}

/// k (sum(wi yi)^2 / (z^2 sum(wi)) - 1): studies of the average weight
FailSafeN rosenberg(const Funnel& funnel) {
  const auto k = static_cast<double>(funnel.k());
  const CommonEffect common = common_effect(funnel);
  const double z = std::abs(common.mean) * std::sqrt(common.weight), critical = numerics::normal_quantile_upper(funnel.bias.alpha / 2);
  FailSafeN result;
  result.target = funnel.bias.alpha;
  result.p_value = 2 * numerics::normal_sf(z);
  result.n = whole_studies(k * ((z / critical) * (z / critical) - 1));
  return result;
}

struct FailSafeRow {
  FailSafe id;
  MethodInfo info;
  FailSafeN (*kernel)(const Funnel&);
};

constexpr std::array<FailSafeRow, 3> fail_safe_numbers{{
    {FailSafe::rosenthal,
     {"rosenthal", "Rosenthal", "Rosenthal's file drawer", "k ((sum(zi) / sqrt(k))^2 / z(1 - alpha)^2 - 1), rounded up",
      "Rosenthal 1979, Psychol Bull 86:638"},
     rosenthal},
    {FailSafe::orwin,
     {"orwin", "Orwin", "Orwin's N", "k (mean(yi) - target) / target, rounded up", "Orwin 1983, J Educ Stat 8:157"},
     orwin},
    {FailSafe::rosenberg,
     {"rosenberg", "Rosenberg", "Rosenberg's weighted N", "k (sum(wi yi)^2 / (z(1 - alpha / 2)^2 sum(wi)) - 1), wi = 1 / vi, rounded up",
      "Rosenberg 2005, Evolution 59:464"},
     rosenberg},
}};

}  // namespace

FailSafeN fail_safe_n(FailSafe type, const Funnel& funnel) {
  FailSafeN result;
  if (funnel.k() < 2) {
    result.status = Status::not_estimable;
    result.reason = "fewer than 2 studies";
  } else {
    result = fail_safe_numbers[static_cast<std::size_t>(type)].kernel(funnel);
  }
  result.type = type;
  return result;
}

}  // namespace tausq::diagnostics

using tausq::diagnostics::fail_safe_numbers;
TAUSQ_DEFINE_METHODS(FailSafe, fail_safe_numbers)
