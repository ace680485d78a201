#include "engine/model/arm_logits.hpp"

#include <algorithm>
#include <cmath>

namespace tausq::model {

namespace {

/// Beyond it the proportions are 0 or 1 to the last digit, and exp() stays far from the end of the range of numbers.
constexpr double farthest = 300;

/// asinh(s) for s = a(effect) b(level), with derivatives: those of a in the effect, those of b in the level.
struct Factor {
  double value, first, second;
};

HalfDifference area_sine(const Factor& a, const Factor& b) {
  const double s = a.value * b.value, c = std::hypot(1.0, s), sine = s / c, in_a = a.first * b.value / c, in_b = a.value * b.first / c;
  HalfDifference h;
  h.value = std::asinh(s);
  h.d_effect = in_a;
  h.d_level = in_b;
  h.d_effect_effect = a.second * b.value / c - sine * in_a * in_a;
  h.d_effect_level = a.first * b.first / c - sine * in_a * in_b;
  h.d_level_level = a.value * b.second / c - sine * in_b * in_b;
  return h;
}

HalfDifference by_ratio(double theta, double level) {
  const double sine = std::sinh(0.5 * theta), cosine = std::cosh(0.5 * theta), e = std::exp(level);
  HalfDifference h = area_sine({sine, 0.5 * cosine, 0.25 * sine}, {e, e, e});
  h.value += 0.5 * theta;
  h.d_effect += 0.5;
  return h;
}

HalfDifference by_difference(double theta, double level) {
  const double rest = (1 - theta) * (1 + theta), root = std::sqrt(rest), cosine = std::cosh(level), sine = std::sinh(level);
  HalfDifference h = area_sine({theta / root, 1 / (rest * root), 3 * theta / (rest * rest * root)}, {cosine, sine, cosine});
  h.value += std::atanh(theta);
  h.d_effect += 1 / rest;
  h.d_effect_effect += 2 * theta / (rest * rest);
  return h;
}

}  // namespace

bool is_effect(Measure measure, double effect) {
  return std::isfinite(effect) && (measure != Measure::RD || std::abs(effect) < 1);
}

HalfDifference half_difference(Measure measure, double effect, double level) {
  const double within = std::clamp(level, -farthest, farthest);
  if (measure == Measure::RR) return by_ratio(std::clamp(effect, -farthest, farthest), within);
  if (measure == Measure::RD) return by_difference(effect, within);
  return {0.5 * effect, 0.5, 0, 0, 0, 0};
}

}  // namespace tausq::model
