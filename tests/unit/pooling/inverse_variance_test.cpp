// Inverse-variance pooling against 25-digit results, at its edges, and under the symmetries that it must keep.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include "engine/pooling/pooling.hpp"
#include "tests/unit/model/bcg_trials.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;

pooling::Pooled pooled(const std::vector<double>& yi, const std::vector<double>& vi, const Options& options) {
  StudySet studies;
  EffectSizes effects;
  model::Design design;
  design.k = yi.size();
  design.terms = {"intercept"};
  design.x.assign(yi.size(), 1.0);
  for (std::size_t i = 0; i < yi.size(); ++i) {
    studies.study.push_back("study " + std::to_string(i + 1));
    studies.row.push_back(i + 2);
    EffectSize one;
    one.yi = yi[i], one.vi = vi[i];
    effects.study.push_back(one);
  }
  studies.data = GenericEffects{yi, vi, {}};
  return pooling::pool_inverse_variance({studies, effects, options, design});
}

Options with(Tau2Method tau2, IntervalMethod interval, PredictionMethod prediction = PredictionMethod::hts) {
  Options options;
  options.tau2 = tau2;
  options.interval = interval;
  options.prediction = prediction;
  return options;
}

double total(const std::vector<std::optional<double>>& weights) {
  double sum = 0;
  for (const auto& weight : weights) sum += weight.value_or(0);
  return sum;
}

bool warned(const pooling::Pooled& p, const std::string& code) {
  for (const Warning& warning : p.warnings)
    if (warning.code == code) return true;
  return false;
}

}  // namespace

TEST_CASE("BCG trials: DerSimonian-Laird") {
  const auto z = pooled(bcg_yi, bcg_vi, with(Tau2Method::DL, IntervalMethod::z, PredictionMethod::z));
  CHECK(relative_error(*z.heterogeneity.tau2, 0.3087602628623764632909235) < 1e-15);
  CHECK(relative_error(*z.random.estimate, -0.7141172220732270647963943) < 1e-15);
  CHECK(relative_error(*z.random.se, 0.1787420895354031833330363) < 1e-15);
  CHECK(relative_error(*z.random.ci_lower, -1.064445280084051019568205) < 1e-15);
  CHECK(relative_error(*z.random.ci_upper, -0.3637891640624031100245833) < 1e-14);
  CHECK(relative_error(*z.prediction.lower, -1.858153752732169029747754) < 1e-15);
  CHECK(relative_error(*z.heterogeneity.i2, 0.9211734685456206082987) < 1e-15);
  CHECK(!z.random.df);
  const auto hk = pooled(bcg_yi, bcg_vi, with(Tau2Method::DL, IntervalMethod::hk, PredictionMethod::hk));
  CHECK(relative_error(*hk.random.se, 0.1806966283355474460086809) < 1e-15);
  CHECK(relative_error(*hk.random.ci_lower, -1.107821354168328763371613) < 1e-14);
  CHECK(relative_error(*hk.prediction.upper, 0.5589725192842853444628) < 1e-14);
  CHECK(*hk.random.df == 12);
  const auto v = pooled(bcg_yi, bcg_vi, with(Tau2Method::DL, IntervalMethod::hk_se, PredictionMethod::v));
  CHECK(relative_error(*v.random.ci_upper, -0.320413089978125366221) < 1e-14);
  CHECK(relative_error(*v.prediction.lower, -1.985896443665729051770038) < 1e-14);
  const auto hts = pooled(bcg_yi, bcg_vi, with(Tau2Method::DL, IntervalMethod::hk_ci));
  CHECK(relative_error(*hts.prediction.lower, -1.998838495752119562933555) < 1e-14);
  CHECK(*hts.prediction.df == 11);
  CHECK(hts.random.se == hk.random.se);
}

TEST_CASE("weights are fractions") {
  const auto p = pooled(bcg_yi, bcg_vi, with(Tau2Method::REML, IntervalMethod::z));
  CHECK(total(p.weight_common) == doctest::Approx(1).epsilon(1e-15));
  CHECK(total(p.weight_random) == doctest::Approx(1).epsilon(1e-15));
  CHECK(*p.weight_random[0] == doctest::Approx(1 / (bcg_vi[0] + *p.heterogeneity.tau2) * *p.random.se * *p.random.se).epsilon(1e-14));
}

TEST_CASE("one study is its own estimate") {
  const auto p = pooled({0.7}, {0.04}, with(Tau2Method::REML, IntervalMethod::hk));
  CHECK(*p.common.estimate == 0.7);
  CHECK(p.random.estimate == p.common.estimate);
  CHECK(p.random.ci_lower == p.common.ci_lower);
  CHECK(*p.random.se == doctest::Approx(0.2).epsilon(1e-15));
  CHECK(p.heterogeneity.status == Status::not_estimable);
  CHECK(!p.heterogeneity.reason.empty());
  CHECK(p.heterogeneity.tau2 == 0);  // not estimated: the fit is that of the common effect
  CHECK(p.prediction.status == Status::not_estimable);
  CHECK(!p.prediction.lower);
}

TEST_CASE("one study with a tau2 that is given") {
  Options options = with(Tau2Method::REML, IntervalMethod::z);
  options.tau2_fixed = 0.05;
  const auto p = pooled({0.7}, {0.04}, options);
  CHECK(*p.common.se == doctest::Approx(0.2).epsilon(1e-15));
  CHECK(*p.random.se == doctest::Approx(0.3).epsilon(1e-15));
  CHECK(*p.heterogeneity.tau2 == 0.05);
}

TEST_CASE("no usable study") {
  const auto none = pooled({}, {}, with(Tau2Method::DL, IntervalMethod::z));
  CHECK(none.random.status == Status::not_estimable);
  const auto zero = pooled({0.5}, {0.0}, with(Tau2Method::DL, IntervalMethod::z));
  CHECK(zero.common.status == Status::not_estimable);
  CHECK(!zero.common.estimate);
  REQUIRE(zero.excluded.size() == 1);
  CHECK(zero.excluded[0].code == "zero_variance");
  CHECK(zero.excluded[0].row == 2);
}

TEST_CASE("two studies: t on k - 2 has no degrees of freedom") {
  const auto hts = pooled({0.3, -0.4}, {0.04, 0.09}, with(Tau2Method::DL, IntervalMethod::hk));
  CHECK(relative_error(*hts.random.se, 0.3481730744843983071059550) < 1e-15);
  CHECK(relative_error(*hts.random.ci_lower, -4.438244082307884287500028) < 1e-14);
  CHECK(hts.prediction.status == Status::not_estimable);
  CHECK(!hts.prediction.reason.empty());
  const auto v = pooled({0.3, -0.4}, {0.04, 0.09}, with(Tau2Method::DL, IntervalMethod::hk, PredictionMethod::v));
  CHECK(relative_error(*v.prediction.lower, -6.987949215312940688138017) < 1e-14);
}

TEST_CASE("equal effects give no interval without width") {
  const auto p = pooled({0.3, 0.3}, {0.04, 0.09}, with(Tau2Method::DL, IntervalMethod::hk));
  CHECK(*p.random.se == doctest::Approx(std::sqrt(1 / (1 / 0.04 + 1 / 0.09))).epsilon(1e-15));
  CHECK(warned(p, "hk-zero-width"));
  CHECK(*p.heterogeneity.q == 0);
  CHECK(*p.heterogeneity.q_p == 1);
  CHECK(warned(p, "tau2-interval-empty"));
}

TEST_CASE("guards of the Hartung-Knapp interval") {
  const std::vector<double> yi{0.3, 0.31, 0.29, 0.305}, vi{0.04, 0.09, 0.05, 0.06};  // q far below 1
  const auto z = pooled(yi, vi, with(Tau2Method::DL, IntervalMethod::z)), se = pooled(yi, vi, with(Tau2Method::DL, IntervalMethod::hk_se)),
             ci = pooled(yi, vi, with(Tau2Method::DL, IntervalMethod::hk_ci)),
             hk = pooled(yi, vi, with(Tau2Method::DL, IntervalMethod::hk)),
             iqwig = pooled(yi, vi, with(Tau2Method::DL, IntervalMethod::hk_iqwig6));
  CHECK(*hk.random.ci_upper < *z.random.ci_upper);
  CHECK(ci.random.ci_upper == z.random.ci_upper);
  CHECK(!ci.random.df);
  CHECK(se.random.se == z.random.se);
  CHECK(*se.random.ci_upper > *z.random.ci_upper);
  CHECK(iqwig.random.ci_upper == se.random.ci_upper);
}

TEST_CASE("p-values beyond the smallest double keep their logarithm") {
  const auto p = pooled({100, 100}, {1, 1}, with(Tau2Method::DL, IntervalMethod::z));
  CHECK(*p.common.p_value == 0);
  CHECK(relative_error(*p.common.log_p_value, -10005.1775) < 1e-7);  // 2 phi(z) / z (1 - 1 / z^2), z = 100 sqrt(2)
}

TEST_CASE("numbers whose squares leave the range of doubles are a status, not zeros") {
  const pooling::Pooled spread = pooled({1e200, -1e200, 0}, {1, 1, 1}, {});
  CHECK(*spread.common.estimate == 0);
  CHECK(*spread.common.se == doctest::Approx(std::sqrt(1 / 3.0)));
  for (const pooling::Pooled& r : {spread, pooled({1e308, -1e308}, {1, 1}, {})}) {
    CHECK(r.random.status == Status::not_estimable);
    CHECK(!r.random.estimate);
    CHECK(!r.random.reason.empty());
    CHECK(r.heterogeneity.status == Status::not_estimable);
    CHECK(!r.heterogeneity.tau2);
    CHECK(!r.heterogeneity.i2_from_q);
    CHECK(r.fit.status == Status::not_estimable);
    for (const std::optional<double>& w : r.weight_random) CHECK((!w || (*w >= 0 && *w <= 1)));
  }
}

TEST_CASE("an effect at the end of the numbers ends the search for tau2, and leaves nothing that looks estimated") {
  for (const Tau2Method tau2 : {Tau2Method::ML, Tau2Method::REML, Tau2Method::DL, Tau2Method::PM})
    for (const IntervalMethod interval : {IntervalMethod::hk_ci, IntervalMethod::profile, IntervalMethod::kr})
      for (const double huge : {1e307, -1.7976931348623157e308}) {
        const pooling::Pooled result = pooled({0.3, huge, -0.2, 0.6}, {0.02, 0.12, 0.3, 0.25}, with(tau2, interval));
        CHECK(result.random.status == Status::not_estimable);
        CHECK_FALSE(result.random.ci_upper.has_value());
        CHECK(result.prediction.status == Status::not_estimable);
        CHECK_FALSE(result.prediction.upper.has_value());
      }
}

TEST_CASE("a common effect takes tau2 = 0 for granted") {
  Options options = with(Tau2Method::REML, IntervalMethod::z);
  options.model = Model::common;
  const auto p = pooled(bcg_yi, bcg_vi, options);
  CHECK(p.random.status == Status::not_requested);
  CHECK(*p.heterogeneity.tau2 == 0);
  CHECK(p.heterogeneity.i2 == p.heterogeneity.i2_from_q);
}

TEST_CASE("tau2 and weights given by the user") {
  Options options = with(Tau2Method::REML, IntervalMethod::z);
  options.tau2_fixed = 0.05;
  const auto fixed = pooled(bcg_yi, bcg_vi, options);
  CHECK(*fixed.heterogeneity.tau2 == 0.05);
  CHECK(!fixed.heterogeneity.tau2_se);
  options.user_weights.assign(13, 2.5);
  const auto equal = pooled(bcg_yi, bcg_vi, options);
  double mean = 0;
  for (const double y : bcg_yi) mean += y / 13;
  CHECK(relative_error(*equal.random.estimate, mean) < 1e-14);
  CHECK(*equal.weight_random[3] == doctest::Approx(1.0 / 13).epsilon(1e-15));
  options.user_weights[0] = 0;  // takes no part in the mean
  const auto without = pooled(bcg_yi, bcg_vi, options);
  CHECK(relative_error(*without.random.estimate, (13 * mean - bcg_yi[0]) / 12) < 1e-14);
  CHECK(*without.weight_random[0] == 0);
  options.user_weights.assign(13, 0.0);
  CHECK_THROWS_AS(pooled(bcg_yi, bcg_vi, options), UsageError);
  options.user_weights.assign(13, -1.0);
  CHECK_THROWS_AS(pooled(bcg_yi, bcg_vi, options), UsageError);
  options.user_weights.resize(12);
  CHECK_THROWS_AS(pooled(bcg_yi, bcg_vi, options), UsageError);
}

TEST_CASE("shifted and scaled data give shifted and scaled results") {
  const auto plain = pooled(bcg_yi, bcg_vi, with(Tau2Method::REML, IntervalMethod::hk_ci));
  for (const double factor : {1e-150, 1e150}) {
    std::vector<double> yi(bcg_yi), vi(bcg_vi);
    for (double& y : yi) y *= factor;
    for (double& v : vi) v *= factor * factor;
    const auto scaled = pooled(yi, vi, with(Tau2Method::REML, IntervalMethod::hk_ci));
    CHECK(relative_error(*scaled.random.estimate, *plain.random.estimate * factor) < 1e-13);
    CHECK(relative_error(*scaled.random.se, *plain.random.se * factor) < 1e-13);
    CHECK(relative_error(*scaled.prediction.lower, *plain.prediction.lower * factor) < 1e-13);
    CHECK(relative_error(*scaled.heterogeneity.tau2_ci_upper, *plain.heterogeneity.tau2_ci_upper * factor * factor) < 1e-12);
    CHECK(relative_error(*scaled.heterogeneity.i2, *plain.heterogeneity.i2) < 1e-13);
    CHECK(relative_error(*scaled.random.p_value, *plain.random.p_value) < 1e-11);
  }
  std::vector<double> shifted(bcg_yi);
  for (double& y : shifted) y += 4;
  const auto moved = pooled(shifted, bcg_vi, with(Tau2Method::REML, IntervalMethod::hk_ci));
  CHECK(relative_error(*moved.random.estimate, *plain.random.estimate + 4) < 1e-15);
  CHECK(relative_error(*moved.heterogeneity.tau2, *plain.heterogeneity.tau2) < 1e-13);
}

TEST_CASE("an interval holds the intervals of lower levels") {
  for (const IntervalMethod method : {IntervalMethod::z, IntervalMethod::t, IntervalMethod::hk, IntervalMethod::hk_se,
                                      IntervalMethod::hk_ci, IntervalMethod::hk_iqwig6}) {
    Options options = with(Tau2Method::REML, method);
    options.level = 0.8;
    const auto inner = pooled(bcg_yi, bcg_vi, options);
    options.level = 0.99;
    const auto outer = pooled(bcg_yi, bcg_vi, options);
    CHECK(*outer.random.ci_lower < *inner.random.ci_lower);
    CHECK(*outer.random.ci_upper > *inner.random.ci_upper);
    CHECK(*outer.heterogeneity.tau2_ci_upper > *inner.heterogeneity.tau2_ci_upper);
    CHECK(*outer.prediction.upper > *inner.prediction.upper);
  }
}
