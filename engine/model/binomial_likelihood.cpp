#include "engine/model/binomial_likelihood.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "engine/numerics/distributions.hpp"
#include "engine/numerics/lanes.hpp"

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
  log_phat_ = phat_ > 0 ? std::log(phat_) : 0;
  centre_ = std::log((x + 0.5) / (n - x + 0.5)) - offset;
  variance_ = 1 / (x + 0.5) + 1 / (n - x + 0.5);
}

double BinomialLikelihood::value(double eta) const {
  const double d = sign_ * eta - origin_;
  if (phat_ == 0) return d > largest_logit ? -n_ * d : -n_ * std::log1p(std::exp(d));
  if (d > largest_logit) return saturated_ - n_ * (std::log(phat_) + (1 - phat_) * d);
  return saturated_ - n_ * (std::log1p(phat_ * std::expm1(d)) - phat_ * d);
}

TAUSQ_WIDE void BinomialLikelihood::values(double first, double step, std::span<double> l) const {
  using numerics::Four;
  const Four four{0, 1, 2, 3};
  for (std::size_t j = 0; j < l.size(); j += 4) {
    const Four d = sign_ * (first + (static_cast<double>(j) + four) * step) - origin_;
    Four x = d, linear = d;
    if (phat_ == 0) {
      numerics::exp(x);
      numerics::log1p(x);
      x = d > largest_logit ? linear : x;
      x = -n_ * x;
    } else {
      numerics::expm1(x);
      x = phat_ * x;
      numerics::log1p(x);
      linear = log_phat_ + d;
      x = d > largest_logit ? linear : x;
      x = saturated_ - n_ * (x - phat_ * d);
    }
    std::array<double, 4> values;
    numerics::store(x, values.data());
    std::copy_n(values.begin(), std::min<std::size_t>(4, l.size() - j), l.begin() + static_cast<std::ptrdiff_t>(j));
  }
}

BinomialLikelihood::Place BinomialLikelihood::place(double eta) const {
  const double d = std::min(sign_ * eta - origin_, largest_logit);
  if (phat_ == 0) {
    const double odds = std::exp(d), q = 1 / (1 + odds), p = odds * q;
    return {d, odds, p, q, -p};
  }
  const double growth = std::expm1(d), scale = 1 / (1 + phat_ * growth);
  return {d, growth, phat_ * (1 + growth) * scale, (1 - phat_) * scale, -phat_ * (1 - phat_) * growth * scale};
}

Slopes BinomialLikelihood::slopes(double eta) const {
  const Place at = place(eta);
  return {sign_ * n_ * at.excess, -n_ * at.p * at.q};
}

Derivatives BinomialLikelihood::at(double eta) const {
  const Place at = place(eta);
  const double information = n_ * at.p * at.q;
  double l;
  if (at.d == largest_logit) {
    l = value(eta);
  } else {
    l = phat_ == 0 ? -n_ * std::log1p(at.growth) : saturated_ - n_ * (std::log1p(phat_ * at.growth) - phat_ * at.d);
  }
  return {l, sign_ * n_ * at.excess, -information, -sign_ * information * (at.q - at.p), -information * (1 - 6 * at.p * at.q)};
}

}  // namespace tausq::model
