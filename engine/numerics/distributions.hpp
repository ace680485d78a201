// Distribution functions and quantiles. Relative error about 1e-15 in the bulk for shapes and counts up to 1e15; a tail
// p < 1e-10 adds |log p| times 2e-16. Arguments out of their domain, and NaN, give NaN. The only file that sees Boost.Math
// is distributions.cpp (one policy: no promotion to long double, errors come back as NaN).
//
// `_sf` is the upper tail P(X > x), computed as such; `_quantile_upper(q)` is the x with P(X > x) = q. `log_..._sf` stays
// right where the tail itself underflows.
#pragma once

namespace tausq::numerics {

double normal_pdf(double x);
double normal_cdf(double x);
double normal_sf(double x);
double log_normal_sf(double x);
double normal_quantile(double p);
double normal_quantile_upper(double q);
/// z with P(|Z| <= z) = level.
double normal_two_sided(double level);

/// P(|X| >= |x|) and its natural logarithm, which stays right where the probability underflows.
struct TwoTails {
  double p = 1;
  double log_p = 0;
};
TwoTails normal_two_tails(double x);
TwoTails t_two_tails(double x, double df);

double t_cdf(double x, double df);
double t_sf(double x, double df);
double log_t_sf(double x, double df);
double t_quantile_upper(double q, double df);
/// t with P(|T| <= t) = level on df > 0 degrees of freedom.
double t_two_sided(double level, double df);

double chi2_cdf(double x, double df);
double chi2_sf(double x, double df);
double log_chi2_sf(double x, double df);
double chi2_quantile(double p, double df);
double chi2_quantile_upper(double q, double df);

double f_sf(double x, double df1, double df2);

double beta_cdf(double x, double a, double b);
double beta_sf(double x, double a, double b);
double beta_quantile(double p, double a, double b);
double beta_quantile_upper(double q, double a, double b);

double gamma_quantile(double p, double shape);
double gamma_quantile_upper(double q, double shape);

double binomial_pmf(double x, double n, double p);
double binomial_cdf(double x, double n, double p);
/// P(X >= x), the tail that includes x.
double binomial_sf_inclusive(double x, double n, double p);

double log_gamma(double x);
double digamma(double x);
double trigamma(double x);
/// log(n choose k) for real n >= k >= 0; no overflow and no cancellation for n up to 1e15.
double log_binomial(double n, double k);

}  // namespace tausq::numerics
