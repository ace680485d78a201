// Binomial limits that have no closed form: mid-P and Blaker.
#include <cmath>
#include <utility>

#include "engine/effect/binomial_intervals.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::effect {

namespace {

/// Tails of n = x + m trials as functions of one coordinate t: the proportion p, or q = 1 - p where the limit lies above
/// 1/2 and only q keeps its digits.
class Tails {
 public:
  Tails(double x, double m, bool by_q) : x_(x), m_(m), n_(x + m), by_q_(by_q) {}

  /// P(X >= x)
  double upper(double t) const { return by_q_ ? numerics::binomial_cdf(m_, n_, t) : numerics::binomial_sf_inclusive(x_, n_, t); }
  /// P(X <= x - gap); 0 for gap > x. By the gap, as neighbours of x need not be doubles where pooled counts go beyond 2^53.
  double below(double gap, double t) const {
    if (gap > x_) return 0;
    return by_q_ ? numerics::binomial_sf_inclusive(m_ + gap, n_, t) : numerics::binomial_cdf(x_ - gap, n_, t);
  }
  /// P(X = x)
  double at_x(double t) const { return by_q_ ? numerics::binomial_pmf(m_, n_, t) : numerics::binomial_pmf(x_, n_, t); }

  double coordinate(const Limit& limit) const { return by_q_ ? limit.q : limit.p; }
  Limit limit(double t) const { return by_q_ ? Limit{1 - t, t} : Limit{t, 1 - t}; }
  /// t at p = 1.
  double certain() const { return by_q_ ? 0 : 1; }

 private:
  double x_, m_, n_;
  bool by_q_;
};

/// Clopper-Pearson's limit is the start of every search; on its side of 1/2 the search stays in practice.
Tails tails_near(double x, double m, const Limit& start) {
  return {x, m, start.p > 0.5};
}

/// The smallest gap with P(X <= x - gap) <= `tail` at t; that probability is 0 at x + 1.
double first_within(const Tails& tails, double x, double tail, double t) {
  double beyond = 0, within = x + 1;
  while (within - beyond > 1) {
    const double middle = std::floor(0.5 * (within + beyond));
    (tails.below(middle, t) <= tail ? within : beyond) = middle;
  }
  return within;
}

}  // namespace

Limit mid_p_lower(double x, double m, double level) {
  if (x == 0) return {0, 1};
  const double tail = 0.5 * (1 - level);
  const Limit start = clopper_pearson_lower(x, m, level);  // P(X >= x) = tail, so mid-P is below it there
  const Tails tails = tails_near(x, m, start);
  const auto f = [&](double t) { return tails.upper(t) - 0.5 * tails.at_x(t) - tail; };
  return tails.limit(numerics::brent_root(f, tails.coordinate(start), tails.certain()).x);
}

/// Blaker's acceptability of p < x / n is u + P(X <= j) with u = P(X >= x) and the largest j that has P(X <= j) <= u. It
/// jumps up where the next j comes in, and there it is 2 u. From Clopper-Pearson's limit on 2 u >= alpha, so the set
/// {p: acceptability >= alpha} begins at the first jump, or before it where u + P(X <= j) itself reaches alpha (that sum
/// falls and then rises, and starts at most at alpha: one crossing at most). j <= x - 2, as P(X <= x - 1) = 1 - u.
Limit blaker_lower(double x, double m, double level) {
  if (x == 0) return {0, 1};
  const double alpha = 1 - level;
  const Limit start = clopper_pearson_lower(x, m, level);
  const Tails tails = tails_near(x, m, start);
  const double from = tails.coordinate(start), to = tails.certain();
  const double gap = first_within(tails, x, 0.5 * alpha, from);  // x - j
  const double jump = numerics::brent_root([&](double t) { return tails.upper(t) - tails.below(gap - 1, t); }, from, to).x;
  const auto excess = [&](double t) { return tails.upper(t) + tails.below(gap, t) - alpha; };
  if (excess(jump) <= 0) return tails.limit(jump);
  if (excess(from) >= 0) return start;
  return tails.limit(numerics::brent_root(excess, from, jump).x);
}

}  // namespace tausq::effect
