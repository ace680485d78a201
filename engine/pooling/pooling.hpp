// Pooling models: what every one of them takes and gives. One table row a model (pooling.cpp), one file a kernel.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>

#include "engine/model/design.hpp"
#include "engine/model/new_points.hpp"

namespace tausq::pooling {

/// What a model works on. All references outlive the call; `options` is resolved.
struct PoolingInput {
  const StudySet& studies;
  const EffectSizes& effects;  ///< of all studies; a model drops those that it cannot use and lists them
  const Options& options;
  const model::Design& design;                       ///< k = studies.size() rows
  std::span<const model::NewPoint> predict_at = {};  ///< where a regression predicts
  std::optional<double> cochran_q = {};              ///< Q for DL in place of that around the inverse-variance mean
};

/// What a model gives back, all on the analysis scale. `display` is filled by the analysis from the measure unless the
/// model knows better (exact intervals of all-zero data, medians); vectors of weights have one entry a study of the input, empty where
/// unused.
struct Pooled {
  PooledEstimate common, random;
  PredictionInterval prediction;
  Heterogeneity heterogeneity;
  Fit fit;
  std::vector<std::optional<double>> weight_common, weight_random;  ///< fractions, each sums to 1
  std::optional<Regression> regression;
  std::optional<StratifiedTests> tests;
  std::optional<Posterior> posterior;
  std::vector<Excluded> excluded;
  std::vector<Warning> warnings;
};

// The kernels.
Pooled pool_inverse_variance(const PoolingInput& input);
Pooled pool_mantel_haenszel(const PoolingInput& input);
Pooled pool_peto(const PoolingInput& input);
Pooled pool_sample_size(const PoolingInput& input);
Pooled pool_glmm(const PoolingInput& input);
Pooled pool_beta_binomial(const PoolingInput& input);
Pooled pool_exact(const PoolingInput& input);
Pooled pool_firth(const PoolingInput& input);
Pooled pool_negative_binomial(const PoolingInput& input);
Pooled pool_bayes(const PoolingInput& input);
Pooled pool_bayes_normal(const PoolingInput& input);

/// What the table knows about one pooling model.
struct PoolingRow {
  Pooling id;
  MethodInfo info;
  Pooled (*kernel)(const PoolingInput&);
  bool (*fits)(Measure);  ///< which measures it pools
  bool moderators;
  bool (*exact_likelihood)(Measure);  ///< for which measures the counts enter as they are: no effect size, no correction of zero cells
  bool bayesian = false;              ///< takes prior distributions
};

std::span<const PoolingRow> pooling_table();
inline const PoolingRow& row_of(Pooling pooling) {
  return pooling_table()[static_cast<std::size_t>(pooling)];
}

}  // namespace tausq::pooling
