#include "engine/inference/equal_proportions.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "tests/unit/numerics/relative_error.hpp"

using namespace tausq;
using namespace tausq::inference;

namespace {

ConditionalTest test_of(const std::vector<double>& events, const std::vector<double>& total) {
  const auto test = equal_proportions(events, total);
  REQUIRE(test);
  return *test;
}

}  // namespace

TEST_CASE("all tables by hand") {
  // Two events among 2 + 2: (0, 2), (1, 1), (2, 0) with chances 1, 4, 1 of 6.
  CHECK(relative_error(test_of({2, 0}, {2, 2}).p_value, 1.0 / 3) < 1e-15);
  CHECK(relative_error(test_of({2, 0}, {2, 2}).mid_p, 1.0 / 6) < 1e-15);
  CHECK(relative_error(test_of({1, 1}, {2, 2}).p_value, 1.0) < 1e-15);
  CHECK(relative_error(test_of({1, 1}, {2, 2}).mid_p, 2.0 / 3) < 1e-15);
  // 1 event among 2 + 3 + 5: chances 2, 3, 5 of 10, statistics 1/2, 1/3, 1/5.
  CHECK(relative_error(test_of({0, 1, 0}, {2, 3, 5}).p_value, 0.5) < 1e-14);
  CHECK(relative_error(test_of({1, 0, 0}, {2, 3, 5}).mid_p, 0.1) < 1e-14);
}

TEST_CASE("two studies: Fisher's exact probabilities") {
  // 3 of 10 against 9 of 12; 12 events. Chances C(10, j) C(12, 12 - j) / C(22, 12); Pearson's chi-square orders the tables by |j - 60/11|.
  double all = 0, far = 0;
  const double ways[] = {1, 120, 2970, 26400, 103950, 199584, 194040, 95040, 22275, 2200, 66};
  for (int j = 0; j <= 10; ++j) {
    all += ways[j];
    if (j <= 3 || j >= 8) far += ways[j];
  }
  CHECK(relative_error(test_of({3, 9}, {10, 12}).p_value, far / all) < 1e-13);
}

TEST_CASE("events and non-events, order of the studies, and the edges") {
  const ConditionalTest a = test_of({1, 4, 0, 2}, {8, 10, 5, 12}), b = test_of({7, 6, 5, 10}, {8, 10, 5, 12});
  CHECK(relative_error(a.p_value, b.p_value) < 1e-12);
  CHECK(relative_error(a.mid_p, test_of({2, 0, 4, 1}, {12, 5, 10, 8}).mid_p) < 1e-12);
  CHECK(test_of({0, 0, 0}, {5, 8, 12}).p_value == 1);
  CHECK(test_of({5, 8}, {5, 8}).p_value == 1);
  CHECK(!equal_proportions(std::vector<double>{40, 50, 60, 70}, std::vector<double>{100, 100, 100, 100}));
  // One event among a thousand million: as many tables as studies.
  CHECK(relative_error(test_of({1, 0}, {1e9, 3e9}).p_value, 0.25) < 1e-8);
}

TEST_CASE("drawn tables agree with counted ones") {
  struct Tables {
    std::vector<double> events, total;
  };
  for (const Tables& t : {Tables{{3, 9}, {10, 12}}, Tables{{0, 3, 0}, {5, 8, 12}}, Tables{{14, 2, 7, 9}, {15, 9, 9, 20}}}) {
    const ConditionalTest counted = *equal_proportions(t.events, t.total, 1e6),
                          drawn = *drawn_equal_proportions(t.events, t.total, 40000, 7);
    CHECK(drawn.draws == 40000);
    CHECK(std::abs(drawn.p_value - counted.p_value) < 4 * drawn.p_se);
    CHECK(std::abs(drawn.mid_p - counted.mid_p) < 4 * drawn.p_se);
    CHECK(relative_error(drawn.p_se, std::sqrt(counted.p_value * (1 - counted.p_value) / 40001)) < 0.1);
  }
  // The smallest p that so many draws can give; large counts and small ones.
  CHECK(relative_error(drawn_equal_proportions(std::vector<double>{0, 5000, 2500}, std::vector<double>{5000, 5000, 5000}, 99, 1)->p_value,
                       0.01) < 1e-15);
  CHECK(drawn_equal_proportions(std::vector<double>{0, 0}, std::vector<double>{5, 5}, 99, 1)->p_value == 1);
  CHECK(!drawn_equal_proportions(std::vector<double>{4e8, 5e8}, std::vector<double>{1e9, 1e9}, 9999, 1));
  // Numbers depend on the seed alone.
  const std::vector<double> events{40, 50, 60, 70}, total{100, 100, 100, 100};
  CHECK(drawn_equal_proportions(events, total, 1000, 3)->p_value == drawn_equal_proportions(events, total, 1000, 3)->p_value);
  CHECK(drawn_equal_proportions(events, total, 1000, 3)->p_value != drawn_equal_proportions(events, total, 1000, 4)->p_value);
}
