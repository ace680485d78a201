// Predicted counts against 30-digit integrals of the same mixtures, and at their edges.
#include "engine/inference/count_prediction.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/numerics/distributions.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::inference;

constexpr double infinity = std::numeric_limits<double>::infinity();

const ProportionScale logit{[](double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }, -infinity, infinity};
const ProportionScale raw{[](double x) { return x; }, 0, 1};
const ProportionScale arcsine{[](double x) { return std::sin(x) * std::sin(x); }, 0, 0.5 * std::numbers::pi};
const ProportionScale logarithm{[](double x) { return std::exp(x); }, -infinity, 0};

struct Truth {
  const char* what;
  std::size_t n;
  PredictiveLaw law;
  const ProportionScale& scale;
  double mean;
  std::size_t lower, median, upper;
};

const Truth truths[] = {
    {"normal logit", 10, {-1, 0.5, {}}, logit, 2.7941918475670069, 0, 3, 6},
    {"Cauchy logit", 10, {-1, 0.5, 1.0}, logit, 3.1577764863270658, 0, 3, 10},
    {"wide t(3) logit", 6, {0.25, 8, 3.0}, logit, 3.0667546243640545, 0, 3, 6},
    {"t(4) raw proportion, cut at 0 and 1", 8, {0.25, 0.25, 4.0}, raw, 2.2907897072611136, 0, 2, 8},
    {"t(2) arcsine, cut at both ends", 8, {0.5, 0.25, 2.0}, arcsine, 2.3271771816722591, 0, 2, 8},
    {"t(5) log proportion, cut at 1", 5, {-1, 0.75, 5.0}, logarithm, 2.2374478348001912, 0, 2, 5},
};

const ProportionScale log_rate{[](double x) { return std::exp(x); }, -std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::infinity()};

TEST_CASE("rates: no spread is the Poisson distribution") {
  const PredictedCounts found = predict_events(5, {std::log(2.0), 0, {}}, log_rate, true, 0.95);
  CHECK(*found.mean == doctest::Approx(10).epsilon(1e-14));
  CHECK(found.lower == 4);  // P(Y <= 3) = 0.0103, P(Y <= 4) = 0.0293
  CHECK(found.median == 10);
  CHECK(found.upper == 17);  // P(Y >= 17) = 0.0270, P(Y >= 18) = 0.0143
}

TEST_CASE("rates: a log-normal law against a sum over its nodes") {
  const double estimate = 0.3, spread = 0.8;
  const PredictedCounts found = predict_events(4, {estimate, spread, {}}, log_rate, true, 0.95);
  std::vector<double> cumulated(2000, 0.0);
  for (int i = -320; i <= 320; ++i) {
    const double u = i / 40.0, mean = 4 * std::exp(estimate + spread * u), weight = numerics::normal_pdf(u) / 40;
    double sum = 0;
    for (std::size_t y = 0; y < cumulated.size(); ++y) {
      sum += std::exp(static_cast<double>(y) * std::log(mean) - mean - std::lgamma(static_cast<double>(y) + 1));
      cumulated[y] += weight * sum;
    }
  }
  const auto first_above = [&](double p) {
    return static_cast<std::size_t>(std::upper_bound(cumulated.begin(), cumulated.end(), p) - cumulated.begin());
  };
  CHECK(found.lower == first_above(0.025));
  CHECK(found.median == first_above(0.5));
  CHECK(found.upper == first_above(0.975));
  CHECK(*found.mean == doctest::Approx(4 * std::exp(0.3 + 0.32)).epsilon(1e-14));
  CHECK_FALSE(predict_events(4, {estimate, spread, 3.0}, log_rate, true, 0.95).mean);  // exp of a t distribution has none
  // A million units: the law of the rate itself.
  const PredictedCounts many = predict_events(1000000, {estimate, spread, 3.0}, log_rate, true, 0.95);
  const double cut = numerics::t_two_sided(0.95, 3) * spread;
  CHECK(static_cast<double>(many.upper) == doctest::Approx(1e6 * std::exp(estimate + cut)).epsilon(1e-3));
}

}  // namespace

TEST_CASE("predicted counts of normal and t laws on every kind of scale") {
  for (const Truth& truth : truths) {
    CAPTURE(truth.what);
    const PredictedCounts found = predict_counts(truth.n, truth.law, truth.scale, 0.95);
    CHECK(relative_error(*found.mean, truth.mean) < 1e-13);
    CHECK(found.lower == truth.lower);
    CHECK(found.median == truth.median);
    CHECK(found.upper == truth.upper);
    CHECK(found.n == truth.n);
  }
}

TEST_CASE("the mixture of one node is the binomial distribution") {
  const double p = 0.3;
  const auto n = std::size_t{40};
  const std::vector<double> found = mixed_binomial(n, std::vector{ProportionNode{p, 1}});
  for (std::size_t y = 0; y <= n; ++y)
    CHECK(std::abs(found[y] - numerics::binomial_pmf(static_cast<double>(y), 40, p)) < 1e-16 + 1e-14 * found[y]);
  CHECK(mixed_binomial(3, std::vector{ProportionNode{0, 0.25}, ProportionNode{1, 0.75}}) == std::vector{0.25, 0.0, 0.0, 0.75});
}

TEST_CASE("the interval takes in every count that neither tail leaves out") {
  const std::vector<double> probabilities{0.025, 0.02, 0.455, 0.475, 0.025};
  const PredictedCounts found = predicted_counts(probabilities, 0.95);
  CHECK(found.lower == 1);  // P(Y <= 0) is not above 0.025
  CHECK(found.upper == 3);
  CHECK(found.median == 2);
  CHECK(predicted_counts(probabilities, 0.9).lower == 2);
}

TEST_CASE("no spread: the counts of the binomial distribution") {
  const PredictedCounts found = predict_counts(20, {0, 0, {}}, logit, 0.95);
  CHECK(*found.mean == doctest::Approx(10).epsilon(1e-14));
  CHECK(found.lower == 6);
  CHECK(found.upper == 14);
}

TEST_CASE("many patients: the law of the proportion itself") {
  const PredictedCounts found = predict_counts(100000, {-1, 0.5, {}}, logit, 0.95);
  const double cut = numerics::normal_two_sided(0.95) * 0.5;
  CHECK(static_cast<double>(found.lower) / 100000 == doctest::Approx(logit.proportion(-1 - cut)).epsilon(1e-3));
  CHECK(static_cast<double>(found.upper) / 100000 == doctest::Approx(logit.proportion(-1 + cut)).epsilon(1e-3));
  CHECK(*found.mean / 100000 == doctest::Approx(0.27941918475670069).epsilon(1e-10));
}

TEST_CASE("a law that lies beyond the ends of the proportion stands at 0 or 1") {
  CHECK(predict_counts(5, {-40, 0.5, {}}, raw, 0.95).upper == 0);
  CHECK(predict_counts(5, {40, 0.5, {}}, raw, 0.95).lower == 5);
}
