#include "engine/model/normal_likelihood.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace tausq::model {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// sum of log(v + tau2): products are split into mantissa and exponent, and one logarithm is taken.
double sum_of_logs(const NormalData& data, double tau2) {
  double mantissa = 1;
  long exponent = 0;
  const auto multiply = [&](double factor) {
    int e = 0;
    mantissa = std::frexp(mantissa * factor, &e);
    exponent += e;
  };
  std::size_t i = 0;
  for (; i + 8 <= data.k; i += 8) {
    double product = 1;
    for (std::size_t l = 0; l < 8; ++l) product *= data.v[i + l] + tau2;
    if (product > 0x1p-900 && product < 0x1p900)
      multiply(product);
    else
      for (std::size_t l = 0; l < 8; ++l) multiply(data.v[i + l] + tau2);
  }
  for (; i < data.k; ++i) multiply(data.v[i] + tau2);
  return std::log(mantissa) + static_cast<double>(exponent) * std::numbers::ln2;
}

/// Twice the score, a - b, and its derivative, db - da, at one tau2.
struct Score {
  double tau2 = 0;
  double a = 0, b = 0;
  double da = 0, db = 0;
  double value() const { return a - b; }
  double slope() const { return db - da; }
};

struct Interval {
  Score low, high;
};

/// The monotone parts settle that a - b has one sign on the whole interval.
bool cannot_vanish(const Interval& i) {
  return i.high.a > i.low.b || i.low.a < i.high.b;
}

/// The score, or the ratio of its parts, whose logarithmic slopes are monotone too.
bool is_monotone(const Interval& i) {
  return i.low.db < i.high.da || i.high.db > i.low.da || i.low.db * i.high.a <= i.high.da * i.low.b ||
         i.low.da * i.high.b <= i.high.db * i.low.a;
}

class Search {
 public:
  Search(const NormalData& data, Likelihood kind, NormalWorkspace& work) : data_(data), kind_(kind), work_(work) {}

  LikelihoodShape run(bool with_loglik) {
    if (!std::isfinite(data_.spread)) return std::move(shape_);  // no number of what follows would be finite
    const double v_max = *std::max_element(data_.v.begin(), data_.v.begin() + static_cast<std::ptrdiff_t>(data_.k));
    // Where all weights lie within a factor of 2, A / B falls: max w >= -B'/B and 2 min w <= -A'/A.
    const double last = std::max(0.0, v_max - 2 * data_.v[0]);
    const Score zero = at(0), end = last > 0 ? at(last) : zero;
    if (last > 0) isolate({zero, end});
    if (end.value() > 0) add_root({end, negative_at(std::max(v_max, 2 * data_.spread / data_.df()))});
    choose(zero, with_loglik);
    return std::move(shape_);
  }

 private:
  Score at(double tau2) {
    ++shape_.evaluations;
    const NormalMoments m = normal_moments(data_, tau2, work_);
    const bool ml = kind_ == Likelihood::ml;
    return {tau2, m.ypp, ml ? m.w1 : m.tr_p, 2 * m.yppp, ml ? m.w2 : m.tr_pp};
  }

  /// A place known to lie beyond all roots.
  static Score negative_at(double tau2) { return {tau2, 0, 1, 0, 0}; }

  double middle(const Interval& i) const {
    const double v = data_.v[0], low = v + i.low.tau2, high = v + i.high.tau2;
    return high > 2 * low ? std::sqrt(low) * std::sqrt(high) - v : 0.5 * (i.low.tau2 + i.high.tau2);
  }

  /// Halves the intervals, from the left, until each is settled. The stack holds the right halves that still wait.
  void isolate(const Interval& whole) {
    std::array<Interval, 128> waiting;
    std::size_t size = 0;
    waiting[size++] = whole;
    while (size > 0) {
      const Interval i = waiting[--size];
      if (cannot_vanish(i)) continue;
      const double width = i.high.tau2 - i.low.tau2, m = middle(i);
      const bool smallest = width <= 1e-9 * (data_.v[0] + i.low.tau2) || !(m > i.low.tau2 && m < i.high.tau2);
      if (is_monotone(i) || smallest || size + 2 > waiting.size()) {
        if ((i.low.value() > 0) != (i.high.value() > 0)) add_root(i);
        continue;
      }
      const Score between = at(m);
      waiting[size++] = {between, i.high};
      waiting[size++] = {i.low, between};
    }
  }

  /// Newton's method for b / a = 1, which is nearly straight in tau2, inside the bracket. The error of a step is of the order
  /// of its square, so the last one is not checked; one or two steps with the score in twice the precision follow.
  void add_root(const Interval& bracket) {
    double low = bracket.low.tau2, high = bracket.high.tau2;
    const bool falling = bracket.low.value() > 0;
    Score s = at(first_guess(bracket));
    bool converged = false;
    for (int i = 0; i < 100 && !converged; ++i) {
      ((s.value() > 0) == falling ? low : high) = s.tau2;
      const double newton = s.tau2 + s.value() * s.a / (s.b * s.da - s.a * s.db);
      const double next = newton >= low && newton <= high ? newton : 0.5 * (low + high);
      converged = (next == newton && std::abs(next - s.tau2) <= 1e-8 * next) || std::abs(s.value()) <= 4 * epsilon * s.b || next == low ||
                  next == high;
      if (converged)
        s.tau2 = next;
      else
        s = at(next);
    }
    shape_.converged = shape_.converged && converged;
    const double tau2 = polished(s, bracket);
    if (tau2 > 0) shape_.points.push_back({tau2, falling});
  }

  /// Where f = b / a - 1 vanishes on the cubic curve tau2(f) through both ends with their slopes; beyond the last place that
  /// was looked at, by a step of Newton's method.
  double first_guess(const Interval& i) const {
    const Score &low = i.low, &high = i.high;
    double guess = low.tau2 + low.value() * low.a / (low.b * low.da - low.a * low.db);
    if (high.a > 0) {
      const auto f = [](const Score& s) { return s.b / s.a - 1; };
      const auto inverse_slope = [](const Score& s) { return s.a * s.a / (s.b * s.da - s.a * s.db); };
      const double width = f(high) - f(low), t = -f(low) / width, u = 1 - t;
      guess = u * u * ((1 + 2 * t) * low.tau2 + t * width * inverse_slope(low)) +
              t * t * ((1 + 2 * u) * high.tau2 - u * width * inverse_slope(high));
    }
    return guess > low.tau2 && guess < high.tau2 ? guess : middle(i);
  }

  double polished(const Score& s, const Interval& bracket) {
    double tau2 = s.tau2;
    if (!deserves_precision(data_) || s.slope() == 0) return tau2;
    for (int i = 0; i < 2; ++i) {
      ++shape_.evaluations;
      const PreciseMoments m = precise_moments(data_, tau2, work_);
      const double value = static_cast<double>(m.ypp - (kind_ == Likelihood::ml ? m.w1 : m.tr_p));
      const double next = tau2 - value / s.slope();
      if (!(next >= bracket.low.tau2 && next <= bracket.high.tau2)) return tau2;
      const bool small_step = std::abs(next - tau2) <= 1e-8 * next;
      tau2 = next;
      if (small_step) break;
    }
    return tau2;
  }

  void choose(const Score& zero, bool with_loglik) {
    std::vector<double> maxima;
    if (zero.value() <= 0) maxima.push_back(0);
    for (const StationaryPoint& point : shape_.points)
      if (point.maximum) maxima.push_back(point.tau2);
    shape_.maxima = static_cast<int>(maxima.size());
    if (maxima.empty()) maxima.push_back(0);
    shape_.tau2 = maxima[0];
    if (maxima.size() == 1 && !with_loglik) return;
    shape_.loglik = -std::numeric_limits<double>::infinity();
    for (const double tau2 : maxima) {
      const double loglik = log_likelihood(data_, kind_, tau2, work_);
      if (loglik > shape_.loglik) shape_.tau2 = tau2, shape_.loglik = loglik;
    }
  }

  const NormalData& data_;
  const Likelihood kind_;
  NormalWorkspace& work_;
  LikelihoodShape shape_;
};

}  // namespace

double log_likelihood(const NormalData& data, Likelihood kind, double tau2, NormalWorkspace& work) {
  const NormalMoments m = normal_moments(data, tau2, work);
  const double k = static_cast<double>(data.k), sum = -0.5 * (sum_of_logs(data, tau2) + m.q);
  if (kind == Likelihood::ml) return sum - 0.5 * k * std::log(2 * std::numbers::pi);
  const double half_log_det = data.mean_only ? 0.5 * std::log(m.w1 / k) : m.half_log_det;
  return sum - half_log_det - 0.5 * data.df() * std::log(2 * std::numbers::pi);
}

double log_likelihood_scale(const NormalData& data, Likelihood kind) {
  return (kind == Likelihood::ml ? static_cast<double>(data.k) : data.df()) * std::log(data.scale);
}

LikelihoodShape likelihood_shape(const NormalData& data, Likelihood kind, NormalWorkspace& work) {
  return Search(data, kind, work).run(true);
}

LikelihoodShape likelihood_maximum(const NormalData& data, Likelihood kind, NormalWorkspace& work) {
  return Search(data, kind, work).run(false);
}

}  // namespace tausq::model
