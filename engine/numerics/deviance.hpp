// The pieces from which densities of counts are put together without cancellation (Loader 2000, "Fast and accurate
// computation of binomial probabilities").
#pragma once

namespace tausq::numerics {

/// log(n!) - log(sqrt(2 pi n) (n / e)^n) for real n > 0.
double stirling_error(double n);

/// x log(x / m) + m - x >= 0 for x >= 0 and m > 0: half the Poisson deviance. `m_low` carries the part of the mean that
/// m could not hold.
double deviance_term(double x, double m, double m_low = 0);

/// (1 + u) log(1 + u) - u >= 0 for u >= -1.
double log1p_excess(double u);

/// log(1 + u) - u <= 0 for u > -1.
double log1p_minus(double u);

}  // namespace tausq::numerics
