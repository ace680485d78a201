#include "engine/model/stratified_tests.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::model {

namespace {

ChiSquareTest chi_square_test(double statistic, double df) {
  ChiSquareTest test{statistic, df, std::nullopt};
  if (df > 0) test.p_value = numerics::chi2_sf(statistic, df);
  return test;
}

/// a - E, where the cells a - x, b + x, c + x, d - x of x = a - E have the odds ratio psi. As a quadratic for x itself, whose
/// linear coefficient has one sign, there is nothing to cancel.
double excess_over_expected(double a, double b, double c, double d, double psi) {
  const double constant = a * d - psi * b * c;
  const double linear = a + d + psi * (b + c);
  return 2 * constant / (linear + std::sqrt(std::max(linear * linear - 4 * (1 - psi) * constant, 0.0)));
}

}  // namespace

ChiSquareTest cochran_mantel_haenszel(const NullSums& sums, bool correction) {
  if (!(sums.variance > 0)) return {};
  // The correction is taken as published, also where |D| < 1/2 and it moves the statistic up.
  const double distance = std::abs(sums.difference) - (correction ? 0.5 : 0);
  return chi_square_test(distance * distance / sums.variance, 1);
}

OddsRatioHomogeneity odds_ratio_homogeneity(const Strata& tables, double odds_ratio) {
  const auto [a, b, c, d] = tables;
  numerics::Sum squares, excess, variance;
  std::size_t informative = 0;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (a[i] + c[i] == 0 || b[i] + d[i] == 0) continue;
    ++informative;
    const double x = excess_over_expected(a[i], b[i], c[i], d[i], odds_ratio);
    const double inverse = 1 / (a[i] - x) + 1 / (b[i] + x) + 1 / (c[i] + x) + 1 / (d[i] - x);
    squares.add(x * x * inverse);
    excess.add(x);
    variance.add(1 / inverse);
  }
  if (informative == 0) return {};
  const double df = static_cast<double>(informative) - 1;
  const double breslow_day = squares.value();
  const double tarone = std::max(breslow_day - excess.value() / variance.value() * excess.value(), 0.0);
  return {chi_square_test(breslow_day, df), chi_square_test(tarone, df)};
}

}  // namespace tausq::model
