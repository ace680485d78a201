#include "engine/model/log_binomial.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace tausq::model {

namespace {

constexpr double log_root_two_pi = 0.91893853320467274178;

/// log expit(t) and log(1 - expit(t)).
double log_p(double t) {
  return t < 0 ? t - std::log1p(std::exp(t)) : -std::log1p(std::exp(-t));
}
double log_q(double t) {
  return log_p(-t);
}

/// Integrals of w^j exp(-z w - w^2 / 2) over w > 0, j = 0 .. 3: Mills' ratio and its kin, I_j+1 = j I_j-1 - z I_j (I_1 = 1 - z I_0).
std::array<double, 4> mills_moments(double z) {
  std::array<double, 4> moment{};
  if (z < 3) {
    moment[0] = std::exp(0.5 * z * z + numerics::log_normal_sf(z) + log_root_two_pi);
    moment[1] = 1 - z * moment[0];
    for (std::size_t j = 1; j < 3; ++j) moment[j + 1] = static_cast<double>(j) * moment[j - 1] - z * moment[j];
    return moment;
  }
  // Upwards that would cancel; the ratios I_j / I_j-1 = j / (z + I_j+1 / I_j) come down from far above.
  std::array<double, 4> ratio{};
  double above = 0;
  for (int j = 60; j >= 1; --j) {
    above = j / (z + above);
    if (j <= 3) ratio[static_cast<std::size_t>(j)] = above;
  }
  moment[0] = 1 / (z + ratio[1]);
  for (std::size_t j = 1; j < 4; ++j) moment[j] = moment[j - 1] * ratio[j];
  return moment;
}

/// x = n: the integral is Phi(a) + exp(n eta + n^2 tau2 / 2) Phi(-z), a = eta / tau, z = a + n tau; in units of phi(a) the sum of two of
/// Mills' ratios.
StudyTerm integrate_events_only(double n, double eta, double tau) {
  constexpr double far = 30;
  const double a = eta / tau, z = a + n * tau;
  StudyTerm term;
  if (a > far) return term;
  if (z < -far) {  // nothing of the prior reaches 0
    term.loglik = n * eta + 0.5 * n * n * tau * tau;
    term.d_eta = n;
    term.d_tau2 = 0.5 * n * n;
    return term;
  }
  const auto [i0, i1, i2, i3] = mills_moments(z);
  const double total = mills_moments(-a)[0] + i0, rate = n / total;
  double d2 = 0, d3 = 0, d4 = 0;
  if (z < 0) {  // by d I_0 / deta = n I_0 - 1 / tau, phi(a) and its derivatives included
    const double b1 = n * i0 - 1 / tau, b2 = n * b1 + a / (tau * tau), b3 = n * b2 + (1 - a * a) / (tau * tau * tau);
    d2 = rate * b1, d3 = rate * b2, d4 = rate * b3;
  } else {
    d2 = -rate / tau * (a * i0 + i1);
    d3 = rate / (tau * tau) * ((a * a - 1) * i0 + 2 * a * i1 + i2);
    d4 = -rate / (tau * tau * tau) * (a * (a * a - 3) * i0 + 3 * (a * a - 1) * i1 + 3 * a * i2 + i3);
  }
  return integral::term_of(-0.5 * a * a - log_root_two_pi + std::log(total), {rate * i0, d2, d3, d4});
}

/// The mode of p^x q^(m + 1) phi((log p - eta) / tau) in t = logit p: the only root of x - (log p - eta) / tau2 = (m + 1) p / q.
struct Mode {
  double t, log_p, q, curvature;  ///< curvature: minus the second derivative in t
};

Mode mode_of(const LogBinomialLikelihood& study, double eta, double tau) {
  const double x = study.events(), m1 = study.others() + 1, precision = 1 / (tau * tau), own = 1 / study.variance();
  const double blend = (study.centre() * own + eta * precision) / (own + precision);
  double t = blend < 0 ? blend - std::log(-std::expm1(blend)) : std::log((x + eta * precision) / m1);
  double lo = -std::numeric_limits<double>::infinity(), hi = -lo;
  Mode mode{};
  for (int i = 0; i < 200; ++i) {
    const double p = std::exp(log_p(t)), q = std::exp(log_q(t));
    const double slope = q * (x - (log_p(t) - eta) * precision) - m1 * p;
    mode = {t, log_p(t), q, m1 * p + q * q * precision};
    double step = std::clamp(slope / mode.curvature, -3.0, 3.0);
    if (step * step * mode.curvature < 1e-3) break;
    (slope > 0 ? lo : hi) = t;
    if (!(t + step > lo && t + step < hi)) step = 0.5 * (lo + hi) - t;
    t += step;
  }
  return mode;
}

/// Trapezoidal rule in t. Off the axis the prior decays up to an angle of pi / 4 only.
StudyTerm integrate_in_logit(const LogBinomialLikelihood& study, const Mode& mode, double eta, double tau, double accuracy) {
  const double y = std::min(0.7, std::sqrt(2 * accuracy / mode.curvature));
  const double step = 2 * std::numbers::pi * y / (accuracy - mode.curvature * std::log(std::cos(y)));
  const double centre = (mode.log_p - eta) / tau;
  integral::PriorSide sums;
  double top = 0;
  for (const double direction : {step, -step}) {
    for (int j = direction > 0 ? 0 : 1;; ++j) {
      const double z = j * direction, t = mode.t + z;
      const double beyond = -std::log1p(mode.q * std::expm1(-z)) / tau, u = centre + beyond;  // log p(t) - log p(mode), to the last digit
      const double value = study.in_logit().value(t) + log_q(t) - 0.5 * u * u;
      if (j == 0) top = value;
      if (!(value - top > -accuracy)) break;
      sums.add(beyond, std::exp(value - top));
    }
  }
  StudyTerm term;
  sums.derivatives(centre, tau * tau, term);
  term.loglik = top + std::log(step * sums.total() / tau) - log_root_two_pi;
  return term;
}

/// The ordinary rule, where the prior is narrow and does not reach 0.
StudyTerm integrate_far_from_end(const LogBinomialLikelihood& study, const Mode& mode, double eta, double tau, double accuracy) {
  const double information = -study.at(mode.log_p).second;
  const integral::Nodes nodes{
      eta, tau, accuracy, (mode.log_p - eta) / tau, integral::step_in_strip(tau, information, accuracy, -0.5 * mode.log_p), information};
  integral::DataSide sums(study.at(mode.log_p));
  const double top = integral::sweep(
      nodes, [&](double at) { return study.at(at); }, [&](double, double w, const Derivatives& l) { sums.add(l, w); });
  StudyTerm term;
  sums.derivatives(term);
  term.loglik = integral::log_integral(nodes, top, sums.total());
  return term;
}

}  // namespace

LogBinomialLikelihood::LogBinomialLikelihood(double x, double n)
    : x_(x), m_(n - x), centre_(std::log((x + 0.5) / (n + 1))), variance_((m_ + 0.5) / ((n + 1) * (x + 0.5))), logit_(x, n) {}

double LogBinomialLikelihood::value(double eta) const {
  if (eta >= 0) return m_ > 0 ? -std::numeric_limits<double>::infinity() : 0;
  return logit_.value(eta - std::log(-std::expm1(eta)));
}

Derivatives LogBinomialLikelihood::at(double eta) const {
  if (eta >= 0) return {value(eta), 0, 0, 0, 0};
  const double p = std::exp(eta), q = -std::expm1(eta), odds = p / q;
  const double rest = m_ * odds / q;  // m times the derivative of the odds
  return {value(eta), x_ - m_ * odds, -rest, -rest * (1 + p) / q, -rest * (1 + p * (4 + p)) / (q * q)};
}

StudyTerm integrate(const LogBinomialLikelihood& study, double eta, double tau2, double accuracy) {
  if (tau2 == 0) return integral::at_point(study, eta);
  const double tau = std::sqrt(tau2);
  if (study.rises()) return integrate_events_only(study.events(), eta, tau);
  constexpr double wide = 3;
  if (study.events() == 0 && tau > wide) return integral::integrate_rise(study.in_logit(), eta, tau, accuracy, log_p);
  const Mode mode = mode_of(study, eta, tau);
  const bool narrow = -mode.log_p > 20 * tau && -study.at(mode.log_p).second * tau2 < 1;
  return narrow ? integrate_far_from_end(study, mode, eta, tau, accuracy) : integrate_in_logit(study, mode, eta, tau, accuracy);
}

}  // namespace tausq::model
