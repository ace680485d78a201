// Batches against single analyses, set by set.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <tausq/batch.hpp>
#include <tausq/many.hpp>
#include <tausq/problem.hpp>
#include <vector>

#include "engine/numerics/random.hpp"
#include "tests/unit/batch/columns.hpp"

namespace {

using namespace tausq;
using tests::Columns;
using tests::nan;

struct Sets {
  std::vector<double> yi, vi;
};

/// n sets of k studies whose variances are up to `spread` apart; every `gap`-th entry is none.
Sets sets_of(std::size_t n, std::size_t k, double spread, double tau, double offset = 0, std::size_t gap = 0) {
  Sets sets;
  for (std::size_t i = 0; i < n * k; ++i) {
    numerics::RandomStream random(k, i);
    const double v = 0.02 * std::pow(spread, random.uniform());
    double z = -6;
    for (int j = 0; j < 12; ++j) z += random.uniform();
    sets.vi.push_back(v);
    sets.yi.push_back(offset + 0.4 + z * std::sqrt(v + tau * tau));
    if (gap > 0 && i % gap == 0) (i % 2 == 0 ? sets.yi : sets.vi).back() = nan;
  }
  return sets;
}

/// Largest differences, in the units that the interface promises.
struct Worst {
  double estimate = 0, tau2 = 0, fraction = 0, p = 0;
};

double difference(double a, const std::optional<double>& b, double unit) {
  if (std::isnan(a) || !b) return std::isnan(a) == !b ? 0.0 : 1e300;
  return std::abs(a - *b) / unit;
}

Worst compare(const Sets& sets, std::size_t k, const Options& options) {
  const std::size_t n = sets.yi.size() / k;
  Columns c(n);
  fit_batch(batch_effects(sets.yi, sets.vi, k), c.fits(), options);
  const std::vector<SetFit> one_by_one = fit_many(sets.yi, sets.vi, k, options);
  Worst worst;
  const auto most = [](double& so_far, double x) { so_far = std::max(so_far, x); };
  for (std::size_t i = 0; i < n; ++i) {
    const SetFit& f = one_by_one[i];
    CHECK(c.status[i] == f.status);
    CHECK(c.k[i] == static_cast<double>(f.k));
    double v_min = 1e300;
    for (std::size_t j = i * k; j < i * k + k; ++j)
      if (!std::isnan(sets.yi[j]) && !std::isnan(sets.vi[j])) v_min = std::min(v_min, sets.vi[j]);
    const double unit = std::abs(f.estimate.value_or(0)) + f.se.value_or(1);
    const double common_unit = std::abs(f.common_estimate.value_or(0)) + f.common_se.value_or(1);
    most(worst.estimate, difference(c.estimate[i], f.estimate, unit));
    most(worst.estimate, difference(c.se[i], f.se, unit));
    // Quantiles on one and two degrees of freedom magnify.
    const double stretch = f.k < 4 ? 13 : 3;
    most(worst.estimate, difference(c.ci_lower[i], f.ci_lower, stretch * unit));
    most(worst.estimate, difference(c.ci_upper[i], f.ci_upper, stretch * unit));
    const double wide = stretch * (unit + std::sqrt(f.tau2.value_or(0)));
    most(worst.estimate, difference(c.prediction_lower[i], f.prediction_lower, wide));
    most(worst.estimate, difference(c.prediction_upper[i], f.prediction_upper, wide));
    most(worst.estimate, difference(c.common_estimate[i], f.common_estimate, common_unit));
    most(worst.estimate, difference(c.common_se[i], f.common_se, common_unit));
    most(worst.estimate, difference(c.common_ci_lower[i], f.common_ci_lower, 3 * common_unit));
    most(worst.estimate, difference(c.common_ci_upper[i], f.common_ci_upper, 3 * common_unit));
    most(worst.tau2, difference(c.tau2[i], f.tau2, f.tau2.value_or(0) + v_min));
    most(worst.fraction, difference(c.i2[i], f.i2, 1));
    most(worst.fraction, difference(c.h2[i], f.h2, f.h2.value_or(1)));
    most(worst.fraction, difference(c.q[i], f.q, 1 + f.q.value_or(0)));
    most(worst.p, difference(c.p_value[i], f.p_value, 1));
    most(worst.p, difference(c.common_p_value[i], f.common_p_value, 1));
    most(worst.p, difference(c.q_p[i], f.q_p, 1));
    most(worst.p, difference(c.statistic[i], f.statistic, 1 + std::abs(f.statistic.value_or(0))));
    most(worst.p, difference(c.df[i], f.df, 1));
  }
  return worst;
}

void agrees(const Sets& sets, std::size_t k, const Options& options) {
  const Worst worst = compare(sets, k, options);
  CHECK(worst.estimate < 1e-14);
  CHECK(worst.tau2 < 1e-14);
  CHECK(worst.fraction < 1e-14);
  CHECK(worst.p < 1e-13);
}

TEST_CASE("a batch has the numbers of single analyses: estimators") {
  for (const Tau2Method method : {Tau2Method::DL, Tau2Method::REML, Tau2Method::ML, Tau2Method::PM, Tau2Method::HS, Tau2Method::HSk,
                                  Tau2Method::SJ, Tau2Method::HE, Tau2Method::EB, Tau2Method::GENQ})
    for (const double tau : {0.0, 0.2, 1.5})
      for (const double spread : {1.0, 5.0, 200.0}) {
        INFO(std::string(key(method)) << " " << tau << " " << spread);
        agrees(sets_of(35, 10, spread, tau), 10, {.tau2 = method, .interval = IntervalMethod::z});
      }
}

TEST_CASE("a batch has the numbers of single analyses: intervals and predictions") {
  for (const IntervalMethod interval : {IntervalMethod::z, IntervalMethod::t, IntervalMethod::hk, IntervalMethod::hk_se,
                                        IntervalMethod::hk_ci, IntervalMethod::hk_iqwig6, IntervalMethod::kr})
    for (const PredictionMethod prediction : {PredictionMethod::z, PredictionMethod::v, PredictionMethod::hts, PredictionMethod::hk,
                                              PredictionMethod::kr, PredictionMethod::none})
      for (const std::size_t k : {1, 2, 3, 7}) {
        INFO(std::string(key(interval)) << " " << std::string(key(prediction)) << " " << k);
        agrees(sets_of(19, k, 5, 0.3), k, {.tau2 = Tau2Method::DL, .interval = interval, .prediction = prediction, .level = 0.9});
      }
}

TEST_CASE("a batch has the numbers of single analyses: models and given tau2") {
  for (const Model model : {Model::both, Model::common, Model::random}) {
    agrees(sets_of(20, 6, 5, 0.3), 6, {.model = model});
    agrees(sets_of(20, 1, 5, 0.3), 1, {.model = model});
    agrees(sets_of(20, 6, 5, 0.3), 6, {.tau2_fixed = 0.17, .model = model});
    agrees(sets_of(20, 1, 5, 0.3), 1, {.tau2_fixed = 0.17, .model = model});
  }
}

TEST_CASE("many studies, few studies, gaps") {
  for (const std::size_t k : {1, 2, 3, 4, 5, 31, 200}) {
    INFO(k);
    agrees(sets_of(23, k, 20, 0.3), k, {});
    agrees(sets_of(23, k, 20, 0.3, 0, 3), k, {});
    agrees(sets_of(23, k, 20, 0.3, 0, 2), k, {.tau2 = Tau2Method::DL});
  }
}

TEST_CASE("sets that lanes do not serve are as good as single analyses") {
  Sets hard;
  const auto add = [&](std::vector<double> yi, std::vector<double> vi) {
    hard.yi.insert(hard.yi.end(), yi.begin(), yi.end()), hard.vi.insert(hard.vi.end(), vi.begin(), vi.end());
  };
  add({1, 2, 3}, {1e-8, 1, 1});  // one study outweighs the others
  add({1, 2, 3}, {1e-150, 2e-150, 1e-149});
  add({1e120, 2e120, 3e120}, {1e240, 1e240, 2e240});
  add({0.3, 0.3, 0.3}, {0.1, 0.2, 0.3});  // equal effects
  add({1e9 + 1, 1e9 + 2, 1e9 + 4}, {0.1, 0.2, 0.3});
  add({0, 10, -10}, {1e-3, 50, 60});
  add({5, -5, 0.1}, {0.01, 0.02, 90});
  add({nan, nan, nan}, {1, 1, 1});
  add({0.1, 0.2, nan}, {1, 1, 1});
  for (const Tau2Method method : {Tau2Method::REML, Tau2Method::DL, Tau2Method::ML, Tau2Method::PM}) agrees(hard, 3, {.tau2 = method});
}

TEST_CASE("likelihoods with several maxima") {
  // Wide variances, where thousands of random sets hold some of them.
  for (std::size_t k : {3, 4, 6}) {
    const Sets sets = sets_of(600, k, 3000, 0.5);
    agrees(sets, k, {.tau2 = Tau2Method::REML});
    agrees(sets, k, {.tau2 = Tau2Method::ML});
  }
}

std::vector<std::uint64_t> bits(Columns& c) {
  std::vector<std::uint64_t> all;
  for (const std::vector<double>* column : c.all())
    for (const double x : *column) all.push_back(std::isnan(x) ? 0 : std::bit_cast<std::uint64_t>(x));
  return all;
}

TEST_CASE("no bit depends on place, neighbours, layout or threads") {
  const std::size_t k = 9, n = 301;
  const Sets sets = sets_of(n, k, 50, 0.3, 0, 7);
  Columns all(n), threaded(n), ragged(n);
  fit_batch(batch_effects(sets.yi, sets.vi, k), all.fits());
  fit_batch(batch_effects(sets.yi, sets.vi, k), threaded.fits(), {}, 3);
  CHECK(bits(all) == bits(threaded));

  // The studies of each set alone, without gaps.
  std::vector<double> yi, vi;
  std::vector<std::size_t> offsets{0};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i * k; j < i * k + k; ++j)
      if (!std::isnan(sets.yi[j]) && !std::isnan(sets.vi[j])) yi.push_back(sets.yi[j]), vi.push_back(sets.vi[j]);
    offsets.push_back(yi.size());
  }
  fit_batch({Layout::generic, {yi, vi}, 0, offsets}, ragged.fits());
  CHECK(bits(all) == bits(ragged));

  for (std::size_t i = 0; i < n; i += 17) {
    Columns one(1), same(1);
    fit_batch(batch_effects(std::span(sets.yi).subspan(i * k, k), std::span(sets.vi).subspan(i * k, k), k), one.fits());
    for (std::size_t c = 0; c < all.all().size(); ++c) (*same.all()[c])[0] = (*all.all()[c])[i];
    CHECK(bits(one) == bits(same));
  }
}

/// FNV-1a of the bits.
std::uint64_t digest(const std::vector<double>& values) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const double x : values) hash = (hash ^ std::bit_cast<std::uint64_t>(x)) * 0x100000001b3;
  return hash;
}

// This file is compiled into two programs: one chooses vectors by the processor, one has those of every processor only.
TEST_CASE("the bits of lanes are the same on every processor") {
  Sets sets;
  for (std::size_t i = 0; i < 4000; ++i) {
    numerics::RandomStream random(1, i);
    sets.vi.push_back(0.02 + 0.2 * random.uniform());
    sets.yi.push_back(0.3 + random.uniform() - random.uniform());
  }
  Columns dl(400), reml(400);
  fit_batch(batch_effects(sets.yi, sets.vi, 10), dl.fits(), {.tau2 = Tau2Method::DL, .interval = IntervalMethod::z});
  fit_batch(batch_effects(sets.yi, sets.vi, 10), reml.fits(), {.tau2 = Tau2Method::REML, .interval = IntervalMethod::z});
  CHECK(digest(dl.estimate) == 6773044090525150011u);
  CHECK(digest(dl.tau2) == 15693280159127940591u);
  CHECK(digest(reml.estimate) == 4458770980633387546u);
  CHECK(digest(reml.se) == 149228740366137195u);
  CHECK(digest(reml.tau2) == 8375257915643328608u);
  CHECK(digest(reml.common_estimate) == 4062538004651871347u);
}

TEST_CASE("what cannot be fitted is refused") {
  std::vector<double> yi{0.1, 0.2, 0.3, 0.4}, vi{1, 1, -1, 0}, out(2);
  BatchFits fits;
  fits.estimate = out;
  try {
    fit_batch(batch_effects(yi, vi, 2), fits);
    FAIL("a negative variance was accepted");
  } catch (const InputError& e) {
    REQUIRE(e.problems().size() == 2);
    CHECK(e.problems()[0].code == "E_VARIANCE");
    CHECK(e.problems()[0].row == 2);
    CHECK(e.problems()[0].column == "1");
    CHECK(e.problems()[0].value == "-1");
    CHECK(e.problems()[1].column == "2");
  }
  const std::vector<double> events{3, 5}, total{4, 4}, halves{2.5, 1};
  std::vector<double> one(1);
  fits.estimate = one;
  CHECK_THROWS_AS(fit_batch(batch_counts(events, total, 2), fits), InputError);
  CHECK_THROWS_AS(fit_batch(batch_counts(halves, total, 2), fits), InputError);
  CHECK_THROWS_AS(fit_batch(batch_effects(yi, total, 2), fits), InputError);
  CHECK_THROWS_AS(fit_batch(batch_counts(total, total, 2), fits, {.mods = "x"}), UsageError);
  CHECK_THROWS_AS(fit_batch(batch_counts(total, total, 2), fits, {.effect = {.measure = Measure::OR}}), UsageError);
  CHECK_THROWS_AS(fit_batch(batch_counts(total, total, 2), fits, {.pooling = Pooling::glmm}), UsageError);
  CHECK_THROWS_AS(fit_batch(batch_counts(total, total, 1), fits), InputError);  // two sets into one place
}

TEST_CASE("nothing to do") {
  CHECK_NOTHROW(fit_batch(batch_effects({}, {}, 0), {}));
  const std::vector<std::size_t> offsets{0, 0, 2};
  const std::vector<double> yi{1, 2}, vi{1, 1};
  Columns c(2);
  fit_batch({Layout::generic, {yi, vi}, 0, offsets}, c.fits());
  CHECK(c.status[0] == Status::not_estimable);
  CHECK(std::isnan(c.estimate[0]));
  CHECK(c.k[0] == 0);
  CHECK(c.estimate[1] == doctest::Approx(1.5).epsilon(1e-15));
}

}  // namespace
