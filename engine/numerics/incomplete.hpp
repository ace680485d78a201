// Regularised incomplete gamma and beta functions, from which the distribution functions are made.
//
// Written out here because the library ones lose up to eight digits at shapes of 1e9. Three ingredients: the factor in
// front by Loader's deviances, which do not cancel; behind it a series or continued fraction while the shapes are small;
// an integral over the tail by a Gauss rule when they are large (the cost no longer grows with the shapes).
#pragma once

namespace tausq::numerics {

/// One tail of a distribution as exp(exponent) * scale: the parts stay in range where the product underflows. The tail is
/// that one of the two which does not need the other.
struct Tail {
  double exponent = 0;
  double scale = 0;
  double rate = 0;  ///< |d log(tail) / d log(z)|, for a beta distribution |d log(tail) / d log(x / y)|
  bool upper = false;

  double value() const;
  double lower_tail() const;
  double upper_tail() const;
  double log_upper_tail() const;
};

/// Tail of the gamma distribution of shape a > 0 at 0 < z < infinity.
Tail gamma_tail(double a, double z);

/// Where a beta distribution is evaluated: shapes a, b > 0, 0 < x < 1, y = 1 - x and d = a y - b x, each right to the last
/// bits (y and d cannot be had from a rounded x where x is near 1 or near the mean).
struct BetaPoint {
  double a, b, x, y, d;
};

/// The point x of the beta distribution (a, b).
BetaPoint beta_point(double a, double b, double x);
/// The point at which the beta distribution has the tails of an F distribution with 2 b and 2 a degrees of freedom at
/// f = f_high + f_low: x = a / (a + b f), so that P(F > f) is the lower tail.
BetaPoint beta_point_of_f(double a, double b, double f_high, double f_low = 0);

/// Tail of the beta distribution at a point.
Tail beta_tail(const BetaPoint& at);

/// The z below which (or above which, if `upper`) the gamma distribution of shape a > 0 has probability p, 0 < p < 1.
double gamma_point(double p, double a, bool upper);

/// The odds x / (1 - x) of the point below which the beta distribution (a, b) has probability p, 0 < p < 1.
double beta_odds(double p, double a, double b);

}  // namespace tausq::numerics
