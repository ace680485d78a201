// One proportion: x events and m non-events. Both counts are used as they are; 1 - p is never formed.
#include <cmath>
#include <numbers>

#include "engine/effect/kernels.hpp"
#include "engine/effect/probit.hpp"
#include "engine/effect/stable.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::effect {

double probit(double x, double m) {
  const double n = x + m;
  const double z = x < m ? numerics::normal_quantile(x / n) : numerics::normal_quantile_upper(m / n);
  // Next to p = 1/2 the quantile depends on p - 1/2, which x / n has rounded away: one Newton step on
  // erf(z / sqrt 2) = (x - m) / n brings the digits back.
  const double w = (x - m) / n;
  if (std::abs(w) > 0.5) return z;
  constexpr double root_half_pi = 1.2533141373155002512;
  return z - (std::erf(z / std::numbers::sqrt2) - w) * root_half_pi * std::exp(0.5 * z * z);
}

double probit_difference(double x1, double m1, double x2, double m2) {
  const double z1 = probit(x1, m1), z2 = probit(x2, m2), difference = z1 - z2;
  if (!(std::abs(difference) < 0.01)) return difference;
  // The area between close probits is known, p1 - p2 = phi(z) d (1 + (z^2 - 1) d^2 / 24 + (z^4 - 6 z^2 + 3) d^4 / 1920 + ...)
  // with d their difference and z their middle.
  const double area = difference_of_products(x1, m2, x2, m1) / ((x1 + m1) * (x2 + m2));
  const double middle2 = square(0.5 * (z1 + z2)), d2 = square(difference);
  const double series = 1 + d2 * ((middle2 - 1) / 24 + d2 * (middle2 * (middle2 - 6) + 3) / 1920);
  return area / (numerics::normal_pdf(std::sqrt(middle2)) * series);
}

double probit_hazard(double z) {
  const double tail = numerics::normal_sf(std::abs(z));
  return numerics::normal_pdf(z) / tail / (1 - tail);
}

Estimate plo(const Proportion& s, const Setting& setting) {
  const double yi = log_ratio(s.x, s.m, s.x - s.m);
  if (setting.vtype == VarianceType::AV) return {yi, 1 / (s.n() * setting.average[0] * setting.average[1])};
  return {yi, s.n() / (s.x * s.m)};
}

Estimate pln(const Proportion& s, const Setting& setting) {
  const double n = s.n();
  const double yi = log_ratio(s.x, n, -s.m);
  if (setting.vtype == VarianceType::AV) return {yi, setting.average[1] / (n * setting.average[0])};
  return {yi, s.m / (s.x * n)};
}

Estimate prz(const Proportion& s, const Setting&) {
  const double z = probit(s.x, s.m), n = s.n();
  if (std::isinf(z)) return {z, z};
  // p q / (n phi(z)^2) with phi(z) = hazard p q
  return {z, n / (s.x * s.m * square(probit_hazard(z)))};
}

Estimate pcll(const Proportion& s, const Setting&) {
  const double n = s.n(), hazard = -log_ratio(s.m, n, -s.x);
  const double yi = std::log(hazard);
  if (std::isinf(yi)) return {yi, yi};
  return {yi, s.x / (s.m * n * square(hazard))};
}

Estimate pr(const Proportion& s, const Setting& setting) {
  const double n = s.n(), p = s.x / n;
  if (setting.vtype == VarianceType::AV) return {p, setting.average[0] * setting.average[1] / n};
  const double denominator = setting.vtype == VarianceType::UB ? n - 1 : n;
  return {p, p * (s.m / n) / denominator};
}

Estimate pas(const Proportion& s, const Setting&) {
  return {std::atan2(std::sqrt(s.x), std::sqrt(s.m)), 1 / (4 * s.n())};
}

Estimate pft(const Proportion& s, const Setting&) {
  // asin sqrt(x / (n + 1)) = atan2(sqrt x, sqrt(n + 1 - x)), and n + 1 - x = m + 1
  const double low = std::atan2(std::sqrt(s.x), std::sqrt(s.m + 1));
  const double high = std::atan2(std::sqrt(s.x + 1), std::sqrt(s.m));
  return {0.5 * (low + high), 1 / (4 * s.n() + 2)};
}

Shares proportion_shares(const Proportion& s) {
  return {{{s.x, s.n()}, {s.m, s.n()}, {}, {}}};
}

}  // namespace tausq::effect
