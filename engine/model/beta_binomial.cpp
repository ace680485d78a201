#include "engine/model/beta_binomial.hpp"

#include <algorithm>
#include <array>
#include <cmath>

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

}  // namespace

StudyTerm BetaBinomialLikelihood::term(double eta, double gamma) const {
  const double e = std::exp(-std::abs(eta)), large = 1 / (1 + e), small = e * large;
  const double mu = eta < 0 ? small : large, other = eta < 0 ? large : small, slope = mu * other;
  const Sums x(events_, mu, gamma), y(others_, other, gamma), n(all_, 1, gamma);
  const Derivatives binomial = binomial_.at(eta);
  StudyTerm term;
  term.loglik = binomial.value + (x.log_ratio + y.log_ratio - n.log_ratio);
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

}  // namespace tausq::model
