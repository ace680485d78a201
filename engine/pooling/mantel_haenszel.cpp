// Mantel-Haenszel pooling of two-by-two tables and of person-time, without continuity correction.
#include <cmath>
#include <string>
#include <variant>

#include "engine/inference/wald.hpp"
#include "engine/model/stratified.hpp"
#include "engine/model/stratified_tests.hpp"
#include "engine/numerics/sums.hpp"
#include "engine/pooling/closed_form.hpp"
#include "engine/pooling/glmm_single.hpp"
#include "engine/pooling/odds_ratio_tables.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

namespace {

using model::RiskDifferenceVariance;
using model::Strata;
using model::StratifiedEffect;

bool follows_meta(const PoolingInput& input) {
  return input.options.effect.convention == Preset::meta;
}

bool is_difference(Measure measure) {
  return measure == Measure::RD || measure == Measure::IRD;
}

/// Why stratum i says nothing about a ratio; empty when it does.
std::string_view no_information(Measure measure, const Strata& s, std::size_t i) {
  if (is_difference(measure)) return "";
  if (s.a[i] == 0 && s.c[i] == 0) return "no event in either arm";
  if (measure == Measure::OR && s.b[i] == 0 && s.d[i] == 0) return "only events in both arms";
  return "";
}

/// The tables with the correction that their effect sizes carry, without the studies that have no effect size.
struct CorrectedTables {
  TwoArmCounts counts;
  std::vector<double> differences;  // of the uncorrected risks
};
CorrectedTables corrected_tables(const PoolingInput& input, const TwoArmCounts& raw) {
  CorrectedTables tables;
  for (std::size_t i = 0; i < raw.ai.size(); ++i) {
    const EffectSize& effect = input.effects.study[i];
    if (!effect.yi) continue;
    const double add = effect.corrected ? input.options.effect.add.value_or(default_correction(input.effects.measure)) : 0;
    tables.counts.ai.push_back(raw.ai[i] + add);
    tables.counts.bi.push_back(raw.bi[i] + add);
    tables.counts.ci.push_back(raw.ci[i] + add);
    tables.counts.di.push_back(raw.di[i] + add);
    tables.differences.push_back(raw.ai[i] / (raw.ai[i] + raw.bi[i]) - raw.ci[i] / (raw.ci[i] + raw.di[i]));
  }
  return tables;
}

/// The estimate by the conventions of R's meta: zero cells corrected, Greenland & Robins's variance of a risk difference,
/// whose estimate weights the uncorrected differences by the corrected tables.
StratifiedEffect effect_as_in_meta(const PoolingInput& input, const TwoArmCounts& raw) {
  const Measure measure = input.effects.measure;
  const CorrectedTables tables = corrected_tables(input, raw);
  const Strata strata = model::strata(tables.counts);
  StratifiedEffect effect = model::mantel_haenszel(measure, strata, RiskDifferenceVariance::greenland_robins);
  if (measure != Measure::RD || !effect.estimate) return effect;
  const std::vector<double> weights = model::mantel_haenszel_weights(measure, strata);
  numerics::Sum sum;
  for (std::size_t i = 0; i < weights.size(); ++i) sum.add_product(weights[i], tables.differences[i]);
  effect.estimate = sum.value() / effect.s;
  return effect;
}

/// The exact conditional limit of an odds ratio that the tables put at 0 or infinity; empty for other measures.
std::optional<PooledEstimate> exact_limit(const PoolingInput& input) {
  const auto* counts = std::get_if<TwoArmCounts>(&input.studies.data);
  if (counts == nullptr || input.effects.measure != Measure::OR) return std::nullopt;
  Pooled account;
  const auto tables = conditional_likelihoods(*counts, informative_tables(input, *counts, account));
  return one_sided(tables, input.options.level, "");
}

PooledEstimate common_estimate(const PoolingInput& input, const StratifiedEffect& effect) {
  if (effect.estimate && effect.se) return inference::wald(*effect.estimate, *effect.se, std::nullopt, input.options.level);
  PooledEstimate result;
  result.status = Status::not_estimable;
  if (effect.estimate) {
    result.reason = "the estimated variance is 0: no arm has both events and non-events";
  } else if (is_difference(input.effects.measure) || (effect.r == 0 && effect.s == 0)) {
    result.reason = "no study informs about the effect";
  } else {
    const std::optional<PooledEstimate> limit = exact_limit(input);
    if (limit) result = *limit;
    result.status = Status::one_sided;
    result.reason = effect.r == 0 ? "the pooled ratio is 0, its logarithm infinite; " : "the pooled ratio is infinite; ";
    result.reason += limit ? "the limit is the exact conditional one, Mantel-Haenszel variances give none"
                           : std::string("Mantel-Haenszel variances give no ") + (effect.r == 0 ? "upper limit" : "lower limit");
    if (effect.r == 0) result.display.estimate = 0;
  }
  return result;
}

/// Whether study i takes part in Q. Person-time strata without any event do not (metafor's rma.mh and this program): all
/// that they could contribute is the correction itself.
bool in_q(const PoolingInput& input, std::size_t i) {
  const EffectSize& effect = input.effects.study[i];
  if (!effect.yi || !(*effect.vi > 0)) return false;
  const auto* rates = std::get_if<TwoArmRates>(&input.studies.data);
  return !rates || follows_meta(input) || rates->x1i[i] > 0 || rates->x2i[i] > 0;
}

/// Inverse-variance mean of the studies' own effects.
double inverse_variance_mean(const EffectSizes& effects) {
  numerics::Sum sum, weight;
  for (const EffectSize& effect : effects.study) {
    if (!effect.yi || !(*effect.vi > 0)) continue;
    sum.add(*effect.yi / *effect.vi);
    weight.add(1 / *effect.vi);
  }
  return sum.value() / weight.value();
}

/// Q of the studies' own effects, whose zero cells are corrected as the options say, around the pooled one.
Heterogeneity heterogeneity(const PoolingInput& input, double estimate) {
  // meta takes the inverse-variance mean instead, except with DerSimonian and Laird's tau2.
  const bool own_mean = follows_meta(input) && input.options.tau2 != Tau2Method::DL;
  const double centre = own_mean ? inverse_variance_mean(input.effects) : estimate;
  numerics::Sum q;
  std::size_t k = 0;
  for (std::size_t i = 0; i < input.studies.size(); ++i) {
    if (!in_q(input, i)) continue;
    const EffectSize& effect = input.effects.study[i];
    const double distance = *effect.yi - centre;
    q.add(distance * distance / *effect.vi);
    ++k;
  }
  if (k > 0) return from_q(q.value(), k);
  Heterogeneity none;
  none.status = Status::not_estimable;
  none.reason = "no study has an effect size of its own";
  return none;
}

StratifiedTests tests(const PoolingInput& input, const Strata& strata, const StratifiedEffect& raw) {
  const bool rates = input.studies.layout() == Layout::two_arm_rates;
  const model::NullSums sums = rates ? model::null_sums_of_rates(strata) : model::null_sums_of_tables(strata);
  StratifiedTests result;
  result.cmh = model::cochran_mantel_haenszel(sums, input.options.cmh_correction);
  if (input.effects.measure == Measure::OR && raw.estimate) {
    auto [breslow_day, tarone] = model::odds_ratio_homogeneity(strata, raw.r / raw.s);
    result.breslow_day = breslow_day;
    result.tarone = tarone;
  }
  return result;
}

/// Lists the studies without information and gives the others their share of the weight.
void account(const PoolingInput& input, const Strata& strata, Pooled& pooled) {
  const Measure measure = input.effects.measure;
  const std::vector<double> weights = model::mantel_haenszel_weights(measure, strata);
  numerics::Sum total;
  for (const double weight : weights) total.add(weight);
  pooled.weight_common.resize(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string_view reason = no_information(measure, strata, i);
    if (!reason.empty()) {
      leave_out(input, i, std::string(reason), pooled);
    } else if (total.value() > 0) {
      pooled.weight_common[i] = weights[i] / total.value();
    }
  }
}

}  // namespace

Pooled pool_mantel_haenszel(const PoolingInput& input) {
  const Measure measure = input.effects.measure;
  const auto* counts = std::get_if<TwoArmCounts>(&input.studies.data);
  const Strata strata = counts ? model::strata(*counts) : model::strata(std::get<TwoArmRates>(input.studies.data));
  const StratifiedEffect raw = model::mantel_haenszel(measure, strata);
  const StratifiedEffect effect = counts && follows_meta(input) ? effect_as_in_meta(input, *counts) : raw;

  Pooled pooled;
  pooled.common = common_estimate(input, effect);
  if (pooled.common.estimate) {
    pooled.heterogeneity = heterogeneity(input, *pooled.common.estimate);
  } else {
    pooled.heterogeneity.status = Status::not_estimable;
    pooled.heterogeneity.reason = pooled.common.reason;
  }
  pooled.tests = tests(input, strata, raw);
  account(input, strata, pooled);
  return pooled;
}

}  // namespace tausq::pooling
