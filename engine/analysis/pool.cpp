#include <utility>

#include "engine/analysis/analysis.hpp"
#include "engine/pooling/integrated_results.hpp"
#include "engine/pooling/profile_results.hpp"

namespace tausq::analysis {

namespace {

using pooling::Pooled;
using pooling::PoolingInput;

Pooled run(Pooling model, const PoolingInput& input) {
  return pooling::row_of(model).kernel(input);
}

Pooled run_random(Pooling model, const PoolingInput& input) {
  Pooled pooled = run(model, input);
  if (!input.options.extras && input.options.prediction == PredictionMethod::none && pooled.prediction.reason.empty())
    pooled.prediction.reason = pooling::left_out_reason;
  if (input.options.model != Model::common) pooling::add_integrated(input, pooled);
  return pooled;
}

void merge(std::vector<Excluded>& into, const std::vector<Excluded>& more) {
  for (const Excluded& e : more) {
    bool known = false;
    for (const Excluded& have : into) known = known || (have.row == e.row && have.study == e.study);
    if (!known) into.push_back(e);
  }
}

void merge(std::vector<Warning>& into, const std::vector<Warning>& more) {
  for (const Warning& w : more) {
    bool known = false;
    for (const Warning& have : into) known = known || (have.code == w.code && have.message == w.message);
    if (!known) into.push_back(w);
  }
}

/// Puts the common effect of one model beside the random effects of another. Cochran's Q goes with the common effect,
/// around whose estimate it is computed, when that comes from stratified tables.
Pooled combine(Pooled random, Pooled common, bool stratified_q) {
  random.common = std::move(common.common);
  random.weight_common = std::move(common.weight_common);
  random.tests = common.tests;
  if (stratified_q) {
    const Heterogeneity& from = common.heterogeneity;
    Heterogeneity& to = random.heterogeneity;
    to.q = from.q;
    to.q_df = from.q_df;
    to.q_p = from.q_p;
    to.i2_from_q = from.i2_from_q;
    to.h2 = from.h2;
  }
  merge(random.excluded, common.excluded);
  merge(random.warnings, common.warnings);
  return random;
}

/// An estimate that is not asked for says so, unless the model has said why it has none.
PooledEstimate left_out(const PooledEstimate& had, const char* reason) {
  PooledEstimate none;
  none.reason = had.status == Status::not_requested && !had.reason.empty() ? had.reason : reason;
  return none;
}

void apply_model_choice(Pooled& pooled, Model model) {
  if (model == Model::common) {
    pooled.random = left_out(pooled.random, "only the common effect is asked for");
    pooled.weight_random.clear();
    pooled.prediction = {};
    pooled.prediction.reason = "a common effect has no other true effects to predict";
  }
  if (model == Model::random) {
    pooled.common = left_out(pooled.common, "only random effects are asked for");
    pooled.weight_common.clear();
  }
  if (pooled.prediction.status == Status::not_requested && pooled.prediction.reason.empty())
    pooled.prediction.reason = "no prediction interval is asked for";
}

}  // namespace

EffectSizes subset(const EffectSizes& effects, const std::vector<std::size_t>& indices) {
  EffectSizes part{effects.measure, {}, {}, {}};
  for (std::size_t i : indices) part.study.push_back(effects.study[i]);
  return part;
}

Options inverse_variance(Options requested, const StudySet& studies) {
  if (requested.pooling && pooling::row_of(*requested.pooling).bayesian) {  // what only a posterior distribution has
    requested.prior_tau.clear(), requested.prior_mu.clear();
    requested.threshold.reset(), requested.interval.reset(), requested.interval_common.reset();
    requested.tau2_interval.reset(), requested.prediction.reset();
  }
  requested.pooling = requested.pooling_common = Pooling::inverse;
  return resolve(std::move(requested), studies);
}

pooling::Pooled pool(const PoolingInput& input) {
  const Pooling random_model = random_effects_pooling(*input.options.pooling);
  const Pooling common_model = *input.options.pooling_common;
  if (common_model == random_model) {
    Pooled pooled = run_random(random_model, input);
    apply_model_choice(pooled, input.options.model);
    return pooled;
  }
  Pooled common = run(common_model, input);
  // A study without events, which says nothing to Mantel and Haenszel, is not left out of the beta-binomial model.
  if (random_model == Pooling::betabin) common.excluded.clear();
  PoolingInput random = input;
  // meta, as RevMan did, takes the Q of DerSimonian and Laird around the Mantel-Haenszel estimate.
  if (input.options.effect.convention == Preset::meta && common_model == Pooling::mh) random.cochran_q = common.heterogeneity.q;
  const bool stratified_q = *input.options.pooling == common_model;
  Pooled pooled = combine(run_random(random_model, random), std::move(common), stratified_q);
  apply_model_choice(pooled, input.options.model);
  return pooled;
}

}  // namespace tausq::analysis
