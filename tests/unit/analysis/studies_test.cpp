// Studies made by hand are checked as those of a file are: every problem at once, with its study and column.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <tausq/problem.hpp>
#include <tausq/studies.hpp>

using namespace tausq;

namespace {

/// "CODE row column" of every problem, in their order.
std::string problems(const std::function<void()>& make) {
  std::string list;
  try {
    make();
  } catch (const InputError& error) {
    for (const Problem& p : error.problems()) list += (list.empty() ? "" : ", ") + p.code + " " + std::to_string(p.row) + " " + p.column;
  }
  return list;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("counts of one arm") {
  CHECK(problems([] { single_arm_counts({0, 9007199254740992}, {1, 9007199254740992}); }).empty());
  CHECK(problems([] { single_arm_counts({1, 2}, {3}); }) == "E_FIELD_COUNT 0 total");
  CHECK(problems([] { single_arm_counts({1, 2}, {3, 4}, {"A"}); }) == "E_FIELD_COUNT 0 study");
  CHECK(problems([] {
          single_arm_counts({-1, 1.5, 0, 5}, {3, 4, 0, 4});
        }) == "E_NEGATIVE 1 events, E_NOT_INTEGER 2 events, E_ZERO_TOTAL 3 total, E_EVENTS_GT_TOTAL 4 events");
  CHECK(problems([] { single_arm_counts({0, 0}, {9007199254740994, infinity}); }) == "E_RANGE 1 total, E_NOT_INTEGER 2 total");
}

TEST_CASE("tables of two arms") {
  CHECK(problems([] { two_arm_counts({1}, {2}, {3}, {}); }) == "E_FIELD_COUNT 0 di");
  CHECK(problems([] {
          two_arm_counts({0, 1, 1}, {0, 2, -2}, {3, 0, 1}, {4, 0, 1});
        }) == "E_NEGATIVE 3 bi, E_ZERO_TOTAL 1 ai, E_ZERO_TOTAL 2 ci");
}

TEST_CASE("effect sizes") {
  CHECK(problems([] {
          generic_effects({std::nan(""), 0, 0, 0, 0}, {1, 0, -1, infinity, 1e-300});
        }) == "E_NAN 1 yi, E_RANGE 2 vi, E_RANGE 3 vi, E_RANGE 4 vi");
}
