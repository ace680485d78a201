#include "engine/model/firth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/model/likelihood_end.hpp"
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

/// log det(I) / 2 less log S / 2 of one study, its part of S, and their derivatives in the two linear predictors.
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

}  // namespace

FirthOddsRatio::FirthOddsRatio(const Strata& tables) : rows_(tables.size()) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const double n1 = tables.a[i] + tables.b[i], n2 = tables.c[i] + tables.d[i];
    studies_.push_back(
        {tables.a[i], n1, tables.c[i], n2, numerics::log_binomial(n1, tables.a[i]) + numerics::log_binomial(n2, tables.c[i])});
  }
}

double FirthOddsRatio::information(const Point& at) const {
  numerics::Sum sum;
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const Arms& s = studies_[i];
    const double w1 = Arm(s.x1, s.n1, at.alpha[i] + 0.5 * at.theta).w, w2 = Arm(s.x2, s.n2, at.alpha[i] - 0.5 * at.theta).w;
    sum.add(w1 * (w2 / (w1 + w2)));
  }
  return sum.value();
}

void FirthOddsRatio::evaluate(Point& at) {
  numerics::Sum loglik, penalty;
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const Arms& s = studies_[i];
    const Arm first(s.x1, s.n1, at.alpha[i] + 0.5 * at.theta), second(s.x2, s.n2, at.alpha[i] - 0.5 * at.theta);
    loglik.add(s.coefficients);
    loglik.add(first.loglik);
    loglik.add(second.loglik);
    penalty.add(std::log(first.w + second.w));
  }
  at.information = information(at);
  at.loglik = loglik.value();
  loglik.add(0.5 * (penalty.value() + std::log(at.information)));
  at.penalised = loglik.value();
  if (!std::isfinite(at.penalised)) at.penalised = -std::numeric_limits<double>::infinity();
}

/// Fills rows_ and border_ with gradient and Hessian of l*; the weight of the outer product in -Hessian is returned.
double FirthOddsRatio::derivatives(const Point& at, bool theta_held) {
  const double s = at.information;
  border_ = {};
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const Arms& study = studies_[i];
    const Arm a(study.x1, study.n1, at.alpha[i] + 0.5 * at.theta), b(study.x2, study.n2, at.alpha[i] - 0.5 * at.theta);
    const Penalty p(a, b);
    const double g1 = a.score + 0.5 * (p.l1 + p.h1 / s), g2 = b.score + 0.5 * (p.l2 + p.h2 / s);
    const double m11 = a.w - 0.5 * (p.l11 + p.h11 / s), m22 = b.w - 0.5 * (p.l22 + p.h22 / s), m12 = -0.5 * (p.l12 + p.h12 / s);
    rows_[i] = {g1 + g2, m11 + 2 * m12 + m22, 0.5 * (m11 - m22), p.h1 + p.h2, 0};
    border_.first += 0.5 * (g1 - g2);
    border_.corner += 0.25 * (m11 - 2 * m12 + m22);
    border_.outer += 0.5 * (p.h1 - p.h2);
  }
  if (theta_held)
    for (Row& row : rows_) row.arrow = 0;
  return 0.5 / (s * s);
}

/// Solves (arrow + weight outer outer') step = gradient by Sherman & Morrison's formula; false where that is no way up.
bool FirthOddsRatio::newton_step(double outer_weight, bool theta_held) {
  double corner = border_.corner, target = border_.first, outer = border_.outer;
  for (Row& row : rows_) {
    if (!(row.diagonal > 0)) return false;
    corner -= row.arrow * row.arrow / row.diagonal;
    target -= row.arrow * row.first / row.diagonal;
    outer -= row.arrow * row.outer / row.diagonal;
  }
  if (!theta_held && !(corner > 0)) return false;
  // Both solutions with the arrow alone: of the gradient and of the outer vector.
  const double theta_step = theta_held ? 0 : target / corner, theta_outer = theta_held ? 0 : outer / corner;
  double along_step = theta_held ? 0 : border_.outer * theta_step, along_outer = theta_held ? 0 : border_.outer * theta_outer;
  for (Row& row : rows_) {
    row.step = (row.first - row.arrow * theta_step) / row.diagonal;
    along_step += row.outer * row.step;
    along_outer += row.outer * (row.outer - row.arrow * theta_outer) / row.diagonal;
  }
  const double share = outer_weight * along_step / (1 + outer_weight * along_outer);
  border_.step = theta_step - share * theta_outer;
  for (Row& row : rows_) row.step -= share * (row.outer - row.arrow * theta_outer) / row.diagonal;
  return 1 + outer_weight * along_outer > 0;
}

/// The same with the Fisher information, which is always positive: Firth's own iteration.
void FirthOddsRatio::scoring_step(const Point& at, bool theta_held) {
  border_.corner = 0;
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const Arms& s = studies_[i];
    const double w1 = Arm(s.x1, s.n1, at.alpha[i] + 0.5 * at.theta).w, w2 = Arm(s.x2, s.n2, at.alpha[i] - 0.5 * at.theta).w;
    rows_[i].diagonal = w1 + w2;
    rows_[i].arrow = theta_held ? 0 : 0.5 * (w1 - w2);
    border_.corner += 0.25 * (w1 + w2);
  }
  newton_step(0, theta_held);
}

FirthOddsRatio::Point FirthOddsRatio::climb(Point here, bool theta_held) {
  constexpr int largest_count = 500;
  constexpr double longest = 4;  // of a step in any linear predictor
  here.iterations = 0;
  here.converged = false;
  evaluate(here);
  Point there = here;
  double previous_gain = std::numeric_limits<double>::infinity();
  const auto gain_of_step = [&] {
    double gain = theta_held ? 0 : border_.first * border_.step;
    for (const Row& row : rows_) gain += row.first * row.step;
    return gain;
  };
  while (here.iterations < largest_count) {
    const double outer_weight = derivatives(here, theta_held);
    here.slope = border_.first;
    // Far out, where every weight is tiny, rounding may turn the sign of a gain that is nothing.
    const bool concave = newton_step(outer_weight, theta_held) && gain_of_step() >= -1e-15;
    if (!concave) scoring_step(here, theta_held);
    const double gain = gain_of_step();
    // Rounding ends the climb where a step promises nothing that the sum could show, and no less than the one before.
    const bool close = concave && gain < 1e-8, last = gain < 1e-20 || (close && gain > 0.25 * previous_gain);
    previous_gain = close ? gain : std::numeric_limits<double>::infinity();
    double largest = 0;
    for (const Row& row : rows_) largest = std::max(largest, std::abs(row.step) + 0.5 * std::abs(border_.step));
    double length = largest > longest ? longest / largest : 1;
    const double slack = 1e-13 * std::abs(here.penalised);
    for (;; length *= 0.5) {
      ++here.iterations;
      there.theta = here.theta + (theta_held ? 0 : length * border_.step);
      for (std::size_t i = 0; i < rows_.size(); ++i) there.alpha[i] = here.alpha[i] + length * rows_[i].step;
      evaluate(there);
      if (close || there.penalised >= here.penalised - slack) break;
      if (length < 1e-9) return here;
    }
    there.iterations = here.iterations;
    std::swap(here, there);
    if (last) {
      derivatives(here, theta_held);
      here.slope = border_.first;
      here.converged = true;
      break;
    }
  }
  return here;
}

FirthOddsRatio::Point FirthOddsRatio::maximise() {
  Point start;
  for (const Arms& s : studies_) {
    const double x = s.x1 + s.x2 + 0.5, n = s.n1 + s.n2 + 1;
    start.alpha.push_back(std::log(x / (n - x)));
  }
  return climb(std::move(start), false);
}

FirthOddsRatio::Point FirthOddsRatio::maximise_at(double theta, Point start) {
  start.theta = theta;
  return climb(std::move(start), true);
}

LikelihoodInterval FirthOddsRatio::profile(const Point& maximum, double cut) {
  Point last = maximum;
  const auto fall = [&](double theta, bool) -> std::optional<Fall> {
    Point found = maximise_at(theta, last);
    if (!found.converged) return std::nullopt;
    const Fall result{2 * (maximum.penalised - found.penalised), found.slope};
    last = std::move(found);
    return result;
  };
  const double step = std::sqrt(cut / maximum.information);
  EndSearch search{maximum.theta, -step, 1e6 * (1 + step)};
  const LikelihoodEnd lower = likelihood_end(fall, search, cut);
  last = maximum;
  search.first = step;
  const LikelihoodEnd upper = likelihood_end(fall, search, cut);
  return {lower.value, upper.value, lower.converged && upper.converged};
}

std::vector<double> FirthOddsRatio::weights(const Point& at) const {
  std::vector<double> shares;
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const Arms& s = studies_[i];
    const double w1 = Arm(s.x1, s.n1, at.alpha[i] + 0.5 * at.theta).w, w2 = Arm(s.x2, s.n2, at.alpha[i] - 0.5 * at.theta).w;
    shares.push_back(w1 * (w2 / (w1 + w2)) / at.information);
  }
  return shares;
}

}  // namespace tausq::model
