// Settings that several families share, and the parts of a result under the peers' names.
#pragma once

#include <string>

#include "tests/reference/comparison.hpp"
#include "tests/reference/studies.hpp"

namespace tausq::reference {

/// A fraction as the percentage that the peers print.
std::optional<double> percent(std::optional<double> fraction);

/// Measure and zero-cell rules of a metafor call.
EffectOptions effect_settings(Spec& spec);

/// Inverse-variance pooling with the interval and prediction interval of metafor's `test`, at `level`.
Options pooling_settings(Spec& spec);

/// The pooled estimate's numbers: estimate, se, statistic, df, p_value, ci_lower, ci_upper.
void add_pooled(Computed& computed, const PooledEstimate& pooled);

/// q, q_df, q_p.
void add_q(Computed& computed, const Heterogeneity& heterogeneity);

/// loglik, aic, bic, aicc.
void add_fit(Computed& computed, const Fit& fit);

/// Weights of the studies in percent, those of studies that are left out dropped or 0.
Numbers weights(const Analysis& analysis, bool common, bool zeros = false);

/// A list of numbers as they are compared.
Numbers list(const std::vector<double>& values);

}  // namespace tausq::reference
