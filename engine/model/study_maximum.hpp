// The maximum of one study's own likelihood: the saturated model, study by study.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/model/study_term.hpp"

namespace tausq::model {

/// Where l is largest, -l'' there, and l. Without a maximum (`bounded()` false) l rises to 0 for ever: loglik 0, information 0.
struct StudyMaximum {
  double eta = 0, information = 0, loglik = 0;
};

/// Newton's method from the rough centre; steps of more than 2 are cut, so that no sigmoid throws it away.
template <typename Likelihood>
StudyMaximum study_maximum(const Likelihood& study) {
  if (!study.bounded()) return {};
  double eta = study.centre();
  Derivatives l = study.at(eta);
  for (int i = 0; i < 100; ++i) {
    const double step = std::clamp(-l.first / l.second, -2.0, 2.0);
    eta += step;
    l = study.at(eta);
    if (step * step * -l.second < 1e-24) break;
  }
  return {eta, -l.second, l.value};
}

}  // namespace tausq::model
