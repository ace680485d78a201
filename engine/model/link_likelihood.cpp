#include "engine/model/link_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/numerics/deviance.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::model {

namespace {

/// phi(z) / Phi(z) - the hazard of -z - with the part of it that does not cancel against z: excess = hazard + z > 0.
struct Hazard {
  double hazard, excess;
};

Hazard hazard_of(double z, double tail) {
  constexpr double far = -8;
  if (z > far) {
    const double hazard = numerics::normal_pdf(z) / tail;
    return {hazard, hazard + z};
  }
  // Continued fraction of Mills' ratio, t = -z: hazard = t + 1 / (t + 2 / (t + 3 / (t + ...))).
  double rest = -z;
  for (int j = 30; j >= 2; --j) rest = -z + j / rest;
  return {1 / rest - z, 1 / rest};
}

/// log Phi(z) with derivatives, given Phi(z) and its logarithm.
Derivatives log_normal(double z, double tail, double log_tail) {
  const auto [h, e] = hazard_of(z, tail);
  const double d2 = -h * e, one = 1 + d2;  // h' = -h e, e' = 1 - h e
  const double d3 = -d2 * e - h * one;
  const double d4 = -d3 * e - 2 * d2 * one - h * d3;
  return {log_tail, h, d2, d3, d4};
}

constexpr double largest_probit = 1e100, largest_cloglog = 100;

}  // namespace

LogProportions Probit::value(double eta) {
  const double z = std::clamp(eta, -largest_probit, largest_probit) / std::numbers::sqrt2;
  const double p = 0.5 * std::erfc(-z), q = 0.5 * std::erfc(z);
  // Where a tail is out of range its logarithm is not.
  const double log_p = p > 0.5 ? std::log1p(-q) : p > 1e-290 ? std::log(p) : numerics::log_normal_sf(-eta);
  const double log_q = q > 0.5 ? std::log1p(-p) : q > 1e-290 ? std::log(q) : numerics::log_normal_sf(eta);
  return {p, q, log_p, log_q};
}

LogProportionDerivatives Probit::derivatives(double eta) {
  const double z = std::clamp(eta, -largest_probit, largest_probit);
  const LogProportions at = value(z);
  Derivatives q = log_normal(-z, at.q, at.log_q);
  q.first = -q.first, q.third = -q.third;
  return {at, log_normal(z, at.p, at.log_p), q};
}

double Probit::of(double p, double q) {
  return p < q ? numerics::normal_quantile(p) : numerics::normal_quantile_upper(q);
}

double Probit::strip(double centre) {
  return 1.4 / std::max(1.0, std::abs(centre));
}

LogProportions ComplementaryLogLog::value(double eta) {
  const double hazard = std::exp(std::min(eta, largest_cloglog)), p = -std::expm1(-hazard), q = std::exp(-hazard);
  return {p, q, p < 0.5 ? std::log(p) : std::log1p(-q), -hazard};
}

LogProportionDerivatives ComplementaryLogLog::derivatives(double eta) {
  const LogProportions at = value(eta);
  const double hazard = -at.log_q;
  const double g = hazard > 0 ? hazard / std::expm1(hazard) : 1;  // (log p)'; g' = g (1 - hazard - g)
  // 1 - hazard - g, by its series where it would cancel: g = 1 - hazard / 2 + hazard^2 / 12 - hazard^4 / 720 + ...
  const double h2 = hazard * hazard;
  const double e = hazard < 0.02 ? -0.5 * hazard - h2 / 12 * (1 - h2 / 60) : 1 - hazard - g;
  const double d2 = g * e, e1 = -hazard - d2;
  const double d3 = d2 * e + g * e1, e2 = -hazard - d3;
  const double d4 = d3 * e + 2 * d2 * e1 + g * e2;
  return {at, {at.log_p, g, d2, d3, d4}, {-hazard, -hazard, -hazard, -hazard, -hazard}};
}

double ComplementaryLogLog::of(double p, double q) {
  return std::log(p < 0.5 ? -std::log1p(-p) : -std::log(q));
}

double ComplementaryLogLog::strip(double centre) {
  return 1.4 / std::max(1.75, std::exp(centre));
}

template <typename Link>
LinkLikelihood<Link>::LinkLikelihood(double x, double n)
    : x_(x), m_(n - x), saturated_(std::log(numerics::binomial_pmf(x, n, x / n))), coefficient_(numerics::log_binomial(n, x)) {
  const double p = (x + 0.5) / (n + 1), q = (m_ + 0.5) / (n + 1);
  centre_ = Link::of(p, q);
  const double slope = Link::derivatives(centre_).log_p.first * p;  // dp / deta
  variance_ = p * q / ((n + 1) * slope * slope);
  strip_ = Link::strip(centre_);
}

template <typename Link>
double LinkLikelihood<Link>::value_at(const LogProportions& at) const {
  constexpr double direct = 1000;  // up to so many, the terms lose less than 1e-12 by being subtracted
  const double n = x_ + m_;
  if (n <= direct || !(at.p > 1e-290 && at.q > 1e-290)) {
    // 0 log 0 = 0
    return coefficient_ + (x_ > 0 ? x_ * at.log_p : 0) + (m_ > 0 ? m_ * at.log_q : 0);
  }
  return saturated_ - numerics::deviance_term(x_, n * at.p) - numerics::deviance_term(m_, n * at.q);
}

template <typename Link>
double LinkLikelihood<Link>::value(double eta) const {
  return value_at(Link::value(eta));
}

template <typename Link>
Derivatives LinkLikelihood<Link>::at(double eta) const {
  const LogProportionDerivatives d = Link::derivatives(eta);
  const auto sum = [&](double p, double q) { return (x_ > 0 ? x_ * p : 0) + (m_ > 0 ? m_ * q : 0); };
  return {value_at(d.at), sum(d.log_p.first, d.log_q.first), sum(d.log_p.second, d.log_q.second), sum(d.log_p.third, d.log_q.third),
          sum(d.log_p.fourth, d.log_q.fourth)};
}

template class LinkLikelihood<Probit>;
template class LinkLikelihood<ComplementaryLogLog>;

}  // namespace tausq::model
