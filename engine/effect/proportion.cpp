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
