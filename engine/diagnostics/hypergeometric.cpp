#include "engine/diagnostics/hypergeometric.hpp"

#include <algorithm>
#include <cmath>

namespace tausq::diagnostics {

namespace {

constexpr double negligible = 1e-20;

/// The largest x in (lo, hi] with f(x) >= f(x - 1), else lo; `ratio(x)` = f(x) / f(x - 1) falls in x.
template <typename Ratio>
double mode(double lo, double hi, Ratio&& ratio) {
  while (lo < hi) {
    const double middle = lo + std::ceil((hi - lo) / 2);
    if (ratio(middle) >= 1)
      lo = middle;
    else
      hi = middle - 1;
  }
  return lo;
}

}  // namespace

HypergeometricMoments hypergeometric_moments(double n1, double n2, double events, double odds_ratio) {
  const double lo = std::max(0.0, events - n2), hi = std::min(n1, events);
  const auto ratio = [&](double x) { return odds_ratio * ((n1 - x + 1) / x) * ((events - x + 1) / (n2 - events + x)); };
  const double centre = mode(lo, hi, ratio);
  double total = 1, first = 0, second = 0;  // moments about the mode, where f = 1
  const auto add = [&](double distance, double f) {
    total += f;
    first += distance * f;
    second += distance * distance * f;
  };
  double f = 1;
  for (double x = centre + 1; x <= hi && f > negligible; ++x) add(x - centre, f *= ratio(x));
  f = 1;
  for (double x = centre; x > lo && f > negligible; --x) add(x - 1 - centre, f /= ratio(x));
  const double shift = first / total;
  return {centre + shift, second / total - shift * shift};
}

}  // namespace tausq::diagnostics
