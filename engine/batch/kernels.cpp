#include "engine/batch/kernels.hpp"

#include <limits>

#include "engine/numerics/lanes.hpp"

namespace tausq::batch {

namespace {

using numerics::Four;
using numerics::load;
using numerics::store;

/// What comparing two Fours gives: -1 for true, 0 for false.
using FourMask = decltype(Four{} < Four{});

constexpr double largest = std::numeric_limits<double>::max();

// Steps of the grid in min v + tau2, and how many of them: variances up to some 1e4 apart.
constexpr double grid_ratio = 1.6;
constexpr int most_steps = 20, most_iterations = 12;

// The error of a step of Newton's method is of the order of its square: after one this small, relative to min v + tau2, the
// next place is exact.
constexpr double small_step = 1e-8;

// Where the likelihood is flat, rounding of the score moves its root by so many times epsilon (min v + tau2): beyond that the
// root is left to twice the precision.
constexpr double most_sensitive = 12;

/// Four lanes of a tile, which fill a vector of the processor: study i stands at i * eight.
struct HalfTile {
  std::size_t end;  ///< behind the last study
  const double *d, *v;
  double* w;
  Four v_min, v_max;
};

TAUSQ_WIDE_PART void take_half(Tile& t, std::size_t first, HalfTile& half) {
  half.end = t.k * eight, half.d = t.d.data() + first, half.v = t.v.data() + first, half.w = t.w.data() + first;
  load(&t.v_min[first], half.v_min), load(&t.v_max[first], half.v_max);
}

TAUSQ_WIDE_PART bool any(const FourMask& mask) {
  return (mask[0] | mask[1] | mask[2] | mask[3]) != 0;
}

/// Sums at one tau2, and the weights in half.w.
struct Sums {
  Four w1, mean;
};

TAUSQ_WIDE_PART void weigh(const HalfTile& t, const Four& tau2, Sums& s) {
  Four w1{}, wd{};
  for (std::size_t i = 0; i < t.end; i += eight) {
    Four d, v;
    load(t.d + i, d), load(t.v + i, v);
    const Four w = 1.0 / (v + tau2);
    w1 += w;
    wd += w * d;
    store(w, t.w + i);
  }
  s.w1 = w1;
  s.mean = wd / w1;
}

TAUSQ_WIDE_PART void describe(const HalfTile& t, const Sums& s, std::size_t first, LaneMean& result) {
  Four w2{}, wr{}, q{};
  for (std::size_t i = 0; i < t.end; i += eight) {
    Four d, w;
    load(t.d + i, d), load(t.w + i, w);
    const Four r = d - s.mean, g = w * r;
    w2 += w * w;
    wr += g;
    q += g * r;
  }
  store(s.mean + wr / s.w1, &result.mean[first]);
  store(s.w1, &result.w1[first]), store(s.w1 - w2 / s.w1, &result.tr_p[first]), store(q, &result.q[first]);
}

/// Twice the score, a - b, with its parts' slopes: a' = -da, b' = -db; as in model::NormalMoments.
struct Score {
  Four a, b, da, db;
};

TAUSQ_WIDE_PART void score_at(const HalfTile& t, const Four& tau2, bool restricted, Score& score) {
  Sums s;
  weigh(t, tau2, s);
  Four w2{}, w3{}, gg{}, wg{}, wgg{};
  for (std::size_t i = 0; i < t.end; i += eight) {
    Four d, w;
    load(t.d + i, d), load(t.w + i, w);
    const Four g = w * (d - s.mean), square = w * w, product = w * g;
    w2 += square;
    w3 += square * w;
    gg += g * g;
    wg += product;
    wgg += product * g;
  }
  const Four inverse = 1.0 / s.w1, ratio = w2 * inverse;
  score.a = gg;
  score.da = 2.0 * (wgg - wg * wg * inverse);
  score.b = restricted ? s.w1 - ratio : s.w1;
  score.db = restricted ? w2 - 2.0 * w3 * inverse + ratio * ratio : w2;
}

TAUSQ_WIDE_PART void newton_step(const Score& s, Four& step) {
  step = (s.a - s.b) * s.a / (s.b * s.da - s.a * s.db);
}

/// Where the score changes from + to -, and what is known about other places.
struct Bracket {
  Four maxima, low, high, start;  ///< `maxima` above 0
  FourMask at_zero, open;
};

/// One step of the grid, in the lanes that it concerns.
TAUSQ_WIDE_PART void examine(const Score& from, const Score& to, const Four& low, const Four& high, const FourMask& here, Bracket& b) {
  const FourMask cannot_vanish = (to.a > from.b) | (from.a < to.b);
  const FourMask monotone = (from.db < to.da) | (to.db > from.da) | (from.db * to.a <= to.da * from.b) | (from.da * to.b <= to.db * from.a);
  const FourMask falls = here & (from.a > from.b) & ~(to.a > to.b);
  const Four below = (from.b - from.a) * to.a, above = (to.b - to.a) * from.a;
  const Four start = low + (high - low) * (below / (below - above));
  b.open |= here & ~cannot_vanish & ~monotone;
  b.maxima = falls ? b.maxima + 1.0 : b.maxima;
  b.low = falls ? low : b.low;
  b.high = falls ? high : b.high;
  b.start = falls ? start : b.start;
}

TAUSQ_WIDE_PART void bracket(const HalfTile& t, bool restricted, Bracket& b) {
  const Four v_min = t.v_min, v_max = t.v_max;
  Four tau2{};
  const Four end = v_max - 2.0 * v_min;
  Score last;
  score_at(t, tau2, restricted, last);
  b.at_zero = ~(last.a > last.b);
  b.maxima = b.low = b.high = b.start = tau2;
  Four at = v_min;
  FourMask here = at - v_min < end;
  b.open = here & (v_max > 9000.0 * v_min);  // 1.6^20 is 12089
  here &= ~b.open;
  for (int step = 0; step < most_steps && any(here); ++step) {
    const Four next = at * grid_ratio, high = next - v_min;
    Score s;
    score_at(t, high, restricted, s);
    examine(last, s, tau2, high, here, b);
    last.a = here ? s.a : last.a, last.b = here ? s.b : last.b;
    last.da = here ? s.da : last.da, last.db = here ? s.db : last.db;
    tau2 = here ? high : tau2;
    at = here ? next : at;
    here &= at - v_min < end;
  }
  // Beyond the grid the score has one root if it is positive at its end, else none.
  const FourMask beyond = last.a > last.b;
  Four step;
  newton_step(last, step);
  b.maxima = beyond ? b.maxima + 1.0 : b.maxima;
  b.low = beyond ? tau2 : b.low;
  b.high = beyond ? Four{} + largest : b.high;
  b.start = beyond ? tau2 + step : b.start;
  b.open |= (b.maxima > 1.0) | (b.at_zero & (b.maxima > 0.0));
}

/// Between ends that enclose the root; beyond the last place that is known, twice as far.
TAUSQ_WIDE_PART void halve(const Four& low, const Four& high, const Four& v_min, Four& middle) {
  middle = high < largest ? 0.5 * (low + high) : 2.0 * low + v_min;
}

TAUSQ_WIDE_PART void climb(const HalfTile& t, bool restricted, Bracket& b, std::size_t first, LaneTau2& result) {
  const Four v_min = t.v_min;
  const FourMask wanted = (b.maxima == 1.0) & ~b.open;
  FourMask found = ~wanted, sharp = found;
  Four tau2 = wanted ? b.start : Four{};
  for (int i = 0; i < most_iterations && any(~found); ++i) {
    Score s;
    Four step, middle;
    score_at(t, tau2, restricted, s);
    newton_step(s, step);
    const FourMask positive = s.a > s.b;
    b.low = positive ? tau2 : b.low;
    b.high = positive ? b.high : tau2;
    halve(b.low, b.high, v_min, middle);
    const Four next = tau2 + step, size = step < 0.0 ? -step : step;
    const FourMask done = (size <= small_step * (v_min + tau2)) & (next >= 0.0), inside = (next > b.low) & (next < b.high);
    const Four moved = (done | inside) ? next : middle;
    sharp |= ~found & done & (s.a * s.b <= most_sensitive * (v_min + tau2) * (s.b * s.da - s.a * s.db));
    tau2 = found ? tau2 : moved;
    found |= done;
  }
  const FourMask open = b.open | ~found | ~sharp;
  const Four none{}, one = none + 1.0;
  store(tau2, &result.tau2[first]);
  store(open ? one : none, &result.open[first]);
}

TAUSQ_WIDE_PART void solve(const HalfTile& t, const Four& target, const Four& q_at_zero, std::size_t first, LaneTau2& result) {
  const Four v_min = t.v_min;
  Four tau2{};
  FourMask found = ~(q_at_zero > target);
  for (int i = 0; i < most_iterations && any(~found); ++i) {
    Sums s;
    weigh(t, tau2, s);
    Four q{}, gg{};
    for (std::size_t j = 0; j < t.end; j += eight) {
      Four d, w;
      load(t.d + j, d), load(t.w + j, w);
      const Four r = d - s.mean, g = w * r;
      q += g * r;
      gg += g * g;
    }
    const Four step = (q - target) / gg * (q / target), next = tau2 + step, size = step < 0.0 ? -step : step;
    const FourMask done = (size <= small_step * (v_min + tau2)) & (next >= 0.0);
    tau2 = found ? tau2 : next;
    found |= done;
  }
  const Four none{}, one = none + 1.0;
  const FourMask good = found & (tau2 >= 0.0);
  store(tau2, &result.tau2[first]);
  store(good ? none : one, &result.open[first]);
}

constexpr std::size_t halves[] = {0, 4};

}  // namespace

[[gnu::flatten]] TAUSQ_WIDE void mean_at(Tile& tile, const Lanes& tau2, LaneMean& result) {
  for (const std::size_t first : halves) {
    HalfTile half;
    Four at;
    Sums s;
    take_half(tile, first, half);
    load(&tau2[first], at);
    weigh(half, at, s);
    describe(half, s, first, result);
  }
}

[[gnu::flatten]] TAUSQ_WIDE void maximise_likelihood(Tile& tile, model::Likelihood kind, LaneTau2& result) {
  const bool restricted = kind == model::Likelihood::reml;
  for (const std::size_t first : halves) {
    HalfTile half;
    Bracket b;
    take_half(tile, first, half);
    bracket(half, restricted, b);
    climb(half, restricted, b, first, result);
  }
}

[[gnu::flatten]] TAUSQ_WIDE void solve_q(Tile& tile, const LaneMean& at_zero, LaneTau2& result) {
  for (const std::size_t first : halves) {
    HalfTile half;
    Four count, q;
    take_half(tile, first, half);
    load(&tile.count[first], count), load(&at_zero.q[first], q);
    solve(half, count - 1.0, q, first, result);
  }
}

}  // namespace tausq::batch
