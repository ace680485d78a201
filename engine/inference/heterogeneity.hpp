// Heterogeneity and likelihood of a fitted normal model.
#pragma once

#include <cstddef>
#include <optional>

#include <tausq/analysis.hpp>

#include "engine/inference/tau2_interval.hpp"
#include "engine/model/normal_likelihood.hpp"
#include "engine/model/tau2.hpp"

namespace tausq::inference {

/// Cochran's Q and what it is made of, at tau2 = 0.
struct QStatistic {
  std::size_t k = 0;
  double df = 0;    ///< k - p
  double q = 0;     ///< y'Py
  double tr_p = 0;  ///< on the scale of the data
};

/// Q, tau2, I2 and H2 from these numbers alone; and the same where tau2 = 0 is taken for granted.
Heterogeneity heterogeneity(const QStatistic& statistic, double tau2);
Heterogeneity homogeneity(const QStatistic& statistic);

/// Q, tau2, I2 and H2 with intervals, on the scale of the data.
///   i2 = tau2 / (tau2 + typical), h2 = 1 + tau2 / typical, typical = (k - p) / tr P at tau2 = 0
///   i2_from_q = max(0, (Q - (k - p)) / Q)
/// The intervals of i2 and h2 come from that of tau2 (Viechtbauer 2007, Stat Med 26:37). Without degrees of freedom only
/// Q = 0 is known: not_estimable.
Heterogeneity heterogeneity(const model::NormalData& data, const model::Tau2Estimate& tau2, const std::optional<Tau2Interval>& interval,
                            model::NormalWorkspace& work);

/// The same where tau2 = 0 is taken for granted (common effect): i2 and h2 from Q.
Heterogeneity homogeneity(const model::NormalData& data, model::NormalWorkspace& work);

/// Log-likelihood at tau2 with information criteria; `parameters` counts coefficients and tau2 where it was estimated.
///   aic = -2 l + 2 m, bic = -2 l + m log(n), aicc = -2 l + 2 m n' / (n' - m - 1), n = k (ML) or k - p (REML), n' = max(n, m + 2)
Fit fit_statistics(const model::NormalData& data, model::Likelihood likelihood, double tau2, int parameters, model::NormalWorkspace& work);

}  // namespace tausq::inference
