// Permutation tests against the definition: the public interface fits every permutation.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tausq/analysis.hpp>
#include <tausq/problem.hpp>
#include <vector>

#include "engine/resampling/orders.hpp"

namespace {

using namespace tausq;
using resampling::Orders;

const std::vector<double> yi{-0.9, -1.6, -1.3, -1.4, -0.2, -0.8, 0.1, -0.6};
const std::vector<double> vi{0.33, 0.19, 0.41, 0.02, 0.05, 0.006, 0.53, 0.004};
const std::vector<double> dose{1, 2, 2, 5, 3, 1, 4, 2};

StudySet trials(const std::vector<double>& y, const std::vector<double>& moderator = dose) {
  StudySet studies = generic_effects(y, vi);
  Column column{"dose", std::vector<std::string>(y.size(), "x"), {}, true};
  for (const double x : moderator) column.number.emplace_back(x);
  studies.columns.push_back(column);
  return studies;
}

TEST_CASE("orders: counted, and each by its number exactly once in lexicographic order") {
  const std::vector<std::size_t> class_of{0, 1, 0, 2, 1, 0};
  const Orders orders(class_of);
  CHECK(orders.count() == 60);
  std::vector<std::size_t> rows(6), expected{0, 0, 0, 1, 1, 2}, classes(6);
  for (std::uint64_t rank = 0; rank < 60; ++rank) {
    orders.unrank(rank, rows);
    for (std::size_t i = 0; i < 6; ++i) classes[i] = class_of[rows[i]];
    CHECK(classes == expected);
    std::vector<std::size_t> sorted = rows;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < 6; ++i) CHECK(sorted[i] == i);
    CHECK(std::next_permutation(expected.begin(), expected.end()) == (rank < 59));
  }
  CHECK(Orders({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}).count() == 6227020800.0);
  CHECK(Orders({0, 0, 0, 0}).count() == 1);
}

/// Share of all sign patterns whose statistic is at least as extreme as the observed one.
double share_by_refits(const Options& options) {
  const auto statistic = [&](const std::vector<double>& y) { return std::abs(*analyse(generic_effects(y, vi), options).random.statistic); };
  const double observed = statistic(yi);
  int extreme = 0;
  for (unsigned pattern = 0; pattern < 256; ++pattern) {
    std::vector<double> y = yi;
    for (std::size_t i = 0; i < 8; ++i)
      if ((pattern >> i & 1) != 0) y[i] = -y[i];
    extreme += statistic(y) >= observed - 1.5e-8 ? 1 : 0;
  }
  return extreme / 256.0;
}

TEST_CASE("a mean: the exact test is the share of all 2^k refits, for every test statistic") {
  for (const IntervalMethod interval :
       {IntervalMethod::z, IntervalMethod::t, IntervalMethod::hk, IntervalMethod::hk_se, IntervalMethod::hk_ci, IntervalMethod::hk_iqwig6})
    for (const Tau2Method tau2 : {Tau2Method::DL, Tau2Method::REML, Tau2Method::PM}) {
      INFO(key(interval) << " " << key(tau2));
      Options options{.tau2 = tau2, .interval = interval, .prediction = PredictionMethod::none};
      const double expected = share_by_refits(options);
      options.permutations = 0;
      const PermutationTest test = *analyse(generic_effects(yi, vi), options).permutation;
      CHECK(test.exact);
      CHECK(test.permutations == 256);
      CHECK(test.failed == 0);
      CHECK(test.p_value == std::vector<double>{expected});
      CHECK(!test.qm_p);
    }
}

TEST_CASE("a regression: the exact test is the share of all orders of the moderators") {
  Options options{.tau2 = Tau2Method::REML, .interval = IntervalMethod::hk, .mods = "dose"};
  std::vector<double> order{1, 1, 2, 2, 2, 3, 4, 5};
  const auto statistics = [&](const std::vector<double>& moderator) {
    const Regression r = *analyse(trials(yi, moderator), options).regression;
    return std::vector<double>{std::abs(r.statistic[0]), std::abs(r.statistic[1]), *r.qm};
  };
  const std::vector<double> observed = statistics(dose);
  std::vector<double> extreme(3);
  double count = 0;
  do {
    const std::vector<double> permuted = statistics(order);
    for (std::size_t j = 0; j < 3; ++j) extreme[j] += permuted[j] >= observed[j] - 1.5e-8 ? 1 : 0;
    ++count;
  } while (std::next_permutation(order.begin(), order.end()));
  REQUIRE(count == 3360);
  options.permutations = 0;
  const PermutationTest test = *analyse(trials(yi), options).permutation;
  CHECK(test.exact);
  CHECK(test.permutations == 3360);
  CHECK(test.terms == std::vector<std::string>{"intercept", "dose"});
  CHECK(test.p_value == std::vector<double>{extreme[0] / count, extreme[1] / count});
  CHECK(*test.qm_p == extreme[2] / count);
}

TEST_CASE("drawn permutations: the same for every number of threads, others for another seed, near the exact test") {
  for (const char* mods : {"", "dose"}) {
    Options options{.tau2 = Tau2Method::DL, .mods = mods, .permutations = 0};
    const double exact = analyse(trials(yi), options).permutation->p_value.back();
    options.permutations = 200;
    options.threads = 1;
    const PermutationTest one = *analyse(trials(yi), options).permutation;
    CHECK(!one.exact);
    CHECK(one.permutations == 200);
    CHECK(std::abs(one.p_value.back() - exact) < 4 * std::sqrt(exact * (1 - exact) / 200) + 0.005);
    for (const std::size_t threads : {2, 3, 7}) {
      options.threads = threads;
      CHECK(analyse(trials(yi), options).permutation->p_value == one.p_value);
    }
    options.permutations = 2000;
    const std::vector<double> many = analyse(trials(yi), options).permutation->p_value;
    options.seed = 1;
    if (std::string(mods) == "dose") CHECK(analyse(trials(yi), options).permutation->p_value != many);
  }
}

TEST_CASE("the observed order counts: no p-value is 0") {
  std::vector<double> large(40, 5.0), small(40, 0.01);
  const Options options{.permutations = 50};
  CHECK(analyse(generic_effects(large, small), options).permutation->p_value[0] == 1.0 / 50);
}

TEST_CASE("scale and shift of the data do not matter to a permutation test of moderators") {
  const Options options{.tau2 = Tau2Method::REML, .mods = "dose", .permutations = 0};
  const PermutationTest plain = *analyse(trials(yi), options).permutation;
  std::vector<double> scaled, variances;
  for (const double y : yi) scaled.push_back(y * 1e-120);
  for (const double v : vi) variances.push_back(v * 1e-240);
  StudySet studies = generic_effects(scaled, variances);
  studies.columns = trials(yi).columns;
  CHECK(analyse(studies, options).permutation->p_value == plain.p_value);
}

TEST_CASE("what cannot be permuted: one study; models without effect sizes") {
  const PermutationTest one = *analyse(generic_effects({0.3}, {0.1}), {.permutations = 0}).permutation;
  CHECK(one.status == Status::not_estimable);
  CHECK(!one.reason.empty());
  CHECK(one.p_value.empty());
  const StudySet arms = single_arm_counts({3, 4, 5}, {10, 11, 12});
  CHECK_THROWS_AS(analyse(arms, {.pooling = Pooling::glmm, .permutations = 0}), UsageError);
  CHECK(analyse(arms, {.permutations = 0}).options.pooling == Pooling::inverse);
  CHECK(!analyse(arms).permutation);
}

}  // namespace
