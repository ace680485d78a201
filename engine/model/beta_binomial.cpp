#include "engine/model/beta_binomial.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "engine/numerics/deviance.hpp"
#include "engine/numerics/quadrature.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::model {

namespace {

constexpr double counted_singly = 128;

}  // namespace

SumRule::SumRule(double n) {
  const double single = std::min(n, counted_singly);
  for (double j = 0; j < single; ++j) {
    points_.push_back(j);
    weights_.push_back(1);
  }
  if (n <= counted_singly) return;
  // sum_{a <= j < n} f = integral from a - 1/2 to n - 1/2 - [f'] / 24 + 7 [f'''] / 5760, the derivatives at a - 1/2 (and, far
  // smaller, at n - 1/2) from differences of f at the points around them.
  const numerics::QuadratureRule rule = numerics::gauss_legendre(20);
  const double first = counted_singly - 0.5, end = n - 0.5;
  for (double from = first; from < end;) {
    const double to = std::min(2 * from, end), half = 0.5 * (to - from);
    for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
      points_.push_back(from + half * (1 + rule.nodes[i]));
      weights_.push_back(half * rule.weights[i]);
    }
    from = to;
  }
  // f' = d1 - d3 / 24 and f''' = d3 with d1 = f(1/2) - f(-1/2), d3 = f(3/2) - 3 f(1/2) + 3 f(-1/2) - f(-3/2).
  constexpr double outer = -1.0 / 576 - 7.0 / 5760, inner = 1.0 / 24 + 3.0 / 576 + 3 * 7.0 / 5760;
  constexpr std::array<double, 4> offsets{-1.5, -0.5, 0.5, 1.5}, corrections{-outer, -inner, inner, outer};
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    points_.push_back(first + offsets[i]);
    weights_.push_back(corrections[i]);
    points_.push_back(end + offsets[i]);
    weights_.push_back(-corrections[i]);
  }
}

namespace {

/// sum log(1 + j gamma / m) and sums over t = m + j gamma.
struct Sums {
  double log_ratio = 0, inverse = 0, inverse2 = 0;  ///< sum 1 / t, sum 1 / t^2
  double j = 0, j2 = 0, jj2 = 0;                    ///< sum j / t, sum j / t^2, sum j^2 / t^2

  Sums(const SumRule& rule, double m, double gamma) {
    const std::span<const double> points = rule.points(), weights = rule.weights();
    numerics::Sum logs;  // it is the small difference of three such sums that counts
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double at = points[i], w = weights[i], t = 1 / (m + at * gamma), wt = w * t, wtt = wt * t;
      logs.add(w * std::log1p(at * gamma / m));
      inverse += wt;
      inverse2 += wtt;
      j += wt * at;
      j2 += wtt * at;
      jj2 += wtt * at * at;
    }
    log_ratio = logs.value();
  }
};

/// log n! - n log n + n, 0 at 0.
double log_factorial_excess(double n) {
  return n == 0 ? 0 : numerics::stirling_error(n) + 0.5 * std::log(2 * std::numbers::pi * n);
}

/// log C(n, x) B(x + alpha, y + beta) / B(alpha, beta) as deviances from the mean of data and prior together, and what Stirling's formula
/// leaves out: nothing of the size of the counts cancels. Both parts in events and in others; 0 < gamma, all means inside (0, 1).
double log_beta_binomial(double x, double y, double mu, double other, double gamma) {
  const double n = x + y, s = 1 / gamma, alpha = mu * s, beta = other * s, all = n + s;
  const double p = (x + alpha) / all, q = (y + beta) / all;
  numerics::Sum sum;
  for (const auto& [count, mean] : {std::pair{x, n * p}, {y, n * q}, {alpha, s * p}, {beta, s * q}})
    sum.add(-numerics::deviance_term(count, mean));
  for (double plus : {n, s, x + alpha, y + beta}) sum.add(log_factorial_excess(plus));
  for (double minus : {x, y, alpha, beta, all}) sum.add(-log_factorial_excess(minus));
  sum.add(std::log(alpha / (x + alpha)) + std::log(beta / (y + beta)) + std::log1p(n / s));
  return sum.value();
}

}  // namespace

StudyTerm BetaBinomialLikelihood::term(double eta, double gamma) const {
  const double e = std::exp(-std::abs(eta)), large = 1 / (1 + e), small = e * large;
  const double mu = eta < 0 ? small : large, other = eta < 0 ? large : small, slope = mu * other;
  const Sums x(events_, mu, gamma), y(others_, other, gamma), n(all_, 1, gamma);
  const Derivatives binomial = binomial_.at(eta);
  StudyTerm term;
  // Of small counts, or close to the binomial distribution, the three sums are small; else they are large and cancel.
  const bool small_sums = x.log_ratio + y.log_ratio + n.log_ratio < 64 || !(mu > 0) || !(other > 0);
  term.loglik = small_sums ? binomial.value + (x.log_ratio + y.log_ratio - n.log_ratio) : log_beta_binomial(x_, n_ - x_, mu, other, gamma);
  term.d_eta = gamma == 0 ? binomial.first : slope * (x.inverse - y.inverse);
  term.d_eta_eta = gamma == 0 ? binomial.second : slope * ((other - mu) * (x.inverse - y.inverse) - slope * (x.inverse2 + y.inverse2));
  term.d_eta_tau2 = slope * (y.j2 - x.j2);
  if (n_ * gamma < 1) {
    term.d_tau2 = x.j + y.j - n.j;
    term.d_tau2_tau2 = n.jj2 - x.jj2 - y.jj2;
  } else {
    // gamma j / t = 1 - m / t: the numbers of terms, x + (n - x) - n, cancel before they are summed.
    const double first = mu * x.inverse + other * y.inverse - n.inverse;
    const double second = mu * mu * x.inverse2 + other * other * y.inverse2 - n.inverse2;
    term.d_tau2 = -first / gamma;
    term.d_tau2_tau2 = (2 * first - second) / (gamma * gamma);
  }
  return term;
}

void BetaBinomialTerms::evaluate(std::span<const double> eta, double gamma, double, std::span<StudyTerm> terms) {
  for (std::size_t i = 0; i < studies_.size(); ++i) terms[i] = studies_[i].term(eta[i], gamma);
}

std::vector<double> beta_binomial_probabilities(std::size_t n, double a, double b) {
  const double size = static_cast<double>(n), top = std::min(size, std::floor((size + 1) * a / (a + b)));
  std::vector<double> probabilities(n + 1, 0.0);
  const auto odds = [&](double y) { return (size - y) / (y + 1) * (a + y) / (b + size - y - 1); };  // P(y + 1) / P(y)
  probabilities[static_cast<std::size_t>(top)] = 1;
  double sum = 1;
  for (double y = top, p = 1; y < size; ++y) sum += probabilities[static_cast<std::size_t>(y) + 1] = p *= odds(y);
  for (double y = top, p = 1; y > 0; --y) sum += probabilities[static_cast<std::size_t>(y) - 1] = p /= odds(y - 1);
  // Far from `top` a bowl-shaped distribution rises again, up to any size where a or b is tiny: still relative to the sum.
  for (double& p : probabilities) p /= sum;
  return probabilities;
}

}  // namespace tausq::model
