// Numbers as people read them. No locale: the decimal sign is a point.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>

namespace tausq::report {

/// `decimals` places, never "-0.00"; exponents from 1e15 on.
std::string fixed(double value, int decimals);

/// `digits` significant digits without trailing zeros, exponents below 1e-4 and from 1e6 on.
std::string significant(double value, int digits = 4);

/// The shortest text that reads back as the same number.
std::string shortest(double value);

/// A fraction as a percentage: 0.4137 is "41.4%".
std::string percent(double fraction, int decimals = 1);

/// " = 0.0432", " < 0.0001", or " < 10^-23" for p-values too small for a double; " undefined" without one.
std::string p_value(std::optional<double> p, std::optional<double> log_p = {});

/// How many places the natural-scale numbers of one analysis are shown with.
struct Precision {
  int decimals = 2;
  bool significant = false;  ///< the numbers are too small for decimals: three significant digits
};

/// Enough places for two digits of the width of the pooled intervals.
Precision precision_of(const Analysis& analysis);

/// The same for some intervals of one measure.
Precision precision_of(Measure measure, const std::vector<Display>& displays);

/// Enough places for three digits of the smallest standard error, for a column of analysis-scale numbers.
Precision precision_for(const std::vector<std::optional<double>>& standard_errors);

/// A number in that precision.
std::string natural(double value, Precision precision);

/// "[0.56; 0.94]"; an end without a number is written inf; empty when neither end has one.
std::string interval_text(std::optional<double> lower, std::optional<double> upper, Precision precision);

/// "0.80 [0.56; 0.94]", or "not estimable".
std::string estimate_text(const Display& display, Precision precision);

/// "95%", "99.9%".
std::string level_text(double level);

}  // namespace tausq::report
