// The sensitivity strip says what the same models say when they are asked for directly.
#include <doctest/doctest.h>

#include <algorithm>

#include <tausq/analysis.hpp>

using namespace tausq;

namespace {

const StudySet arms = single_arm_counts({16, 4, 0, 7}, {20, 21, 22, 30});
const StudySet tables = two_arm_counts({4, 6, 3, 62}, {119, 300, 228, 13536}, {11, 29, 11, 248}, {128, 274, 209, 12619});

const Alternative* find(const Analysis& a, Pooling pooling, Measure measure, Model model) {
  const auto found = std::find_if(a.sensitivity.begin(), a.sensitivity.end(), [&](const Alternative& other) {
    return other.pooling == pooling && other.measure == measure && other.model == model;
  });
  return found == a.sensitivity.end() ? nullptr : &*found;
}

void check_same(const Alternative* other, const PooledEstimate& direct) {
  REQUIRE(other != nullptr);
  REQUIRE(direct.display.estimate);
  CHECK(other->status == direct.status);
  CHECK(other->reason.empty());
  CHECK(other->display.estimate == direct.display.estimate);
  CHECK(other->display.ci_lower == direct.display.ci_lower);
  CHECK(other->display.ci_upper == direct.display.ci_upper);
}

}  // namespace

TEST_CASE("single-arm alternatives are the analyses that a user would get") {
  const Analysis a = analyse(arms, {.level = 0.9, .sensitivity = true});
  CHECK(find(a, Pooling::glmm, Measure::PLO, Model::random) == nullptr);  // that is the analysis itself
  check_same(find(a, Pooling::betabin, Measure::PLO, Model::random), analyse(arms, {.pooling = Pooling::betabin, .level = 0.9}).random);
  check_same(find(a, Pooling::inverse, Measure::PLO, Model::random),
             analyse(arms, {.pooling = Pooling::inverse, .interval = IntervalMethod::hk, .level = 0.9}).random);
  check_same(find(a, Pooling::inverse, Measure::PAS, Model::random),
             analyse(arms, {.effect = {.measure = Measure::PAS}, .interval = IntervalMethod::hk, .level = 0.9}).random);
  check_same(find(a, Pooling::exact, Measure::PLO, Model::common), analyse(arms, {.pooling = Pooling::exact, .level = 0.9}).common);
}

TEST_CASE("two-arm alternatives are the analyses that a user would get") {
  const Analysis a = analyse(tables, {.sensitivity = true});
  CHECK(find(a, Pooling::mh, Measure::OR, Model::common) == nullptr);  // the default common effect
  check_same(find(a, Pooling::peto, Measure::PETO, Model::common), analyse(tables, {.pooling = Pooling::peto}).common);
  check_same(find(a, Pooling::glmm, Measure::OR, Model::common), analyse(tables, {.pooling = Pooling::glmm}).common);
  check_same(find(a, Pooling::inverse, Measure::OR, Model::random),
             analyse(tables, {.pooling = Pooling::inverse, .interval = IntervalMethod::hk}).random);
  const Analysis rr = analyse(tables, {.effect = {.measure = Measure::RR}, .sensitivity = true});
  check_same(find(rr, Pooling::inverse, Measure::RR, Model::random),
             analyse(tables, {.effect = {.measure = Measure::RR}, .pooling = Pooling::inverse, .interval = IntervalMethod::hk}).random);
}

TEST_CASE("a model that cannot be fitted says why, and takes no other model's number") {
  const Analysis a = analyse(single_arm_counts({6, 0, 12}, {6, 8, 12}), {.sensitivity = true});
  const Alternative* beta = find(a, Pooling::betabin, Measure::PLO, Model::random);
  REQUIRE(beta != nullptr);
  CHECK(beta->status == Status::not_estimable);
  CHECK(!beta->reason.empty());
  CHECK(!beta->display.estimate);
  CHECK(!beta->display.ci_lower);
}

TEST_CASE("exact intervals that stand for a model are called exact") {
  const Analysis a = analyse(single_arm_counts({0, 0, 0}, {5, 8, 12}), {.sensitivity = true});
  const Alternative* beta = find(a, Pooling::betabin, Measure::PLO, Model::random);
  REQUIRE(beta != nullptr);
  CHECK(beta->status == Status::exact);
  CHECK(beta->interval == IntervalMethod::exact);
}

TEST_CASE("no strip where nobody asks, for one study, with moderators, and for effect sizes without counts") {
  CHECK(analyse(arms).sensitivity.empty());
  CHECK(analyse(single_arm_counts({3}, {9}), {.sensitivity = true}).sensitivity.empty());
  CHECK(analyse(generic_effects({0.1, 0.4}, {0.1, 0.2}), {.sensitivity = true}).sensitivity.empty());
}
