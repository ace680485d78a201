#include "engine/model/firth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>
#include <utility>

#include "engine/model/arrow_matrix.hpp"
#include "engine/model/likelihood_end.hpp"
#include "engine/numerics/cholesky.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::model {

namespace {

/// One arm at its linear predictor.
struct Arm {
  double p, q, w, r;  ///< p = expit(eta), q = 1 - p, w = n p q, r = q - p = w' / w
  double loglik, score;

  Arm(double x, double n, double eta) {
    const double e = std::exp(-std::abs(eta)), large = 1 / (1 + e), small = e * large, other = n - x;
    p = eta < 0 ? small : large;
    q = eta < 0 ? large : small;
    w = n * p * q;
    r = q - p;
    // x log p + (n - x) log q, and x q - (n - x) p, whose parts do not cancel where the likelihood is flat.
    const double log_large = -std::log1p(e), log_small = -std::abs(eta) + log_large;
    loglik = eta < 0 ? x * log_small + other * log_large : x * log_large + other * log_small;
    score = x * q - other * p;
  }
  double curvature() const { return r * r - 2 * p * q; }  ///< w'' / w
};

/// One study's part of log det(I) apart from log det(S), its h, and their derivatives in the two linear predictors.
struct Penalty {
  double log_sum, harmonic;
  double l1, l2, l11, l12, l22;  ///< of log(w1 + w2)
  double h1, h2, h11, h12, h22;  ///< of w1 w2 / (w1 + w2)

  Penalty(const Arm& a, const Arm& b) {
    const double sum = a.w + b.w, fa = a.w / sum, fb = b.w / sum;
    log_sum = std::log(sum);
    harmonic = a.w * fb;
    l1 = fa * a.r, l2 = fb * b.r;
    l11 = fa * a.curvature() - l1 * l1, l22 = fb * b.curvature() - l2 * l2, l12 = -l1 * l2;
    h1 = harmonic * fb * a.r, h2 = harmonic * fa * b.r;
    h11 = 2 * h1 * fb * a.r - harmonic * fb * (2 * a.p * a.q + a.r * a.r);
    h22 = 2 * h2 * fa * b.r - harmonic * fa * (2 * b.p * b.q + b.r * b.r);
    h12 = 2 * h1 * fa * b.r;
  }
};

/// The arms of a study at its level and log odds ratio.
struct ArmPair {
  Arm first, second;

  template <typename Counts>
  ArmPair(const Counts& s, double alpha, double theta) : first(s.x1, s.n1, alpha + 0.5 * theta), second(s.x2, s.n2, alpha - 0.5 * theta) {}
  double harmonic() const { return first.w * (second.w / (first.w + second.w)); }
};

}  // namespace

FirthOddsRatio::FirthOddsRatio(const Strata& tables)
    : FirthOddsRatio(tables, {tables.size(), {"intercept"}, std::vector<double>(tables.size(), 1.0), true, {}}) {}

FirthOddsRatio::FirthOddsRatio(const Strata& tables, Design design)
    : design_(std::move(design)), rows_(tables.size()), beta_step_(p()), beta_first_(p()) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const double n1 = tables.a[i] + tables.b[i], n2 = tables.c[i] + tables.d[i];
    studies_.push_back(
        {tables.a[i], n1, tables.c[i], n2, numerics::log_binomial(n1, tables.a[i]) + numerics::log_binomial(n2, tables.c[i])});
  }
}

double FirthOddsRatio::theta(const Point& at, std::size_t i) const {
  double sum = 0;
  for (std::size_t j = 0; j < p(); ++j) sum += x(i, j) * at.beta[j];
  return sum;
}

void FirthOddsRatio::evaluate(Point& at) const {
  numerics::Sum loglik, penalty;
  std::vector<numerics::Sum> information(p() * p());
  for (std::size_t i = 0; i < k(); ++i) {
    const ArmPair arms(studies_[i], at.alpha[i], theta(at, i));
    loglik.add(studies_[i].coefficients);
    loglik.add(arms.first.loglik);
    loglik.add(arms.second.loglik);
    penalty.add(std::log(arms.first.w + arms.second.w));
    for (std::size_t a = 0; a < p(); ++a)
      for (std::size_t b = 0; b < p(); ++b) information[a * p() + b].add(arms.harmonic() * x(i, a) * x(i, b));
  }
  at.information.clear();
  for (const numerics::Sum& sum : information) at.information.push_back(sum.value());
  const numerics::Cholesky factor(at.information, p());
  for (std::size_t j = 0; j < p(); ++j) penalty.add(2 * std::log(factor.diagonal(j)));
  at.loglik = loglik.value();
  loglik.add(0.5 * penalty.value());
  at.penalised = loglik.value();
  if (!factor.positive() || !std::isfinite(at.penalised)) at.penalised = -std::numeric_limits<double>::infinity();
}

/// Fills rows_ and outer_ with gradient and Hessian of l*.
void FirthOddsRatio::derivatives(const Point& at) {
  const std::size_t p = this->p();
  const numerics::Cholesky factor(at.information, p);
  outer_count_ = p * (p + 1) / 2;
  outer_.clear();
  std::vector<double> y(p);
  std::fill(beta_first_.begin(), beta_first_.end(), 0.0);
  for (std::size_t i = 0; i < k(); ++i) {
    const auto [a, b] = ArmPair(studies_[i], at.alpha[i], theta(at, i));
    const Penalty part(a, b);
    for (std::size_t j = 0; j < p; ++j) y[j] = x(i, j);
    factor.solve_lower(y);
    double q = 0;
    for (double v : y) q += v * v;
    const double g1 = a.score + 0.5 * (part.l1 + q * part.h1), g2 = b.score + 0.5 * (part.l2 + q * part.h2);
    const double m11 = a.w - 0.5 * (part.l11 + q * part.h11), m22 = b.w - 0.5 * (part.l22 + q * part.h22);
    const double m12 = -0.5 * (part.l12 + q * part.h12);
    rows_[i] = {g1 + g2,
                m11 + 2 * m12 + m22,
                0.5 * (g1 - g2),
                0.5 * (m11 - m22),
                0.25 * (m11 - 2 * m12 + m22),
                part.h1 + part.h2,
                0.5 * (part.h1 - part.h2),
                0};
    // (yi' yj)^2 / 2 as a sum of products of one number for i and one for j.
    for (std::size_t r = 0; r < p; ++r)
      for (std::size_t s = 0; s <= r; ++s) outer_.push_back(y[r] * y[s] * (r == s ? 1 / std::numbers::sqrt2 : 1));
    for (std::size_t j = 0; j < p; ++j) beta_first_[j] += x(i, j) * rows_[i].effect_first;
  }
}

/// The Fisher information in the place of the Hessian, which is always positive: Firth's own iteration.
void FirthOddsRatio::expected(const Point& at) {
  outer_count_ = 0;
  for (std::size_t i = 0; i < k(); ++i) {
    const ArmPair arms(studies_[i], at.alpha[i], theta(at, i));
    rows_[i].diagonal = arms.first.w + arms.second.w;
    rows_[i].arrow = 0.5 * (arms.first.w - arms.second.w);
    rows_[i].effect = 0.25 * (arms.first.w + arms.second.w);
  }
}

/// Solves (arrow + sum of outer products) step = gradient by Woodbury's formula; false where that is no way up.
bool FirthOddsRatio::newton_step(const std::vector<bool>& held) {
  std::vector<std::size_t> free;
  for (std::size_t j = 0; j < p(); ++j)
    if (!held[j]) free.push_back(j);
  const std::size_t f = free.size(), m = outer_count_;
  std::vector<double> diagonal(k()), arrows(k() * f), corner(f * f), border((m + 1) * f), levels((m + 1) * k());
  // Right-hand sides: the outer vectors, then the gradient.
  for (std::size_t i = 0; i < k(); ++i) {
    const Row& row = rows_[i];
    diagonal[i] = row.diagonal;
    levels[m * k() + i] = row.first;
    for (std::size_t c = 0; c < m; ++c) levels[c * k() + i] = row.outer * outer_[i * m + c];
    for (std::size_t a = 0; a < f; ++a) {
      arrows[i * f + a] = x(i, free[a]) * row.arrow;
      for (std::size_t c = 0; c < m; ++c) border[c * f + a] += x(i, free[a]) * row.effect_outer * outer_[i * m + c];
      for (std::size_t b = 0; b < f; ++b) corner[a * f + b] += x(i, free[a]) * x(i, free[b]) * row.effect;
    }
  }
  for (std::size_t a = 0; a < f; ++a) border[m * f + a] = beta_first_[free[a]];
  const std::vector<double> outer_levels(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(m * k())),
      outer_border(border.begin(), border.begin() + static_cast<std::ptrdiff_t>(m * f));
  const ArrowMatrix arrow(std::move(diagonal), std::move(arrows), std::move(corner), f);
  if (!arrow.positive()) return false;
  for (std::size_t c = 0; c <= m; ++c) arrow.solve(std::span(levels).subspan(c * k(), k()), std::span(border).subspan(c * f, f));
  // (1 + V' A^-1 V) share = V' A^-1 gradient, step = A^-1 gradient - A^-1 V share.
  const auto product = [&](std::size_t c, std::size_t solved) {
    double sum = 0;
    for (std::size_t i = 0; i < k(); ++i) sum += outer_levels[c * k() + i] * levels[solved * k() + i];
    for (std::size_t a = 0; a < f; ++a) sum += outer_border[c * f + a] * border[solved * f + a];
    return sum;
  };
  std::vector<double> inner(m * m), share(m);
  for (std::size_t c = 0; c < m; ++c) {
    share[c] = product(c, m);
    for (std::size_t d = 0; d < m; ++d) inner[c * m + d] = product(c, d) + (c == d ? 1 : 0);
  }
  const numerics::Cholesky factor(std::move(inner), m);
  if (!factor.positive()) return false;
  factor.solve(share);
  std::fill(beta_step_.begin(), beta_step_.end(), 0.0);
  for (std::size_t a = 0; a < f; ++a) {
    beta_step_[free[a]] = border[m * f + a];
    for (std::size_t c = 0; c < m; ++c) beta_step_[free[a]] -= border[c * f + a] * share[c];
  }
  for (std::size_t i = 0; i < k(); ++i) {
    rows_[i].step = levels[m * k() + i];
    for (std::size_t c = 0; c < m; ++c) rows_[i].step -= levels[c * k() + i] * share[c];
  }
  return true;
}

double FirthOddsRatio::gain_of_step() const {
  double gain = 0;
  for (std::size_t j = 0; j < p(); ++j) gain += beta_first_[j] * beta_step_[j];
  for (const Row& row : rows_) gain += row.first * row.step;
  return gain;
}

/// The largest change of a linear predictor by the whole step.
double FirthOddsRatio::longest_move() const {
  double largest = 0;
  for (std::size_t i = 0; i < k(); ++i) {
    double effect = 0;
    for (std::size_t j = 0; j < p(); ++j) effect += x(i, j) * beta_step_[j];
    largest = std::max(largest, std::abs(rows_[i].step) + 0.5 * std::abs(effect));
  }
  return largest;
}

FirthOddsRatio::Point FirthOddsRatio::climb(Point here, const std::vector<bool>& held) {
  constexpr int largest_count = 500;
  constexpr double longest = 4;  // of a step in any linear predictor
  here.iterations = 0;
  here.converged = false;
  evaluate(here);
  Point there = here;
  double previous_gain = std::numeric_limits<double>::infinity();
  while (here.iterations < largest_count) {
    derivatives(here);
    // Far out, where every weight is tiny, rounding may turn the sign of a gain that is nothing.
    const bool concave = newton_step(held) && gain_of_step() >= -1e-15;
    if (!concave) {
      expected(here);
      if (!newton_step(held)) return here;
    }
    const double gain = gain_of_step();
    // Rounding ends the climb where a step promises nothing that the sum could show, and no less than the one before.
    const bool close = concave && gain < 1e-8, last = gain < 1e-20 || (close && gain > 0.25 * previous_gain);
    previous_gain = close ? gain : std::numeric_limits<double>::infinity();
    const double largest = longest_move(), slack = 1e-13 * std::abs(here.penalised);
    double length = largest > longest ? longest / largest : 1;
    for (;; length *= 0.5) {
      ++here.iterations;
      for (std::size_t j = 0; j < p(); ++j) there.beta[j] = here.beta[j] + length * beta_step_[j];
      for (std::size_t i = 0; i < k(); ++i) there.alpha[i] = here.alpha[i] + length * rows_[i].step;
      evaluate(there);
      if (close || there.penalised >= here.penalised - slack) break;
      if (length < 1e-9) return here;
    }
    there.iterations = here.iterations;
    std::swap(here, there);
    if (last) {
      derivatives(here);
      here.slope = beta_first_;
      here.converged = true;
      break;
    }
  }
  return here;
}

FirthOddsRatio::Point FirthOddsRatio::maximise() {
  Point start;
  start.beta.assign(p(), 0.0);
  for (const Arms& s : studies_) {
    const double events = s.x1 + s.x2 + 0.5, n = s.n1 + s.n2 + 1;
    start.alpha.push_back(std::log(events / (n - events)));
  }
  return climb(std::move(start), std::vector<bool>(p()));
}

FirthOddsRatio::Point FirthOddsRatio::maximise_from(Point start, const std::vector<bool>& held) {
  return climb(std::move(start), held);
}

LikelihoodInterval FirthOddsRatio::profile(const Point& maximum, std::size_t j, double cut) {
  Point last = maximum;
  std::vector<bool> held(p());
  held[j] = true;
  const auto fall = [&](double at, bool) -> std::optional<Fall> {
    Point start = last;
    start.beta[j] = at;
    Point found = climb(std::move(start), held);
    if (!found.converged) return std::nullopt;
    const Fall result{2 * (maximum.penalised - found.penalised), found.slope[j]};
    last = std::move(found);
    return result;
  };
  const double step = std::sqrt(cut * covariance(maximum)[j * p() + j]);
  EndSearch search{maximum.beta[j], -step, 1e6 * (1 + step)};
  const LikelihoodEnd lower = likelihood_end(fall, search, cut);
  last = maximum;
  search.first = step;
  const LikelihoodEnd upper = likelihood_end(fall, search, cut);
  return interval_of(lower, upper);
}

std::vector<double> FirthOddsRatio::covariance(const Point& at) const {
  const numerics::Cholesky factor(at.information, p());
  std::vector<double> inverse(p() * p());
  for (std::size_t j = 0; j < p(); ++j) {
    inverse[j * p() + j] = 1;
    factor.solve(std::span(inverse).subspan(j * p(), p()));
  }
  return inverse;
}

std::vector<double> FirthOddsRatio::weights(const Point& at) const {
  std::vector<double> shares;
  double total = 0;
  for (std::size_t i = 0; i < k(); ++i) {
    shares.push_back(ArmPair(studies_[i], at.alpha[i], theta(at, i)).harmonic());
    total += shares.back();
  }
  for (double& share : shares) share /= total;
  return shares;
}

}  // namespace tausq::model
