#include "engine/model/poisson_likelihood.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numerics/deviance.hpp"

namespace tausq::model {

double log_poisson(double x, double mean) {
  constexpr double log_two_pi = 1.8378770664093454836;
  const double deviance = numerics::deviance_term(x, mean);
  return x == 0 ? -deviance : -deviance - numerics::stirling_error(x) - 0.5 * (log_two_pi + std::log(x));
}

PoissonLikelihood::PoissonLikelihood(double x, double t)
    : x_(x),
      scale_(x > 0 ? x : t),
      origin_(x > 0 ? std::log(x / t) : 0),
      saturated_(x > 0 ? log_poisson(x, x) : 0),
      centre_(std::log((x + 0.5) / t)),
      variance_(1 / (x + 0.5)) {}

double PoissonLikelihood::value(double eta) const {
  const double d = std::min(eta - origin_, 700.0);
  return x_ > 0 ? saturated_ - x_ * (std::expm1(d) - d) : -scale_ * std::exp(d);
}

Derivatives PoissonLikelihood::at(double eta) const {
  const double d = std::min(eta - origin_, 700.0), mean = scale_ * std::exp(d);
  return {value(eta), x_ > 0 ? -x_ * std::expm1(d) : -mean, -mean, -mean, -mean};
}

}  // namespace tausq::model
