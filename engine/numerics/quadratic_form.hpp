// Distribution of a positive combination of independent chi-square variables, as quadratic forms in normal variables have.
#pragma once

#include <span>

namespace tausq::numerics {

/// P(Q <= x) for Q = sum_j weights[j] * chi2(df[j]); an empty `df` means one degree of freedom each.
///
/// Inverts the Laplace transform prod_j (1 + 2 weights[j] p)^(-df[j] / 2) along a contour through its saddle point, as Rice
/// (1980, SIAM J Sci Stat Comput 1:438) proposed, which keeps the relative accuracy (about 1e-13, with a million degrees of freedom 1e-12)
/// also far out in the tail and does not care how far apart the weights are; the cost is some dozens of evaluations of the transform. Equal
/// weights take the chi-square distribution. Weights >= 0, df > 0; weights of 0 are left out, and without any other Q is 0. NaN for
/// arguments out of their domain and where the integral does not settle.
double quadratic_form_cdf(double x, std::span<const double> weights, std::span<const double> df = {});

/// P(Q > x), the upper tail as such.
double quadratic_form_sf(double x, std::span<const double> weights, std::span<const double> df = {});

}  // namespace tausq::numerics
