// Meta-regression of the BCG trials against metafor 5.1 with tight tolerances, and its edges.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/model/design.hpp"
#include "engine/pooling/pooling.hpp"
#include "tests/unit/model/bcg_trials.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;

Column numbers(const std::string& name, const std::vector<double>& values) {
  Column column;
  column.name = name;
  column.numeric = true;
  for (const double x : values) column.text.push_back(std::to_string(x)), column.number.push_back(x);
  return column;
}

StudySet bcg() {
  StudySet studies = generic_effects(bcg_yi, bcg_vi);
  Column alloc;
  alloc.name = "alloc";
  alloc.text = {"random", "random", "random",     "random",     "alternate",  "alternate", "random",
                "random", "random", "systematic", "systematic", "systematic", "systematic"};
  alloc.number.resize(13);
  studies.columns = {numbers("ablat", {44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33}), numbers("year", bcg_year), alloc};
  return studies;
}

pooling::Pooled regress(const StudySet& studies, const std::string& mods, const Options& options, const std::string& at = "") {
  const auto& data = std::get<GenericEffects>(studies.data);
  EffectSizes effects;
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    EffectSize one;
    one.yi = data.yi[i], one.vi = data.vi[i];
    effects.study.push_back(one);
  }
  const model::Design design = model::make_design(studies, mods);
  const std::vector<model::NewPoint> points = model::read_new_points(studies, mods, design, at);
  return pooling::pool_inverse_variance({studies, effects, options, design, points});
}

Options with(IntervalMethod interval) {
  Options options;
  options.interval = options.interval_common = interval;
  return options;
}

template <typename Number>
void check(const std::vector<Number>& got, const std::vector<double>& want, double tolerance = 1e-12) {
  REQUIRE(got.size() == want.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(relative_error(std::optional<double>(got[i]).value(), want[i]) < tolerance);
}

}  // namespace

TEST_CASE("latitude and allocation, REML") {
  const auto p = regress(bcg(), "ablat + factor(alloc)", with(IntervalMethod::z));
  REQUIRE(p.regression);
  const Regression& r = *p.regression;
  check(r.beta, {0.2931943560033313, -0.027275756298135223, -0.2674912115129115, 0.05846128692826908});
  check(r.se, {0.40499464079179, 0.009199319746117726, 0.35042850797209185, 0.3795106023819847});
  check(r.ci_lower, {-0.5005805538803132, -0.04530609168279412, -0.9543184662943187, -0.6853658254915216});
  check(r.p_value, {0.4690987274170686, 0.0030270718200642644, 0.44526896546220274, 0.8775751346698094});
  CHECK(relative_error(*r.qe, 26.203436491648535) < 1e-13);
  CHECK(relative_error(*r.qm, 11.060612455367894) < 1e-12);
  CHECK(relative_error(*r.qm_p, 0.011402595730037827) < 1e-12);
  CHECK(*r.qm_df == 3);
  CHECK(relative_error(*r.r2, 0.53839613909219324) < 1e-12);
  CHECK(relative_error(*p.heterogeneity.tau2, 0.14459429735914023) < 1e-12);
  CHECK(relative_error(*p.fit.loglik, -7.398282054389253) < 1e-13);
  CHECK(!r.df);
  CHECK(r.vif.size() == 3);
  CHECK(p.random.status == Status::not_requested);
  CHECK(p.prediction.status == Status::not_estimable);
}

TEST_CASE("common effect") {
  Options options = with(IntervalMethod::z);
  options.model = Model::common;
  const auto p = regress(bcg(), "ablat", options);
  check(p.regression->beta, {0.3435645774465901, -0.029236934259541755}, 1e-14);
  check(p.regression->se, {0.0810487794877086, 0.002652429434246233}, 1e-14);
  CHECK(relative_error(*p.regression->qm, 121.49991807162424) < 1e-13);
  CHECK(relative_error(*p.regression->r2, 0.7797651921434007) < 1e-13);
  CHECK(*p.heterogeneity.tau2 == 0);
}

TEST_CASE("a factor alone gives the means of its levels") {
  Options options = with(IntervalMethod::z);
  options.model = Model::common;
  const auto p = regress(bcg(), "0 + alloc", options);
  const std::vector<std::size_t> alternate{4, 5};
  double w = 0, wy = 0;
  for (const std::size_t i : alternate) w += 1 / bcg_vi[i], wy += bcg_yi[i] / bcg_vi[i];
  CHECK(relative_error(p.regression->beta[0], wy / w) < 1e-14);
  CHECK(relative_error(p.regression->se[0], std::sqrt(1 / w)) < 1e-14);
  CHECK(std::abs(p.regression->vcov[0][1]) < 1e-17);
}

TEST_CASE("a design without a constant is not centred") {
  // metafor 5.1 takes the residual sum of squares of centred effects here and so gets Q = 209.69.
  Options options = with(IntervalMethod::z);
  options.model = Model::common;
  const auto p = regress(bcg(), "0 + ablat", options);
  double sxx = 0, sxy = 0, syy = 0;
  const StudySet studies = bcg();
  for (std::size_t i = 0; i < 13; ++i) {
    const double x = *studies.columns[0].number[i], w = 1 / bcg_vi[i];
    sxx += w * x * x, sxy += w * x * bcg_yi[i], syy += w * bcg_yi[i] * bcg_yi[i];
  }
  CHECK(relative_error(p.regression->beta[0], sxy / sxx) < 1e-14);
  CHECK(relative_error(*p.regression->qe, syy - sxy * sxy / sxx) < 1e-13);
}

TEST_CASE("shifting the effects shifts the intercept alone") {
  const auto plain = regress(bcg(), "year", with(IntervalMethod::hk));
  StudySet moved = bcg();
  auto& data = std::get<GenericEffects>(moved.data);
  for (double& y : data.yi) y += 1024;
  const auto shifted = regress(moved, "year", with(IntervalMethod::hk));
  CHECK(relative_error(shifted.regression->beta[1], plain.regression->beta[1]) < 1e-11);
  CHECK(relative_error(shifted.regression->beta[0], plain.regression->beta[0] + 1024) < 1e-12);
  CHECK(relative_error(*shifted.heterogeneity.tau2, *plain.heterogeneity.tau2) < 1e-11);
}

TEST_CASE("a redundant term is dropped and named") {
  const auto p = regress(bcg(), "year + I(2 * year - 7) + ablat", with(IntervalMethod::z));
  CHECK(p.regression->terms == std::vector<std::string>{"intercept", "year", "ablat"});
  REQUIRE(!p.warnings.empty());
  CHECK(p.warnings[0].code == "redundant-terms");
  CHECK(p.warnings[0].message.find("I(2*year-7)") != std::string::npos);
}

TEST_CASE("a study without the moderator is left out and listed") {
  StudySet studies = bcg();
  studies.columns[1].number[4].reset();
  studies.columns[1].text[4].clear();
  const auto p = regress(studies, "year", with(IntervalMethod::z));
  CHECK(p.heterogeneity.k == 12);
  REQUIRE(p.excluded.size() == 1);
  CHECK(p.excluded[0].code == "missing_moderator");
  CHECK(!p.weight_random[4]);
}

TEST_CASE("intervals of a mean alone are refused") {
  CHECK_THROWS_AS(regress(bcg(), "year", with(IntervalMethod::hc)), UsageError);
}

TEST_CASE("predictions at new points, as metafor's predict()") {
  struct Point {
    const char* at;
    double estimate, se, ci_lower, ci_upper, pi_lower, pi_upper;
  };
  const auto compare = [](const std::string& mods, IntervalMethod interval, PredictionMethod prediction, const std::vector<Point>& points) {
    Options options = with(interval);
    options.prediction = prediction;
    std::string at;
    for (const Point& point : points) at += (at.empty() ? "" : "; ") + std::string(point.at);
    const auto p = regress(bcg(), mods, options, at);
    REQUIRE(p.regression->predictions.size() == points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      const RegressionPrediction& got = p.regression->predictions[i];
      CAPTURE(got.at);
      CHECK(got.at == points[i].at);
      CHECK(relative_error(*got.estimate, points[i].estimate) < 1e-10);
      CHECK(relative_error(*got.se, points[i].se) < 1e-10);
      CHECK(relative_error(*got.ci_lower, points[i].ci_lower) < 1e-10);
      CHECK(relative_error(*got.ci_upper, points[i].ci_upper) < 1e-10);
      CHECK(relative_error(*got.pi_lower, points[i].pi_lower) < 1e-9);
      CHECK(relative_error(*got.pi_upper, points[i].pi_upper) < 1e-9);
    }
  };
  compare("ablat", IntervalMethod::z, PredictionMethod::z,
          {{"ablat=44", -1.029007690505217, 0.14037117483819467, -1.3041301376556536, -0.7538852433547805, -1.636444864625947,
            -0.42157051638448695},
           {"33.46153846153846", -0.7223202807670619, 0.10765326356882735, -0.9333168001801614, -0.5113237613539624, -1.3035320242669466,
            -0.1411085372671772}});
  compare("factor(alloc)", IntervalMethod::hk, PredictionMethod::hk,
          {{"alloc = random", -0.9657741785458461, 0.25558539270557035, -1.5352539220332968, -0.39629443505839557, -2.421462765440128,
            0.4899144083484358},
           {"0.5384615384615384, 0.3076923076923077", -0.7316923882942934, 0.1829142689485414, -1.139250777521205, -0.3241339990673817,
            -2.1319873302265187, 0.6686025536379319}});
  compare("ablat + year", IntervalMethod::hk, PredictionMethod::hk,
          {{"year=1948, ablat=44", -1.0620796037446385, 0.3041641528887932, -1.7397995701776519, -0.38435963731162515, -2.066722009445412,
            -0.057437198043865045}});
}

TEST_CASE("predictions scale with a value whose square is no double") {
  const RegressionPrediction far = regress(bcg(), "ablat", {}, "ablat=1e300").regression->predictions[0];
  const RegressionPrediction near = regress(bcg(), "ablat", {}, "ablat=1e30").regression->predictions[0];
  CHECK(relative_error(*far.estimate, *near.estimate * 1e270) < 1e-13);
  CHECK(relative_error(*far.se, *near.se * 1e270) < 1e-13);
  CHECK(*far.ci_lower < *far.estimate);
  CHECK(*far.estimate < *far.ci_upper);
}

TEST_CASE("predictions: t on k - p and k - p - 1 degrees of freedom, none for a common effect, interactions and arithmetic") {
  Options options = with(IntervalMethod::t);
  const auto half = [&](PredictionMethod method) {
    options.prediction = method;
    const RegressionPrediction p = regress(bcg(), "ablat", options, "ablat=20").regression->predictions[0];
    return (*p.pi_upper - *p.pi_lower) / 2;
  };
  const double spread = half(PredictionMethod::z) / 1.9599639845400542;
  CHECK(half(PredictionMethod::v) == doctest::Approx(2.2009851600916384 * spread).epsilon(1e-12));    // t(11)
  CHECK(half(PredictionMethod::hts) == doctest::Approx(2.2281388519862744 * spread).epsilon(1e-12));  // t(10)
  options.model = Model::common;
  CHECK_FALSE(regress(bcg(), "ablat", options, "ablat=20").regression->predictions[0].pi_lower);
  options.model = Model::both;
  const Regression r = *regress(bcg(), "ablat * alloc + I(year^2)", options, "year=1960, alloc=random, ablat=10").regression;
  double sum = 0;
  const std::vector<std::string> terms{"intercept", "ablat", "alloc=random", "I(year^2)", "ablat:alloc=random"};
  const std::vector<double> x{1, 10, 1, 1960.0 * 1960, 10};
  for (std::size_t j = 0; j < r.terms.size(); ++j)
    for (std::size_t t = 0; t < terms.size(); ++t)
      if (r.terms[j] == terms[t]) sum += r.beta[j] * x[t];
  CHECK(*r.predictions[0].estimate == doctest::Approx(sum).epsilon(1e-9));
}

TEST_CASE("points that cannot be read are refused with their text") {
  for (const char* at : {"ablat=x", "year=1990", "latitude=3", "ablat", "1, 2", "ablat=1, alloc=no such way", "ablat=1=2, alloc=random"}) {
    CAPTURE(at);
    CHECK_THROWS_AS(regress(bcg(), "ablat + alloc", with(IntervalMethod::z), at), UsageError);
  }
}
