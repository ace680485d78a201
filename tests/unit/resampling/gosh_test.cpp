// Fits to subsets against fits of the public interface, one by one.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <tausq/influence.hpp>
#include <vector>

#include "engine/numerics/quantiles.hpp"
#include "engine/numerics/random.hpp"
#include "engine/resampling/gosh.hpp"

namespace {

using namespace tausq;

pooling::NormalStudies trials(std::size_t k, std::uint64_t seed, double spread_of_variances, double tau) {
  pooling::NormalStudies studies;
  for (std::size_t i = 0; i < k; ++i) {
    numerics::RandomStream random(seed, i);
    studies.study.push_back(i);
    studies.vi.push_back(0.02 * std::pow(spread_of_variances, random.uniform()));
    double z = -6;
    for (int j = 0; j < 12; ++j) z += random.uniform();
    studies.yi.push_back(0.4 + z * std::sqrt(studies.vi[i] + tau * tau));
  }
  return studies;
}

Analysis fit(const pooling::NormalStudies& studies, std::size_t subset, const Options& options) {
  std::vector<double> yi, vi;
  for (std::size_t i = 0; i < studies.yi.size(); ++i)
    if ((subset >> i & 1) != 0) yi.push_back(studies.yi[i]), vi.push_back(studies.vi[i]);
  return analyse(generic_effects(yi, vi), options);
}

void compare(const pooling::NormalStudies& studies, const Options& options) {
  const Gosh gosh = resampling::gosh(studies, options, 0);
  REQUIRE(gosh.exhaustive);
  REQUIRE(gosh.subsets == (std::size_t{1} << studies.yi.size()) - 1);
  CHECK(gosh.failed == 0);
  const double least = *std::min_element(studies.vi.begin(), studies.vi.end());
  double worst = 0, worst_tau2 = 0, worst_i2 = 0;
  for (std::size_t place = 0; place < gosh.subsets; ++place) {
    const Analysis one = fit(studies, place + 1, options);
    const PooledEstimate& e = options.model == Model::common ? one.common : one.random;
    worst = std::max(worst, std::abs(gosh.fits.estimate[place] - *e.estimate));
    worst_tau2 = std::max(worst_tau2, std::abs(gosh.fits.tau2[place] - *one.heterogeneity.tau2) / (least + *one.heterogeneity.tau2));
    worst_i2 = std::max(worst_i2, std::abs(gosh.fits.i2[place] - *one.heterogeneity.i2));
  }
  CHECK(worst < 1e-13);
  CHECK(worst_tau2 < 2e-13);
  CHECK(worst_i2 < 1e-13);
}

TEST_CASE("every subset has the fit of its own: common effect, DL, REML") {
  for (const double spread : {1.0, 3.0, 30.0, 1000.0})
    for (const double tau : {0.0, 0.2, 1.5}) {
      INFO(spread << " " << tau);
      const pooling::NormalStudies studies = trials(9, static_cast<std::uint64_t>(spread + 10 * tau), spread, tau);
      compare(studies, {.interval = IntervalMethod::z, .model = Model::common});
      compare(studies, {.tau2 = Tau2Method::DL, .interval = IntervalMethod::z, .model = Model::random});
      compare(studies, {.tau2 = Tau2Method::REML, .interval = IntervalMethod::z, .model = Model::random});
    }
}

TEST_CASE("other estimators, given tau2 and few or very unequal studies are fitted one by one") {
  compare(trials(6, 1, 10, 0.3), {.tau2 = Tau2Method::PM, .interval = IntervalMethod::z, .model = Model::random});
  compare(trials(6, 1, 10, 0.3), {.tau2_fixed = 0.04, .interval = IntervalMethod::z, .model = Model::random});
  compare(trials(3, 1, 10, 0.3), {.tau2 = Tau2Method::REML, .interval = IntervalMethod::z, .model = Model::random});
  compare(trials(6, 1, 1e8, 0.3), {.tau2 = Tau2Method::REML, .interval = IntervalMethod::z, .model = Model::random});
}

TEST_CASE("the global maximum of a likelihood with several") {
  // Precise studies agree, imprecise ones do not: many subsets have a maximum at 0 and another one.
  const pooling::NormalStudies studies{
      {0, 1, 2, 3, 4, 5, 6}, {0, 0.001, -0.001, 3, -3.5, 4, 0.0005}, {1e-6, 1e-6, 1e-6, 0.9, 0.8, 0.5, 2e-6}, {}};
  compare(studies, {.tau2 = Tau2Method::REML, .interval = IntervalMethod::z, .model = Model::random});
}

TEST_CASE("any scale, any number of threads") {
  const pooling::NormalStudies studies = trials(12, 5, 10, 0.3);
  const Options one{.tau2 = Tau2Method::REML, .threads = 1}, three{.tau2 = Tau2Method::REML, .threads = 3};
  const Gosh gosh = resampling::gosh(studies, one, 0);
  CHECK(resampling::gosh(studies, three, 0).fits.estimate == gosh.fits.estimate);
  pooling::NormalStudies scaled = studies;
  for (double& y : scaled.yi) y = std::ldexp(y, -400);
  for (double& v : scaled.vi) v = std::ldexp(v, -800);
  const Gosh small = resampling::gosh(scaled, one, 0);
  for (std::size_t place = 0; place < gosh.subsets; place += 17) {
    CHECK(std::ldexp(small.fits.estimate[place], 400) == gosh.fits.estimate[place]);
    CHECK(std::ldexp(small.fits.tau2[place], 800) == gosh.fits.tau2[place]);
  }
}

TEST_CASE("drawn subsets hold half of the studies, are fitted as themselves, and repeat") {
  const pooling::NormalStudies studies = trials(70, 9, 10, 0.3);
  const Options options{.tau2 = Tau2Method::DL, .interval = IntervalMethod::z, .model = Model::random};
  const Gosh gosh = resampling::gosh(studies, options, 400);
  CHECK(!gosh.exhaustive);
  CHECK(gosh.subsets == 400);
  double members = 0;
  for (std::size_t place = 0; place < 400; ++place) {
    std::vector<double> yi, vi;
    for (std::size_t i = 0; i < 70; ++i)
      if (gosh.fits.includes(place, i)) yi.push_back(studies.yi[i]), vi.push_back(studies.vi[i]);
    members += static_cast<double>(yi.size());
    if (place % 50 == 0) CHECK(std::abs(gosh.fits.estimate[place] - *analyse(generic_effects(yi, vi), options).random.estimate) < 1e-13);
  }
  CHECK(std::abs(members / 400 - 35) < 4 * std::sqrt(70 / 4.0 / 400));
  Options threads = options;
  threads.threads = 3;
  CHECK(resampling::gosh(studies, threads, 400).fits.drawn == gosh.fits.drawn);
  CHECK(resampling::gosh(studies, options, 0).subsets == 100000);
  CHECK(!resampling::gosh(trials(5, 1, 2, 0), options, 10).exhaustive);
  CHECK(resampling::gosh(trials(5, 1, 2, 0), options, 31).exhaustive);
}

TEST_CASE("the summary is that of all subsets; one study, none") {
  const pooling::NormalStudies studies = trials(8, 3, 5, 0.2);
  const Gosh gosh = resampling::gosh(studies, {.tau2 = Tau2Method::DL}, 0);
  std::vector<double> sorted = gosh.fits.estimate;
  std::sort(sorted.begin(), sorted.end());
  CHECK(*gosh.estimate.min == sorted.front());
  CHECK(*gosh.estimate.median == sorted[127]);
  CHECK(*gosh.estimate.p25 == doctest::Approx(sorted[63] + 0.5 * (sorted[64] - sorted[63])).epsilon(1e-15));
  CHECK(*gosh.estimate.max == sorted.back());
  CHECK(resampling::gosh(trials(1, 3, 5, 0.2), {}, 0).subsets == 1);
  CHECK(resampling::gosh({}, {}, 0).status == Status::not_estimable);
}

TEST_CASE("influence() has it on request, and says why not") {
  const pooling::NormalStudies studies = trials(6, 3, 5, 0.2);
  const StudySet set = generic_effects(studies.yi, studies.vi);
  CHECK(!influence(set).gosh);
  const Influence asked = influence(set, {}, {.order = "", .gosh = 0});
  REQUIRE(asked.gosh);
  CHECK(asked.gosh->subsets == 63);
  CHECK(asked.gosh->studies.size() == 6);
}

}  // namespace
