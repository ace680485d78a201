// Where no random-effects model can be fitted: one study, or likelihoods that all rise towards the same infinite estimate.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "engine/numerics/roots.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// Puts `estimate` in the place of both models (of the random one alone if `random_only`); tau2, prediction and fit are
/// not_estimable for `reason`. k studies remain in use.
void without_model(const PoolingInput& input, const PooledEstimate& estimate, std::size_t k, const std::string& reason, Pooled& pooled,
                   bool random_only = false);

/// No study informs about the effect.
Pooled no_information(const PoolingInput& input, const std::string& reason);

/// True when every likelihood rises to 1 for eta towards the same infinity.
template <typename Likelihood>
bool all_on_one_side(const std::vector<Likelihood>& studies) {
  for (const Likelihood& study : studies)
    if (study.bounded() || study.rises() != studies.front().rises()) return false;
  return true;
}

/// The finite end of such data: where the probability of data as extreme, prod exp(l_i), is (1 - level) / 2. It is the exact
/// end of a common effect.
template <typename Likelihood>
double one_sided_end(const std::vector<Likelihood>& studies, double level) {
  const double goal = std::log(0.5 * (1 - level)), outward = studies.front().rises() ? -1 : 1;
  const auto excess = [&](double eta) {
    double sum = -goal;
    for (const Likelihood& study : studies) sum += study.value(eta);
    return sum;
  };
  const double start = studies.front().centre(), direction = excess(start) > 0 ? outward : -outward;
  const auto bracket = numerics::bracket_outward(excess, start, direction);
  return bracket ? numerics::brent_root(excess, bracket->first, bracket->second).x : start;
}

/// Estimate at -infinity or infinity with its finite end; Status::one_sided for `reason`.
template <typename Likelihood>
PooledEstimate one_sided(const std::vector<Likelihood>& studies, double level, std::string reason) {
  PooledEstimate result;
  result.status = Status::one_sided;
  result.reason = std::move(reason);
  (studies.front().rises() ? result.ci_lower : result.ci_upper) = one_sided_end(studies, level);
  if (!studies.front().rises()) result.display.estimate = 0;  // a ratio or rate of 0
  return result;
}

}  // namespace tausq::pooling
