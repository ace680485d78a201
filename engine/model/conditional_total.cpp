#include "engine/model/conditional_total.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "engine/numerics/roots.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::model {

namespace {

constexpr double negligible_exponent = 45;  // exp(-45) = 3e-20

/// exp(z) - 1 for z = x + i y, also for small z.
std::complex<double> complex_expm1(double x, double y) {
  const double half = std::sin(0.5 * y), growth = std::expm1(x);
  return {growth * std::cos(y) - 2 * half * half, (growth + 1) * std::sin(y)};
}

/// sum over s = 0 .. n of exp((x + i y) s), x <= 0.
std::complex<double> geometric_sum(double x, double y, double n) {
  const std::complex<double> below = complex_expm1(x, y);
  if (std::norm(below) == 0) return n + 1;
  return complex_expm1(x * (n + 1), std::remainder(y * (n + 1), 2 * std::numbers::pi)) / below;
}

double log_1m_exp(double x) {
  return x > -0.6931 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}

}  // namespace

ConditionalTotal::ConditionalTotal(std::vector<HypergeometricLikelihood> tables) : tables_(std::move(tables)) {
  maximise();
  place_nodes();
  for (const HypergeometricLikelihood& table : tables_) {
    const HypergeometricLikelihood::Distribution at = table.distribution(estimate_);
    for (Node& node : nodes_) {
      // Horner's rule in exp(i angle), from the far end.
      const std::complex<double> turn = std::polar(1.0, node.angle);
      double re = 0, im = 0;
      for (std::size_t i = at.p.size(); i-- > 0;) {
        const double next = re * turn.real() - im * turn.imag() + at.p[i];
        im = re * turn.imag() + im * turn.real();
        re = next;
      }
      node.value *= std::complex<double>(re, im) * std::polar(1.0, std::remainder(node.angle * at.first, 2 * std::numbers::pi));
    }
  }
}

double ConditionalTotal::loglik(double theta) const {
  numerics::Sum sum;
  for (const HypergeometricLikelihood& table : tables_) sum.add(table.value(theta));
  return sum.value();
}

void ConditionalTotal::maximise() {
  const auto score = [&](double theta) {
    numerics::Sum first, second;
    for (const HypergeometricLikelihood& table : tables_) {
      const Derivatives l = table.at(theta);
      first.add(l.first);
      second.add(l.second);
    }
    return std::pair{first.value(), second.value()};
  };
  double weighted = 0, weight = 0;
  for (const HypergeometricLikelihood& table : tables_) {
    weighted += table.centre() / table.variance();
    weight += 1 / table.variance();
  }
  const double start = weighted / weight, step = std::copysign(1 / std::sqrt(weight), score(start).first);
  const auto bracket = numerics::bracket_outward([&](double theta) { return score(theta).first; }, start, step);
  estimate_ = bracket ? numerics::newton_root(score, bracket->first, bracket->second, 0.5 * (bracket->first + bracket->second)).x : start;
  information_ = -score(estimate_).second;
  loglik_ = loglik(estimate_);
}

void ConditionalTotal::place_nodes() {
  double lowest = 0, highest = 0;
  for (const HypergeometricLikelihood& table : tables_) {
    lowest += table.below();
    highest += table.above();
  }
  constexpr double b = negligible_exponent;
  const double reach = std::ceil(b / 3 + std::sqrt(b * b / 9 + 2 * b * information_)) + 1;
  below_ = std::min(lowest, reach);
  above_ = std::min(highest, reach);
  const double points = below_ + above_ + 1;
  for (double j = 0; 2 * j <= points; ++j) {
    const double angle = 2 * std::numbers::pi * j / points, half = std::sin(0.5 * angle);
    if (2 * information_ * half * half > b) break;
    nodes_.push_back({angle, (j == 0 || 2 * j == points ? 1 : 2) / points});
  }
}

/// sum over s = 0 .. length of P_c(T = t + sign s) exp(-tilt s), tilt >= 0.
double ConditionalTotal::tail_sum(double tilt, double length, double sign) const {
  numerics::Sum sum;
  for (const Node& node : nodes_) sum.add(node.weight * (node.value * geometric_sum(-tilt, -sign * node.angle, length)).real());
  return sum.value();
}

ConditionalTotal::LogTails ConditionalTotal::log_tails(double theta) const {
  const double change = loglik(theta) - loglik_, tilt = theta - estimate_;
  const double point = change + std::log(tail_sum(0, 0, 1));
  // The tail away from theta is summed, its terms falling; the other is what it leaves.
  const double near = std::min(0.0, change + std::log(tail_sum(std::abs(tilt), tilt < 0 ? above_ : below_, tilt < 0 ? 1 : -1)));
  const double beyond = near + log_1m_exp(std::min(point - near, -0x1p-53));  // without the point
  const double other = log_1m_exp(std::min(beyond, -0x1p-1000));
  return tilt < 0 ? LogTails{other, near, point} : LogTails{near, other, point};
}

namespace {

/// log(exp(tail) - mid exp(point)).
double log_tail(double tail, double point, double mid) {
  return mid == 0 ? tail : tail + std::log1p(-mid * std::exp(point - tail));
}

std::optional<double> end(const ConditionalTotal& total, double step, double tail, double mid) {
  const double goal = std::log(tail);
  const auto excess = [&](double theta) {
    const ConditionalTotal::LogTails tails = total.log_tails(theta);
    return log_tail(step < 0 ? tails.upper : tails.lower, tails.point, mid) - goal;
  };
  const auto bracket = numerics::bracket_outward(excess, total.estimate(), step);
  if (!bracket) return std::nullopt;
  return numerics::brent_root(excess, bracket->first, bracket->second).x;
}

}  // namespace

std::optional<double> ConditionalTotal::lower_end(double tail, double mid) const {
  return end(*this, -2 / std::sqrt(information_), tail, mid);
}

std::optional<double> ConditionalTotal::upper_end(double tail, double mid) const {
  return end(*this, 2 / std::sqrt(information_), tail, mid);
}

ExactTest exact_test(const ConditionalTotal::LogTails& tails, double mid) {
  const double smaller = std::min(log_tail(tails.lower, tails.point, mid), log_tail(tails.upper, tails.point, mid));
  const double log_p = std::min(0.0, std::numbers::ln2 + smaller);
  return {std::exp(log_p), log_p};
}

}  // namespace tausq::model
