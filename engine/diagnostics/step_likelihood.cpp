#include "engine/diagnostics/step_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/numerics/distributions.hpp"

namespace tausq::diagnostics {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// P(lower < Z <= upper) without the cancellation of two numbers near 1.
double normal_between(double lower, double upper) {
  return lower > 0 ? numerics::normal_sf(lower) - numerics::normal_sf(upper) : numerics::normal_cdf(upper) - numerics::normal_cdf(lower);
}

}  // namespace

/// A probability with its derivatives in mu (m) and tau2 (t).
struct StepLikelihood::ClassProbability {
  double p = 0, m = 0, t = 0, mm = 0, mt = 0, tt = 0;

  /// Adds sign * P(Y <= bound) to the derivatives, u = (bound - mu) / s; the probability itself is added as a difference.
  void add_bound(double u, double s, double sign) {
    if (std::isinf(u)) return;
    const double density = sign * numerics::normal_pdf(u);
    m -= density / s;
    t -= density * u / (2 * s * s);
    mm -= density * u / (s * s);
    mt += density * (1 - u * u) / (2 * s * s * s);
    tt += density * u * (3 - u * u) / (4 * s * s * s * s);
  }
  /// P(lower < Y <= upper)
  void add_interval(double lower, double upper, double s) {
    p += normal_between(lower, upper);
    add_bound(upper, s, 1);
    add_bound(lower, s, -1);
  }
};

StepLikelihood::StepLikelihood(std::span<const double> yi, std::span<const double> vi, SelectionAlternative alternative,
                               std::span<const double> steps, std::vector<double> delta, std::vector<bool> free)
    : y_(yi.begin(), yi.end()),
      v_(vi.begin(), vi.end()),
      two_sided_(alternative == SelectionAlternative::two_sided),
      delta_(std::move(delta)) {
  // Small p-values of negative effects: the same model for -y.
  if (alternative == SelectionAlternative::less)
    for (double& y : y_) y = -y;
  for (double step : steps) critical_.push_back(numerics::normal_quantile_upper(two_sided_ ? step / 2 : step));
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double z = two_sided_ ? std::abs(y_[i]) / std::sqrt(v_[i]) : y_[i] / std::sqrt(v_[i]);
    class_.push_back(static_cast<std::size_t>(std::count_if(critical_.begin(), critical_.end(), [&](double c) { return z < c; })));
  }
  for (std::size_t j = 1; j < delta_.size(); ++j)
    if (free[j]) free_.push_back(j);
}

std::size_t StepLikelihood::studies_in(std::size_t j) const {
  return static_cast<std::size_t>(std::count(class_.begin(), class_.end(), j));
}

std::vector<double> StepLikelihood::deltas(std::span<const double> parameters) const {
  std::vector<double> delta = delta_;
  for (std::size_t f = 0; f < free_.size(); ++f) delta[free_[f]] = std::exp(parameters[2 + f]);
  return delta;
}

StepLikelihood::ClassProbability StepLikelihood::probability(std::size_t i, std::size_t j, double mu, double variance) const {
  const double s = std::sqrt(variance), se = std::sqrt(v_[i]);
  const double upper = j == 0 ? infinity : critical_[j - 1] * se, lower = j < critical_.size() ? critical_[j] * se
                                                                          : two_sided_         ? 0.0
                                                                                               : -infinity;
  ClassProbability result;
  result.add_interval((lower - mu) / s, (upper - mu) / s, s);
  if (two_sided_) result.add_interval((-upper - mu) / s, (-lower - mu) / s, s);
  return result;
}

double StepLikelihood::value(std::span<const double> parameters) const {
  const std::vector<double> delta = deltas(parameters);
  double sum = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double variance = v_[i] + parameters[1], residual = y_[i] - parameters[0];
    double published = 0;
    for (std::size_t j = 0; j < delta.size(); ++j) published += delta[j] * probability(i, j, parameters[0], variance).p;
    sum += std::log(delta[class_[i]]) - std::log(published) -
           0.5 * (std::log(2 * std::numbers::pi * variance) + residual * residual / variance);
  }
  return sum;
}

StepDerivatives StepLikelihood::derivatives(std::span<const double> parameters) const {
  const std::size_t n = this->parameters();
  const std::vector<double> delta = deltas(parameters);
  StepDerivatives result{0, std::vector<double>(n), std::vector<double>(n * n)};
  std::vector<double> first(n), second(n * n);  // of Ai
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double variance = v_[i] + parameters[1], r = y_[i] - parameters[0], inverse = 1 / variance, scaled = r * inverse;
    result.value += std::log(delta[class_[i]]) - 0.5 * (std::log(2 * std::numbers::pi * variance) + r * scaled);
    result.gradient[0] += scaled;
    result.gradient[1] += 0.5 * (scaled * scaled - inverse);
    result.hessian[0] -= inverse;
    result.hessian[1] -= scaled * inverse;
    result.hessian[n + 1] += inverse * (0.5 * inverse - scaled * scaled);

    double published = 0;
    std::fill(first.begin(), first.end(), 0.0);
    std::fill(second.begin(), second.end(), 0.0);
    std::size_t f = 2;
    for (std::size_t j = 0; j < delta.size(); ++j) {
      const ClassProbability p = probability(i, j, parameters[0], variance);
      published += delta[j] * p.p;
      first[0] += delta[j] * p.m;
      first[1] += delta[j] * p.t;
      second[0] += delta[j] * p.mm;
      second[1] += delta[j] * p.mt;
      second[n + 1] += delta[j] * p.tt;
      if (f - 2 == free_.size() || free_[f - 2] != j) continue;
      first[f] = second[f * n + f] = delta[j] * p.p;
      second[f] = delta[j] * p.m;
      second[n + f] = delta[j] * p.t;
      if (class_[i] == j) result.gradient[f] += 1;
      ++f;
    }
    result.value -= std::log(published);
    for (std::size_t a = 0; a < n; ++a) {
      result.gradient[a] -= first[a] / published;
      for (std::size_t b = 0; b <= a; ++b)
        result.hessian[b * n + a] -= second[b * n + a] / published - first[a] / published * (first[b] / published);
    }
  }
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b < a; ++b) result.hessian[a * n + b] = result.hessian[b * n + a];
  return result;
}

}  // namespace tausq::diagnostics
