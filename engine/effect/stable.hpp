// Forms that do not cancel, for counts that differ in their last places.
#pragma once

#include <cmath>

namespace tausq::effect {

/// a b - c d, right to 1.5 ulp (Kahan; Jeannerod, Louvet & Muller 2013, Math. Comp. 82:2245).
inline double difference_of_products(double a, double b, double c, double d) {
  const double cd = c * d;
  const double rounding = std::fma(-c, d, cd);
  return std::fma(a, b, -cd) + rounding;
}

/// log(above / below), where `excess` = above - below is known better than the two numbers show.
inline double log_ratio(double above, double below, double excess) {
  const double relative = excess / below;
  return std::abs(relative) < 0.5 ? std::log1p(relative) : std::log(above / below);
}

inline double square(double x) {
  return x * x;
}

}  // namespace tausq::effect
