// The distribution of the generalised Q statistic.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/model/generalised_q.hpp"
#include "engine/model/tau2.hpp"
#include "engine/numerics/distributions.hpp"
#include "tests/unit/model/bcg_trials.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::model;

}  // namespace

TEST_CASE("weights 1 / v at tau2 = 0 give chi-square") {
  std::vector<double> x(bcg_yi.size(), 1.0);
  x.insert(x.end(), bcg_year.begin(), bcg_year.end());
  for (const bool with_year : {false, true}) {
    NormalData data;
    with_year ? standardise(bcg_yi, bcg_vi, x, data) : standardise(bcg_yi, bcg_vi, data);
    std::vector<double> weights;
    for (const double v : data.v) weights.push_back(1 / v);
    GeneralisedQDistribution q(data, weights);
    for (const double at : {3.0, 12.0, 30.0}) {
      CHECK(relative_error(q.cdf(at, 0), numerics::chi2_cdf(at, data.df())) < 1e-11);
      CHECK(relative_error(q.sf(at, 0), numerics::chi2_sf(at, data.df())) < 1e-11);
    }
  }
}

TEST_CASE("the mean by its secular equation and by a full decomposition") {
  // A design of two groups without any difference of weight between them is the mean within each: the sum of two forms.
  NormalData mean, design;
  standardise(bcg_yi, bcg_vi, mean);
  standardise(bcg_yi, bcg_vi, std::vector<double>(bcg_yi.size(), 1.0), design);
  std::vector<double> weights;
  for (const double v : mean.v) weights.push_back(1 / std::sqrt(v));
  GeneralisedQDistribution fast(mean, weights), full(design, weights);
  for (const double tau2 : {0.0, 0.5, 20.0})
    for (const double q : {1.0, 20.0, 200.0}) CHECK(relative_error(fast.cdf(q, tau2), full.cdf(q, tau2)) < 1e-10);
}

TEST_CASE("the median-unbiased estimator stands in the middle of the distribution") {
  NormalData data;
  NormalWorkspace work;
  standardise(bcg_yi, bcg_vi, data);
  const double tau2 = estimate_tau2(Tau2Method::GENQM, {data, {}, work}).tau2;
  std::vector<double> weights;
  for (const double v : data.v) weights.push_back(1 / v);
  GeneralisedQDistribution q(data, weights);
  const double observed = generalised_q(data, weights, work).q;
  CHECK(relative_error(q.cdf(observed, tau2), 0.5) < 1e-12);
  CHECK(relative_error(q.sf(observed, tau2), 0.5) < 1e-12);
}
