// Intervals for tau2, heterogeneity and prediction against 25-digit results.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/heterogeneity.hpp"
#include "engine/inference/prediction.hpp"
#include "engine/inference/tau2_interval.hpp"
#include "engine/model/tau2.hpp"
#include "tests/unit/model/bcg_trials.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using inference::tau2_interval;
using inference::Tau2Interval;
using model::estimate_tau2;
using model::Likelihood;

Tau2Interval on_scale(Tau2IntervalMethod method, const std::vector<double>& yi, const std::vector<double>& vi,
                      Likelihood likelihood = Likelihood::reml, double level = 0.95) {
  model::NormalData data;
  model::NormalWorkspace work;
  standardise(yi, vi, data);
  Tau2Interval interval = tau2_interval(method, {data, level, likelihood, {}, work});
  interval.lower *= data.scale * data.scale;
  interval.upper *= data.scale * data.scale;
  return interval;
}

const std::vector<double> ratio_y{0.2, 0.9, -0.3, 0.5}, ratio_v{1e-12, 1.0, 0.5, 2.0};
const std::vector<double> outlier_y{0.0, 0.1, -0.1, 25.0}, outlier_v{0.01, 0.01, 0.01, 0.01};

}  // namespace

TEST_CASE("Q-profile") {
  const Tau2Interval bcg = on_scale(Tau2IntervalMethod::QP, bcg_yi, bcg_vi);
  CHECK(relative_error(bcg.lower, 0.11971836114126079) < 1e-13);
  CHECK(relative_error(bcg.upper, 1.1114790840609285) < 1e-13);
  const Tau2Interval outlier = on_scale(Tau2IntervalMethod::QP, outlier_y, outlier_v);
  CHECK(relative_error(outlier.lower, 50.13439040421226674427072) < 1e-14);
  CHECK(relative_error(outlier.upper, 2172.280303569809788297435) < 1e-14);
  const Tau2Interval ratio = on_scale(Tau2IntervalMethod::QP, ratio_y, ratio_v);
  CHECK(ratio.lower == 0.0);
  CHECK(relative_error(ratio.upper, 2.7942569951305211643661) < 1e-14);
  const Tau2Interval empty = on_scale(Tau2IntervalMethod::QP, {0.25, 0.25, 0.25, 0.25, 0.25}, {0.1, 0.2, 0.3, 0.4, 0.5});
  CHECK(empty.empty);
  CHECK(empty.upper == 0.0);
}

TEST_CASE("profile likelihood") {
  const Tau2Interval ml = on_scale(Tau2IntervalMethod::PL, outlier_y, outlier_v, Likelihood::ml);
  CHECK(relative_error(ml.lower, 37.942968804935272561504) < 1e-13);
  CHECK(relative_error(ml.upper, 704.78226075566842667781) < 1e-13);
  const Tau2Interval reml = on_scale(Tau2IntervalMethod::PL, ratio_y, ratio_v);
  CHECK(reml.lower == 0.0);
  CHECK(relative_error(reml.upper, 2.1132526785901601603029) < 1e-13);
  const Tau2Interval tiny = on_scale(Tau2IntervalMethod::PL, ratio_y, ratio_v, Likelihood::ml);
  CHECK(relative_error(tiny.upper, 4.5593396291390343320245e-11) < 1e-13);
}

TEST_CASE("a profile likelihood with two maxima of nearly the same height says so") {
  const std::vector<double> yi{-0.917, 0.747, -0.263, 0.25}, vi{0.344, 0.08, 0.00141, 0.214};
  const Tau2Interval interval = on_scale(Tau2IntervalMethod::PL, yi, vi, Likelihood::ml);
  CHECK(interval.converged);
  CHECK(interval.in_pieces);
  CHECK(interval.lower > 0);  // although tau2 = 0 lies within the cut-off again
  model::NormalData data;
  model::NormalWorkspace work;
  standardise(yi, vi, data);
  const double unit = data.scale * data.scale, top = likelihood_shape(data, Likelihood::ml, work).loglik;
  for (const double end : {interval.lower, interval.upper})
    CHECK(relative_error(2 * (top - log_likelihood(data, Likelihood::ml, end / unit, work)), 3.841458820694124) < 1e-12);
  CHECK(2 * (top - log_likelihood(data, Likelihood::ml, 0, work)) < 3.8);
  CHECK(!on_scale(Tau2IntervalMethod::PL, bcg_yi, bcg_vi, Likelihood::ml).in_pieces);
}

TEST_CASE("generalised Q") {
  for (const Tau2IntervalMethod method : {Tau2IntervalMethod::BJ, Tau2IntervalMethod::GENQ}) {
    const Tau2Interval bcg = on_scale(method, bcg_yi, bcg_vi);
    CHECK(relative_error(bcg.lower, 0.1010500694520372444512129) < 1e-12);
    CHECK(relative_error(bcg.upper, 1.636088201074771091074954) < 1e-12);
  }
  const Tau2Interval ratio = on_scale(Tau2IntervalMethod::BJ, ratio_y, ratio_v);
  CHECK(ratio.lower == 0.0);
  CHECK(relative_error(ratio.upper, 2.175265752429839589936361) < 1e-12);
  // Equal variances: all weights are the same and the interval is that of Q-profile.
  const Tau2Interval jackson = on_scale(Tau2IntervalMethod::J, outlier_y, outlier_v),
                     profile = on_scale(Tau2IntervalMethod::QP, outlier_y, outlier_v);
  CHECK(relative_error(jackson.lower, profile.lower) < 1e-12);
  CHECK(relative_error(jackson.upper, profile.upper) < 1e-12);
}

TEST_CASE("every interval is nested in the level and scales with the data") {
  for (const inference::Tau2IntervalRow& row : inference::tau2_interval_table()) {
    CAPTURE(row.info.key);
    if (row.kernel == nullptr) continue;  // credible intervals belong to Bayesian pooling
    const Tau2Interval narrow = on_scale(row.id, bcg_yi, bcg_vi, Likelihood::reml, 0.8),
                       wide = on_scale(row.id, bcg_yi, bcg_vi, Likelihood::reml, 0.99);
    CHECK(wide.lower < narrow.lower);
    CHECK(narrow.lower < narrow.upper);
    CHECK(narrow.upper < wide.upper);
    std::vector<double> yi(bcg_yi), vi(bcg_vi);
    for (double& y : yi) y = 7 - 1e-100 * y / 1e-100;
    CHECK(relative_error(on_scale(row.id, yi, vi, Likelihood::reml, 0.8).upper, narrow.upper) < 1e-11);
    for (double& y : yi) y *= 1e100;
    for (double& v : vi) v *= 1e200;
    CHECK(relative_error(on_scale(row.id, yi, vi, Likelihood::reml, 0.8).upper, 1e200 * narrow.upper) < 1e-11);
  }
}

TEST_CASE("I2 and H2 with their intervals come from tau2") {
  model::NormalData data;
  model::NormalWorkspace work;
  standardise(bcg_yi, bcg_vi, data);
  const model::Tau2Estimate reml = estimate_tau2(Tau2Method::REML, {data, {}, work});
  const Tau2Interval interval = tau2_interval(Tau2IntervalMethod::QP, {data, 0.95, Likelihood::reml, {}, work});
  const Heterogeneity h = heterogeneity(data, reml, interval, work);
  CHECK(relative_error(*h.i2, 0.9222138452126895395787) < 1e-14);
  CHECK(*h.i2_ci_lower == doctest::Approx(*h.tau2_ci_lower / (*h.tau2_ci_lower + 0.0264211914513886334452)).epsilon(1e-14));
  CHECK(*h.h2 == doctest::Approx(1 / (1 - *h.i2)).epsilon(1e-13));
  CHECK(relative_error(*h.i2_from_q, 0.9211734685456206082987) < 1e-14);
  CHECK(*h.tau == doctest::Approx(std::sqrt(*h.tau2)).epsilon(1e-15));
  CHECK(*h.q_df == 12);
}

TEST_CASE("prediction intervals need enough studies") {
  inference::PredictionInput in{0.5, 0.1, 0.04, 2, 0.95};
  in.se_hk = 0.3;
  CHECK(prediction(PredictionMethod::z, in).status == Status::ok);
  CHECK(*prediction(PredictionMethod::v, in).df == 1);
  CHECK(prediction(PredictionMethod::hts, in).status == Status::not_estimable);
  CHECK(prediction(PredictionMethod::hk, in).status == Status::ok);
  CHECK(prediction(PredictionMethod::none, in).status == Status::not_requested);
  CHECK_THROWS_AS(prediction(PredictionMethod::integrated, in), UsageError);
}

TEST_CASE("prediction from one study: the confidence interval where tau2 may be taken as 0, else none") {
  const inference::PredictionInput one{.estimate = 0.5, .se = 0.2, .k = 1, .se_hk = 0.0};
  for (const PredictionMethod method : {PredictionMethod::z, PredictionMethod::v, PredictionMethod::hk}) {
    const PredictionInterval p = prediction(method, one);
    CHECK(p.method == method);
    CHECK(relative_error(p.lower.value(), 0.1080072030919892) < 1e-14);  // 0.5 -+ 1.959963984540054 * 0.2
    CHECK(relative_error(p.upper.value(), 0.8919927969080108) < 1e-14);
    CHECK(!p.reason.empty());
  }
  const PredictionInterval hts = prediction(PredictionMethod::hts, one);
  CHECK(hts.status == Status::not_estimable);
  CHECK(!hts.lower);
}
