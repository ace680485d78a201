#include "engine/model/negative_binomial.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/deviance.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::model {

namespace {

/// log NB(x | m, phi) in Loader's form, for phi of ordinary size: with size n = 1 / phi, n / (n + x) times the binomial probability
/// of x in n + x with mean (n + x) m / (n + m).
double log_negative_binomial(double x, double m, double phi) {
  const double n = 1 / phi;
  if (x == 0) return -n * std::log1p(phi * m);
  const double all = n + x, events = all * (m / (n + m)), others = all * (n / (n + m));
  return numerics::stirling_error(all) - numerics::stirling_error(n) - numerics::stirling_error(x) - numerics::deviance_term(x, events) -
         numerics::deviance_term(n, others) - 0.5 * std::log(2 * 3.14159265358979323846 * x) - 0.5 * std::log1p(x * phi);
}

/// (y / (1 + y) - log(1 + y)) / y^2 and its derivative, -1/2 and 2/3 at 0.
struct Shape {
  double value, slope;

  explicit Shape(double y) {
    if (y < 0.03) {
      value = slope = 0;  // sum over j >= 2 of (-1)^(j - 1) (1 - 1 / j) y^(j - 2)
      for (int j = 13; j >= 2; --j) {
        const double c = (j % 2 == 0 ? -1 : 1) * (1 - 1.0 / j);
        slope = slope * y + value;
        value = value * y + c;
      }
      return;
    }
    if (y > 1) {
      value = (y / (1 + y) - std::log1p(y)) / (y * y);
      slope = -1 / (y * (1 + y) * (1 + y)) - 2 * value / y;
      return;
    }
    const double inverse = 1 / (1 + y), log_part = numerics::log1p_minus(y) / (y * y);
    value = -inverse - log_part;
    slope = inverse * inverse + inverse / y + 2 * log_part / y;
  }
};

/// Sums over j < x of 1 / t, 1 / t^2, j / t, j^2 / t^2, t = 1 + j phi.
struct EventSums {
  double log_part = 0, inverse = 0, inverse2 = 0, j = 0, jj2 = 0;

  EventSums(const SumRule& rule, double phi) {
    numerics::Sum logs;
    for (std::size_t i = 0; i < rule.points().size(); ++i) {
      const double at = rule.points()[i], w = rule.weights()[i], t = 1 / (1 + at * phi);
      logs.add(w * std::log1p(at * phi));
      inverse += w * t;
      inverse2 += w * t * t;
      j += w * t * at;
      jj2 += w * t * t * at * at;
    }
    log_part = logs.value();
  }
};

}  // namespace

StudyTerm NegativeBinomialLikelihood::term(double eta, double phi) const {
  const double m = t_ * std::exp(std::min(eta, 650.0)), y = phi * m, inverse = 1 / (1 + y), share = m * inverse;
  const EventSums sums(events_, phi);
  const Shape shape(y);
  StudyTerm term;
  // Close to the Poisson distribution the difference from it is small; far from it its two halves are large and cancel.
  term.loglik = phi * std::max(x_, m) < 0.01
                    ? poisson_.value(eta) + (sums.log_part - x_ * std::log1p(y) - (phi > 0 ? numerics::log1p_minus(y) / phi : 0))
                    : log_negative_binomial(x_, m, phi);
  const Derivatives poisson = poisson_.at(eta);
  term.d_eta = poisson.first * inverse;
  term.d_eta_eta = -share * ((1 + x_ * phi) * inverse);
  term.d_eta_tau2 = -share * term.d_eta;
  const double remainder = m * m * shape.value, remainder_slope = m * m * m * shape.slope;
  if (phi * x_ < 1) {
    term.d_tau2 = sums.j - x_ * share - remainder;
    term.d_tau2_tau2 = x_ * share * share - sums.jj2 - remainder_slope;
  } else {
    // j phi / t = 1 - 1 / t: the numbers of terms, x - x, cancel before they are summed.
    const double first = x_ * inverse - sums.inverse, second = x_ * inverse * inverse - sums.inverse2;
    term.d_tau2 = first / phi - remainder;
    term.d_tau2_tau2 = (second - 2 * first) / (phi * phi) - remainder_slope;
  }
  return term;
}

void NegativeBinomialTerms::evaluate(std::span<const double> eta, double phi, double, std::span<StudyTerm> terms) {
  for (std::size_t i = 0; i < studies_.size(); ++i) terms[i] = studies_[i].term(eta[i], phi);
}

}  // namespace tausq::model
