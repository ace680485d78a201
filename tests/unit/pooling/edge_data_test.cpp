// Every exact-likelihood model on every kind of data that leaves a model little: what a result may not look like.
#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>

namespace {

using namespace tausq;
using Numbers = std::vector<double>;

struct Model {
  Measure measure;
  Pooling pooling;
  GlmmModel glmm = GlmmModel::CM_EL;
};

bool estimated(Status status) {
  return status == Status::ok || status == Status::converged;
}

void check(const PooledEstimate& e) {
  if (estimated(e.status)) CHECK(e.estimate);
  if (!estimated(e.status)) CHECK(!e.reason.empty());
  for (const std::optional<double>& x : {e.estimate, e.se, e.ci_lower, e.ci_upper, e.p_value})
    if (x) CHECK(std::isfinite(*x));
  if (!e.estimate) return;
  if (e.ci_lower) CHECK(*e.ci_lower <= *e.estimate);
  if (e.ci_upper) CHECK(*e.ci_upper >= *e.estimate);
  if (e.status == Status::ok) CHECK((e.ci_lower && e.ci_upper));
}

void check(const StudySet& studies, const Model& model) {
  CAPTURE(key(model.measure));
  CAPTURE(key(model.pooling));
  CAPTURE(key(model.glmm));
  const Analysis a = analyse(studies, {.effect = {.measure = model.measure}, .pooling = model.pooling, .glmm = model.glmm});
  check(a.common);
  check(a.random);
  const Heterogeneity& het = a.heterogeneity;
  CHECK((estimated(het.status) || !het.reason.empty()));
  CHECK((estimated(a.fit.status) || !a.fit.reason.empty()));
  CHECK((estimated(a.prediction.status) || !a.prediction.reason.empty()));
  CHECK(het.lrt_tau2.has_value() == het.lrt_tau2_p.has_value());
  CHECK(het.lrt_tau2.has_value() == het.lrt_tau2_p_plain.has_value());
  if (het.lrt_tau2) CHECK(*het.lrt_tau2_p <= *het.lrt_tau2_p_plain);
  for (const Excluded& e : a.input.excluded) CHECK((!e.study.empty() && !e.reason.empty()));
}

TEST_CASE("one arm") {
  struct Case {
    const char* name;
    Numbers x, n;
  };
  for (const Case& c : {Case{"one study", {3}, {20}}, Case{"one study without events", {0}, {20}}, Case{"two studies", {3, 8}, {20, 25}},
                        Case{"no events", {0, 0, 0}, {10, 12, 9}}, Case{"only events", {10, 12}, {10, 12}},
                        Case{"all or nothing", {0, 12, 0}, {10, 12, 5}}, Case{"single patients", {0, 1, 1, 0}, {1, 1, 1, 1}},
                        Case{"equal studies", {2, 2, 2}, {20, 20, 20}}, Case{"1e6", {3e5, 3.1e5, 2.8e5}, {1e6, 1e6, 1e6}}}) {
    CAPTURE(c.name);
    const StudySet counts = single_arm_counts(c.x, c.n);
    for (const Model& model :
         {Model{Measure::PLO, Pooling::glmm}, Model{Measure::PRZ, Pooling::glmm}, Model{Measure::PCLL, Pooling::glmm},
          Model{Measure::PLN, Pooling::glmm}, Model{Measure::PLO, Pooling::betabin}, Model{Measure::PLO, Pooling::exact}})
      check(counts, model);
    StudySet rates = counts;
    rates.data = SingleArmRates{c.x, c.n};
    for (const Pooling pooling : {Pooling::glmm, Pooling::negbin}) check(rates, {Measure::IRLN, pooling});
  }
}

// A scan by rough values took the noise of a score that is all but 0 for a maximum at tau2 = 6e10.
TEST_CASE("all events in one study, none in single patients: no maximum, in any order") {
  Numbers events{13, 0, 0, 0, 0, 0}, total{13, 1, 1, 5, 1, 1};
  for (int turn = 0; turn < 6; ++turn) {
    const Analysis a = analyse(single_arm_counts(events, total), {});
    CHECK(a.random.status == Status::not_estimable);
    CHECK_FALSE(a.random.estimate);
    CHECK_FALSE(a.heterogeneity.tau2);
    std::rotate(events.begin(), events.begin() + 1, events.end());
    std::rotate(total.begin(), total.begin() + 1, total.end());
  }
}

TEST_CASE("an end that is not found is not infinite: the interval is absent, with the reason") {
  // Five pairs of single patients: the upper end, 3.315 by a search over all levels, is not found.
  const StudySet pairs = two_arm_counts({1, 1, 0, 0, 1}, {0, 0, 1, 1, 0}, {0, 1, 0, 1, 0}, {1, 0, 1, 0, 1});
  const Analysis a = analyse(pairs, {.effect = {.measure = Measure::OR}, .pooling = Pooling::firth});
  REQUIRE(a.common.estimate);
  CHECK(a.common.ci_lower.has_value() == a.common.ci_upper.has_value());
  for (const NamedInterval& interval : a.common.intervals)
    if (interval.method == IntervalMethod::profile && !interval.ci_upper) CHECK(interval.status == Status::not_converged);
  if (!a.common.ci_upper) CHECK(a.common.reason.find("was not found") != std::string::npos);
}

TEST_CASE("two arms") {
  struct Case {
    const char* name;
    Numbers a, b, c, d;
  };
  for (const Case& c :
       {Case{"one study", {3}, {17}, {5}, {16}}, Case{"two studies", {3, 7}, {17, 23}, {5, 9}, {16, 19}},
        Case{"no events", {0, 0}, {10, 9}, {0, 0}, {12, 8}}, Case{"only events", {10, 9}, {0, 0}, {12, 8}, {0, 0}},
        Case{"double zeros", {0, 3, 9, 2}, {10, 17, 0, 13}, {0, 5, 8, 6}, {12, 16, 0, 8}},
        Case{"an arm without events", {0, 0, 0}, {10, 20, 9}, {3, 2, 4}, {9, 19, 4}},
        Case{"single patients", {1, 0}, {0, 1}, {0, 1}, {1, 0}}, Case{"equal studies", {2, 2, 2}, {18, 18, 18}, {4, 4, 4}, {16, 16, 16}},
        Case{"1e6", {3e5, 3.1e5, 2.8e5}, {7e5, 6.9e5, 7.2e5}, {3.1e5, 3.3e5, 2.81e5}, {6.9e5, 6.7e5, 7.19e5}},
        Case{"1e14", {1e14, 1e14, 1e14}, {2e14, 2e14, 2e14}, {1.1e14, 1.2e14, 1.05e14}, {1.9e14, 1.8e14, 1.95e14}}}) {
    CAPTURE(c.name);
    const StudySet counts = two_arm_counts(c.a, c.b, c.c, c.d);
    StudySet rates = counts;
    Numbers time1 = c.a, time2 = c.c;  // person-time like the numbers of patients
    for (std::size_t i = 0; i < time1.size(); ++i) time1[i] += c.b[i], time2[i] += c.d[i];
    rates.data = TwoArmRates{c.a, time1, c.c, time2};
    for (const GlmmModel glmm : {GlmmModel::CM_EL, GlmmModel::CM_AL, GlmmModel::UM_FS, GlmmModel::UM_RS, GlmmModel::BV})
      check(counts, {Measure::OR, Pooling::glmm, glmm});
    for (const GlmmModel glmm : {GlmmModel::CM_EL, GlmmModel::UM_FS, GlmmModel::UM_RS, GlmmModel::BV})
      check(rates, {Measure::IRR, Pooling::glmm, glmm});
    for (const Measure measure : {Measure::OR, Measure::RR, Measure::RD}) check(counts, {measure, Pooling::betabin});
    for (const Pooling pooling : {Pooling::exact, Pooling::firth}) check(counts, {Measure::OR, pooling});
    check(rates, {Measure::IRR, Pooling::negbin});
  }
}

}  // namespace
