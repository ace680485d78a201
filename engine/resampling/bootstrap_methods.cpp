// Table of the ways in which replicates are made.
#include <array>

#include <tausq/methods.hpp>

#include "engine/methods/table.hpp"

namespace {

using namespace tausq;

struct MethodRow {
  BootstrapMethod id;
  MethodInfo info;
};

constexpr std::array<MethodRow, 2> bootstrap_methods{{
    {BootstrapMethod::parametric,
     {"parametric", "model", "results drawn from the fitted model",
      "yi* ~ N(mu, vi + tau2); counts: binomial, Poisson or noncentral hypergeometric around mu + tau u",
      "Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 6.5; van den Noortgate & Onghena 2005, Behav Res Methods 37:11"}},
    {BootstrapMethod::nonparametric,
     {"nonparametric", "non-parametric studies", "studies drawn with replacement", "k of the k studies, each with probability 1 / k",
      "Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 6.2; Viechtbauer 2007, Stat Med 26:37, section 2.5"}},
}};

}  // namespace

TAUSQ_DEFINE_METHODS(BootstrapMethod, bootstrap_methods)
