// Where a log-likelihood of one parameter has fallen by a given amount.
#pragma once

#include <cmath>
#include <optional>

namespace tausq::model {

/// A log-likelihood seen from its maximum: 2 (l_max - l) and dl/dt at a value t of the parameter.
struct Fall {
  double twice = 0, slope = 0;
};

/// How a search for an end begins.
struct EndSearch {
  double origin = 0;                   ///< the maximum
  double first = 0;                    ///< first step, signed
  double limit = 0;                    ///< distance beyond which the end is infinite
  std::optional<double> outside = {};  ///< a value known to lie outside
};

/// An end; empty value: infinite (converged) or not found (not converged).
struct LikelihoodEnd {
  std::optional<double> value;
  bool converged = true;
};

/// An interval from the likelihood; an empty end is infinite (converged) or not known.
struct LikelihoodInterval {
  std::optional<double> lower, upper;
  bool converged = true;
};

/// Of two ends. Where one was not found neither stands: the other alone would read as if that one were infinite.
inline LikelihoodInterval interval_of(const LikelihoodEnd& lower, const LikelihoodEnd& upper) {
  if (!lower.converged || !upper.converged) return {{}, {}, false};
  return {lower.value, upper.value, true};
}

/// The outermost t with 2 (l_max - l(t)) = cut in the direction of search.first. The signed root r = sqrt(2 (l_max - l)) is
/// nearly linear in t, so Newton's method on r = sqrt(cut), kept inside a bracket, needs few steps. `fall(t, rough)` returns
/// std::optional<Fall>, empty where it failed; `rough` asks for a few digits only: on the way to the end, and where no more than the sign
/// of the excess is wanted. What rough values said of the bracket is forgotten near the end, and no end is infinite by them. A crossing
/// counts once l is still below at one and a half and three times the distance.
template <typename F>
LikelihoodEnd likelihood_end(F&& fall, const EndSearch& search, double cut) {
  const double goal = std::sqrt(cut), sign = search.first < 0 ? -1 : 1;
  double inside = search.origin, at = search.origin + search.first;
  std::optional<double> outside = search.outside, found;
  bool near = false;
  const auto come_near = [&](double value) { near = true, at = value, inside = search.origin, outside = search.outside; };
  for (int i = 0; i < 200; ++i) {
    const std::optional<Fall> here = fall(at, !near || found);
    if (!here && !near) {
      come_near(at);
      continue;
    }
    if (!here) return {std::nullopt, false};
    const double root = std::sqrt(std::max(here->twice, 0.0)), slope = -sign * here->slope / root;  // of r, away from the maximum
    if (found) {                                                                                    // probing beyond a crossing
      if (root >= goal) {
        const double distance = sign * (*found - search.origin), probed = sign * (at - search.origin);
        if (probed > 2 * distance || search.outside) return {found, true};
        at = search.origin + 3 * (*found - search.origin);
        continue;
      }
      found.reset();
      outside = search.outside;
    }
    (root < goal ? inside : outside.emplace(at)) = at;
    const double step = sign * (goal - root) / slope;
    if (!near && slope > 0 && std::abs(step) < 0.1 * std::abs(at - search.origin)) {
      come_near(at + step);
      continue;
    }
    if (near && slope > 0 && std::abs(step) < 1e-8 * std::abs(at - search.origin)) {
      found = at + step;
      if (search.outside) return {found, true};
      at = search.origin + 1.5 * (*found - search.origin);
      continue;
    }
    const double before = at;
    at += step;
    if (outside) {
      if (slope > 0 && (at - inside) * (at - *outside) < 0) continue;
      at = 0.5 * (inside + *outside);
      if (at != inside && at != *outside) continue;
      if (near) return {at, true};
      come_near(at);
    } else {
      const double reach = 4 * std::abs(before - search.origin);
      if (!(slope > 0) || sign * (at - before) > reach || sign * (at - before) <= 0) at = before + sign * reach;
      if (std::abs(at - search.origin) <= search.limit) continue;
      if (near) return {std::nullopt, true};
      come_near(before);
    }
  }
  return {std::nullopt, false};
}

}  // namespace tausq::model
