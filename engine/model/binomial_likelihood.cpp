#include "engine/model/binomial_likelihood.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/distributions.hpp"

namespace tausq::model {

namespace {

constexpr double largest_logit = 700;  // exp() of more overflows; the likelihood is linear there

}  // namespace

BinomialLikelihood::BinomialLikelihood(double x, double n, double offset) : n_(n) {
  const double fewer = std::min(x, n - x);
  sign_ = 2 * x > n ? -1 : 1;
  phat_ = fewer / n;
  // Where there is no maximum the origin only carries the offset.
  origin_ = (fewer > 0 ? std::log(fewer / (n - fewer)) : 0) - sign_ * offset;
  saturated_ = std::log(numerics::binomial_pmf(x, n, x / n));
  centre_ = std::log((x + 0.5) / (n - x + 0.5)) - offset;
  variance_ = 1 / (x + 0.5) + 1 / (n - x + 0.5);
}

double BinomialLikelihood::value(double eta) const {
  const double d = sign_ * eta - origin_;
  if (phat_ == 0) return d > largest_logit ? -n_ * d : -n_ * std::log1p(std::exp(d));
  if (d > largest_logit) return saturated_ - n_ * (std::log(phat_) + (1 - phat_) * d);
  return saturated_ - n_ * (std::log1p(phat_ * std::expm1(d)) - phat_ * d);
}

Derivatives BinomialLikelihood::at(double eta) const {
  const double d = std::min(sign_ * eta - origin_, largest_logit);
  // Probability p at eta, q = 1 - p and phat - p, all free of cancellation; for phat = 0, d is the logit itself.
  double p, q, excess;
  if (phat_ == 0) {
    const double odds = std::exp(d);
    q = 1 / (1 + odds);
    p = odds * q;
    excess = -p;
  } else {
    const double growth = std::expm1(d), scale = 1 / (1 + phat_ * growth);
    p = phat_ * (1 + growth) * scale;
    q = (1 - phat_) * scale;
    excess = -phat_ * (1 - phat_) * growth * scale;
  }
  const double information = n_ * p * q;
  return {value(eta), sign_ * n_ * excess, -information, -sign_ * information * (q - p), -information * (1 - 6 * p * q)};
}

}  // namespace tausq::model
