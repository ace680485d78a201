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

pooling::Pooled regress(const StudySet& studies, const std::string& mods, const Options& options) {
  const auto& data = std::get<GenericEffects>(studies.data);
  EffectSizes effects;
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    EffectSize one;
    one.yi = data.yi[i], one.vi = data.vi[i];
    effects.study.push_back(one);
  }
  const model::Design design = model::make_design(studies, mods);
  return pooling::pool_inverse_variance({studies, effects, options, design});
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
