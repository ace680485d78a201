// The bootstrap against closed forms, against all resamples counted out, and against fits of the public interface replicate by replicate.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tausq/analysis.hpp>
#include <tausq/problem.hpp>
#include <vector>

#include "tests/unit/resampling/bootstraps.hpp"

namespace {

using namespace tausq;
using namespace tausq::bootstraps;
using Value = std::optional<double>;

const std::vector<double> yi{-0.9, -1.6, -1.3, -1.4, -0.2, -0.8, 0.1, -0.6};
const std::vector<double> vi{0.33, 0.19, 0.41, 0.02, 0.05, 0.006, 0.53, 0.004};

Value number(const Analysis& a, const std::string& path) {
  if (path == "common.estimate") return a.common.estimate;
  if (path == "random.estimate") return a.random.estimate;
  if (path == "prediction.lower") return a.prediction.lower;
  if (path == "prediction.upper") return a.prediction.upper;
  if (path == "heterogeneity.tau2") return a.heterogeneity.tau2;
  if (path == "heterogeneity.tau") return a.heterogeneity.tau;
  if (path == "heterogeneity.i2") return a.heterogeneity.i2;
  if (path == "heterogeneity.i2_from_q") return a.heterogeneity.i2_from_q;
  if (path == "heterogeneity.h2") return a.heterogeneity.h2;
  if (path == "heterogeneity.q") return a.heterogeneity.q;
  if (path == "regression.r2") return a.regression->r2;
  if (path.starts_with("regression.beta.")) return a.regression->beta[std::stoul(path.substr(16))];
  FAIL("a quantity without a test: ", path);
  return std::nullopt;
}

/// Moments of some numbers, by their definition.
struct Moments {
  double mean = 0, sd = 0;
  explicit Moments(const std::vector<double>& t, double less = 1) {
    const auto n = static_cast<double>(t.size());
    for (const double x : t) mean += x / n;
    for (const double x : t) sd += (x - mean) * (x - mean) / (n - less);
    sd = std::sqrt(sd);
  }
};

/// Every quantity of a nonparametric bootstrap against analyse() of every resample.
void replicate_by_replicate(const StudySet& studies, const Options& options) {
  constexpr std::size_t replicates = 40;
  const Bootstrap b = *analyse(studies, by(BootstrapMethod::nonparametric, replicates, options)).bootstrap;
  REQUIRE(b.status == Status::ok);
  REQUIRE(!b.quantities.empty());
  std::vector<Analysis> fits;
  for (std::size_t r = 0; r < replicates; ++r) {
    const std::vector<std::size_t> places = drawn(options.seed, r, studies.size());
    Options plain = options;
    if (!options.user_weights.empty())
      for (std::size_t i = 0; i < places.size(); ++i) plain.user_weights[i] = options.user_weights[places[i]];
    fits.push_back(analyse(studies.subset(places), plain));
  }
  for (const BootstrapQuantity& q : b.quantities) {
    INFO(q.quantity);
    std::vector<double> values;
    for (const Analysis& fit : fits)
      if (const Value t = number(fit, q.quantity)) values.push_back(*t);
    REQUIRE(q.replicates == values.size());
    const Moments expected(values);
    const double unit = std::abs(*q.estimate) + expected.sd;
    CHECK(std::abs(*q.mean - expected.mean) <= 1e-12 * unit);
    CHECK(std::abs(*q.se - expected.sd) <= 1e-11 * unit);
    CHECK(*q.bias == *q.mean - *q.estimate);
  }
}

StudySet trials_with_year() {
  StudySet studies = generic_effects(yi, vi);
  Column column{"year", std::vector<std::string>(yi.size(), "x"), {}, true};
  for (std::size_t i = 0; i < yi.size(); ++i)
    column.number.emplace_back(std::sin(3.0 * static_cast<double>(i)) + 0.2 * static_cast<double>(i));
  studies.columns.push_back(column);
  return studies;
}

}  // namespace

TEST_CASE("parametric, common effect: mean mu, variance 1 / sum(wi), normal quantiles") {
  constexpr double replicates = 20000;
  const Analysis a = analyse(generic_effects(yi, vi), by(BootstrapMethod::parametric, 20000, {.model = Model::common}));
  const BootstrapQuantity& mu = quantity(*a.bootstrap, "common.estimate");
  double w = 0, wy = 0;
  for (std::size_t i = 0; i < yi.size(); ++i) w += 1 / vi[i], wy += yi[i] / vi[i];
  const double se = 1 / std::sqrt(w), z = 1.959963984540054, density = 0.05844507 / se;
  CHECK(*mu.estimate == doctest::Approx(wy / w).epsilon(1e-14));
  CHECK(mu.replicates == 20000);
  // Four Monte-Carlo standard errors; the seed is fixed, so the check is too.
  CHECK(std::abs(*mu.bias) < 4 * se / std::sqrt(replicates));
  CHECK(std::abs(*mu.se - se) < 4 * se / std::sqrt(2 * replicates));
  const double tail_error = 4 * std::sqrt(0.025 * 0.975 / replicates) / density;
  for (const BootstrapInterval* interval : {&mu.percentile, &mu.basic}) {
    CHECK(std::abs(*interval->ci_lower - (wy / w - z * se)) < tail_error);
    CHECK(std::abs(*interval->ci_upper - (wy / w + z * se)) < tail_error);
  }
  // Cochran's Q is chi-square on k - 1 degrees of freedom when all studies share the effect.
  const BootstrapQuantity& q = quantity(*a.bootstrap, "heterogeneity.q");
  CHECK(std::abs(*q.mean - 7) < 4 * std::sqrt(14 / replicates));
  CHECK(std::abs(*q.se - std::sqrt(14.0)) < 0.15);
}

TEST_CASE("parametric, tau2 given: the variance of the random-effects mean is 1 / sum(1 / (vi + tau2))") {
  const Analysis a = analyse(generic_effects(yi, vi), by(BootstrapMethod::parametric, 20000, {.tau2_fixed = 0.3}));
  double w = 0, unweighted = 0;
  for (const double v : vi) w += 1 / (v + 0.3), unweighted += 1 / v;
  const double se = 1 / std::sqrt(w);
  CHECK(std::abs(*quantity(*a.bootstrap, "random.estimate").se - se) < 4 * se / std::sqrt(40000.0));
  // The common effect has a world of its own, without tau2.
  const double common = 1 / std::sqrt(unweighted);
  CHECK(std::abs(*quantity(*a.bootstrap, "common.estimate").se - common) < 4 * common / std::sqrt(40000.0));
  CHECK(*quantity(*a.bootstrap, "heterogeneity.tau2").se == 0);
}

TEST_CASE("nonparametric: all 256 resamples of four studies, counted out") {
  const std::vector<double> y{0.1, 0.9, 0.4, -0.3}, v{0.04, 0.09, 0.01, 0.16};
  constexpr std::size_t replicates = 20000;
  for (const Tau2Method tau2 : {Tau2Method::DL, Tau2Method::REML}) {
    const Bootstrap b = *analyse(generic_effects(y, v), by(BootstrapMethod::nonparametric, replicates, {.tau2 = tau2})).bootstrap;
    CHECK(b.reason.find("35 different resamples") != std::string::npos);
    for (const char* path : {"common.estimate", "random.estimate", "heterogeneity.tau2", "heterogeneity.i2", "heterogeneity.h2"}) {
      INFO(path);
      std::vector<double> all;
      for (std::size_t code = 0; code < 256; ++code) {
        std::vector<double> ys, vs;
        for (std::size_t rest = code, i = 0; i < 4; ++i, rest /= 4) ys.push_back(y[rest % 4]), vs.push_back(v[rest % 4]);
        all.push_back(*number(analyse(generic_effects(ys, vs), {.tau2 = tau2}), path));
      }
      const Moments exact(all, 0);
      double fourth = 0;
      for (const double t : all) fourth += std::pow((t - exact.mean) / exact.sd, 4) / 256;
      const BootstrapQuantity& q = quantity(b, path);
      CHECK(q.replicates == replicates);
      CHECK(std::abs(*q.mean - exact.mean) < 4 * exact.sd / std::sqrt(double{replicates}));
      CHECK(std::abs(*q.se - exact.sd) <
            2 * exact.sd * std::sqrt((fourth - 1) / double{replicates}));  // 4 standard errors of the deviation
      CHECK(*q.bca.ci_lower >= *std::min_element(all.begin(), all.end()) - 1e-12);
      CHECK(*q.bca.ci_upper <= *std::max_element(all.begin(), all.end()) + 1e-12);
    }
  }
}

TEST_CASE("nonparametric: every replicate has the numbers of analyse()") {
  const StudySet effects = generic_effects(yi, vi);
  for (const Tau2Method tau2 : {Tau2Method::DL, Tau2Method::REML, Tau2Method::ML, Tau2Method::PM, Tau2Method::SJ}) {
    INFO(key(tau2));
    replicate_by_replicate(effects, {.tau2 = tau2});
  }
  replicate_by_replicate(effects, {.model = Model::common});
  replicate_by_replicate(effects, {.tau2_fixed = 0.2});
  replicate_by_replicate(effects, {.interval = IntervalMethod::hk, .prediction = PredictionMethod::hk});
  replicate_by_replicate(effects, {.interval = IntervalMethod::hk_iqwig6, .prediction = PredictionMethod::hk, .seed = 5});
  replicate_by_replicate(effects, {.tau2 = Tau2Method::DL, .user_weights = {1, 2, 3, 1, 2, 3, 1, 2}});
  replicate_by_replicate(trials_with_year(), {.mods = "year"});
}

TEST_CASE("nonparametric: counts by Mantel-Haenszel, exact likelihood and inverse variance") {
  const StudySet tables = two_arm_counts({4, 6, 3, 62, 33, 11}, {119, 300, 228, 13536, 5036, 210}, {11, 29, 11, 248, 47, 29},
                                         {128, 274, 209, 12619, 5761, 201});
  const StudySet arms = single_arm_counts({4, 16, 3, 1, 9}, {21, 20, 18, 30, 25});
  replicate_by_replicate(tables, {.effect = {.measure = Measure::RR}, .pooling = Pooling::mh});
  replicate_by_replicate(tables, {.effect = {.measure = Measure::RR}});
  replicate_by_replicate(tables, {.pooling = Pooling::peto});
  replicate_by_replicate(tables, {.preset = Preset::meta});
  replicate_by_replicate(tables, {.tau2 = Tau2Method::DL, .preset = Preset::meta});
  replicate_by_replicate(arms, {.effect = {.measure = Measure::PAS}});
  const Bootstrap glmm = *analyse(arms, by(BootstrapMethod::nonparametric, 30, {.prediction = PredictionMethod::v})).bootstrap;
  std::vector<double> values;
  for (std::size_t r = 0; r < 30; ++r) {
    const Analysis fit = analyse(arms.subset(drawn(Options{}.seed, r, 5)), {.prediction = PredictionMethod::v});
    values.push_back(*fit.random.estimate);
  }
  CHECK(*quantity(glmm, "random.estimate").mean == doctest::Approx(Moments(values).mean).epsilon(1e-9));
  CHECK(quantity(glmm, "random.estimate").percentile.reason == "too few replicates for this level");
}

TEST_CASE("no bit depends on the number of threads") {
  const StudySet arms = single_arm_counts({4, 16, 3, 1, 9}, {21, 20, 18, 30, 25});
  for (const BootstrapMethod method : {BootstrapMethod::parametric, BootstrapMethod::nonparametric})
    for (const bool counts : {false, true}) {
      std::vector<Bootstrap> results;
      for (const std::size_t threads : {1u, 2u, 8u}) {
        Options options{.prediction = PredictionMethod::v, .threads = threads};
        results.push_back(*analyse(counts ? arms : generic_effects(yi, vi), by(method, counts ? 60 : 500, options)).bootstrap);
      }
      for (const Bootstrap& b : results) {
        REQUIRE(b.quantities.size() == results[0].quantities.size());
        for (std::size_t q = 0; q < b.quantities.size(); ++q) {
          const BootstrapQuantity &one = results[0].quantities[q], &other = b.quantities[q];
          CHECK(one.mean == other.mean);
          CHECK(one.se == other.se);
          CHECK(one.percentile.ci_lower == other.percentile.ci_lower);
          CHECK(one.bca.ci_upper == other.bca.ci_upper);
          CHECK(one.replicates == other.replicates);
        }
      }
    }
}

TEST_CASE("parametric replicates of counts follow their law") {
  // Without heterogeneity the pooled logit has the variance 1 / sum(ni p (1 - p)) but for terms of order 1 / n.
  const StudySet arms = single_arm_counts({300, 600, 900}, {1000, 2000, 3000});
  const Bootstrap b = *analyse(arms, by(BootstrapMethod::parametric, 2000, {.prediction = PredictionMethod::none})).bootstrap;
  const BootstrapQuantity& mu = quantity(b, "common.estimate");
  const double se = 1 / std::sqrt(6000 * 0.3 * 0.7);
  CHECK(*mu.estimate == doctest::Approx(std::log(0.3 / 0.7)).epsilon(1e-12));
  CHECK(std::abs(*mu.bias) < 4 * se / std::sqrt(2000.0));
  CHECK(std::abs(*mu.se - se) < 4 * se / std::sqrt(4000.0));
  // Two arms: the Mantel-Haenszel log odds ratio of one large table, 1/a + 1/b + 1/c + 1/d.
  const StudySet table = two_arm_counts({400, 400}, {600, 600}, {300, 300}, {700, 700});
  const Bootstrap two = *analyse(table, by(BootstrapMethod::parametric, 1000, {.pooling = Pooling::mh})).bootstrap;
  const double se2 = std::sqrt(0.5 * (1 / 400.0 + 1 / 600.0 + 1 / 300.0 + 1 / 700.0));
  CHECK(std::abs(*quantity(two, "common.estimate").bias) < 4 * se2 / std::sqrt(1000.0));
  CHECK(std::abs(*quantity(two, "common.estimate").se - se2) < 4 * se2 / std::sqrt(2000.0));
  // Rates: Poisson counts, and the events of two arms split at random.
  StudySet rates{{"a", "b"}, {1, 2}, SingleArmRates{{500, 250}, {1000, 500}}, {}};
  const Bootstrap rate = *analyse(rates, by(BootstrapMethod::parametric, 1000, {.pooling = Pooling::glmm})).bootstrap;
  CHECK(std::abs(*quantity(rate, "common.estimate").se - 1 / std::sqrt(750.0)) < 4 / std::sqrt(750.0 * 2000));
  StudySet pairs{{"a", "b"}, {1, 2}, TwoArmRates{{300, 150}, {1000, 500}, {200, 100}, {1000, 500}}, {}};
  const Bootstrap pair = *analyse(pairs, by(BootstrapMethod::parametric, 1000, {.pooling = Pooling::glmm})).bootstrap;
  const double se4 = std::sqrt(1 / 450.0 + 1 / 300.0);
  CHECK(std::abs(*quantity(pair, "common.estimate").se - se4) < 4 * se4 / std::sqrt(2000.0));
}

TEST_CASE("replicates without an estimate are counted with their reason") {
  // No events in two of three studies: some resamples have none at all, and no finite logit.
  const StudySet arms = single_arm_counts({0, 0, 5}, {20, 20, 20});
  const Bootstrap b = *analyse(arms, by(BootstrapMethod::nonparametric, 400, {.prediction = PredictionMethod::none})).bootstrap;
  const BootstrapQuantity& mu = quantity(b, "common.estimate");
  std::size_t without_events = 0;
  for (std::size_t r = 0; r < 400; ++r) without_events += drawn(Options{}.seed, r, 3).back() != 2 ? 1 : 0;
  CHECK(without_events > 80);
  CHECK(mu.replicates == 400 - without_events);
  std::size_t failed = 0;
  for (const BootstrapFailure& f : b.failures) {
    CHECK(!f.reason.empty());
    failed += f.replicates;
  }
  CHECK(failed >= without_events);
  CHECK(mu.bca.reason == "no acceleration: without some study there is no estimate");
}

TEST_CASE("resamples that cannot tell the terms of a regression apart are counted too") {
  StudySet studies = generic_effects({0.1, 0.5, 0.4, 0.9}, {0.04, 0.02, 0.05, 0.03});
  studies.columns.push_back({"new", {"0", "0", "0", "1"}, {0, 0, 0, 1}, true});
  const Bootstrap b = *analyse(studies, by(BootstrapMethod::nonparametric, 400, {.tau2 = Tau2Method::DL, .mods = "new"})).bootstrap;
  std::size_t without = 0;
  for (std::size_t r = 0; r < 400; ++r) {
    const std::vector<std::size_t> places = drawn(Options{}.seed, r, 4);
    without += places.back() != 3 || places.front() == 3 ? 1 : 0;
  }
  CHECK(without > 80);
  CHECK(quantity(b, "regression.beta.1").label == "new");
  CHECK(quantity(b, "regression.beta.1").replicates == 400 - without);
  const auto redundant =
      std::find_if(b.failures.begin(), b.failures.end(), [](const auto& f) { return f.reason.find("dropped: new") != std::string::npos; });
  REQUIRE(redundant != b.failures.end());
  CHECK(redundant->replicates > 80);
}

TEST_CASE("edges: one study, two, identical effects, tau2 = 0, any scale") {
  const Bootstrap none = *analyse(generic_effects({0.4}, {0.04}), by(BootstrapMethod::nonparametric, 200)).bootstrap;
  CHECK(none.status == Status::not_estimable);
  CHECK(!none.reason.empty());
  const Bootstrap one = *analyse(generic_effects({0.4}, {0.04}), by(BootstrapMethod::parametric, 4000)).bootstrap;
  CHECK(*quantity(one, "random.estimate").se == doctest::Approx(0.2).epsilon(0.05));
  for (const BootstrapQuantity& q : one.quantities) CHECK(!q.quantity.starts_with("heterogeneity"));
  CHECK(!quantity(one, "random.estimate").bca.reason.empty());

  const Bootstrap two = *analyse(generic_effects({0.4, 0.9}, {0.04, 0.04}), by(BootstrapMethod::nonparametric, 999)).bootstrap;
  CHECK(*quantity(two, "random.estimate").percentile.ci_lower == doctest::Approx(0.4));
  CHECK(*quantity(two, "random.estimate").percentile.ci_upper == doctest::Approx(0.9));

  const Bootstrap same = *analyse(generic_effects({0.4, 0.4, 0.4}, {0.04, 0.01, 0.09}), by(BootstrapMethod::nonparametric, 999)).bootstrap;
  CHECK(*quantity(same, "random.estimate").se < 1e-15);
  CHECK(*quantity(same, "heterogeneity.tau2").mean == 0);
  CHECK(*quantity(same, "heterogeneity.tau2").percentile.ci_upper == 0);
  CHECK(!quantity(same, "heterogeneity.tau2").bca.ci_upper);
  CHECK(!quantity(same, "heterogeneity.tau2").bca.reason.empty());

  for (const BootstrapMethod method : {BootstrapMethod::parametric, BootstrapMethod::nonparametric}) {
    const Bootstrap plain = *analyse(generic_effects(yi, vi), by(method, 300)).bootstrap;
    for (const int power : {-490, 490}) {
      std::vector<double> y = yi, v = vi;
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::ldexp(y[i], power), v[i] = std::ldexp(v[i], 2 * power);
      const Bootstrap scaled = *analyse(generic_effects(y, v), by(method, 300)).bootstrap;
      for (const std::string path : {"random.estimate", "prediction.upper", "heterogeneity.tau2"}) {
        const bool square = path == "heterogeneity.tau2";
        const double unit = std::ldexp(1.0, (square ? 2 : 1) * power);
        INFO(path << " " << power);
        CHECK(*quantity(scaled, path).se / unit == doctest::Approx(*quantity(plain, path).se).epsilon(1e-10));
        CHECK(*quantity(scaled, path).percentile.ci_upper / unit ==
              doctest::Approx(*quantity(plain, path).percentile.ci_upper).epsilon(1e-10));
        CHECK(*quantity(scaled, path).acceleration == doctest::Approx(*quantity(plain, path).acceleration).epsilon(1e-10));
      }
    }
  }
}

TEST_CASE("what cannot be bootstrapped is refused by name") {
  const StudySet arms = single_arm_counts({4, 16, 3}, {21, 20, 18});
  CHECK_THROWS_AS(analyse(arms, by(BootstrapMethod::parametric, 100, {.pooling = Pooling::betabin})), UsageError);
  CHECK_THROWS_AS(analyse(arms, by(BootstrapMethod::nonparametric, 100, {.pooling = Pooling::bayes})), UsageError);
  CHECK_THROWS_AS(analyse(arms, by(BootstrapMethod::nonparametric, 1)), UsageError);
  CHECK_THROWS_AS(analyse(arms, Options{.replicates = 100}), UsageError);
}
