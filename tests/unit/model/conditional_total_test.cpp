#include "engine/model/conditional_total.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "engine/numerics/distributions.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::model;

struct Table {
  double a, b, c, d;
};

ConditionalTotal total_of(const std::vector<Table>& tables) {
  std::vector<HypergeometricLikelihood> likelihoods;
  for (const Table& t : tables) likelihoods.emplace_back(t.a, t.b, t.c, t.d);
  return ConditionalTotal(std::move(likelihoods));
}

/// The tails by multiplying the tables' generating polynomials out, small tables only.
ConditionalTotal::LogTails multiplied_out(const std::vector<Table>& tables, double theta) {
  std::vector<double> product{1};
  double lowest = 0, observed = 0;
  for (const Table& t : tables) {
    const double n1 = t.a + t.b, n2 = t.c + t.d, m = t.a + t.c, low = std::max(0.0, m - n2), high = std::min(n1, m);
    std::vector<double> next(product.size() + static_cast<std::size_t>(high - low), 0.0);
    for (std::size_t i = 0; i < product.size(); ++i)
      for (double j = low; j <= high; ++j) {
        const double weight = std::exp(tausq::numerics::log_binomial(n1, j) + tausq::numerics::log_binomial(n2, m - j) -
                                       tausq::numerics::log_binomial(n1 + n2, m) + (j - t.a) * theta);
        next[i + static_cast<std::size_t>(j - low)] += product[i] * weight;
      }
    product = std::move(next);
    lowest += low;
    observed += t.a;
  }
  double sum = 0, below = 0, above = 0, point = 0;
  for (std::size_t i = 0; i < product.size(); ++i) {
    const double t = lowest + static_cast<double>(i);
    sum += product[i];
    if (t <= observed) below += product[i];
    if (t >= observed) above += product[i];
    if (t == observed) point = product[i];
  }
  return {std::log(below / sum), std::log(above / sum), std::log(point / sum)};
}

TEST_CASE("tails agree with the product of the generating polynomials, however small") {
  const std::vector<std::vector<Table>> sets{
      {{1, 9, 0, 12}, {3, 17, 5, 15}, {0, 8, 2, 6}},
      {{4, 0, 2, 3}, {1, 1, 1, 1}},
      {{1, 30, 0, 29}, {0, 15, 1, 18}, {2, 3, 4, 1}},
      {{40, 60, 25, 80}, {12, 3, 30, 6}, {0, 55, 1, 50}},
  };
  for (const auto& tables : sets) {
    const ConditionalTotal total = total_of(tables);
    for (double theta : {-6.0, -1.0, -1e-9, 0.0, 0.4, 3.0, 7.0}) {
      CAPTURE(theta);
      const ConditionalTotal::LogTails here = total.log_tails(theta), expected = multiplied_out(tables, theta);
      CHECK(std::abs(here.point - expected.point) < 2e-13);
      // The tail next to theta is 1 less something: absolute error there, relative error in the one that can be tiny.
      CHECK(std::abs(here.lower - expected.lower) < 2e-13);
      CHECK(std::abs(here.upper - expected.upper) < 2e-13);
    }
  }
}

TEST_CASE("one table: the distribution that its own tails have") {
  for (const Table& t :
       std::vector<Table>{{5, 8, 2, 14}, {300, 700, 350, 500}, {1000000, 900000, 950000, 1000000}, {1, 999999, 3, 999997}}) {
    const HypergeometricLikelihood table(t.a, t.b, t.c, t.d);
    const ConditionalTotal total = total_of({t});
    for (double z : {-4.0, 0.0, 2.0}) {
      const double theta = total.estimate() + z / std::sqrt(total.information());
      const HypergeometricLikelihood::Tails tails = table.tails(theta);
      const ConditionalTotal::LogTails here = total.log_tails(theta);
      CHECK(relative_error(std::exp(here.lower), tails.lower) < 2e-12);
      CHECK(relative_error(std::exp(here.upper), tails.upper) < 2e-12);
    }
  }
}

TEST_CASE("limits leave the tails that they promise; mid-p lies inside") {
  const std::vector<Table> tables{{1, 9, 0, 12}, {3, 17, 5, 15}, {0, 8, 2, 6}};
  const ConditionalTotal total = total_of(tables);
  const double lower = *total.lower_end(0.025), upper = *total.upper_end(0.025);
  CHECK(std::abs(std::exp(multiplied_out(tables, lower).upper) - 0.025) < 1e-14);
  CHECK(std::abs(std::exp(multiplied_out(tables, upper).lower) - 0.025) < 1e-14);
  const double mid_lower = *total.lower_end(0.025, 0.5);
  const ConditionalTotal::LogTails at = multiplied_out(tables, mid_lower);
  CHECK(std::abs(std::exp(at.upper) - 0.5 * std::exp(at.point) - 0.025) < 1e-14);
  CHECK(mid_lower > lower);
  CHECK(*total.upper_end(0.025, 0.5) < upper);
}

TEST_CASE("a hopeless null hypothesis keeps its logarithm") {
  const std::vector<Table> tables{{90, 10, 12, 88}, {75, 25, 8, 92}, {60, 5, 9, 70}};
  const ExactTest test = exact_test(total_of(tables).log_tails(0));
  const double expected = multiplied_out(tables, 0).upper + std::log(2.0);
  CHECK(expected < -150);
  CHECK(relative_error(test.log_p_value, expected) < 1e-13);
}

TEST_CASE("thousands of tables, and tables of millions") {
  std::vector<Table> many;
  for (int i = 0; i < 3000; ++i) many.push_back({double(i % 4), double(20 + i % 7), double(1 + (i / 3) % 5), double(19 + i % 5)});
  const ConditionalTotal sparse = total_of(many);
  CHECK(sparse.nodes() < 80);
  // So many tables are close to normal on the scale of the signed root of the likelihood ratio.
  const double lower = *sparse.lower_end(0.025, 0.5);
  CHECK(std::abs(std::sqrt(2 * (sparse.loglik(sparse.estimate()) - sparse.loglik(lower))) - 1.959964) < 2e-3);
  const ConditionalTotal large = total_of({{1000000, 999000, 998000, 1000000}, {400000, 1000000, 390000, 1000000}});
  CHECK(large.nodes() < 80);
  CHECK(std::abs(std::sqrt(2 * (large.loglik(large.estimate()) - large.loglik(*large.upper_end(0.025, 0.5)))) - 1.959964) < 1e-3);
}

}  // namespace
