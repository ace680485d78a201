// Every specification of a multiverse is the analysis that its settings describe; the summary counts them right.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <tausq/multiverse.hpp>
#include <tausq/problem.hpp>

using namespace tausq;

namespace {

const StudySet arms = single_arm_counts({16, 4, 0, 7, 11}, {20, 21, 22, 30, 28});
const StudySet tables = two_arm_counts({4, 6, 0, 62, 2}, {119, 300, 228, 13536, 30}, {11, 29, 11, 248, 5}, {128, 274, 209, 12619, 31});
const StudySet effects = generic_effects({0.1, 0.45, -0.2, 0.6}, {0.02, 0.04, 0.03, 0.1});

StudySet without(const StudySet& all, const std::string& name) {
  std::vector<std::size_t> rest;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all.study[i] != name) rest.push_back(i);
  return all.subset(rest);
}

/// The same analysis, asked for directly.
Analysis direct(const StudySet& all, const SpecificationSettings& s, double level) {
  Options o;
  o.effect.measure = s.measure;
  o.effect.add = s.add.value_or(0);
  o.effect.to = s.to.value_or(CorrectionTo::none);
  o.model = s.model;
  const bool stratified = s.pooling == Pooling::mh || s.pooling == Pooling::peto;
  o.pooling = stratified ? Pooling::inverse : s.pooling;
  o.pooling_common = s.pooling;
  if (s.pooling == Pooling::peto) o.effect.measure = Measure::PETO;
  o.glmm = s.glmm;
  o.tau2 = s.tau2;
  if (s.interval != IntervalMethod::exact) o.interval = o.interval_common = s.interval;
  o.level = level;
  return analyse(without(all, s.without), o);
}

bool near(std::optional<double> a, std::optional<double> b) {
  return a.has_value() == b.has_value() && (!a || std::abs(*a - *b) <= 1e-9 * std::max(1.0, std::abs(*b)));
}

void check_every_specification(const StudySet& studies, const Multiverse& m) {
  for (const Specification& s : m.specifications) {
    CAPTURE(key(s.settings.model));
    CAPTURE(key(s.settings.pooling));
    CAPTURE(key(s.settings.measure));
    CAPTURE(key(s.settings.interval));
    CAPTURE(s.settings.without);
    const Analysis a = direct(studies, s.settings, m.options.level);
    const PooledEstimate& e = s.settings.model == Model::common ? a.common : a.random;
    if (a.heterogeneity.k < 2) continue;  // there a direct analysis shows the common effect in place of the random one
    CHECK(near(s.display.estimate, e.display.estimate));
    CHECK(near(s.display.ci_lower, e.display.ci_lower));
    CHECK(near(s.display.ci_upper, e.display.ci_upper));
    CHECK(near(s.estimate, e.estimate));
    if (s.settings.model == Model::random && s.settings.pooling == Pooling::inverse && s.estimate)
      CHECK(near(s.tau2, a.heterogeneity.tau2));
  }
}

const Dimension* find(const Multiverse& m, std::string_view name) {
  for (const Dimension& d : m.summary.dimensions)
    if (d.dimension == name) return &d;
  return nullptr;
}

}  // namespace

TEST_CASE("specifications of proportions are the analyses that they name") {
  const Multiverse m = multiverse(arms, {.level = 0.9});
  CHECK(m.specifications.size() > 500);
  check_every_specification(arms, m);
}

TEST_CASE("specifications of two-by-two tables are the analyses that they name") {
  check_every_specification(tables, multiverse(tables));
  check_every_specification(tables, multiverse(tables, {.effect = {.measure = Measure::RR}}, {.leave_one_out = false}));
}

TEST_CASE("specifications of effect sizes are the analyses that they name") {
  check_every_specification(effects, multiverse(effects));
}

TEST_CASE("no two specifications have the same settings, and a choice that changes nothing is not listed") {
  const Multiverse m = multiverse(arms);
  std::set<std::string> seen;
  for (const Specification& s : m.specifications) {
    std::string text;
    for (const char* dimension : {"model", "pooling", "measure", "correction", "tau2", "interval", "without"})
      text += choice_in(dimension, s.settings) + "|";
    CHECK(seen.insert(text).second);
    // Without the study that has the zero cell, correcting zero cells is no choice.
    if (s.settings.without == "study 3") CHECK(s.settings.to != CorrectionTo::only0);
  }
  CHECK(find(multiverse(effects), "correction") == nullptr);
  CHECK(find(multiverse(effects), "measure") == nullptr);
}

TEST_CASE("the summary counts estimates, quantiles and intervals") {
  const Multiverse m = multiverse(effects, {}, {.exclude = 0.0});
  std::vector<double> estimates;
  double excluding = 0;
  for (const Specification& s : m.specifications) {
    REQUIRE(s.display.estimate);
    REQUIRE(s.excludes);
    CHECK(*s.excludes == (*s.display.ci_lower > 0 || *s.display.ci_upper < 0));
    estimates.push_back(*s.display.estimate);
    excluding += *s.excludes ? 1 : 0;
  }
  std::sort(estimates.begin(), estimates.end());
  const std::size_t n = estimates.size();
  CHECK(m.summary.number == n);
  CHECK(m.summary.estimated == n);
  CHECK(*m.summary.minimum == estimates.front());
  CHECK(*m.summary.maximum == estimates.back());
  CHECK(*m.summary.median == doctest::Approx(n % 2 ? estimates[n / 2] : (estimates[n / 2 - 1] + estimates[n / 2]) / 2));
  CHECK(*m.summary.share_excluding == doctest::Approx(excluding / static_cast<double>(n)));
  for (const Dimension& d : m.summary.dimensions) {
    double lowest = 1e9, highest = -1e9;
    std::size_t total = 0;
    for (const ChoiceSummary& c : d.choices) {
      double sum = 0;
      std::size_t number = 0;
      for (const Specification& s : m.specifications)
        if (choice_in(d.dimension, s.settings) == c.choice) sum += *s.display.estimate, ++number;
      CHECK(number == c.number);
      CHECK(*c.mean == doctest::Approx(sum / static_cast<double>(number)));
      lowest = std::min(lowest, *c.mean), highest = std::max(highest, *c.mean);
      total += number;
    }
    CHECK(total <= n);
    if (d.dimension == "interval")
      CHECK(!d.spread);
    else
      CHECK(*d.spread == doctest::Approx(highest - lowest));
  }
}

TEST_CASE("proportions have no value of no effect unless one is given") {
  CHECK(!multiverse(arms).summary.exclude);
  CHECK(multiverse(arms, {}, {.exclude = 0.5}).summary.share_excluding);
  CHECK(*multiverse(tables).summary.exclude == 1);
}

TEST_CASE("choices can be restricted") {
  const MultiverseOptions few{.models = {Model::random},
                              .poolings = {Pooling::inverse},
                              .measures = {Measure::PLO, Measure::PAS},
                              .corrections = {{0.5, CorrectionTo::only0}},
                              .tau2s = {Tau2Method::REML, Tau2Method::PM},
                              .intervals = {IntervalMethod::hk},
                              .leave_one_out = false};
  CHECK(multiverse(arms, {}, few).specifications.size() == 4);
  CHECK_THROWS_AS(multiverse(arms, {}, {.measures = {Measure::OR}}), UsageError);
  CHECK_THROWS_AS(multiverse(arms, {}, {.poolings = {Pooling::peto}}), UsageError);
  CHECK_THROWS_AS(multiverse(arms, {.tau2_fixed = 0.1}), UsageError);
}

TEST_CASE("data that no model can be fitted to: exact intervals, and reasons for the others") {
  const Multiverse m = multiverse(single_arm_counts({0, 0, 0}, {5, 8, 12}));
  bool exact = false;
  for (const Specification& s : m.specifications) {
    exact = exact || s.status == Status::exact;
    if (s.status != Status::exact && !s.display.estimate) CHECK(!s.reason.empty());
  }
  CHECK(exact);
  CHECK(multiverse(single_arm_counts({3}, {9})).summary.estimated > 0);
}
