// Events in person-time, one arm and two arms.
#include <cmath>

#include "engine/effect/kernels.hpp"
#include "engine/effect/stable.hpp"

namespace tausq::effect {

namespace {

double cross_difference(const TwoRates& s) {
  return difference_of_products(s.x1, s.t2, s.x2, s.t1);
}

}  // namespace

Estimate irln(const Rate& s, const Setting&) {
  return {log_ratio(s.x, s.t, s.x - s.t), 1 / s.x};
}

Estimate ir(const Rate& s, const Setting&) {
  return {s.x / s.t, s.x / s.t / s.t};
}

Estimate irs(const Rate& s, const Setting&) {
  return {std::sqrt(s.x / s.t), 0.25 / s.t};
}

Estimate irft(const Rate& s, const Setting&) {
  return {0.5 * (std::sqrt(s.x / s.t) + std::sqrt((s.x + 1) / s.t)), 0.25 / s.t};
}

Estimate irr(const TwoRates& s, const Setting&) {
  return {log_ratio(s.x1 * s.t2, s.x2 * s.t1, cross_difference(s)), 1 / s.x1 + 1 / s.x2};
}

Estimate ird(const TwoRates& s, const Setting&) {
  return {cross_difference(s) / s.t1 / s.t2, s.x1 / s.t1 / s.t1 + s.x2 / s.t2 / s.t2};
}

Estimate irsd(const TwoRates& s, const Setting&) {
  const double sum = std::sqrt(s.x1 / s.t1) + std::sqrt(s.x2 / s.t2);
  return {sum > 0 ? cross_difference(s) / s.t1 / s.t2 / sum : 0, 0.25 / s.t1 + 0.25 / s.t2};
}

}  // namespace tausq::effect
