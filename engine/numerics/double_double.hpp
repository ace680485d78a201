// Numbers of twice the working precision, for the last step of a computation that must not lose digits.
#pragma once

#include <cmath>

namespace tausq::numerics {

/// high + low with |low| <= ulp(high) / 2: about 32 digits (Dekker 1971; Joldes, Muller & Popescu 2017, algorithms 6, 12
/// and 18: relative error of an operation below 2^-98). Not for values near the limits of the range.
struct DoubleDouble {
  double high = 0;
  double low = 0;

  constexpr DoubleDouble() = default;
  constexpr DoubleDouble(double x) : high(x) {}
  constexpr DoubleDouble(double h, double l) : high(h), low(l) {}
  explicit constexpr operator double() const { return high + low; }
};

/// a + b without error.
inline DoubleDouble two_sum(double a, double b) {
  const double s = a + b, bb = s - a;
  return {s, (a - (s - bb)) + (b - bb)};
}

/// a + b without error, given |a| >= |b|.
inline DoubleDouble fast_two_sum(double a, double b) {
  const double s = a + b;
  return {s, b - (s - a)};
}

/// a * b without error.
inline DoubleDouble two_product(double a, double b) {
  const double product = a * b;
  return {product, std::fma(a, b, -product)};
}

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble s = two_sum(a.high, b.high), t = two_sum(a.low, b.low);
  const DoubleDouble v = fast_two_sum(s.high, s.low + t.high);
  return fast_two_sum(v.high, t.low + v.low);
}
inline DoubleDouble operator-(DoubleDouble a) {
  return {-a.high, -a.low};
}
inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) {
  return a + -b;
}

inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble c = two_product(a.high, b.high);
  const double cross = std::fma(a.high, b.low, std::fma(a.low, b.high, a.low * b.low));
  return fast_two_sum(c.high, c.low + cross);
}

inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double first = a.high / b.high;
  const DoubleDouble rest = a - b * DoubleDouble(first);
  return fast_two_sum(first, rest.high / b.high);
}

inline DoubleDouble& operator+=(DoubleDouble& a, DoubleDouble b) {
  return a = a + b;
}
inline DoubleDouble& operator-=(DoubleDouble& a, DoubleDouble b) {
  return a = a - b;
}

/// 1 / a, with less work than a division.
inline DoubleDouble reciprocal(DoubleDouble a) {
  const double first = 1 / a.high, rest = std::fma(-a.high, first, 1.0) - a.low * first;
  return fast_two_sum(first, rest * first);
}
inline double reciprocal(double a) {
  return 1 / a;
}

/// sum += x for sums of many terms: `low` collects the rounding errors of `high` and is not normalised, which costs less
/// than half of +. Relative error below 2^-104 for each term, of the sum of their sizes.
inline void accumulate(DoubleDouble& sum, DoubleDouble x) {
  const DoubleDouble s = two_sum(sum.high, x.high);
  sum.high = s.high;
  sum.low += x.low + s.low;
}
inline void accumulate(double& sum, double x) {
  sum += x;
}

inline DoubleDouble sqrt(DoubleDouble a) {
  if (a.high <= 0) return 0.0;
  const double root = std::sqrt(a.high);
  const DoubleDouble rest = a - two_product(root, root);
  return fast_two_sum(root, rest.high / (2 * root));
}

}  // namespace tausq::numerics
