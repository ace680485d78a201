// What holds for every pooled result, whatever the measure and the estimator.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/property/samples.hpp"

namespace tausq::property {
namespace {

/// Iterated estimators end within a few units of the last place of tau2 + vi.
constexpr double solved = 1e-11;

double sum_of_weights(const Analysis& analysis, bool common) {
  double sum = 0;
  for (const StudyResult& study : analysis.studies) {
    const std::optional<double>& weight = common ? study.weight_common : study.weight_random;
    REQUIRE(weight.has_value());
    CHECK(*weight >= 0);
    CHECK(*weight <= 1);
    sum += *weight;
  }
  return sum;
}

void check_interval(const PooledEstimate& pooled) {
  REQUIRE(pooled.estimate.has_value());
  REQUIRE(pooled.ci_lower.has_value());
  REQUIRE(pooled.ci_upper.has_value());
  CHECK(*pooled.ci_lower <= *pooled.estimate);
  CHECK(*pooled.estimate <= *pooled.ci_upper);
  CHECK(*pooled.display.ci_lower <= *pooled.display.estimate);
  CHECK(*pooled.display.estimate <= *pooled.display.ci_upper);
  CHECK(*pooled.p_value >= 0);
  CHECK(*pooled.p_value <= 1);
  CHECK(close(std::exp(*pooled.log_p_value), pooled.p_value, 1e-10, 1e-290));
}

TEST_CASE("every measure pools: weights sum to 1, the estimate lies in its interval") {
  for (Measure measure : all<Measure>()) {
    INFO(std::string(key(measure)));
    for (unsigned seed = 1; seed <= 5; ++seed) {
      const Analysis analysis = analyse(sample(layout_of(measure), 8, seed), inverse(measure));
      CHECK(analysis.options.effect.measure == measure);
      CHECK(analysis.heterogeneity.k == 8);
      CHECK(std::abs(sum_of_weights(analysis, true) - 1) < 1e-14);
      CHECK(std::abs(sum_of_weights(analysis, false) - 1) < 1e-14);
      check_interval(analysis.common);
      check_interval(analysis.random);
      CHECK(*analysis.random.se >= *analysis.common.se * (1 - 1e-14));
      CHECK(*analysis.heterogeneity.tau2 >= 0);
      CHECK(close(*analysis.heterogeneity.tau * *analysis.heterogeneity.tau, analysis.heterogeneity.tau2, 1e-15));
      CHECK(*analysis.heterogeneity.i2 >= 0);
      CHECK(*analysis.heterogeneity.i2 < 1);
    }
  }
}

TEST_CASE("the order of the studies does not matter") {
  for (Measure measure : {Measure::PLO, Measure::OR, Measure::IRR, Measure::MD, Measure::ZCOR, Measure::GEN}) {
    for (Tau2Method tau2 : weight_free_estimators()) {
      INFO(std::string(key(measure)) << " " << std::string(key(tau2)));
      const StudySet studies = sample(layout_of(measure), 9, 5);
      const Analysis there = analyse(studies, inverse(measure, tau2)), back = analyse(reversed(studies), inverse(measure, tau2));
      CHECK(close(there.random.estimate, back.random.estimate, 1e-12, *there.random.se));
      CHECK(close(there.random.se, back.random.se, 1e-12));
      CHECK(close(there.heterogeneity.tau2, back.heterogeneity.tau2, solved, 1e-3));
      CHECK(close(there.heterogeneity.q, back.heterogeneity.q, 1e-13));
      CHECK(close(there.studies.front().weight_random, back.studies.back().weight_random, 1e-12));
    }
  }
}

TEST_CASE("shift and scale of effect sizes carry over to the result, from 1e-150 to 1e150") {
  for (Tau2Method tau2 : weight_free_estimators()) {
    for (double scale : {1e-150, 1e-6, 1.0, 1e6, 1e150}) {
      INFO(std::string(key(tau2)) << " " << scale);
      const StudySet studies = sample(Layout::generic, 9, 21);
      const Options options = inverse(Measure::GEN, tau2, IntervalMethod::hk);
      const Analysis plain = analyse(studies, options), other = analyse(moved(studies, 2, scale), options);
      const double se = *plain.random.se;
      CHECK(close(*other.random.estimate / scale, *plain.random.estimate + 2, 1e-12));
      CHECK(close(*other.random.se / scale, se, 1e-11));
      CHECK(close(*other.random.ci_upper / scale, *plain.random.ci_upper + 2, 1e-11));
      CHECK(close(*other.prediction.lower / scale, *plain.prediction.lower + 2, 1e-11, se));
      CHECK(close(*other.heterogeneity.tau2 / scale / scale, *plain.heterogeneity.tau2, solved, 0.01));
      CHECK(close(other.heterogeneity.q, plain.heterogeneity.q, 1e-12));
      CHECK(close(other.heterogeneity.i2, plain.heterogeneity.i2, 1e-11));
      CHECK(close(*other.heterogeneity.tau2_ci_upper / scale / scale, *plain.heterogeneity.tau2_ci_upper, 1e-10));
    }
  }
}

TEST_CASE("every tau2 estimator is at least 0, and 0 for identical effects unless it is positive by construction") {
  for (Tau2Method tau2 : weight_free_estimators()) {
    INFO(std::string(key(tau2)));
    for (unsigned seed = 1; seed <= 40; ++seed) {
      const Analysis analysis = analyse(moved(sample(Layout::generic, 5, seed), 0, 0.3), inverse(Measure::GEN, tau2));
      REQUIRE(analysis.heterogeneity.tau2.has_value());
      CHECK(*analysis.heterogeneity.tau2 >= 0);
    }
    const Analysis same = analyse(generic_effects({0.4, 0.4, 0.4, 0.4}, {0.1, 0.2, 0.3, 0.05}), inverse(Measure::GEN, tau2));
    if (tau2 != Tau2Method::SJ && tau2 != Tau2Method::SJIT) CHECK(same.heterogeneity.tau2 == 0.0);
  }
}

TEST_CASE("equal variances: moment estimators and REML are the excess of the sample variance") {
  const std::vector<double> yi{0.1, 0.9, -0.4, 0.5, 1.3};
  double mean = 0, square = 0;
  for (double y : yi) mean += y / 5;
  for (double y : yi) square += (y - mean) * (y - mean) / 4;
  for (Tau2Method tau2 : {Tau2Method::DL, Tau2Method::HE, Tau2Method::PM, Tau2Method::EB, Tau2Method::REML, Tau2Method::DLIT}) {
    INFO(std::string(key(tau2)));
    const Analysis analysis = analyse(generic_effects(yi, std::vector<double>(5, 0.1)), inverse(Measure::GEN, tau2));
    CHECK(close(analysis.heterogeneity.tau2, square - 0.1, 1e-13));
    CHECK(close(analysis.random.estimate, mean, 1e-14));
    CHECK(close(*analysis.random.se * *analysis.random.se, square / 5, 1e-13));
  }
}

TEST_CASE("intervals of a higher level contain those of a lower one") {
  for (IntervalMethod interval : {IntervalMethod::z, IntervalMethod::t, IntervalMethod::hk, IntervalMethod::hk_se, IntervalMethod::hk_ci,
                                  IntervalMethod::hk_iqwig6}) {
    for (PredictionMethod prediction : {PredictionMethod::z, PredictionMethod::v, PredictionMethod::hts, PredictionMethod::hk}) {
      INFO(std::string(key(interval)) << " " << std::string(key(prediction)));
      Options options = inverse(Measure::OR, Tau2Method::REML, interval);
      options.prediction = prediction;
      std::optional<Analysis> inner;
      for (double level : {0.5, 0.8, 0.95, 0.999}) {
        options.level = level;
        const Analysis outer = analyse(sample(Layout::two_arm_counts, 7, 9), options);
        CHECK(*outer.prediction.lower < *outer.random.estimate);
        CHECK(*outer.prediction.upper > *outer.random.estimate);
        if (inner) {
          CHECK(*outer.random.ci_lower < *inner->random.ci_lower);
          CHECK(*outer.random.ci_upper > *inner->random.ci_upper);
          CHECK(*outer.prediction.lower < *inner->prediction.lower);
          CHECK(*outer.heterogeneity.tau2_ci_lower <= *inner->heterogeneity.tau2_ci_lower);
          CHECK(*outer.heterogeneity.tau2_ci_upper > *inner->heterogeneity.tau2_ci_upper);
        }
        inner = outer;
      }
    }
  }
}

TEST_CASE("guarded Hartung-Knapp intervals are never narrower than z") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const StudySet studies = moved(sample(Layout::generic, 4, seed), 0, seed % 2 ? 0.1 : 1);
    const Analysis z = analyse(studies, inverse(Measure::GEN)),
                   guarded = analyse(studies, inverse(Measure::GEN, Tau2Method::REML, IntervalMethod::hk_ci));
    CHECK(*guarded.random.ci_upper - *guarded.random.ci_lower >= (*z.random.ci_upper - *z.random.ci_lower) * (1 - 1e-12));
  }
}

TEST_CASE("every study twice: the same common effect with half the variance and twice the Q") {
  for (Measure measure : {Measure::PLO, Measure::OR, Measure::RR, Measure::SMD, Measure::GEN}) {
    INFO(std::string(key(measure)));
    const StudySet studies = sample(layout_of(measure), 6, 13);
    const Analysis once = analyse(studies, inverse(measure)), twice = analyse(doubled(studies), inverse(measure));
    CHECK(close(once.common.estimate, twice.common.estimate, 1e-13, *once.common.se));
    CHECK(close(*once.common.se, *twice.common.se * std::sqrt(2.0), 1e-14));
    CHECK(close(2 * *once.heterogeneity.q, twice.heterogeneity.q, 1e-12));
  }
}

TEST_CASE("stratified pooling: arms exchanged, studies doubled, studies without events") {
  for (Pooling pooling : {Pooling::mh, Pooling::peto}) {
    for (Measure measure : {Measure::OR, Measure::RR, Measure::RD}) {
      if (pooling == Pooling::peto && measure != Measure::OR) continue;
      INFO(std::string(key(pooling)) << " " << std::string(key(measure)));
      Options options;
      options.effect.measure = pooling == Pooling::peto ? Measure::PETO : measure;
      options.pooling = pooling;
      const StudySet studies = sample(Layout::two_arm_counts, 7, 17);
      const Analysis a = analyse(studies, options), exchanged = analyse(arms_exchanged(studies), options),
                     twice = analyse(doubled(studies), options);
      CHECK(close(*a.common.estimate, -*exchanged.common.estimate, 1e-13));
      CHECK(close(a.common.se, exchanged.common.se, 1e-13));
      CHECK(close(a.common.estimate, twice.common.estimate, 1e-13));
      CHECK(close(*a.common.se, *twice.common.se * std::sqrt(2.0), 1e-13));
      CHECK(std::abs(sum_of_weights(a, true) - 1) < 1e-14);
    }
  }
}

TEST_CASE("exact likelihoods: events as non-events turn the sign, studies twice double the log-likelihood") {
  for (Measure measure : {Measure::PLO, Measure::OR}) {
    INFO(std::string(key(measure)));
    Options options;
    options.effect.measure = measure;
    options.pooling = Pooling::glmm;
    const StudySet studies = sample(layout_of(measure), 7, 23);
    const Analysis a = analyse(studies, options), turned = analyse(events_exchanged(studies), options),
                   twice = analyse(doubled(studies), options);
    check_interval(a.random);
    CHECK(close(*a.random.estimate, -*turned.random.estimate, 1e-9, *a.random.se));
    CHECK(close(*a.random.ci_lower, -*turned.random.ci_upper, 1e-8, *a.random.se));
    CHECK(close(a.heterogeneity.tau2, turned.heterogeneity.tau2, 1e-8, 1e-4));
    CHECK(close(a.fit.loglik, turned.fit.loglik, 1e-11));
    CHECK(close(a.random.estimate, twice.random.estimate, 1e-9, *a.random.se));
    CHECK(close(*a.random.se, *twice.random.se * std::sqrt(2.0), 1e-7));
    CHECK(close(2 * *a.fit.loglik, twice.fit.loglik, 1e-11));
    CHECK(close(analyse(reversed(studies), options).random.estimate, a.random.estimate, 1e-10, *a.random.se));
  }
}

TEST_CASE("a profile-likelihood interval of a higher level contains that of a lower one") {
  for (Measure measure : {Measure::PLO, Measure::OR}) {
    Options options;
    options.effect.measure = measure;
    std::optional<Analysis> inner;
    for (double level : {0.5, 0.9, 0.99}) {
      options.level = level;
      const Analysis outer = analyse(sample(layout_of(measure), 6, 29), options);
      check_interval(outer.random);
      if (inner) {
        CHECK(*outer.random.ci_lower < *inner->random.ci_lower);
        CHECK(*outer.random.ci_upper > *inner->random.ci_upper);
      }
      inner = outer;
    }
  }
}

}  // namespace
}  // namespace tausq::property
