#include "engine/model/two_effects.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/numerics/cholesky.hpp"

namespace tausq::model {

namespace {

constexpr std::size_t count = TwoEffects::count;

/// The free parameters of a Newton step: (ridge - hessian) step = score, the ridge raised until the matrix is positive definite.
struct NewtonStep {
  std::vector<double> step;
  double gain = 0;  ///< score . step
  bool concave = true;
};

NewtonStep newton_step(const TwoEffectsSum& term, const HeldEffects& held) {
  std::vector<std::size_t> free;
  for (std::size_t a = 0; a < held.size(); ++a)
    if (!held[a]) free.push_back(a);
  const std::size_t n = free.size();
  NewtonStep result;
  result.step.assign(held.size(), 0);
  for (double ridge = 0;; ridge = ridge == 0 ? 1e-3 : 4 * ridge) {
    std::vector<double> matrix(n * n), step(n);
    for (std::size_t a = 0; a < n; ++a) {
      step[a] = term.score[free[a]];
      for (std::size_t b = 0; b < n; ++b) matrix[b * n + a] = -term.hessian[free[a]][free[b]];
      matrix[a * n + a] += ridge * (1 + std::abs(matrix[a * n + a]));
    }
    const numerics::Cholesky factor(std::move(matrix), n);
    if (!factor.positive() && ridge < 1e12) {
      result.concave = false;
      continue;
    }
    factor.solve(step);
    for (std::size_t a = 0; a < n; ++a) {
      result.step[free[a]] = step[a];
      result.gain += step[a] * term.score[free[a]];
    }
    return result;
  }
}

/// Adds a study with the row x of its moderators, empty for a mean of its own.
void add(const TwoEffectsTerm& study, const std::vector<double>& x, TwoEffectsSum& sum) {
  const std::size_t n = sum.score.size();
  const auto local = [](std::size_t a) { return a < count ? a : std::size_t{TwoEffects::theta}; };
  const auto factor = [&](std::size_t a) {
    if (local(a) != TwoEffects::theta || x.empty()) return 1.0;
    return x[a < count ? 0 : a - count + 1];
  };
  sum.loglik += study.loglik;
  for (std::size_t a = 0; a < n; ++a) {
    sum.score[a] += factor(a) * study.score[local(a)];
    for (std::size_t b = 0; b < n; ++b) sum.hessian[a][b] += factor(a) * factor(b) * study.hessian[local(a)][local(b)];
  }
}

TwoEffectsSum zero_sum(std::size_t n) {
  return {0, std::vector<double>(n), std::vector<std::vector<double>>(n, std::vector<double>(n))};
}

}  // namespace

std::optional<double> TwoEffects::correlation() const {
  if (value[t] == 0 || sigma2() == 0) return std::nullopt;
  return (value[t] < 0 ? -value[c] : value[c]) / std::sqrt(sigma2());
}

TwoEffectsModel::TwoEffectsModel(const ArmPairs& arms, bool correlated, Design design)
    : arms_(arms), correlated_(correlated), design_(std::move(design)) {
  if (design_.p() == 0) design_ = {arms.k(), {"intercept"}, std::vector<double>(arms.k(), 1.0), true, {}};
  const double k = static_cast<double>(arms.k());
  double levels = 0, differences = 0;
  for (std::size_t i = 0; i < arms.k(); ++i) {
    const auto [first, second] = arms.centres(i);
    levels += 0.5 * (first + second), differences += first - second;
  }
  level_ = levels / k, difference_ = differences / k;
  for (std::size_t i = 0; i < arms.k(); ++i) {
    const auto [first, second] = arms.centres(i);
    level_spread_ += std::pow(0.5 * (first + second) - level_, 2) / k;
    difference_spread_ += std::pow(first - second - difference_, 2) / k;
  }
  level_spread_ = std::sqrt(level_spread_), difference_spread_ = std::sqrt(difference_spread_);
}

HeldEffects TwoEffectsModel::held(bool common) const {
  HeldEffects result(count + design_.p() - 1, false);
  result[TwoEffects::c] = common || !correlated_;
  result[TwoEffects::t] = common;
  return result;
}

TwoEffects TwoEffectsModel::of_study(const TwoEffectsPoint& at, std::size_t i) const {
  TwoEffects study = at;
  study[TwoEffects::theta] = 0;
  for (std::size_t j = 0; j < design_.p(); ++j) study[TwoEffects::theta] += design_.x[j * design_.k + i] * at[at.place(j)];
  return study;
}

TwoEffectsSum TwoEffectsModel::evaluate(const TwoEffectsPoint& at, bool difference_varies) const {
  TwoEffectsSum sum = zero_sum(at.size());
  std::vector<double> x(design_.p());
  for (std::size_t i = 0; i < arms_.k(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = design_.x[j * design_.k + i];
    add(integrate_two_effects(arms_, i, of_study(at, i), difference_varies), x, sum);
  }
  return sum;
}

/// Of a climb: no estimate lies beyond it, where the lattice takes its time and the likelihood is flat.
constexpr double largest_sd = 40;

TwoEffectsMaximum TwoEffectsModel::maximise_from(TwoEffectsPoint start, const HeldEffects& held) const {
  const bool varies = !(held[TwoEffects::t] && start[TwoEffects::t] == 0);
  TwoEffectsMaximum result{start, evaluate(start, varies), false, 0};
  double previous_gain = std::numeric_limits<double>::infinity();
  while (result.iterations < 300) {
    const NewtonStep newton = newton_step(result.sum, held);
    if (!std::isfinite(newton.gain)) return result;
    // Close to the maximum of large counts (1e10 a cell) rounding decides whether a step gains: the last one is that which promises no less
    // than before.
    const bool close = newton.concave && newton.gain < 1e-6;
    const bool last = close && (newton.gain < 1e-11 || newton.gain > 0.5 * previous_gain);
    previous_gain = close ? newton.gain : std::numeric_limits<double>::infinity();
    double longest = 0, length = 1;
    for (double s : newton.step) longest = std::max(longest, std::abs(s));
    if (longest > 3) length = 3 / longest;
    const double slack = 1e-11 * (1 + std::abs(result.sum.loglik));
    for (;; length *= 0.5) {
      ++result.iterations;
      TwoEffectsPoint next = result.at;
      for (std::size_t a = 0; a < next.size(); ++a) next[a] += length * newton.step[a];
      TwoEffectsSum sum = evaluate(next, varies);
      if (sum.loglik >= result.sum.loglik - slack || (close && std::isfinite(sum.loglik))) {
        result.at = std::move(next);
        result.sum = std::move(sum);
        break;
      }
      if (length < 1e-9) return result;
    }
    if (last) {
      result.converged = true;
      break;
    }
    for (const std::size_t sd : {TwoEffects::s, TwoEffects::c, TwoEffects::t})
      if (!held[sd] && std::abs(result.at[sd]) > largest_sd) return result;
  }
  return result;
}

TwoEffectsMaximum TwoEffectsModel::maximise_common() const {
  TwoEffectsPoint start;
  start.more.assign(design_.p() - 1, 0);
  start[TwoEffects::alpha] = level_, start[TwoEffects::theta] = design_.intercept ? difference_ : 0;
  start[TwoEffects::s] = std::max(level_spread_, 0.1);
  return maximise_from(start, held(true));
}

TwoEffectsMaximum TwoEffectsModel::maximise(const TwoEffectsMaximum& common) const {
  TwoEffectsMaximum best = common;
  // Arms that are all at an end of their range ask for effects without end.
  bool bounded = false;
  for (std::size_t i = 0; i < arms_.k(); ++i) bounded = bounded || arms_.bounded(i);
  if (!bounded) {
    best.converged = false;
    best.unbounded = true;
    return best;
  }
  for (const double share : {0.3, 1.0}) {
    TwoEffectsPoint start = common.at;
    start[TwoEffects::t] = std::max(share * difference_spread_, 0.05);
    if (correlated_) start[TwoEffects::c] = 0.01 * start[TwoEffects::s];
    TwoEffectsMaximum found = maximise_from(start, held(false));
    best.iterations += found.iterations;
    // A climb that did not end above all others is reported as such.
    if (found.sum.loglik <= best.sum.loglik + 1e-10) continue;
    found.iterations = best.iterations;
    best = std::move(found);
  }
  return best;
}

std::optional<double> TwoEffectsModel::saturated_loglik(const TwoEffectsMaximum& common) const {
  std::vector<double> theta;
  for (std::size_t i = 0; i < arms_.k(); ++i) theta.push_back(of_study(common.at, i)[TwoEffects::theta]);
  TwoEffects at = common.at;
  const HeldEffects only_theta{true, false, true, true, true}, without_theta{false, true, false, true, true};
  // theta_i maximised within each study; the rest sees the Schur complement.
  const auto profile = [&](const TwoEffects& where) {
    TwoEffectsSum sum = zero_sum(count);
    for (std::size_t i = 0; i < arms_.k(); ++i) {
      TwoEffects point = where;
      TwoEffectsTerm term;
      for (int step = 0; step < 100; ++step) {
        point[TwoEffects::theta] = theta[i];
        term = integrate_two_effects(arms_, i, point, false);
        TwoEffectsSum own = zero_sum(count);
        add(term, {}, own);
        const NewtonStep newton = newton_step(own, only_theta);
        if (newton.gain < 1e-13) break;
        theta[i] += std::clamp(newton.step[TwoEffects::theta], -2.0, 2.0);
      }
      const double own = term.hessian[TwoEffects::theta][TwoEffects::theta];
      for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = 0; b < count; ++b)
          if (a != TwoEffects::theta && b != TwoEffects::theta)
            term.hessian[a][b] -= term.hessian[a][TwoEffects::theta] * term.hessian[b][TwoEffects::theta] / own;
      add(term, {}, sum);
    }
    return sum;
  };
  TwoEffectsSum here = profile(at);
  for (int i = 0; i < 100; ++i) {
    const NewtonStep newton = newton_step(here, without_theta);
    if (!std::isfinite(newton.gain)) return std::nullopt;
    if (newton.concave && newton.gain < 1e-11) return here.loglik;
    for (double length = 1;; length *= 0.5) {
      if (length < 1e-9) return std::nullopt;
      TwoEffects next = at;
      for (std::size_t a = 0; a < count; ++a) next[a] += std::clamp(length * newton.step[a], -3.0, 3.0);
      TwoEffectsSum there = profile(next);
      if (!(there.loglik >= here.loglik - 1e-11 * (1 + std::abs(here.loglik)))) continue;
      at = next;
      here = std::move(there);
      break;
    }
  }
  return std::nullopt;
}

std::optional<std::vector<std::vector<double>>> TwoEffectsModel::covariance(const TwoEffectsMaximum& maximum, bool common) const {
  const HeldEffects fixed = held(common);
  std::vector<std::size_t> free;
  for (std::size_t a = 0; a < fixed.size(); ++a)
    // A standard deviation of 0 is a boundary: what is known of it says nothing about the others, and may be nothing.
    if (!fixed[a] && !((a == TwoEffects::s || a == TwoEffects::t) && std::abs(maximum.at[a]) < 1e-4)) free.push_back(a);
  const std::size_t n = free.size();
  std::vector<double> matrix(n * n);
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b < n; ++b) matrix[b * n + a] = -maximum.sum.hessian[free[a]][free[b]];
  const numerics::Cholesky factor(std::move(matrix), n);
  if (!factor.positive()) return std::nullopt;
  std::vector<std::vector<double>> result = zero_sum(fixed.size()).hessian;
  for (std::size_t a = 0; a < n; ++a) {
    std::vector<double> unit(n);
    unit[a] = 1;
    factor.solve(unit);
    for (std::size_t b = 0; b < n; ++b) result[free[a]][free[b]] = unit[b];
  }
  return result;
}

std::vector<double> TwoEffectsModel::information(const TwoEffectsMaximum& maximum, bool common) const {
  std::vector<double> result;
  for (std::size_t i = 0; i < arms_.k(); ++i)
    result.push_back(-integrate_two_effects(arms_, i, of_study(maximum.at, i), !common && maximum.at.tau2() > 0)
                          .hessian[TwoEffects::theta][TwoEffects::theta]);
  return result;
}

LikelihoodEnd TwoEffectsModel::end_along(const TwoEffectsMaximum& maximum, std::size_t index, HeldEffects held, const EndSearch& search,
                                         double cut) const {
  held[index] = true;
  TwoEffectsPoint last = maximum.at;
  const auto fall = [&](double value, bool) -> std::optional<Fall> {
    TwoEffectsPoint start = last;
    start[index] = value;
    const TwoEffectsMaximum found = maximise_from(std::move(start), held);
    if (!found.converged) return std::nullopt;
    last = found.at;
    return Fall{2 * (maximum.sum.loglik - found.sum.loglik), found.sum.score[index]};
  };
  return likelihood_end(fall, search, cut);
}

LikelihoodInterval TwoEffectsModel::profile_theta(const TwoEffectsMaximum& maximum, double cut, bool common, std::size_t j) const {
  const std::size_t place = TwoEffectsPoint::place(j);
  const auto v = covariance(maximum, common);
  if (!v) return {std::nullopt, std::nullopt, false};
  const double step = std::sqrt(cut * (*v)[place][place]);
  TwoEffectsMaximum from = maximum;
  // From a boundary the search must be able to leave it: the likelihood is stationary there whatever lies beyond.
  if (!common && std::abs(from.at[TwoEffects::t]) < 0.05) from.at[TwoEffects::t] = 0.05;
  EndSearch search{maximum.at[place], -step, 100 * (step + 1)};
  const LikelihoodEnd lower = end_along(from, place, held(common), search, cut);
  search.first = step;
  const LikelihoodEnd upper = end_along(from, place, held(common), search, cut);
  return interval_of(lower, upper);
}

LikelihoodInterval TwoEffectsModel::profile_tau2(const TwoEffectsMaximum& maximum, const TwoEffectsMaximum& common, double cut) const {
  constexpr double largest_tau = 100;
  const double tau = std::abs(maximum.at[TwoEffects::t]);
  TwoEffectsMaximum from = maximum;
  if (maximum.at[TwoEffects::t] < 0) from.at[TwoEffects::t] = tau, from.at[TwoEffects::c] = -maximum.at[TwoEffects::c];
  EndSearch search{tau, std::max(0.5 * tau, 0.2), largest_tau};
  LikelihoodEnd upper = end_along(from, TwoEffects::t, held(false), search, cut), lower{0, true};
  if (2 * (maximum.sum.loglik - common.sum.loglik) > cut) {
    search.first = -0.5 * tau;
    search.outside = 0;
    lower = end_along(from, TwoEffects::t, held(false), search, cut);
  }
  for (LikelihoodEnd* end : {&lower, &upper})
    if (end->value) *end->value *= *end->value;
  return interval_of(lower, upper);
}

}  // namespace tausq::model
