// The integral over a study's random effect, log integral exp(l(eta + tau u)) phi(u) du, and its derivatives.
//
// The integrand is log-concave and analytic: the log-likelihoods of counts have no singularity within pi / 2 of the real
// axis. The trapezoidal rule on such a function errs by about its Fourier transform at 2 pi / step (Trefethen & Weideman
// 2014, SIAM Review 56:385), so the step that gives a wanted accuracy follows from the width of the integrand and needs no
// trial and error. Centred and scaled at each study's mode it takes about as many nodes as adaptive Gauss-Hermite
// quadrature, and it keeps its accuracy where that one fails: skewed and one-sided integrands, tau from 0 to 1000.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <numbers>
#include <span>

#include "engine/model/study_term.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/exp_all.hpp"

namespace tausq::model {

/// Accuracies of an integral as -log(relative error).
constexpr double full_accuracy = 36;
constexpr double rough_accuracy = 9;

namespace integral {

/// Step in u for a relative error exp(-accuracy), from the bound exp(-omega y) max |f(x + i y)| on the Fourier transform at
/// omega = 2 pi / step: the prior grows by exp(y^2 / (2 tau2)) off the axis, the likelihood by at most cos(y)^-information for y < pi / 2.
/// A binomial or hypergeometric one also by at most cos(y / 2)^(-4 largest_information) for y < pi: exp(-l) is a product of
/// 4 largest_information or fewer factors q + p exp(eta). The best of a few distances y.
inline double step_for(double tau, double information, double accuracy,
                       double largest_information = std::numeric_limits<double>::infinity()) {
  const double prior = 0.5 / (tau * tau), near = std::min(0.7, std::sqrt(2 * accuracy / (information + 2 * prior)));
  // -log(cos(y)) <= y^2 / 2 (1 + y^2 / 5) up to 0.7, then -log(cos(1)), -log(cos(1.4)); -4 log(cos(y / 2)) at 1.4, 2 and 2.6.
  const auto omega = [&](double y, double growth) { return (accuracy + prior * y * y + growth) / y; };
  const double local = std::min({omega(near, information * 0.5 * near * near * (1 + 0.2 * near * near)), omega(1.0, information * 0.61563),
                                 omega(1.4, information * 1.77220)});
  const double global = std::min(
      {omega(1.4, largest_information * 1.07222), omega(2.0, largest_information * 2.46251), omega(2.6, largest_information * 5.27351)});
  return 2 * std::numbers::pi / (std::min(local, global) * tau);
}

/// See step_for; infinity for other kinds of likelihood.
template <typename Likelihood>
double largest_information_of(const Likelihood& study) {
  if constexpr (requires { study.largest_information(); }) return study.largest_information();
  return std::numeric_limits<double>::infinity();
}

/// The same for a likelihood that says how far from the real axis its growth is bounded: strip() in eta, where the bound of step_for
/// holds on the scale of that strip.
inline double step_in_strip(double tau, double information, double accuracy, double strip) {
  constexpr double widest = 1.4;  // short of pi / 2
  const double width = tau / std::sqrt(1 + tau * tau * information), unit = strip / widest;
  const double y = std::min(width * std::sqrt(2 * accuracy), strip);
  const double omega = (accuracy + 0.5 * (y / tau) * (y / tau) - information * unit * unit * std::log(std::cos(y / unit))) / y;
  return 2 * std::numbers::pi / (omega * tau);
}

template <typename Likelihood>
double step_of(const Likelihood& study, double tau, double information, double accuracy) {
  if constexpr (requires { study.strip(); })
    return step_in_strip(tau, information, accuracy, study.strip());
  else
    return step_for(tau, information, accuracy, largest_information_of(study));
}

/// Where the nodes of an integral over u lie: around a point near its mode, a step apart.
struct Nodes {
  double eta, tau, accuracy;
  double centre;       ///< in u
  double step;         ///< in u
  double information;  ///< -l'' at the centre
};

template <typename Likelihood>
Slopes slopes_of(const Likelihood& study, double eta) {
  if constexpr (requires { study.slopes(eta); }) {
    return study.slopes(eta);
  } else {
    const Derivatives l = study.at(eta);
    return {l.first, l.second};
  }
}

/// Nodes around the maximum of l(eta + tau u) - u^2 / 2, the root of the increasing u - tau l'(eta + tau u), by Newton's method
/// in a bracket: any u and tau l' at it enclose the root. Where steps do not shrink (between a steep flat part of l and its bend
/// they swing to and fro) the bracket is halved. A tenth of the integrand's width is near enough.
template <typename Likelihood>
Nodes centred_nodes(const Likelihood& study, double eta, double tau, double accuracy) {
  double u = (study.centre() - eta) * tau / (tau * tau + study.variance());
  Slopes l = slopes_of(study, eta + tau * u);
  double lo = std::min(u, tau * l.first), hi = std::max(u, tau * l.first);
  double previous = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 100; ++i) {
    const double curvature = 1 - tau * tau * l.second, value = u - tau * l.first;
    double step = -value / curvature;
    if (step * step * curvature < 0.01) break;
    (value > 0 ? hi : lo) = u;
    if (!(u + step >= lo && u + step <= hi) || std::abs(step) > 0.75 * previous) step = 0.5 * (lo + hi) - u;
    previous = std::abs(step);
    u += step;
    l = slopes_of(study, eta + tau * u);
  }
  return {eta, tau, accuracy, u, step_of(study, tau, -l.second, accuracy), -l.second};
}

inline double value_of(double l) {
  return l;
}
inline double value_of(const Derivatives& l) {
  return l.value;
}

/// Calls add(z, weight, l) at the nodes u = centre + z, l = evaluate(eta + tau u) the log-likelihood or a struct that holds it,
/// until exp(-accuracy) of the weight at the centre is reached on both sides. Gives l - u^2 / 2 at the centre, where the weight is 1.
template <typename Evaluate, typename Add>
double sweep(const Nodes& nodes, Evaluate&& evaluate, Add&& add) {
  double top = 0;
  for (const double direction : {nodes.step, -nodes.step}) {
    for (int j = direction > 0 ? 0 : 1;; ++j) {
      const double z = j * direction, u = nodes.centre + z;
      const auto l = evaluate(nodes.eta + nodes.tau * u);
      if (j == 0) top = value_of(l) - 0.5 * u * u;
      const double exponent = value_of(l) - 0.5 * u * u - top;
      if (!(exponent > -nodes.accuracy)) break;
      add(z, std::exp(exponent), l);
    }
  }
  return top;
}

/// The same for a study that gives many values at once: add(z, weight).
template <typename Likelihood, typename Add>
double sweep_values(const Likelihood& study, const Nodes& nodes, Add&& add) {
  if constexpr (requires(std::span<double> l) { study.values(0.0, 0.0, l); }) {
    constexpr std::size_t block = 8;
    std::array<double, block> exponent;
    double top = 0;
    for (const double direction : {nodes.step, -nodes.step}) {
      for (std::size_t j = direction > 0 ? 0 : 1;; j += block) {
        const double first = static_cast<double>(j) * direction;
        study.values(nodes.eta + nodes.tau * (nodes.centre + first), nodes.tau * direction, exponent);
        if (j == 0) top = exponent[0] - 0.5 * nodes.centre * nodes.centre;
        std::size_t count = 0;
        for (std::size_t i = 0; i < block; ++i) {
          const double u = nodes.centre + first + static_cast<double>(i) * direction;
          exponent[i] += -0.5 * u * u - top;
          if (count == i && exponent[i] > -nodes.accuracy) ++count;
        }
        numerics::exp_all(exponent);
        for (std::size_t i = 0; i < count; ++i) add(first + static_cast<double>(i) * direction, exponent[i]);
        if (count < block) break;
      }
    }
    return top;
  } else {
    return sweep(
        nodes, [&](double at) { return study.value(at); }, [&](double z, double w, double) { add(z, w); });
  }
}

/// log of the integral from the sum of weights.
inline double log_integral(const Nodes& nodes, double top, double total) {
  constexpr double log_root_two_pi = 0.91893853320467274178;
  return top + std::log(nodes.step * total) - log_root_two_pi;
}

/// Whether PriorSide or DataSide holds the derivatives more precisely.
inline bool prior_is_wide(const Nodes& nodes) {
  return nodes.tau * nodes.tau * std::max(nodes.information, 1.0) > 1;
}

/// Derivatives from the posterior moments of u: each derivative of the normal density of eta + tau u in eta is a Hermite
/// polynomial in u over a power of tau, and d/dtau2 = 1/2 d2/deta2. For priors that are not narrow.
class PriorSide {
 public:
  void add(double z, double w) {
    s0_ += w;
    double t = w * z;
    s1_ += t, t *= z;
    s2_ += t, t *= z;
    s3_ += t, t *= z;
    s4_ += t;
  }
  double total() const { return s0_; }
  void derivatives(double centre, double tau2, StudyTerm& term) const {
    const double m1 = s1_ / s0_, r2 = s2_ / s0_, r3 = s3_ / s0_, r4 = s4_ / s0_;
    const double c2 = r2 - m1 * m1, c3 = r3 - 3 * m1 * r2 + 2 * m1 * m1 * m1;
    const double c4 = r4 - 4 * m1 * r3 + 6 * m1 * m1 * r2 - 3 * m1 * m1 * m1 * m1;
    const double m = centre + m1, tau = std::sqrt(tau2);
    term.d_eta = m / tau;
    term.d_tau2 = 0.5 * (c2 + m * m - 1) / tau2;
    term.d_eta_eta = (c2 - 1) / tau2;
    term.d_eta_tau2 = 0.5 * (c3 + 2 * m * (c2 - 1)) / (tau2 * tau);
    term.d_tau2_tau2 = 0.25 * (c4 - c2 * c2 - 4 * c2 + 2 + 4 * m * c3 + 4 * m * m * (c2 - 1)) / (tau2 * tau2);
  }

 private:
  double s0_ = 0, s1_ = 0, s2_ = 0, s3_ = 0, s4_ = 0;
};

/// Derivatives from posterior means of products of l', l'', l''', l'''': smooth at tau2 = 0, where they are those of one
/// point. For priors narrower than the likelihood. Sums are taken around the values at the centre.
class DataSide {
 public:
  explicit DataSide(const Derivatives& centre) : l1_(centre.first), l2_(centre.second) {}

  void add(const Derivatives& l, double w) {
    const double a = l.first - l1_, b = l.second - l2_;
    const double c = a * (l.first + l1_) + b;  // l'^2 + l'' around its value at the centre
    s0_ += w;
    a_ += w * a;
    aa_ += w * a * a;
    aaa_ += w * a * a * a;
    b_ += w * b;
    ab_ += w * a * b;
    c_ += w * c;
    cc_ += w * c * c;
    third_ += w * l.third;
    rest_ += w * (4 * l.first * l.first * l.second + 2 * l.second * l.second + 4 * l.first * l.third + l.fourth);
  }
  double total() const { return s0_; }
  void derivatives(StudyTerm& term) const {
    const double a = a_ / s0_, aa = aa_ / s0_, b = b_ / s0_, c = c_ / s0_;
    const double m1 = l1_ + a, variance = aa - a * a, mean2 = l2_ + b;
    const double skew = aaa_ / s0_ - 3 * a * aa + 2 * a * a * a;
    term.d_eta = m1;
    term.d_eta_eta = mean2 + variance;
    term.d_tau2 = 0.5 * (m1 * m1 + term.d_eta_eta);
    term.d_eta_tau2 = 0.5 * (2 * m1 * term.d_eta_eta + skew + 3 * (ab_ / s0_ - a * b) + third_ / s0_);
    term.d_tau2_tau2 = 0.25 * (cc_ / s0_ - c * c + rest_ / s0_);
  }

 private:
  double l1_, l2_;
  double s0_ = 0, a_ = 0, aa_ = 0, aaa_ = 0, b_ = 0, ab_ = 0, c_ = 0, cc_ = 0, third_ = 0, rest_ = 0;
};

/// True for a likelihood that rises from 0 to 1 (no events, or only events) under a prior so wide that the nodes of the
/// ordinary rule, close enough for the rise, would be too many.
template <typename Likelihood>
bool rise_under_wide_prior(const Likelihood& study, double eta, double tau) {
  if constexpr (requires { Likelihood::by_parts; })
    if (!Likelihood::by_parts) return false;
  constexpr double wide = 15;
  if (tau < wide || study.bounded()) return false;
  const double beyond = (eta - study.centre()) * (study.rises() ? -1 : 1);  // how far the prior lies on the side of 0
  return beyond < 0.5 * tau * tau;
}

/// A term from the derivatives of the integral itself in eta, of order 1 to 4, over the integral; d/dtau2 = 1/2 d2/deta2.
inline StudyTerm term_of(double loglik, const std::array<double, 4>& d) {
  const auto [d1, d2, d3, d4] = d;
  return {loglik, d1, 0.5 * d2, d2 - d1 * d1, 0.5 * (d3 - d1 * d2), 0.25 * (d4 - d2 * d2)};
}

/// The integral of such a likelihood by parts: exp(l) phi becomes |l'| exp(l) Phi, in which the rise stands alone. The cost
/// does not grow with tau. The linear predictor is position(t) where the likelihood is given in another variable t.
template <typename Likelihood, typename Position = std::identity>
StudyTerm integrate_rise(const Likelihood& study, double eta, double tau, double accuracy, Position position = {}) {
  constexpr double log_root_two_pi = 0.91893853320467274178;
  const double sign = study.rises() ? -1 : 1, h = 2 * std::numbers::pi * 1.4 / (accuracy + 4);
  const double start = study.centre();
  double top = -std::numeric_limits<double>::infinity(), s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0;
  for (const double direction : {h, -h}) {
    for (int j = direction > 0 ? 0 : 1;; ++j) {
      const double at = start + j * direction, z = (position(at) - eta) / tau;
      const Derivatives l = study.at(at);
      const double slope = l.value + std::log(std::abs(l.first));
      const double exponent = slope + numerics::log_normal_sf(-sign * z);
      if (top == -std::numeric_limits<double>::infinity()) top = exponent;
      if (!(exponent - top > -accuracy)) break;
      const double density = std::exp(slope - 0.5 * z * z - log_root_two_pi - top);
      s0 += std::exp(exponent - top);
      s1 += density;
      s2 += z * density;
      s3 += (z * z - 1) * density;
      s4 += (z * z - 3) * z * density;
    }
  }
  const double scale = -sign / (tau * s0);  // d^j/deta^j Phi(sign z), j = 1 .. 4
  return term_of(top + std::log(h * s0), {scale * s1, scale * s2 / tau, scale * s3 / (tau * tau), scale * s4 / (tau * tau * tau)});
}

/// No integral: tau2 = 0.
template <typename Likelihood>
StudyTerm at_point(const Likelihood& study, double eta) {
  const Derivatives at_eta = study.at(eta);
  StudyTerm term;
  DataSide point(at_eta);
  point.add(at_eta, 1);
  point.derivatives(term);
  term.loglik = at_eta.value;
  return term;
}

}  // namespace integral

/// log integral exp(l(eta + tau u)) phi(u) du with its derivatives, for tau2 >= 0 (tau2 = 0: l itself), relative error of the
/// integral exp(-accuracy).
///
/// `Likelihood` is a log-concave function of eta: value(eta); at(eta) with four derivatives; a rough centre() and variance()
/// of eta; bounded() where exp(l) falls to 0 on both sides, otherwise rises() tells on which side it goes to 1.
template <typename Likelihood>
StudyTerm integrate(const Likelihood& study, double eta, double tau2, double accuracy = full_accuracy) {
  if (tau2 == 0) return integral::at_point(study, eta);
  const double tau = std::sqrt(tau2);
  if (integral::rise_under_wide_prior(study, eta, tau)) return integral::integrate_rise(study, eta, tau, accuracy);
  const integral::Nodes nodes = integral::centred_nodes(study, eta, tau, accuracy);
  StudyTerm term;
  if (integral::prior_is_wide(nodes)) {
    integral::PriorSide sums;
    const double top = integral::sweep_values(study, nodes, [&](double z, double w) { sums.add(z, w); });
    sums.derivatives(nodes.centre, tau2, term);
    term.loglik = integral::log_integral(nodes, top, sums.total());
  } else {
    integral::DataSide sums(study.at(eta + tau * nodes.centre));
    const double top = integral::sweep(
        nodes, [&](double at) { return study.at(at); }, [&](double, double w, const Derivatives& l) { sums.add(l, w); });
    sums.derivatives(term);
    term.loglik = integral::log_integral(nodes, top, sums.total());
  }
  return term;
}

}  // namespace tausq::model
