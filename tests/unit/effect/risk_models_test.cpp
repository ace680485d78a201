// Risk differences against values of 40 digits, and at the ends of their range.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <tausq/absolute.hpp>

using namespace tausq;

namespace {

struct Case {
  RiskModel model;
  double baseline, effect, difference;
};

constexpr Case cases[] = {
    {RiskModel::OR, 0.1, -0.75, -5.01321501748339571536e-2},
    {RiskModel::OR, 0.2, 0.3, 5.23167164083752783753e-2},
    {RiskModel::OR, 1e-6, -0.01, -9.95015639967140574849e-9},
    {RiskModel::OR, 0.5, 1e-9, 2.50000000000000015550e-10},
    {RiskModel::RR, 0.1, -0.75, -5.27633447258985322151e-2},
    {RiskModel::RR, 0.2, 0.3, 6.99717615152006216837e-2},
    {RiskModel::RR, 1e-6, -0.01, -9.95016625083194618193e-9},
    {RiskModel::RR, 0.5, 1e-9, 5.00000000250000031224e-10},
    {RiskModel::HR, 0.1, -0.75, -5.14493897951767117819e-2},
    {RiskModel::HR, 0.2, 0.3, 6.00793202789436946270e-2},
    {RiskModel::HR, 1e-6, -0.01, -9.95016132525006677786e-9},
    {RiskModel::HR, 0.5, 1e-9, 3.46573590333146217920e-10},
    {RiskModel::RD, 0.1, -0.05, -0.05},
};

constexpr double infinite = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("risk differences keep their digits") {
  for (const Case& c : cases) {
    CAPTURE(key(c.model));
    CAPTURE(c.effect);
    const double difference = risk_difference(c.model, c.baseline, c.effect);
    CHECK(std::fabs(difference - c.difference) <= 4e-16 * std::fabs(c.difference));
  }
}

TEST_CASE("no effect, no difference; an infinite one reaches the end of the range") {
  for (const MethodInfo& info : methods<RiskModel>()) {
    const RiskModel model = *find_method<RiskModel>(info.key);
    CAPTURE(info.key);
    CHECK(risk_difference(model, 0.3, 0) == 0);
    CHECK(0.3 + risk_difference(model, 0.3, -infinite) == doctest::Approx(0).epsilon(1e-15));
    CHECK(0.3 + risk_difference(model, 0.3, infinite) == doctest::Approx(1).epsilon(1e-15));
    CHECK(0.3 + risk_difference(model, 0.3, 800) == doctest::Approx(1).epsilon(1e-15));
  }
}

TEST_CASE("a risk ratio cannot take a risk beyond 1, a difference not beyond 0") {
  CHECK(risk_difference(RiskModel::RR, 0.6, std::log(2.0)) == 0.4);
  CHECK(risk_difference(RiskModel::RD, 0.05, -0.2) == -0.05);
}

TEST_CASE("number needed to treat: benefit and harm by direction and by what an event is") {
  const NumberNeeded fewer = number_needed({-0.05, -0.08, -0.02}, false);
  CHECK(fewer.direction == "NNTB");
  CHECK(*fewer.estimate == 20);
  CHECK(*fewer.ci_lower == 12.5);
  CHECK(*fewer.ci_upper == 50);
  CHECK_FALSE(fewer.opposite_lower);
  CHECK(number_needed({-0.05, -0.08, -0.02}, true).direction == "NNTH");
  CHECK(number_needed({0.05, 0.02, 0.08}, true).direction == "NNTB");
  const NumberNeeded more = number_needed({0.05, 0.02, 0.08}, false);
  CHECK(more.direction == "NNTH");
  CHECK(*more.ci_lower == 12.5);
  CHECK(*more.ci_upper == 50);
}

TEST_CASE("number needed to treat of an interval that includes no effect goes through infinity") {
  const NumberNeeded n = number_needed({-0.025, -0.1, 0.05}, false);
  CHECK(n.direction == "NNTB");
  CHECK(*n.estimate == 40);
  CHECK(*n.ci_lower == 10);
  CHECK_FALSE(n.ci_upper);
  CHECK(*n.opposite_lower == 20);
  const NumberNeeded edge = number_needed({-0.025, -0.1, 0.0}, false);
  CHECK_FALSE(edge.ci_upper);
  CHECK_FALSE(edge.opposite_lower);
  CHECK(number_needed({0.0, -0.1, 0.1}, false).direction.empty());
  CHECK(number_needed({}, false).direction.empty());
}
