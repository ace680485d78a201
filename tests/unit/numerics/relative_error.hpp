#pragma once

#include <cmath>

/// |got - truth| / |truth|; absolute where the truth is 0. NaN where `got` is.
inline double relative_error(double got, double truth) {
  if (got == truth) return 0;
  return std::abs(got - truth) / (truth == 0 ? 1 : std::abs(truth));
}
