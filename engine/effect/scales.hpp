// From the analysis scale to the natural one and back, one Scale a kind of transformation.
#pragma once

namespace tausq::effect {

/// The values that a measure can take on its analysis scale; either end may be infinite.
struct Range {
  double lower, upper;
};

/// A transformation. `n` is the sample size (or person-time) that Freeman-Tukey needs; the others ignore it.
struct Scale {
  double (*natural)(double value, double n);  ///< of a value within `attainable(n)`
  double (*analysis)(double value, double n);
  Range (*attainable)(double n);
  double (*of_complement)(double q, double n) = nullptr;  ///< proportions: analysis(1 - q), without forming 1 - q
};

extern const Scale identity_scale;        ///< any number
extern const Scale proportion_scale;      ///< 0 to 1 as it is
extern const Scale difference_scale;      ///< -1 to 1 as it is: risk differences, correlations
extern const Scale positive_scale;        ///< 0 and above as it is
extern const Scale log_scale;             ///< log of a ratio, rate or mean
extern const Scale log_proportion_scale;  ///< log of a proportion
extern const Scale logit_scale;           ///< log(p / (1 - p))
extern const Scale probit_scale;          ///< normal quantile of a proportion
extern const Scale cloglog_scale;         ///< log of minus the log of 1 - p
extern const Scale arcsine_scale;         ///< asin sqrt p
extern const Scale double_arcsine_scale;  ///< Freeman-Tukey, n patients
extern const Scale root_scale;            ///< square root of a rate
extern const Scale double_root_scale;     ///< Freeman-Tukey, person-time n
extern const Scale fisher_scale;          ///< atanh of a correlation

}  // namespace tausq::effect
