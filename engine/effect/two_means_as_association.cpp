// Two means as an association: correlations and odds ratios that a dichotomised or latent outcome would have shown.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/effect/kernels.hpp"
#include "engine/effect/probit.hpp"
#include "engine/effect/stable.hpp"
#include "engine/effect/standardised.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::effect {

namespace {

double standardised_difference(const TwoMeans& s) {
  return (s.m1 - s.m2) / pooled_sd(s);
}

/// df / n1 + df / n2: the d^2 at which the point-biserial correlation is sqrt(1/2).
double scale_of_d2(const TwoMeans& s) {
  const double df = s.n1 + s.n2 - 2;
  return df / s.n1 + df / s.n2;
}

Estimate d_to_or(const TwoMeans& s, double factor) {
  const double d = standardised_difference(s);
  return {factor * d, square(factor) * (1 / s.n1 + 1 / s.n2 + 0.5 * square(d) / (s.n1 + s.n2))};
}

}  // namespace

Estimate rpb(const TwoMeans& s, const Setting& setting) {
  const double d = standardised_difference(s), h = scale_of_d2(s), n = s.n1 + s.n2;
  const double total = square(d) + h, yi = d / std::sqrt(total), one_minus_yi2 = h / total;
  if (setting.vtype == VarianceType::CS) {
    const double pq = (s.n1 / n) * (s.n2 / n);
    return {yi, square(one_minus_yi2) * (1 - 1.5 * square(yi) + 0.25 * square(yi) / pq) / n};
  }
  return {yi, square(one_minus_yi2) / total * (1 / s.n1 + 1 / s.n2 + 0.5 * square(d) / n)};
}

Estimate zpb(const TwoMeans& s, const Setting& setting) {
  const double d = standardised_difference(s), h = scale_of_d2(s);
  // atanh(d / sqrt(d^2 + h)) = asinh(d / sqrt h)
  return {std::asinh(d / std::sqrt(h)), rpb(s, setting).vi / square(h / (square(d) + h))};
}

Estimate rbis(const TwoMeans& s, const Setting& setting) {
  const double n = s.n1 + s.n2, p = s.n1 / n, q = s.n2 / n;
  const double z = probit(s.n2, s.n1), density = numerics::normal_pdf(z);
  const double yi = std::sqrt(p * q) / density * rpb(s, setting).yi;
  const double r2 = std::min(square(yi), 1.0);  // the estimate may pass 1, its variance is taken at 1 then
  const double slope = 1.5 + (1 - p * z / density) * (1 + q * z / density);
  return {yi, (p * q / square(density) - slope * r2 + square(r2)) / (n - 1)};
}

Estimate d_to_or_normal(const TwoMeans& s, const Setting&) {
  return d_to_or(s, 1.65);
}

Estimate d_to_or_logistic(const TwoMeans& s, const Setting&) {
  return d_to_or(s, std::numbers::pi / std::numbers::sqrt3);
}

}  // namespace tausq::effect
