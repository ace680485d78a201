// Intervals for one binomial proportion.
//
// Every method here treats events and non-events alike, so a kernel gives the lower limit only: the upper limit of x in
// x + m is one minus the lower limit of m in m + x. A limit carries its complement along, because next to 1 the
// complement cannot be had from it any more.
#pragma once

namespace tausq::effect {

/// A proportion p with q = 1 - p, each to full relative precision.
struct Limit {
  double p, q;
};

// Lower limits of the proportion behind x events and m non-events at `level`.

Limit clopper_pearson_lower(double x, double m, double level);
Limit wilson_lower(double x, double m, double level);
Limit wilson_corrected_lower(double x, double m, double level);
/// The formula also at x = 0, where it leaves the estimate out: what the R package meta prints.
Limit wilson_corrected_plain_lower(double x, double m, double level);
Limit agresti_coull_lower(double x, double m, double level);
Limit simple_lower(double x, double m, double level);
Limit simple_corrected_lower(double x, double m, double level);
Limit jeffreys_lower(double x, double m, double level);
Limit mid_p_lower(double x, double m, double level);
Limit blaker_lower(double x, double m, double level);

}  // namespace tausq::effect
