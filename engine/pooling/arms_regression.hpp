// Moderators of an effect of two arms whose studies have no likelihood of the effect alone: effect and level are fitted together.
#pragma once

#include <memory>
#include <optional>

#include "engine/model/one_stage.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// What such a model gives its regression.
struct ArmsRegression {
  std::shared_ptr<model::StudyTerms> studies;  ///< of paired_rows.hpp: the effects of all studies, then their levels
  bool level_follows = false;                  ///< the moderators act on the level too; it is one for all studies otherwise
  std::optional<double> saturated = {};        ///< the log-likelihood with every arm for itself and no dispersion
  PooledEstimate Pooled::*place;               ///< the estimate in whose place the coefficients stand
};

/// Coefficients of the effect with Wald or profile intervals, their tests by Wald and by the likelihood ratio (against one effect for all,
/// or none without an intercept; the level keeps its moderators), and the dispersion as het.tau2 with profile interval and test. Every
/// study has all moderators.
Pooled pool_arms_regression(const PoolingInput& input, ArmsRegression setup);

}  // namespace tausq::pooling
