// Two proportions by their effect and their level, each free of the other's value.
#pragma once

#include <tausq/methods.hpp>

namespace tausq::model {

/// Half the difference of the arms' logits, at an effect (log OR, log RR or RD) and the mean of the logits, with all derivatives up to the
/// second. The mean of the logits is half the log of the odds product, and varies independently of each of the three effects
/// (Richardson, Robins & Wang 2017, JASA 112:1121):
///   OR  theta / 2
///   RR  theta / 2 + asinh(exp(level) sinh(theta / 2))
///   RD  atanh(theta) + asinh(cosh(level) theta / sqrt(1 - theta^2)), |theta| < 1
struct HalfDifference {
  double value = 0;
  double d_effect = 0, d_level = 0;
  double d_effect_effect = 0, d_effect_level = 0, d_level_level = 0;
};
HalfDifference half_difference(Measure measure, double effect, double level);

/// Whether the effect is one of two proportions: a risk difference lies strictly between -1 and 1.
bool is_effect(Measure measure, double effect);

}  // namespace tausq::model
