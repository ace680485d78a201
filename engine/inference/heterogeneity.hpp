// Heterogeneity and likelihood of a fitted normal model.
#pragma once

#include <optional>

#include <tausq/analysis.hpp>

#include "engine/inference/tau2_interval.hpp"
#include "engine/model/normal_likelihood.hpp"
#include "engine/model/tau2.hpp"

namespace tausq::inference {

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
