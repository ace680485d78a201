// Elementary functions of four numbers at once, for functions marked TAUSQ_WIDE: within 2 units of the last place of the true value,
// the same digits on every processor (products and sums only, none contracted).
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "engine/numerics/wide.hpp"

namespace tausq::numerics {

/// Four numbers that the processor treats as one or two.
using Four [[gnu::vector_size(32)]] = double;
using FourBits [[gnu::vector_size(32)]] = std::uint64_t;

TAUSQ_WIDE_PART void load(const double* from, Four& x) {
  std::memcpy(&x, from, sizeof x);
}
TAUSQ_WIDE_PART void store(const Four& x, double* to) {
  std::memcpy(to, &x, sizeof x);
}
TAUSQ_WIDE_PART double sum_of(const Four& x) {
  return (x[0] + x[1]) + (x[2] + x[3]);
}

namespace lanes {

constexpr double log2_e = 1.4426950408889634, ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

/// x = k log(2) + r, |r| <= log(2) / 2: leaves r in x and gives 2^k, for x from -708 to 709 (others are taken as the nearest of these).
TAUSQ_WIDE_PART void split(Four& x, Four& scale) {
  constexpr double shift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to whole numbers, in the lowest bits
  x = x < -708.0 ? Four{-708, -708, -708, -708} : x;
  x = x > 709.0 ? Four{709, 709, 709, 709} : x;
  const Four shifted = x * log2_e + shift, k = shifted - shift;
  const FourBits bits = (reinterpret_cast<FourBits>(shifted) + 1023) << 52;
  x = (x - k * ln2_high) - k * ln2_low;
  scale = reinterpret_cast<Four>(bits);
}

/// r becomes exp(r) - 1, |r| <= log(2) / 2: the series to r^14 / 14!.
TAUSQ_WIDE_PART void expm1_series(Four& r) {
  Four p = r * (1.0 / 87178291200.0) + 1.0 / 6227020800.0;
  for (const double c : {1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0,
                         1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5})
    p = p * r + c;
  r = r + r * r * p;
}

}  // namespace lanes

/// x becomes exp(x); below -708 the smallest value, above 709 the largest.
TAUSQ_WIDE_PART void exp(Four& x) {
  Four scale;
  lanes::split(x, scale);
  lanes::expm1_series(x);
  x = scale + scale * x;
}

/// x becomes exp(x) - 1, without cancellation near 0; x <= 709.
TAUSQ_WIDE_PART void expm1(Four& x) {
  Four scale;
  lanes::split(x, scale);
  lanes::expm1_series(x);
  x = scale * x + (scale - 1);
}

/// u becomes log(1 + u), without cancellation near 0; u > -1, 1 + u a normal number.
TAUSQ_WIDE_PART void log1p(Four& u) {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd, two_to_52 = 0x4330000000000000;
  const Four y = 1 + u, rounding = (u - (y - 1)) / y;
  // y = 2^k m, m from sqrt(1/2) to sqrt(2); k + 1024 is positive and becomes a double in the bits of 2^52.
  const FourBits bits = reinterpret_cast<FourBits>(y), exponent = ((bits - root_half) + (std::uint64_t{1024} << 52)) >> 52;
  const Four k = reinterpret_cast<Four>(exponent | two_to_52) - (4503599627370496.0 + 1024.0);
  const Four m = reinterpret_cast<Four>(bits - ((exponent - 1024) << 52));
  const Four f = m - 1, s = f / (2 + f), z = s * s;
  Four p = z * (1.0 / 23) + 1.0 / 21;
  for (const double c : {1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3}) p = p * z + c;
  // log(1 + f) = 2 atanh(s), written so that f, which is exact, leads.
  const Four half_square = 0.5 * f * f, tail = s * (half_square + 2 * z * p);
  u = k * lanes::ln2_high + ((f - (half_square - tail)) + (k * lanes::ln2_low + rounding));
}

}  // namespace tausq::numerics
