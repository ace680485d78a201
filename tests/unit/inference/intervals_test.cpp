// Intervals of a pooled mean: against independent computations, and at their edges.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/inference/intervals.hpp"
#include "engine/inference/wald.hpp"
#include "engine/model/tau2.hpp"
#include "tests/unit/model/bcg_trials.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using inference::interval;
using inference::IntervalInput;
using model::estimate_tau2;

/// The studies with everything that an interval needs.
struct Fitted {
  model::NormalData data;
  model::NormalWorkspace work;
  IntervalInput input;

  Fitted(const std::vector<double>& yi, const std::vector<double>& vi, Tau2Method method) {
    standardise(yi, vi, data);
    const double tau2 = estimate_tau2(method, {data, {}, work}).tau2;
    const model::PooledMean mean = pooled_mean(data, tau2, {}, work);
    input = {mean.estimate, mean.se, mean.q / data.df(), data.df(), 0.95};
    input.data = &data, input.tau2 = tau2, input.work = &work;
  }
  PooledEstimate operator()(IntervalMethod method) { return interval(method, input).estimate; }
};

}  // namespace

TEST_CASE("profile likelihood of the mean") {
  // BCG trials: 40-digit computation of the profile over tau2.
  Fitted fit(bcg_yi, bcg_vi, Tau2Method::ML);
  const PooledEstimate p = fit(IntervalMethod::profile);
  CHECK(relative_error(*p.ci_lower, -1.088789061052766426625520395764) < 1e-15);
  CHECK(relative_error(*p.ci_upper, -0.3549757945090665457871525049337) < 1e-14);
  CHECK(relative_error(*p.statistic * *p.statistic, 11.10324616069681358040354870128) < 1e-13);
  CHECK(*p.statistic < 0);
}

TEST_CASE("a profile interval that does not contain the estimate of another tau2 says so") {
  const std::vector<double> yi{-2.41, -6.627, -5.317, -1.585, 5.606}, vi{8.625, 0.000757, 21.95, 835000, 9386};
  Fitted reml(yi, vi, Tau2Method::REML), ml(yi, vi, Tau2Method::ML);
  const inference::IntervalResult outside = interval(IntervalMethod::profile, reml.input);
  CHECK(*outside.estimate.ci_upper < *outside.estimate.estimate);
  REQUIRE(outside.warning.has_value());
  CHECK(outside.warning->code == "profile-of-ml");
  CHECK(!interval(IntervalMethod::profile, ml.input).warning);
}

TEST_CASE("profile likelihood takes the outermost crossings") {
  // Two tight clusters and a wide study: at mu = 5 and mu = -5 the profile has peaks of its own.
  Fitted fit({5, 5.01, 4.99, -5, -5.01}, {1e-4, 1e-4, 1e-4, 1e-4, 1e-4}, Tau2Method::ML);
  const PooledEstimate p = fit(IntervalMethod::profile);
  CHECK(*p.ci_lower < *p.estimate);
  CHECK(*p.ci_upper > *p.estimate);
  CHECK(*p.ci_upper > 4);
}

TEST_CASE("Henmi-Copas") {
  // metafor 5.1 with integrate() at 1e-13: hc(), BCG trials, log odds ratios.
  const std::vector<double> yi{-0.9386941408703922, -1.6661907290265499, -1.3862943611198906,  -1.4564435493129846, -0.21914108567543303,
                               -0.9581220407762676, -1.6337758382288956, 0.012020601452732493, -0.4717460358386963, -1.4012101392834804,
                               -0.3408496463662109, 0.4466346822744465,  -0.0173418739290935};
  const std::vector<double> vi{0.3571249522536287,   0.208132393657186,   0.43341307814992025,  0.020314412973197363, 0.05195177731712027,
                               0.009905265515338239, 0.22700967522349358, 0.004006962012148831, 0.05697712398776267,  0.0754217263149204,
                               0.012525133820215518, 0.5341621724747171,  0.07163511729565875};
  Fitted fit(yi, vi, Tau2Method::REML);
  const PooledEstimate p = fit(IntervalMethod::hc);
  CHECK(relative_error(*p.estimate, -0.4361390761364099) < 1e-14);
  CHECK(relative_error(*p.se, 0.31319878537266227) < 1e-14);
  CHECK(relative_error(*p.ci_lower, -1.1909822099165877) < 1e-11);
  CHECK(relative_error(*p.ci_upper, 0.31870405764376775) < 1e-11);
  // The p-value is that of the interval turned round: zero lies on the edge at level 1 - p.
  fit.input.level = 1 - *p.p_value;
  CHECK(std::abs(*fit(IntervalMethod::hc).ci_upper) < 1e-10);
}

TEST_CASE("Kenward-Roger") {
  // Equal variances: the weights say nothing about tau2, and the standard error stays that of the t interval on k - 1.
  Fitted fit({0.1, 0.5, 0.9, 1.4}, {0.04, 0.04, 0.04, 0.04}, Tau2Method::REML);
  const PooledEstimate p = fit(IntervalMethod::kr), t = fit(IntervalMethod::t);
  CHECK(relative_error(*p.se, *t.se) < 1e-15);
  CHECK(relative_error(*p.df, 3) < 1e-14);
  CHECK(relative_error(*p.ci_lower, *t.ci_lower) < 1e-14);
  // meta 8.4: metagen(yi, vi, method.random.ci = "KR") on the formula of Partlett & Riley.
  Fitted bcg(bcg_yi, bcg_vi, Tau2Method::REML);
  double w1 = 0, w2 = 0, w3 = 0;
  for (const double v : bcg_vi) {
    const double w = 1 / (v + 0.3132432581364809410227);
    w1 += w, w2 += w * w, w3 += w * w * w;
  }
  const double information = w2 / 2 - w3 / w1 + w2 * w2 / (2 * w1 * w1),
               variance = 1 / w1 + 2 * (w3 - w2 * w2 / w1) / (information * w1 * w1);
  CHECK(relative_error(*bcg(IntervalMethod::kr).se, std::sqrt(variance)) < 1e-13);
  CHECK(relative_error(*bcg(IntervalMethod::kr).df, 2 * information / std::pow(variance * w2, 2)) < 1e-13);
}

TEST_CASE("intervals follow shift, scale and sign") {
  for (const IntervalMethod method : {IntervalMethod::kr, IntervalMethod::hc, IntervalMethod::profile}) {
    CAPTURE(key(method));
    const PooledEstimate plain = Fitted(bcg_yi, bcg_vi, Tau2Method::REML)(method);
    std::vector<double> yi(bcg_yi), vi(bcg_vi);
    for (double& y : yi) y = -1e8 * y;
    for (double& v : vi) v *= 1e16;
    const PooledEstimate turned = Fitted(yi, vi, Tau2Method::REML)(method);
    CHECK(relative_error(*turned.ci_lower, -1e8 * *plain.ci_upper) < 1e-12);
    CHECK(relative_error(*turned.ci_upper, -1e8 * *plain.ci_lower) < 1e-12);
    CHECK(relative_error(*turned.p_value, *plain.p_value) < 1e-10);
    yi = bcg_yi;
    for (double& y : yi) y += 2;
    const PooledEstimate shifted = Fitted(yi, bcg_vi, Tau2Method::REML)(method);
    CHECK(relative_error(*shifted.ci_lower, *plain.ci_lower + 2) < 1e-12);
  }
}

TEST_CASE("every interval of the table either fits the normal model or says that it does not") {
  Fitted fit(bcg_yi, bcg_vi, Tau2Method::REML);
  for (const inference::IntervalRow& row : inference::interval_table()) {
    CAPTURE(row.info.key);
    if (row.kernel == nullptr) {
      CHECK_THROWS_AS(interval(row.id, fit.input), UsageError);
      continue;
    }
    const PooledEstimate p = fit(row.id);
    CHECK(p.status == Status::ok);
    CHECK(*p.ci_lower < *p.estimate);
    CHECK(*p.ci_upper > *p.estimate);
    CHECK((*p.p_value < 0.05) == (*p.ci_upper < 0));
  }
}

TEST_CASE("no infinity leaves an interval") {
  // Two studies of very different size: Kenward-Roger finds a hundredth of a degree of freedom.
  Fitted fit({0.1, 0.2}, {0.005, 0.9}, Tau2Method::REML);
  const PooledEstimate p = fit(IntervalMethod::kr);
  CHECK(*p.df < 0.1);
  CHECK(p.estimate);
  CHECK(!p.ci_lower);
  CHECK(!p.ci_upper);
  CHECK(!p.reason.empty());
}

TEST_CASE("two-sided tests") {
  CHECK(relative_error(inference::two_sided(1.0, {}).p_value, 0.3173105078629141028295) < 1e-15);
  CHECK(inference::two_sided(0.0, {}).p_value == 1);
  CHECK(inference::two_sided(-300.0, {}).p_value == 0);
  CHECK(relative_error(inference::two_sided(-300.0, {}).log_p_value, -45005.9295849381034145444) < 1e-14);
  CHECK(relative_error(inference::two_sided(1.0, 1.0).p_value, 0.5) < 1e-15);
}
