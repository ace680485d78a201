// Roots of functions of one variable: always bracketed, always ended by a relative criterion.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace tausq::numerics {

/// Where a root lies and how the search went.
struct Root {
  double x = 0;
  int iterations = 0;
  bool converged = false;  ///< false: the bracket held no sign change, or the iteration limit was met
};

/// Root of `f` in [lo, hi] given f(lo) and f(hi) of opposite sign, to the last bit or two (Brent 1973, ch. 4).
template <typename F>
Root brent_root(F&& f, double lo, double hi, double f_lo, double f_hi, int max_iterations = 200) {
  double a = lo, b = hi, fa = f_lo, fb = f_hi;
  if (fa == 0) return {a, 0, true};
  if (fb == 0) return {b, 0, true};
  if (std::signbit(fa) == std::signbit(fb) || std::isnan(fa) || std::isnan(fb)) return {};
  double c = a, fc = fa, step = b - a, previous = step;
  for (int i = 1; i <= max_iterations; ++i) {
    if (std::abs(fc) < std::abs(fb)) {
      a = b, b = c, c = a;
      fa = fb, fb = fc, fc = fa;
    }
    const double tolerance = 2 * std::numeric_limits<double>::epsilon() * std::abs(b) + std::numeric_limits<double>::denorm_min();
    const double half = 0.5 * (c - b);
    if (std::abs(half) <= tolerance || fb == 0) return {b, i, true};
    if (std::abs(previous) < tolerance || std::abs(fa) <= std::abs(fb)) {
      step = previous = half;
    } else {
      double p, q;
      const double s = fb / fa;
      if (a == c) {
        p = 2 * half * s;
        q = 1 - s;
      } else {
        const double r = fb / fc, t = fa / fc;
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = std::abs(p);
      if (2 * p < std::min(3 * half * q - std::abs(tolerance * q), std::abs(previous * q))) {
        previous = step;
        step = p / q;
      } else {
        step = previous = half;
      }
    }
    a = b, fa = fb;
    b += std::abs(step) > tolerance ? step : std::copysign(tolerance, half);
    fb = f(b);
    if (std::isnan(fb)) return {b, i, false};
    if (std::signbit(fb) == std::signbit(fc)) {
      c = a, fc = fa;
      step = previous = b - a;
    }
  }
  return {b, max_iterations, false};
}

/// The same, evaluating the ends first.
template <typename F>
Root brent_root(F&& f, double lo, double hi, int max_iterations = 200) {
  const double f_lo = f(lo), f_hi = f(hi);
  return brent_root(f, lo, hi, f_lo, f_hi, max_iterations);
}

/// Root of f in [lo, hi] by Newton's method kept inside the bracket: a step that leaves it, or does not halve the last one,
/// becomes a bisection (Press et al. 2007, section 9.4). `f(x)` returns {f(x), f'(x)}; f(lo) and f(hi) are of opposite
/// sign, or `converged` is false. `start` is where the search begins (the middle if outside the bracket).
template <typename F>
Root newton_root(F&& f, double lo, double hi, double start, int max_iterations = 200) {
  const auto [f_lo, slope_lo] = f(lo);
  const auto [f_hi, slope_hi] = f(hi);
  if (f_lo == 0) return {lo, 0, true};
  if (f_hi == 0) return {hi, 0, true};
  if (std::signbit(f_lo) == std::signbit(f_hi) || std::isnan(f_lo) || std::isnan(f_hi)) return {};
  double below = f_lo < 0 ? lo : hi, above = f_lo < 0 ? hi : lo;  // f(below) < 0 < f(above)
  double x = start > std::min(lo, hi) && start < std::max(lo, hi) ? start : 0.5 * (lo + hi);
  double last_step = std::abs(hi - lo);
  for (int i = 1; i <= max_iterations; ++i) {
    const auto [value, slope] = f(x);
    if (std::isnan(value)) return {x, i, false};
    if (value == 0) return {x, i, true};
    (value < 0 ? below : above) = x;
    const double step = value / slope, newton = x - step;
    if (std::abs(step) <= std::numeric_limits<double>::epsilon() * std::abs(x)) return {newton, i, true};
    const bool inside = (newton - below) * (newton - above) < 0;
    const double next = inside && std::abs(step) <= 0.5 * last_step ? newton : 0.5 * (below + above);
    if (next == below || next == above) return {x, i, true};
    last_step = std::abs(next - x);
    x = next;
  }
  return {x, max_iterations, false};
}

/// An interval that encloses a sign change of `f`, grown from `inside` by doubling steps in the direction of `step`.
/// Empty when |x| passed `limit` without one.
template <typename F>
std::optional<std::pair<double, double>> bracket_outward(F&& f, double inside, double step, double limit = 1e300) {
  const bool sign = std::signbit(f(inside));
  double near = inside;
  for (int i = 0; i < 2200; ++i, step *= 2) {
    const double far = inside + step;
    if (!std::isfinite(far) || std::abs(far) > limit) return std::nullopt;
    const double value = f(far);
    if (std::isnan(value)) return std::nullopt;
    if (std::signbit(value) != sign || value == 0) return std::pair{near, far};
    near = far;
  }
  return std::nullopt;
}

}  // namespace tausq::numerics
