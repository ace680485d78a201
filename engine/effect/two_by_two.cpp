// Two-by-two tables. Every contrast is built on a d - b c, which is exact for whole counts where the difference of two
// rounded proportions is not.
#include <cmath>
#include <numbers>

#include "engine/effect/kernels.hpp"
#include "engine/effect/probit.hpp"
#include "engine/effect/stable.hpp"

namespace tausq::effect {

namespace {

double cross_difference(const TwoByTwo& s) {
  return difference_of_products(s.a, s.d, s.b, s.c);
}

double sum_of_reciprocals(const TwoByTwo& s) {
  return 1 / s.a + 1 / s.b + 1 / s.c + 1 / s.d;
}

Estimate scaled(const Estimate& from, double factor) {
  return {factor * from.yi, factor * factor * from.vi};
}

}  // namespace

Estimate odds_ratio(const TwoByTwo& s, const Setting& setting) {
  const double yi = log_ratio(s.a * s.d, s.b * s.c, cross_difference(s));
  if (setting.vtype == VarianceType::AV) {
    const auto& [p1, q1, p2, q2] = setting.average;
    return {yi, 1 / (s.n1() * p1 * q1) + 1 / (s.n2() * p2 * q2)};
  }
  return {yi, sum_of_reciprocals(s)};
}

Estimate risk_ratio(const TwoByTwo& s, const Setting& setting) {
  const double n1 = s.n1(), n2 = s.n2();
  const double yi = log_ratio(s.a * n2, s.c * n1, cross_difference(s));
  if (setting.vtype == VarianceType::AV) {
    const auto& [p1, q1, p2, q2] = setting.average;
    return {yi, q1 / (n1 * p1) + q2 / (n2 * p2)};
  }
  return {yi, s.b / (s.a * n1) + s.d / (s.c * n2)};
}

Estimate risk_difference(const TwoByTwo& s, const Setting& setting) {
  const double n1 = s.n1(), n2 = s.n2();
  const double yi = cross_difference(s) / (n1 * n2);
  if (setting.vtype == VarianceType::AV) {
    const auto& [p1, q1, p2, q2] = setting.average;
    return {yi, p1 * q1 / n1 + p2 * q2 / n2};
  }
  const double less = setting.vtype == VarianceType::UB ? 1 : 0;
  return {yi, (s.a / n1) * (s.b / n1) / (n1 - less) + (s.c / n2) * (s.d / n2) / (n2 - less)};
}

Estimate peto(const TwoByTwo& s, const Setting&) {
  const double n1 = s.n1(), n2 = s.n2(), n = n1 + n2;
  const double variance = ((s.a + s.c) / n) * ((s.b + s.d) / n) * n1 * (n2 / (n - 1));  // of O - E, hypergeometric
  return {cross_difference(s) / n / variance, 1 / variance};
}

Estimate arcsine_difference(const TwoByTwo& s, const Setting&) {
  // tan(asin sqrt p1 - asin sqrt p2) = (sqrt(ad) - sqrt(bc)) / (sqrt(bd) + sqrt(ac))
  const double sum = std::sqrt(s.a * s.d) + std::sqrt(s.b * s.c);
  const double sine = sum > 0 ? cross_difference(s) / sum : 0;
  return {std::atan2(sine, std::sqrt(s.b * s.d) + std::sqrt(s.a * s.c)), 0.25 / s.n1() + 0.25 / s.n2()};
}

Estimate phi(const TwoByTwo& s, const Setting& setting) {
  const double n1 = s.n1(), n2 = s.n2(), x = s.a + s.c, y = s.b + s.d, n = n1 + n2;
  const double yi = cross_difference(s) / (std::sqrt(n1 * n2) * std::sqrt(x * y));
  if (setting.vtype == VarianceType::ST) {
    // delta method with n1 and n2 fixed
    const double lean = cross_difference(s) / (n1 * n2) * 0.5 * (y - x) / (x * y);
    const double v1 = (s.a / n1) * (s.b / n1) / n1, v2 = (s.c / n2) * (s.d / n2) / n2;
    return {yi, n1 * n2 / (x * y) * (square(1 - lean * n1) * v1 + square(1 + lean * n2) * v2)};
  }
  // Yule's variance as the mean square of the correlation's influence u v - phi (u^2 + v^2) / 2 over the cells, with the
  // standardised scores u of rows and v of columns: a sum of squares, where Yule's own form cancels next to +-1.
  if (s.a + s.d == 0 || s.b + s.c == 0) return {std::copysign(1.0, yi), 0};  // an empty diagonal: every influence is 0
  const double u1 = std::sqrt(n2 / n1), u2 = -1 / u1, v1 = std::sqrt(y / x), v2 = -1 / v1;
  const auto influence2 = [yi](double u, double v) { return square(u * v - 0.5 * yi * (square(u) + square(v))); };
  const double sum = s.a * influence2(u1, v1) + s.b * influence2(u1, v2) + s.c * influence2(u2, v1) + s.d * influence2(u2, v2);
  return {yi, sum / n / n};
}

Estimate zphi(const TwoByTwo& s, const Setting& setting) {
  // 1 - phi^2 = rest / (n1 n2 (a + c) (b + d)), with a rest that is a sum of positive terms
  const double p = s.a * s.d + s.b * s.c, q = s.a * s.c + s.b * s.d, r = s.a * s.b + s.c * s.d;
  const double rest = q * r + p * (q + r) + 4 * (s.a * s.d) * (s.b * s.c);
  const double whole = (s.n1() * s.n2()) * ((s.a + s.c) * (s.b + s.d));
  return {std::asinh(cross_difference(s) / std::sqrt(rest)), phi(s, setting).vi / square(rest / whole)};
}

Estimate yule_q(const TwoByTwo& s, const Setting&) {
  const double ad = s.a * s.d, bc = s.b * s.c;
  const double one_minus_yi2 = 4 * (ad / (ad + bc)) * (bc / (ad + bc));
  return {cross_difference(s) / (ad + bc), 0.25 * square(one_minus_yi2) * sum_of_reciprocals(s)};
}

Estimate yule_y(const TwoByTwo& s, const Setting&) {
  const double root_ad = std::sqrt(s.a * s.d), root_bc = std::sqrt(s.b * s.c), sum = root_ad + root_bc;
  const double one_minus_yi2 = 4 * (root_ad / sum) * (root_bc / sum);
  return {cross_difference(s) / square(sum), 0.0625 * square(one_minus_yi2) * sum_of_reciprocals(s)};
}

Estimate pbit(const TwoByTwo& s, const Setting& setting) {
  return {probit_difference(s.a, s.b, s.c, s.d), prz({s.a, s.b}, setting).vi + prz({s.c, s.d}, setting).vi};
}

Estimate or_to_d_normal(const TwoByTwo& s, const Setting& setting) {
  return scaled(odds_ratio(s, setting), 1 / 1.65);
}

Estimate or_to_d_logistic(const TwoByTwo& s, const Setting& setting) {
  return scaled(odds_ratio(s, setting), std::numbers::sqrt3 / std::numbers::pi);
}

Shares two_by_two_shares(const TwoByTwo& s) {
  return {{{s.a, s.n1()}, {s.b, s.n1()}, {s.c, s.n2()}, {s.d, s.n2()}}};
}

}  // namespace tausq::effect
