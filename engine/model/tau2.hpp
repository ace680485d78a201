// Estimators of the between-study variance: one table, one kernel each (tau2.cpp).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <tausq/methods.hpp>

#include "engine/model/normal_likelihood.hpp"
#include "engine/model/normal_model.hpp"

namespace tausq::model {

/// What an estimator works on, in standard units. k > p.
struct Tau2Problem {
  const NormalData& data;
  std::span<const double> weights;  ///< of the generalised Q statistic (GENQ, GENQM), in the places of `data`; empty: 1 / v
  NormalWorkspace& work;
  std::optional<double> q =
      {};  ///< Q that DL takes in place of that around the weighted mean (RevMan and meta: around the Mantel-Haenszel estimate)
};

/// tau2 >= 0 in standard units (tau2 = 0 where it is too small to change any v + tau2).
struct Tau2Estimate {
  double tau2 = 0;
  std::optional<double> se = {};
  int iterations = 0;
  bool converged = true;
  int maxima = 1;                       ///< of the likelihood (ML, REML)
  std::vector<double> stationary = {};  ///< its stationary points above 0, where there is more than one maximum
};

/// What the table knows about one estimator.
struct Tau2Row {
  Tau2Method id;
  MethodInfo info;
  Tau2Estimate (*kernel)(const Tau2Problem&);
  bool iterative;
  std::optional<Likelihood> likelihood;  ///< which likelihood it maximises
};

std::span<const Tau2Row> tau2_table();

Tau2Estimate estimate_tau2(Tau2Method method, const Tau2Problem& problem);

/// Where the falling function q(tau2) = y'Py meets `target` > 0.
struct QRoot {
  double tau2 = 0;  ///< 0 when q(0) <= target
  int iterations = 0;
  bool converged = true;
};
QRoot q_root(const NormalData& data, double target, NormalWorkspace& work);

}  // namespace tausq::model
