// Means of one arm and of two arms.
#include <cmath>
#include <limits>

#include "engine/effect/kernels.hpp"
#include "engine/effect/stable.hpp"
#include "engine/effect/standardised.hpp"

namespace tausq::effect {

namespace {

/// Sampling variance of a log standard deviation, and its bias with opposite sign (Nakagawa et al. 2015 eqs. 7, 8).
double half_per_df(double n) {
  return 0.5 / (n - 1);
}

/// Squared coefficient of variation over n.
double relative_variance(double m, double sd, double n) {
  return square(sd / m) / n;
}

double reciprocal_sizes(const TwoMeans& s) {
  return 1 / s.n1 + 1 / s.n2;
}

/// log(m1 / m2) of means of one sign; NaN otherwise.
double log_of_ratio(double m1, double m2) {
  return log_ratio(m1, m2, m1 - m2);
}

}  // namespace

double log_small_sample_correction(double df) {
  if (!(df > 1)) return std::numeric_limits<double>::quiet_NaN();
  // Gamma(z + 1/2) / Gamma(z) at z = (df - 1)/2, by its asymptotic series from z >= 20 on and the recurrence below.
  double z = 0.5 * (df - 1), shift = 1, growth = -0.5;
  for (; z < 20; z += 1, growth += 1) shift *= z / (z + 0.5);
  const double w = 1 / (z * z);
  const double rest = (-1.0 / 8 + w * (1.0 / 192 + w * (-1.0 / 640 + w * (17.0 / 14336 - w * 31.0 / 18432)))) / z;
  return std::log(shift) + 0.5 * std::log1p(growth / (0.5 * df)) + rest;  // z = df/2 + growth
}

double small_sample_correction(double df) {
  return std::exp(log_small_sample_correction(df));
}

double pooled_sd(const TwoMeans& s) {
  const double df = s.n1 + s.n2 - 2;
  return std::hypot(std::sqrt((s.n1 - 1) / df) * s.sd1, std::sqrt((s.n2 - 1) / df) * s.sd2);
}

Estimate mn(const Mean& s, const Setting&) {
  return {s.m, square(s.sd) / s.n};
}

Estimate mnln(const Mean& s, const Setting&) {
  return {std::log(s.m), relative_variance(s.m, s.sd, s.n)};
}

Estimate smn(const Mean& s, const Setting&) {
  const double yi = small_sample_correction(s.n - 1) * (s.m / s.sd);
  return {yi, (1 + 0.5 * square(yi)) / s.n};
}

Estimate sdln(const Mean& s, const Setting&) {
  return {std::log(s.sd) + half_per_df(s.n), half_per_df(s.n)};
}

Estimate md(const TwoMeans& s, const Setting& setting) {
  const double yi = s.m1 - s.m2;
  if (setting.vtype == VarianceType::HO) return {yi, square(pooled_sd(s)) * reciprocal_sizes(s)};
  return {yi, square(s.sd1) / s.n1 + square(s.sd2) / s.n2};
}

Estimate smd(const TwoMeans& s, const Setting& setting) {
  const double df = s.n1 + s.n2 - 2, correction = small_sample_correction(df);
  const double d = (s.m1 - s.m2) / pooled_sd(s), yi = correction * d;
  const double sizes = reciprocal_sizes(s), twice_n = 2 * (s.n1 + s.n2);
  switch (setting.vtype) {
    case VarianceType::LS2:
      return {yi, square(correction) * (sizes + square(d) / twice_n)};
    case VarianceType::UB:
      // 1 - (df - 2) / (df J^2), which is of the order of 1 / df
      return {yi, sizes - std::expm1(std::log1p(-2 / df) - 2 * log_small_sample_correction(df)) * square(yi)};
    case VarianceType::AV:
      return {yi, sizes + square(setting.average[0]) / twice_n};
    default:
      return {yi, sizes + square(yi) / twice_n};
  }
}

Estimate smdh(const TwoMeans& s, const Setting& setting) {
  const double sd = std::hypot(s.sd1, s.sd2) / std::sqrt(2.0);
  const double yi = small_sample_correction(s.n1 + s.n2 - 2) * ((s.m1 - s.m2) / sd);
  const double less = setting.vtype == VarianceType::LS2 ? 0 : 1;
  const double v1 = square(s.sd1 / sd), v2 = square(s.sd2 / sd);
  const double of_sd = square(v1) / (s.n1 - less) + square(v2) / (s.n2 - less);
  return {yi, 0.125 * square(yi) * of_sd + v1 / (s.n1 - less) + v2 / (s.n2 - less)};
}

Estimate smd1(const TwoMeans& s, const Setting& setting) {
  const double correction = small_sample_correction(s.n2 - 1);
  const double d = (s.m1 - s.m2) / s.sd2, yi = correction * d;
  if (setting.vtype == VarianceType::LS2) return {yi, square(correction) * (reciprocal_sizes(s) + 0.5 * square(d) / s.n2)};
  return {yi, reciprocal_sizes(s) + 0.5 * square(yi) / s.n2};
}

Estimate smd1h(const TwoMeans& s, const Setting&) {
  const double yi = small_sample_correction(s.n2 - 1) * ((s.m1 - s.m2) / s.sd2);
  return {yi, square(s.sd1 / s.sd2) / (s.n1 - 1) + (1 + 0.5 * square(yi)) / (s.n2 - 1)};
}

Estimate rom(const TwoMeans& s, const Setting& setting) {
  const double one = relative_variance(s.m1, s.sd1, s.n1), two = relative_variance(s.m2, s.sd2, s.n2);
  const double yi = log_of_ratio(s.m1, s.m2) + 0.5 * (one - two);
  if (setting.vtype == VarianceType::HO) {
    const double sd = pooled_sd(s);
    return {yi, relative_variance(s.m1, sd, s.n1) + relative_variance(s.m2, sd, s.n2)};
  }
  if (setting.vtype == VarianceType::AV) return {yi, square(setting.average[0]) / s.n1 + square(setting.average[1]) / s.n2};
  return {yi, one + two};
}

Estimate cvr(const TwoMeans& s, const Setting&) {
  const double one = relative_variance(s.m1, s.sd1, s.n1), two = relative_variance(s.m2, s.sd2, s.n2);
  const double bias = half_per_df(s.n1) - half_per_df(s.n2) - 0.5 * (one - two);
  const double yi = log_ratio(s.sd1 * s.m2, s.sd2 * s.m1, difference_of_products(s.sd1, s.m2, s.sd2, s.m1)) + bias;
  return {yi, half_per_df(s.n1) + half_per_df(s.n2) + one + two};
}

Estimate vr(const TwoMeans& s, const Setting&) {
  const double one = half_per_df(s.n1), two = half_per_df(s.n2);
  return {log_of_ratio(s.sd1, s.sd2) + (one - two), one + two};
}

Shares smd_shares(const TwoMeans& s) {
  const double n = s.n1 + s.n2;
  return {{{n * smd(s, {}).yi, n}, {}, {}, {}}};
}

Shares coefficient_of_variation_shares(const TwoMeans& s) {
  return {{{s.n1 * (s.sd1 / s.m1), s.n1}, {s.n2 * (s.sd2 / s.m2), s.n2}, {}, {}}};
}

}  // namespace tausq::effect
