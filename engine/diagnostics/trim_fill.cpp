// Trim and fill: one kernel and one table row an estimator of the number of missing studies.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "engine/diagnostics/asymmetry_regression.hpp"
#include "engine/diagnostics/funnel.hpp"
#include "engine/diagnostics/refit.hpp"
#include "engine/methods/table.hpp"

namespace tausq::diagnostics {

namespace {

constexpr int most_rounds = 100;

/// Signed ranks of the deviations from the current mean, studies in ascending order of effect.
struct SignedRanks {
  double k = 0;
  double positive = 0;          ///< sum of the ranks of positive deviations
  double largest_negative = 0;  ///< rank of the most extreme negative deviation; 0 when there is none
};

/// A number of missing studies, not yet rounded, with its standard error. Not finite where the estimator is not defined.
struct Missing {
  double k0 = 0, se = 0;
};

/// Variance of the rank sum when k0 studies are missing (Duval & Tweedie 2000, JASA, section 3).
double rank_sum_variance(double k, double k0) {
  return (k * (k + 1) * (2 * k + 1) + 10 * k0 * k0 * k0 + 27 * k0 * k0 + 17 * k0 - 18 * k * k0 * k0 - 18 * k * k0 + 6 * k * k * k0) / 24;
}

Missing l0(const SignedRanks& r) {
  const double k0 = (4 * r.positive - r.k * (r.k + 1)) / (2 * r.k - 1);
  return {k0, 4 * std::sqrt(rank_sum_variance(r.k, k0)) / (2 * r.k - 1)};
}

Missing r0(const SignedRanks& r) {
  if (r.positive == 0) return {0, std::sqrt(2.0)};  // no study stands out
  const double k0 = r.k - r.largest_negative - 1;
  return {k0, std::sqrt(2 * std::max(0.0, k0) + 2)};
}

Missing q0(const SignedRanks& r) {
  const double k0 = r.k - 0.5 - std::sqrt(2 * r.k * r.k - 4 * r.positive + 0.25);
  const double slope = (r.k - 0.5) * (r.k - 0.5) - k0 * (2 * r.k - k0 - 1);
  return {k0, 2 * std::sqrt(rank_sum_variance(r.k, k0)) / std::sqrt(slope)};
}

struct FillRow {
  FillEstimator id;
  MethodInfo info;
  Missing (*kernel)(const SignedRanks&);
};

constexpr std::array<FillRow, 3> fill_estimators{{
    {FillEstimator::L0,
     {"L0", "", "linear in the rank sum", "(4 S - k (k + 1)) / (2 k - 1), S = sum of positive ranks", "Duval & Tweedie 2000, JASA 95:89"},
     l0},
    {FillEstimator::R0,
     {"R0", "", "rightmost run", "k - rank of the most extreme negative deviation - 1", "Duval & Tweedie 2000, Biometrics 56:455"},
     r0},
    {FillEstimator::Q0,
     {"Q0", "", "quadratic in the rank sum", "k - 1/2 - sqrt(2 k^2 - 4 S + 1/4), S = sum of positive ranks",
      "Duval & Tweedie 2000, JASA 95:89"},
     q0},
}};

SignedRanks signed_ranks(const std::vector<double>& ascending, double mean) {
  const std::size_t k = ascending.size();
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return std::abs(ascending[a] - mean) < std::abs(ascending[b] - mean); });
  SignedRanks ranks;
  ranks.k = static_cast<double>(k);
  for (std::size_t place = 0; place < k; ++place) {
    const auto rank = static_cast<double>(place + 1);
    if (ascending[order[place]] > mean) ranks.positive += rank;
    if (ascending[order[place]] < mean) ranks.largest_negative = rank;
  }
  return ranks;
}

/// The studies in ascending order of effect; effects change their sign when the missing ones are on the right.
struct Ascending {
  std::vector<std::size_t> order;  ///< place in the funnel
  pooling::NormalStudies studies;

  Ascending(const Funnel& funnel, double sign) : order(funnel.k()) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sign * funnel.yi[a] < sign * funnel.yi[b]; });
    for (std::size_t j : order) {
      studies.yi.push_back(sign * funnel.yi[j]);
      studies.vi.push_back(funnel.vi[j]);
      if (!funnel.weights.empty()) studies.user_weights.push_back(funnel.weights[j]);
    }
  }
  /// All but the `trimmed` largest effects.
  pooling::NormalStudies without(std::size_t trimmed) const {
    pooling::NormalStudies rest = studies;
    for (std::vector<double>* column : {&rest.yi, &rest.vi, &rest.user_weights})
      if (!column->empty()) column->resize(column->size() - trimmed);
    return rest;
  }
};

/// Notes why there is no number; gives the 0 that stands for it meanwhile.
double give_up(TrimFill& result, Status status, std::string reason) {
  result.status = status;
  result.reason = std::move(reason);
  return 0;
}

/// Trims until the number of missing studies stands still; the mean around which they are to be mirrored, or a status.
double trim(TrimFill& result, const Ascending& ascending, MeanModel& model) {
  const auto kernel = fill_estimators[static_cast<std::size_t>(result.estimator)].kernel;
  const auto k = static_cast<double>(ascending.order.size());
  std::size_t trimmed = 0;
  for (int round = 0; round < most_rounds; ++round) {
    const Status status = model.fit(ascending.without(trimmed));
    if (status != Status::ok) return give_up(result, status, model.reason());
    const Missing missing = kernel(signed_ranks(ascending.studies.yi, model.estimate()));
    if (!std::isfinite(missing.k0))
      return give_up(result, Status::not_estimable, "the estimator is not defined for so asymmetric a funnel");
    const double k0 = std::max(0.0, std::nearbyint(missing.k0));
    if (k0 >= k) return give_up(result, Status::not_estimable, "every study would be trimmed");
    const bool settled = static_cast<std::size_t>(k0) == trimmed;
    trimmed = static_cast<std::size_t>(k0);
    if (!settled) continue;
    result.k0 = trimmed;
    if (std::isfinite(missing.se)) result.se_k0 = missing.se;
    if (result.estimator == FillEstimator::R0) result.p_k0 = std::exp2(-k0 - 1);
    return model.estimate();
  }
  return give_up(result, Status::not_converged, "the number of trimmed studies keeps changing");
}

/// Mirrors the trimmed studies around the mean and pools all studies.
void fill(TrimFill& result, const Funnel& funnel, const Ascending& ascending, MeanModel& model, double mean, double sign) {
  pooling::NormalStudies all{{}, funnel.yi, funnel.vi, funnel.weights};
  const std::size_t k = funnel.k();
  for (std::size_t place = k - *result.k0; place < k; ++place) {
    const double mirrored = sign * (mean - (ascending.studies.yi[place] - mean)), v = ascending.studies.vi[place];
    result.imputed.push_back({funnel.studies.study[funnel.index[ascending.order[place]]], mirrored, v});
    all.yi.push_back(mirrored);
    all.vi.push_back(v);
    if (!all.user_weights.empty()) all.user_weights.push_back(ascending.studies.user_weights[place]);
  }
  const Refit pooled = model.refit(all);
  result.k = pooled.k;
  copy_estimate(pooled, result);
  result.tau2 = pooled.tau2;
  result.i2 = pooled.i2;
  result.q = pooled.q;
  result.q_p = pooled.q_p;
}

/// The side towards which the regression line does not lean.
std::optional<FunnelSide> empty_side(const Funnel& funnel, const MeanModel& model) {
  Options options = funnel.options;
  if (model.common()) options.tau2_fixed = 0;
  const LineFit line = fit_mixed_effects(*predictor_line(funnel, BiasPredictor::sei), options);
  if (line.status != Status::ok) return std::nullopt;
  return line.slope < 0 ? FunnelSide::right : FunnelSide::left;
}

}  // namespace

TrimFill trim_fill(const Funnel& funnel) {
  TrimFill result;
  result.estimator = funnel.bias.estimator;
  result.side = funnel.bias.side;
  if (funnel.k() < 3) return give_up(result, Status::not_estimable, "fewer than 3 studies"), result;
  MeanModel model(funnel.options);
  if (result.side == FunnelSide::automatic) {
    const std::optional<FunnelSide> side = empty_side(funnel, model);
    if (!side) return give_up(result, Status::not_estimable, "all standard errors are equal: name the side"), result;
    result.side = *side;
  }
  const double sign = result.side == FunnelSide::right ? -1.0 : 1.0;
  const Ascending ascending(funnel, sign);
  const double mean = trim(result, ascending, model);
  if (result.status == Status::ok) fill(result, funnel, ascending, model, mean, sign);
  return result;
}

}  // namespace tausq::diagnostics

using tausq::diagnostics::fill_estimators;
TAUSQ_DEFINE_METHODS(FillEstimator, fill_estimators)
