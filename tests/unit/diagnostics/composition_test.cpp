// influence() and bias() as a user calls them: options, order, other models, moderators, natural scale.
#include <doctest/doctest.h>

#include <tausq/tausq.hpp>

#include "tests/unit/diagnostics/trials.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;

Column numbers(std::string name, std::vector<double> values) {
  Column column{std::move(name), {}, {}, true};
  for (double value : values) {
    column.text.push_back(std::to_string(value));
    column.number.push_back(value);
  }
  return column;
}

StudySet vaccine() {
  StudySet studies = bcg.studies;
  studies.columns = {numbers("year", {1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976}),
                     numbers("ablat", {44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33})};
  return studies;
}

Options inverse(Measure measure = Measure::OR) {
  Options options;
  options.effect.measure = measure;
  options.pooling = Pooling::inverse;
  return options;
}

std::string codes(const std::vector<Warning>& warnings) {
  std::string all;
  for (const Warning& warning : warnings) all += warning.code + " ";
  return all;
}

TEST_CASE("The last row of a cumulative analysis is the analysis, in any order") {
  const Analysis whole = analyse(vaccine(), inverse());
  for (const char* order : {"", "year", "vi", "yi"}) {
    const Influence result = influence(vaccine(), inverse(), {order});
    REQUIRE(result.cumulative.size() == 13);
    const Refit& last = result.cumulative.back();
    CHECK(relative_error(*last.estimate, *whole.random.estimate) < 1e-14);
    CHECK(relative_error(*last.ci_lower, *whole.random.ci_lower) < 1e-13);
    CHECK(relative_error(*last.tau2, *whole.heterogeneity.tau2) < 1e-13);
    CHECK(relative_error(*last.i2, *whole.heterogeneity.i2) < 1e-13);
    CHECK(relative_error(*last.display.ci_upper, *whole.random.display.ci_upper) < 1e-13);
  }
}

TEST_CASE("The cumulative analysis follows its column, ties in row order") {
  const Influence result = influence(vaccine(), inverse(), {"year"});
  std::vector<std::string> order;
  for (const Refit& row : result.cumulative) order.push_back(row.study);
  CHECK(order == std::vector<std::string>{"study 1", "study 2", "study 6", "study 3", "study 10", "study 9", "study 12", "study 5",
                                          "study 7", "study 11", "study 13", "study 4", "study 8"});
  CHECK(result.influence.order == "year");
  CHECK_THROWS_AS(influence(vaccine(), inverse(), {"nothing"}), UsageError);
  StudySet holed = vaccine();
  holed.columns[0].text[3].clear();
  holed.columns[0].number[3].reset();
  CHECK_THROWS_AS(influence(holed, inverse(), {"year"}), UsageError);
}

TEST_CASE("Leave-one-out is the analysis of the others, whatever the pooling model") {
  for (Pooling pooling : {Pooling::inverse, Pooling::mh, Pooling::peto})
    for (Model model : {Model::random, Model::common}) {
      Options options = inverse();
      options.pooling = pooling;
      options.model = model;
      const Influence result = influence(vaccine(), options);
      REQUIRE(result.leave_one_out.size() == 13);
      const Analysis others = analyse(vaccine().subset({0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12}), options);
      const PooledEstimate& wanted = model == Model::common ? others.common : others.random;
      const Refit& row = result.leave_one_out[3];
      CAPTURE(key(pooling));
      CHECK(row.study == "study 4");
      CHECK(row.k == 12);
      CHECK(relative_error(*row.estimate, *wanted.estimate) < 1e-13);
      CHECK(relative_error(*row.se, *wanted.se) < 1e-13);
      CHECK(relative_error(*row.display.estimate, *wanted.display.estimate) < 1e-13);
      CHECK(result.diagnostics.size() == 13);
      CHECK(result.blup.size() == 13);
    }
}

TEST_CASE("A model of the counts is refitted, and what only the normal model has says so") {
  Options options;
  options.effect.measure = Measure::PLO;
  options.pooling = Pooling::glmm;
  const Influence result = influence(pritz.studies, options);
  const Analysis others = analyse(pritz.studies.subset({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}), options);
  REQUIRE(result.leave_one_out.size() == 14);
  CHECK(relative_error(*result.leave_one_out[0].estimate, *others.random.estimate) < 1e-12);
  CHECK(relative_error(*result.leave_one_out[0].display.estimate, *others.random.display.estimate) < 1e-12);
  CHECK(result.cumulative.front().status == Status::exact);  // one study: Clopper-Pearson
  CHECK(codes(result.warnings).find("inverse-variance-diagnostics") != std::string::npos);
  CHECK(result.diagnostics.size() == 14);
}

TEST_CASE("With moderators there are diagnostics of the regression and nothing of a mean") {
  Options options = inverse(Measure::RR);
  options.mods = "ablat";
  options.interval = IntervalMethod::z;
  const Influence result = influence(vaccine(), options);
  CHECK(result.leave_one_out.empty());
  CHECK(result.cumulative.empty());
  REQUIRE(result.diagnostics.size() == 13);
  CHECK(result.diagnostics[6].study == "study 7");
  CHECK(relative_error(*result.diagnostics[6].rstudent, -2.6686899483515933) < 1e-8);  // metafor
  CHECK(codes(result.warnings) == "moderators ");
}

TEST_CASE("With moderators every refit is the meta-regression of its studies") {
  Options options = inverse(Measure::RR);
  options.mods = "ablat + year";
  const Influence result = influence(vaccine(), options, {"year"});
  CHECK(result.terms == std::vector<std::string>{"intercept", "ablat", "year"});
  REQUIRE(result.regression_leave_one_out.size() == 13);
  const Analysis others = analyse(vaccine().subset({0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12}), options);
  const RegressionRefit& row = result.regression_leave_one_out[3];
  CHECK(row.study == "study 4");
  CHECK(row.k == 12);
  CHECK(row.beta == others.regression->beta);
  CHECK(row.ci_upper == others.regression->ci_upper);
  CHECK(row.qe == others.regression->qe);
  CHECK(row.tau2 == others.heterogeneity.tau2);
  REQUIRE(result.regression_cumulative.size() == 13);
  CHECK(result.regression_cumulative[1].status == Status::not_estimable);  // two studies, three coefficients
  CHECK(result.regression_cumulative[1].beta.empty());
  const Analysis whole = analyse(vaccine(), options);
  for (std::size_t j = 0; j < 3; ++j)
    CHECK(result.regression_cumulative[12].beta[j] == doctest::Approx(whole.regression->beta[j]).epsilon(1e-10));
}

TEST_CASE("A study that alone determines a coefficient has no fit without it") {
  Options options = inverse();
  options.mods = "alone";
  StudySet studies = vaccine();
  studies.columns = {numbers("alone", {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})};
  const Influence result = influence(studies, options);
  CHECK(result.diagnostics[4].status == Status::not_estimable);
  CHECK_FALSE(result.diagnostics[4].rstudent.has_value());
  CHECK(result.diagnostics[3].rstudent.has_value());
}

TEST_CASE("One study has no leave-one-out row; studies without an effect size are accounted for") {
  const Influence one = influence(generic_effects({0.3}, {0.01}), {});
  CHECK(one.leave_one_out.empty());
  CHECK(one.diagnostics.empty());
  REQUIRE(one.cumulative.size() == 1);
  CHECK(*one.cumulative[0].estimate == 0.3);
  StudySet empty = two_arm_counts({0, 5, 8, 3}, {20, 30, 40, 30}, {0, 7, 9, 8}, {20, 25, 40, 20});
  Options options = inverse();
  options.effect.drop00 = true;
  const Influence rest = influence(empty, options);
  CHECK(rest.leave_one_out.size() == 3);
  CHECK(rest.input.used == 3);
  REQUIRE(rest.input.excluded.size() == 1);
  CHECK(rest.input.excluded[0].study == "study 1");
}

TEST_CASE("Freeman-Tukey means go back by the harmonic mean of the sizes that are in them") {
  Options options = inverse(Measure::PFT);
  const Influence result = influence(pritz.studies, options);
  const Analysis others = analyse(pritz.studies.subset({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13}), options);
  CHECK(relative_error(*result.leave_one_out[12].display.estimate, *others.random.display.estimate) < 1e-13);
  const Analysis three = analyse(pritz.studies.subset({0, 1, 2}), options);
  CHECK(relative_error(*result.cumulative[2].display.estimate, *three.random.display.estimate) < 1e-13);
}

TEST_CASE("bias() makes every test that the layout allows, once, and says what it leaves aside") {
  Options options = inverse();
  options.mods = "year";
  const Bias result = bias(vaccine(), options);
  std::string tests;
  for (const AsymmetryTest& test : result.tests) tests += std::string(key(test.test)) + " ";
  CHECK(tests == "egger begg harbord peters macaskill deeks schwarzer thompson pustejovsky ");
  CHECK(codes(result.warnings) == "correlated-standard-error moderators-ignored ");
  CHECK(result.limit_estimates.size() == 4);
  CHECK(result.fail_safe_n.size() == 3);
  CHECK(result.input.used == 13);
  tests.clear();
  for (const AsymmetryTest& test : bias(expectancy.studies).tests) tests += std::string(key(test.test)) + " ";
  CHECK(tests == "egger begg thompson ");
}

TEST_CASE("Limit estimates and trim and fill stand on the natural scale too") {
  const Bias result = bias(vaccine(), inverse());
  const LimitEstimate& pet = result.limit_estimates[0];
  CHECK(relative_error(*pet.display.estimate, std::exp(*pet.estimate)) < 1e-15);
  CHECK(relative_error(*result.trim_fill.display.ci_lower, std::exp(*result.trim_fill.ci_lower)) < 1e-15);
  CHECK(*result.trim_fill.k0 == 0);
  const Analysis whole = analyse(vaccine(), inverse());
  CHECK(relative_error(*result.trim_fill.ci_lower, *whole.random.ci_lower) < 1e-13);  // nothing missing: the analysis itself
}

TEST_CASE("Rank tests follow the preset of meta; contradictions are refused") {
  Options options = inverse();
  BiasOptions begg;
  begg.tests = {BiasTest::begg};
  CHECK(bias(vaccine(), options, begg).tests[0].p_value != bias(vaccine(), options, begg).tests[0].p_value_normal);
  options.preset = Preset::meta;
  CHECK(bias(vaccine(), options, begg).tests[0].p_value == bias(vaccine(), options, begg).tests[0].p_value_normal);
  begg.alpha = 1;
  CHECK_THROWS_AS(bias(vaccine(), options, begg), UsageError);
}

TEST_CASE("Two studies: statuses, no numbers, and a warning") {
  const Bias result = bias(generic_effects({0.1, 0.5}, {0.01, 0.04}));
  CHECK(codes(result.warnings) == "few-studies ");
  for (const AsymmetryTest& test : result.tests) CHECK(test.status == Status::not_estimable);
  for (const LimitEstimate& limit : result.limit_estimates) CHECK(limit.status == Status::not_estimable);
  CHECK(result.trim_fill.status == Status::not_estimable);
  CHECK(result.excess_significance.status == Status::not_estimable);
}

}  // namespace
