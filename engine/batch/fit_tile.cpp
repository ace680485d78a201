// One tile from moments to columns of results.
#include <algorithm>
#include <cmath>

#include "engine/batch/kernels.hpp"
#include "engine/batch/plan.hpp"
#include "engine/inference/wald.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/wide.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::batch {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// What lanes serve: squares and cubes of weights stay in range, and no weight leaves the others too small a share.
constexpr double smallest = 1e-50, largest = 1e50, least_share = 0.25;
// A Hartung-Knapp factor that rounding may have made.
constexpr double least_factor = 1e-10;

bool estimated_in_lanes(const Options& o) {
  if (o.tau2_fixed) return true;
  switch (o.tau2.value_or(Tau2Method::REML)) {
    case Tau2Method::HE:
    case Tau2Method::SJ:
    case Tau2Method::PMM:
    case Tau2Method::GENQM:
      return false;
    default:
      return true;
  }
}

bool interval_in_lanes(IntervalMethod method) {
  return method == IntervalMethod::z || method == IntervalMethod::t || method == IntervalMethod::hk || method == IntervalMethod::hk_se ||
         method == IntervalMethod::hk_ci;
}

bool is_hartung_knapp(IntervalMethod method) {
  return method != IntervalMethod::z && method != IntervalMethod::t;
}

/// Sets that lanes do not serve.
void find_hard(const Plan& plan, const Tile& t, const LaneMean& zero, LaneFits& f) {
  const double share = plan.random ? least_share : 0.0;
  int easy = 0;
  for (std::size_t l = 0; l < eight; ++l) {
    const bool in_range = t.v_min[l] >= smallest && t.v_max[l] <= largest && t.reach[l] <= largest;
    const bool shared = t.count[l] < 2 || zero.tr_p[l] >= share * zero.w1[l];
    f.hard[l] = !(in_range && shared);
    easy += in_range && shared ? 1 : 0;
  }
  if (easy == eight) return;
  for (std::size_t l = 0; l < eight; ++l) f.hard[l] = f.hard[l] && t.count[l] > 0;
}

/// Standard errors of the model, estimates, and Hartung and Knapp's factors.
struct LaneWald {
  Lanes estimate, se, factor;
};
[[gnu::flatten]] TAUSQ_WIDE void wald_in_lanes(const Tile& t, const LaneMean& m, LaneWald& w) {
  for (std::size_t l = 0; l < eight; ++l) {
    w.se[l] = std::sqrt(1 / m.w1[l]);
    w.estimate[l] = t.origin[l] + m.mean[l];
    w.factor[l] = m.q[l] / (t.count[l] - 1);
  }
}

/// The first method of moments that needs no iteration: (factor q - target) / below.
[[gnu::flatten]] TAUSQ_WIDE void by_moments(Tau2Method method, const Tile& t, const LaneMean& m, Lanes& tau2) {
  const bool small = method == Tau2Method::HSk, traces = method != Tau2Method::HS && !small;
  for (std::size_t l = 0; l < eight; ++l) {
    const double df = t.count[l] - 1, q = small ? m.q[l] * t.count[l] / df : m.q[l];
    const double value = (q - (traces ? df : t.count[l])) / (traces ? m.tr_p[l] : m.w1[l]);
    tau2[l] = value > 0 ? value : 0.0;
  }
}

void estimate_tau2(const Plan& plan, Tile& t, const LaneMean& m, LaneTau2& estimate) {
  if (plan.options.tau2_fixed) return estimate.tau2.fill(*plan.options.tau2_fixed);
  const Tau2Method method = plan.options.tau2.value_or(Tau2Method::REML);
  switch (method) {
    case Tau2Method::ML:
      maximise_likelihood(t, model::Likelihood::ml, estimate);
      break;
    case Tau2Method::REML:
      maximise_likelihood(t, model::Likelihood::reml, estimate);
      break;
    case Tau2Method::PM:
    case Tau2Method::EB:
    case Tau2Method::DLIT:
    case Tau2Method::SJIT:
      solve_q(t, m, estimate);
      break;
    default:
      by_moments(method, t, m, estimate.tau2);
  }
  for (std::size_t l = 0; l < eight; ++l)
    estimate.tau2[l] = t.count[l] < 2 || estimate.tau2[l] <= epsilon * t.v_min[l] ? 0.0 : estimate.tau2[l];
}

/// Standard error, degrees of freedom and ends of an interval.
struct LaneInterval {
  Lanes se{}, df{}, half{};
};

void normal_intervals(double z, const Lanes& se, LaneInterval& to) {
  to.se = se;
  to.df.fill(undefined);
  for (std::size_t l = 0; l < eight; ++l) to.half[l] = z * se[l];
}

/// As inference::interval() and, for a single study, pooling::mean_interval().
void intervals(IntervalMethod method, const Lanes& count, const LaneWald& wald, Quantiles& quantiles, LaneInterval& to) {
  normal_intervals(quantiles.z(), wald.se, to);
  if (method == IntervalMethod::z) return;
  for (std::size_t l = 0; l < eight; ++l) {
    const double df = count[l] - 1;
    if (!(df >= 1)) continue;
    const double root = is_hartung_knapp(method) ? std::sqrt(wald.factor[l]) : 1;
    const double wide = wald.se[l] * (method == IntervalMethod::hk_se ? std::max(1.0, root) : root), half = quantiles.t(df) * wide;
    if (method == IntervalMethod::hk_ci && half < to.half[l]) continue;
    to.se[l] = wide, to.df[l] = df, to.half[l] = half;
  }
}

double p_value(double statistic, double df) {
  return inference::two_sided(statistic, std::isnan(df) ? std::nullopt : std::optional(df)).p_value;
}

void ends(const Lanes& estimate, const Lanes& half, Lanes& lower, Lanes& upper) {
  for (std::size_t l = 0; l < eight; ++l) lower[l] = estimate[l] - half[l], upper[l] = estimate[l] + half[l];
}

void describe_common(const Plan& plan, const LaneMean& m, Workspace& work) {
  LaneFits& f = work.fits;
  LaneInterval interval;
  LaneWald wald;
  wald_in_lanes(work.tile, m, wald);
  f.common_estimate = wald.estimate;
  intervals(plan.interval_common, work.tile.count, wald, work.quantiles, interval);
  f.common_se = interval.se;
  ends(f.common_estimate, interval.half, f.common_ci_lower, f.common_ci_upper);
  if (!plan.tests) return;
  for (std::size_t l = 0; l < eight; ++l) {
    f.common_statistic[l] = f.common_estimate[l] / f.common_se[l];
    f.common_p_value[l] = p_value(f.common_statistic[l], interval.df[l]);
  }
}

/// As inference::prediction().
void predict(const Plan& plan, const LaneWald& wald, Workspace& work) {
  const PredictionMethod method = plan.options.prediction.value_or(PredictionMethod::hts);
  LaneFits& f = work.fits;
  Quantiles& quantiles = work.prediction_quantiles;
  const bool guarded = plan.interval == IntervalMethod::hk_se || plan.interval == IntervalMethod::hk;
  Lanes half;
  for (std::size_t l = 0; l < eight; ++l) {
    const double k = work.tile.count[l], hk = guarded ? f.se[l] : wald.se[l] * std::sqrt(wald.factor[l]);
    const double df = k - (method == PredictionMethod::hts ? 2 : 1);
    const bool student = method != PredictionMethod::z && (method == PredictionMethod::hts || k > 1);
    const double q = !student ? quantiles.z() : df > 0 ? quantiles.t(df) : undefined;
    half[l] = q * std::hypot(std::sqrt(f.tau2[l]), method == PredictionMethod::hk && k > 1 ? hk : wald.se[l]);
  }
  ends(f.estimate, half, f.prediction_lower, f.prediction_upper);
}

void describe_random(const Plan& plan, const LaneMean& m, Workspace& work) {
  LaneFits& f = work.fits;
  LaneInterval interval;
  LaneWald wald;
  wald_in_lanes(work.tile, m, wald);
  f.estimate = wald.estimate;
  if (is_hartung_knapp(plan.interval))
    for (std::size_t l = 0; l < eight; ++l) f.hard[l] = f.hard[l] || (work.tile.count[l] > 1 && !(wald.factor[l] > least_factor));
  intervals(plan.interval, work.tile.count, wald, work.quantiles, interval);
  f.se = interval.se, f.df = interval.df;
  ends(f.estimate, interval.half, f.ci_lower, f.ci_upper);
  if (plan.tests)
    for (std::size_t l = 0; l < eight; ++l) {
      f.statistic[l] = f.estimate[l] / f.se[l];
      f.p_value[l] = p_value(f.statistic[l], f.df[l]);
    }
  if (plan.predictions) predict(plan, wald, work);
}

/// As inference::heterogeneity() and inference::homogeneity().
void describe_heterogeneity(const Plan& plan, const LaneMean& m, Workspace& work) {
  LaneFits& f = work.fits;
  for (std::size_t l = 0; l < eight; ++l) {
    const double df = work.tile.count[l] - 1, tau2 = f.tau2[l], q = m.q[l];
    if (!(df > 0)) {
      f.q[l] = 0, f.i2[l] = 0, f.h2[l] = 1;
    } else {
      const double typical = df / m.tr_p[l];
      f.q[l] = q;
      f.i2[l] = plan.random ? tau2 / (tau2 + typical) : q > df ? (q - df) / q : 0.0;
      f.h2[l] = plan.random ? 1 + tau2 / typical : q / df;
    }
    if (plan.tests) f.q_p[l] = df > 0 ? numerics::chi2_sf(q, df) : 1.0;
  }
}

/// Without results: a set without studies, or one that is fitted elsewhere.
void leave(double count, std::size_t l, LaneFits& f) {
  f.k[l] = count, f.hard[l] = count > 0;
  f.status[l] = Status::not_estimable;
  for (Lanes* column : {&f.estimate,
                        &f.se,
                        &f.statistic,
                        &f.df,
                        &f.p_value,
                        &f.ci_lower,
                        &f.ci_upper,
                        &f.prediction_lower,
                        &f.prediction_upper,
                        &f.common_estimate,
                        &f.common_se,
                        &f.common_statistic,
                        &f.common_p_value,
                        &f.common_ci_lower,
                        &f.common_ci_upper,
                        &f.tau2,
                        &f.i2,
                        &f.h2,
                        &f.q,
                        &f.q_p})
    (*column)[l] = undefined;
}

}  // namespace

Plan::Plan(Options resolved, const BatchFits& wanted) : options(std::move(resolved)) {
  random = options.model != Model::common, common = options.model != Model::random;
  interval = options.interval.value_or(IntervalMethod::hk_ci), interval_common = pooling::common_interval(options);
  const auto any = [](auto... column) { return (... || !column.empty()); };
  tests = any(wanted.statistic, wanted.p_value, wanted.common_statistic, wanted.common_p_value, wanted.q_p);
  predictions = random && any(wanted.prediction_lower, wanted.prediction_upper);
  heterogeneity = any(wanted.i2, wanted.h2, wanted.q, wanted.q_p);
  const PredictionMethod prediction = options.prediction.value_or(PredictionMethod::hts);
  if (prediction == PredictionMethod::none) predictions = false;
  lanes = (!common || interval_in_lanes(interval_common)) && (!random || (estimated_in_lanes(options) && interval_in_lanes(interval))) &&
          (!predictions || (prediction != PredictionMethod::kr && prediction != PredictionMethod::integrated));
}

Quantiles::Quantiles(double level) : level_(level), z_(numerics::normal_two_sided(level)) {}

double Quantiles::t(double df) {
  const auto place = static_cast<std::size_t>(df);
  if (place >= t_.size()) t_.resize(place + 1, 0.0);
  if (t_[place] == 0) t_[place] = numerics::t_two_sided(level_, df);
  return t_[place];
}

void fit_tile(const Plan& plan, Workspace& work) {
  Tile& t = work.tile;
  LaneFits& f = work.fits;
  if (!plan.lanes) {
    for (std::size_t l = 0; l < eight; ++l) leave(t.count[l], l, f);
    return;
  }
  LaneMean zero, at;
  mean_at(t, Lanes{}, zero);
  f.k = t.count;
  f.status.fill(Status::ok);
  find_hard(plan, t, zero, f);
  if (plan.common) describe_common(plan, zero, work);
  f.tau2.fill(0);
  if (plan.random) {
    LaneTau2 estimate;
    estimate_tau2(plan, t, zero, estimate);
    for (std::size_t l = 0; l < eight; ++l) f.hard[l] = f.hard[l] || (estimate.open[l] > 0 && t.count[l] > 1);
    f.tau2 = estimate.tau2;
    mean_at(t, f.tau2, at);
    describe_random(plan, at, work);
  }
  if (plan.heterogeneity) describe_heterogeneity(plan, zero, work);
  for (std::size_t l = 0; l < eight; ++l)
    if (t.count[l] == 0) leave(0, l, f);
}

}  // namespace tausq::batch
