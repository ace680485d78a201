#include "engine/pooling/normal_studies.hpp"

#include <algorithm>
#include <cmath>

#include <tausq/problem.hpp>

#include "engine/inference/heterogeneity.hpp"
#include "engine/inference/wald.hpp"

namespace tausq::pooling {

namespace {

/// Why study i cannot be used; an empty code when it can.
Excluded obstacle(const PoolingInput& input, std::size_t i) {
  const EffectSize& effect = input.effects.study[i];
  Excluded result{i < input.studies.row.size() ? input.studies.row[i] : i + 1, input.studies.study[i], "", ""};
  if (!effect.yi || !effect.vi || !std::isfinite(*effect.yi) || !std::isfinite(*effect.vi)) {
    result.code = "missing_effect";
    result.reason = effect.reason.empty() ? "effect size or sampling variance is not defined" : effect.reason;
  } else if (*effect.vi <= 0) {
    result.code = "zero_variance";
    result.reason = "a sampling variance of 0 would give the study infinite weight";
  } else if (!input.design.missing.empty() && !input.design.missing[i].empty()) {
    result.code = "missing_moderator";
    result.reason = "no value of moderator " + input.design.missing[i];
  }
  return result;
}

bool listed(const std::vector<Excluded>& excluded, const Excluded& one) {
  return std::any_of(excluded.begin(), excluded.end(), [&](const Excluded& e) { return e.row == one.row && e.study == one.study; });
}

}  // namespace

NormalStudies usable_studies(const PoolingInput& input, std::vector<Excluded>& excluded) {
  const std::vector<double>& weights = input.options.user_weights;
  if (!weights.empty() && weights.size() != input.effects.study.size())
    throw UsageError("weights: " + std::to_string(weights.size()) + " for " + std::to_string(input.effects.study.size()) + " studies");
  NormalStudies result;
  for (std::size_t i = 0; i < input.effects.study.size(); ++i) {
    Excluded reason = obstacle(input, i);
    if (!reason.code.empty()) {
      if (!listed(input.effects.excluded, reason)) excluded.push_back(std::move(reason));
      continue;
    }
    result.study.push_back(i);
    result.yi.push_back(*input.effects.study[i].yi);
    result.vi.push_back(*input.effects.study[i].vi);
    if (weights.empty()) continue;
    if (!(weights[i] >= 0) || !std::isfinite(weights[i]))
      throw UsageError("weights: that of " + input.studies.study[i] + " is no number from 0 upwards");
    result.user_weights.push_back(weights[i]);
  }
  if (!result.user_weights.empty() && *std::max_element(result.user_weights.begin(), result.user_weights.end()) == 0)
    throw UsageError("weights: all of them are 0");
  return result;
}

std::vector<double> weights_in_places(const NormalStudies& studies, const model::NormalData& data) {
  if (studies.user_weights.empty()) return {};
  const double largest = *std::max_element(studies.user_weights.begin(), studies.user_weights.end());
  std::vector<double> weights(data.k);
  for (std::size_t j = 0; j < data.k; ++j) weights[j] = studies.user_weights[data.order[j]] / largest;
  return weights;
}

model::Tau2Estimate tau2_of(const Options& options, const model::NormalData& data, const std::vector<double>& weights,
                            model::NormalWorkspace& work, std::optional<double> q) {
  if (options.model == Model::common) return {};
  if (options.tau2_fixed) return {.tau2 = *options.tau2_fixed / data.scale / data.scale};
  if (data.df() <= 0) return {};
  return model::estimate_tau2(options.tau2.value_or(Tau2Method::REML), {data, weights, work, q});
}

model::Likelihood likelihood_of(const Options& options) {
  const Tau2Method method = options.tau2.value_or(Tau2Method::REML);
  return method == Tau2Method::REML && options.model != Model::common ? model::Likelihood::reml : model::Likelihood::ml;
}

namespace {

std::optional<inference::Tau2Interval> interval_of_tau2(const Options& options, const model::NormalData& data,
                                                        const std::vector<double>& weights, model::NormalWorkspace& work) {
  if (data.df() <= 0) return std::nullopt;
  const bool ml = options.tau2.value_or(Tau2Method::REML) == Tau2Method::ML;
  return inference::tau2_interval(
      options.tau2_interval.value_or(Tau2IntervalMethod::QP),
      {data, options.heterogeneity_level.value_or(options.level), ml ? model::Likelihood::ml : model::Likelihood::reml, weights, work});
}

void warn_about_interval(const inference::Tau2Interval& interval, std::vector<Warning>& warnings) {
  if (interval.empty)
    warnings.push_back(
        {"tau2-interval-empty", "the effects vary less than their sampling variances allow: no tau2 fits the data at this level", {}});
  if (interval.in_pieces)
    warnings.push_back(
        {"tau2-interval-in-pieces", "values of tau2 apart from the interval around the estimate agree with the data as well", {}});
  if (!interval.converged) warnings.push_back({"tau2-interval-not-converged", "an end of the interval for tau2 is not exact", {}});
}

}  // namespace

void describe_fit(const Options& options, const model::NormalData& data, const model::Tau2Estimate& tau2,
                  const std::vector<double>& weights, Pooled& pooled, model::NormalWorkspace& work) {
  const bool common = options.model == Model::common, estimated = !common && !options.tau2_fixed;
  pooled.fit = inference::fit_statistics(data, likelihood_of(options), tau2.tau2, static_cast<int>(data.p) + (estimated ? 1 : 0), work);
  pooled.fit.iterations = tau2.iterations;
  if (!tau2.converged) pooled.fit.status = Status::not_converged, pooled.fit.reason = "the estimate of tau2 did not converge";
  if (common) {
    pooled.heterogeneity = inference::homogeneity(data, work);
    return;
  }
  const std::optional<inference::Tau2Interval> interval = interval_of_tau2(options, data, weights, work);
  pooled.heterogeneity = inference::heterogeneity(data, tau2, interval, work);
  if (options.tau2_fixed) pooled.heterogeneity.tau2 = *options.tau2_fixed, pooled.heterogeneity.tau = std::sqrt(*options.tau2_fixed);
  if (tau2.maxima > 1)
    pooled.warnings.push_back({"several-stationary-points",
                               "the likelihood has " + std::to_string(tau2.maxima) +
                                   " local maxima in tau2; the highest was taken, all stationary points are listed",
                               {}});
  if (interval) warn_about_interval(*interval, pooled.warnings);
}

std::vector<std::optional<double>> weight_fractions(const NormalStudies& studies, const model::NormalData& data, double tau2,
                                                    std::size_t count) {
  std::vector<double> weights = studies.user_weights.empty() ? std::vector<double>(data.k) : weights_in_places(studies, data);
  double sum = 0;
  for (std::size_t j = 0; j < data.k; ++j) {
    if (studies.user_weights.empty()) weights[j] = 1 / (data.v[j] + tau2);
    sum += weights[j];
  }
  std::vector<std::optional<double>> fractions(count);
  for (std::size_t j = 0; j < data.k; ++j) fractions[studies.study[data.order[j]]] = inference::if_finite(weights[j] / sum);
  return fractions;
}

double hartung_knapp_factor(const model::NormalData& data, double tau2, model::NormalWorkspace& work) {
  if (data.df() <= 0) return 1;
  return static_cast<double>(model::best_moments(data, tau2, work).q) / data.df();
}

inference::IntervalInput mean_input(const model::NormalData& data, double tau2, const std::vector<double>& weights, double level,
                                    model::NormalWorkspace& work) {
  const model::PooledMean mean = model::pooled_mean(data, tau2, weights, work);
  inference::IntervalInput in{mean.estimate, mean.se, data.df() > 0 ? mean.q / data.df() : 1, data.df(), level};
  in.data = &data, in.tau2 = tau2, in.work = &work;
  return in;
}

inference::IntervalResult mean_interval(IntervalMethod method, inference::IntervalInput in, const std::vector<double>& weights) {
  if (in.df < 1) {
    inference::IntervalResult one{inference::wald(in.estimate, in.se, {}, in.level)};
    one.estimate.reason = "one study: its own estimate with the normal interval";
    return one;
  }
  if (method == IntervalMethod::hk_iqwig6) {
    const double dl = model::estimate_tau2(Tau2Method::DL, {*in.data, {}, *in.work}).tau2;
    in.se_dl = model::pooled_mean(*in.data, dl, weights, *in.work).se;
  }
  return inference::interval(method, in);
}

IntervalMethod common_interval(const Options& options) {
  const IntervalMethod method = options.interval_common.value_or(IntervalMethod::z);
  return inference::interval_table()[static_cast<std::size_t>(method)].coefficients ? method : IntervalMethod::z;
}

IntervalMethod interval_of(const Options& options) {
  return options.model == Model::common ? common_interval(options) : options.interval.value_or(IntervalMethod::hk_ci);
}

}  // namespace tausq::pooling
