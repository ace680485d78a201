#include "engine/batch/count_lanes.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/numerics/lanes.hpp"

namespace tausq::batch {

namespace {

using numerics::Four;
using numerics::load;
using numerics::store;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double largest_count = 33554432.0;  // 2^25: products of corrected counts are exact

/// A correction as numbers: what is added to every study, and to those with a zero cell.
struct Addition {
  double always = 0, at_zero = 0;
  bool drop00 = false;

  explicit Addition(const EffectOptions& o) : drop00(o.drop00) {
    if (o.to == CorrectionTo::all) always = *o.add;
    if (o.to == CorrectionTo::only0) at_zero = *o.add;
  }
};

/// Four effect sizes.
struct FourEffects {
  Four yi, vi;
};

/// good: 0 where a number is neither a count nor NaN. Comparisons give 0 or -1, as whole numbers.
using FourMask = decltype(Four{} < Four{});

TAUSQ_WIDE_PART void check_count(const Four& x, FourMask& good) {
  constexpr double shift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to whole numbers
  const Four rounded = (x + shift) - shift;
  good &= ((x >= 0.0) & (x <= largest_count) & (rounded == x)) | (x != x);
}

/// log(above / below) with `excess` = above - below, all exact; both above 0.
TAUSQ_WIDE_PART void log_ratio(const Four& above, const Four& below, const Four& excess, Four& result) {
  const Four less = above < below ? above : below, size = excess < 0.0 ? -excess : excess;
  Four u = size / less;
  numerics::log1p(u);
  result = excess < 0.0 ? -u : u;
}

struct Table {
  Four a, b, c, d;
};

TAUSQ_WIDE_PART void odds_ratio(const Table& t, FourEffects& e) {
  const Four ab = t.a * t.b, cd = t.c * t.d, above = t.a * t.d, below = t.b * t.c;
  log_ratio(above, below, above - below, e.yi);
  e.vi = (t.a + t.b) / ab + (t.c + t.d) / cd;
  e.yi = ((ab > 0.0) & (cd > 0.0)) ? e.yi : Four{} + undefined;
}
TAUSQ_WIDE_PART void risk_ratio(const Table& t, FourEffects& e) {
  const Four n1 = t.a + t.b, n2 = t.c + t.d;
  log_ratio(t.a * n2, t.c * n1, t.a * t.d - t.b * t.c, e.yi);
  e.vi = t.b / (t.a * n1) + t.d / (t.c * n2);
  e.yi = ((t.a > 0.0) & (t.c > 0.0)) ? e.yi : Four{} + undefined;
}
TAUSQ_WIDE_PART void risk_difference(const Table& t, FourEffects& e) {
  const Four n1 = t.a + t.b, n2 = t.c + t.d;
  e.yi = (t.a * t.d - t.b * t.c) / (n1 * n2);
  e.vi = (t.a / n1) * (t.b / n1) / n1 + (t.c / n2) * (t.d / n2) / n2;
}

/// An effect counts where both numbers are there and the variance is positive.
TAUSQ_WIDE_PART void keep(const FourEffects& e, double* yi, double* vi) {
  const Four none = Four{} + undefined;
  const auto usable = (e.yi - e.yi == 0.0) & (e.vi > 0.0) & (e.vi - e.vi == 0.0);
  store(usable ? e.yi : none, yi), store(usable ? e.vi : none, vi);
}

/// Calls four(columns, yi, vi) for every four studies; the last ones are filled up.
template <std::size_t columns, typename OfFour>
TAUSQ_WIDE_PART void by_fours(const double* const* from, std::size_t n, double* yi, double* vi, OfFour&& of_four) {
  const double* at[columns];
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (std::size_t c = 0; c < columns; ++c) at[c] = from[c] + i;
    of_four(at, yi + i, vi + i);
  }
  if (i == n) return;
  double rest[columns][4], rest_yi[4], rest_vi[4];
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t l = 0; l < 4; ++l) rest[c][l] = i + l < n ? from[c][i + l] : undefined;
    at[c] = rest[c];
  }
  of_four(at, rest_yi, rest_vi);
  for (std::size_t l = 0; i + l < n; ++l) yi[i + l] = rest_yi[l], vi[i + l] = rest_vi[l];
}

template <void (*effect)(const Table&, FourEffects&)>
TAUSQ_WIDE_PART bool two_arms(const double* const* from, std::size_t n, const EffectOptions& options, double* yi, double* vi) {
  const Addition add(options);
  FourMask good = ~FourMask{};
  by_fours<4>(from, n, yi, vi, [&](const double* const* at, double* to_yi, double* to_vi) {
    Table t;
    load(at[0], t.a), load(at[1], t.b), load(at[2], t.c), load(at[3], t.d);
    check_count(t.a, good), check_count(t.b, good), check_count(t.c, good), check_count(t.d, good);
    const auto zero = (t.a == 0.0) | (t.b == 0.0) | (t.c == 0.0) | (t.d == 0.0);
    const auto double_zero = ((t.a == 0.0) & (t.c == 0.0)) | ((t.b == 0.0) & (t.d == 0.0));
    const Four none{}, plus = add.always + (zero ? none + add.at_zero : none);
    t.a += plus, t.b += plus, t.c += plus, t.d += plus;
    FourEffects e;
    effect(t, e);
    if (add.drop00) e.yi = double_zero ? none + undefined : e.yi;
    keep(e, to_yi, to_vi);
  });
  return (good[0] & good[1] & good[2] & good[3]) != 0;
}

}  // namespace

[[gnu::flatten]] TAUSQ_WIDE bool odds_ratios(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi,
                                             double* vi) {
  return two_arms<odds_ratio>(columns, n, options, yi, vi);
}
[[gnu::flatten]] TAUSQ_WIDE bool risk_ratios(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi,
                                             double* vi) {
  return two_arms<risk_ratio>(columns, n, options, yi, vi);
}
[[gnu::flatten]] TAUSQ_WIDE bool risk_differences(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi,
                                                  double* vi) {
  return two_arms<risk_difference>(columns, n, options, yi, vi);
}

[[gnu::flatten]] TAUSQ_WIDE bool logits(const double* const* columns, std::size_t n, const EffectOptions& options, double* yi, double* vi) {
  const Addition add(options);
  FourMask good = ~FourMask{};
  by_fours<2>(columns, n, yi, vi, [&](const double* const* at, double* to_yi, double* to_vi) {
    Four x, m;
    load(at[0], x), load(at[1], m);
    check_count(x, good), check_count(m, good);
    m -= x;
    good &= ~(m < 0.0);
    const Four none{}, plus = add.always + (((x == 0.0) | (m == 0.0)) ? none + add.at_zero : none);
    x += plus, m += plus;
    FourEffects e;
    log_ratio(x, m, x - m, e.yi);
    e.vi = (x + m) / (x * m);
    e.yi = ((x > 0.0) & (m > 0.0)) ? e.yi : none + undefined;
    keep(e, to_yi, to_vi);
  });
  return (good[0] & good[1] & good[2] & good[3]) != 0;
}

}  // namespace tausq::batch
