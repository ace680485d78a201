// Leave-one-out, cumulative analysis, influence diagnostics, Baujat points and BLUPs against metafor.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "engine/diagnostics/influence_kernels.hpp"
#include "tests/unit/diagnostics/peers_influence.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::diagnostics;

Options options_of(const peers::Setting& setting) {
  Options options;
  options.effect.measure = setting.trials.measure;
  options.model = setting.model;
  options.tau2 = setting.method;
  options.interval = options.interval_common = setting.interval;
  return options;
}

pooling::NormalStudies usable(const Trials& trials, const Options& options) {
  std::vector<Excluded> excluded;
  const model::Design mean;
  return pooling::usable_studies({trials.studies, effect_sizes(trials.studies, options.effect), options, mean}, excluded);
}

std::vector<std::size_t> row_order(std::size_t k) {
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

/// Agreement to 1e-8, or to 1e-12 of the usual size where the number vanishes.
void check(const std::optional<double>& got, double want) {
  REQUIRE(got.has_value());
  CHECK(std::abs(*got - want) <= 1e-8 * std::abs(want) + 1e-12);
}

TEST_CASE("Leave-one-out and cumulative analysis as in metafor") {
  for (const peers::Refits& peer : peers::refits) {
    const Options options = options_of(peer.setting);
    const pooling::NormalStudies studies = usable(peer.setting.trials, options);
    std::vector<Refit> rows;
    if (peer.cumulative)
      rows = cumulative(studies, row_order(studies.yi.size()), options);
    else
      for (const DeletedFit& fit : leave_one_out(studies, options)) rows.push_back(fit.row);
    REQUIRE(rows.size() == peer.estimate.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CAPTURE(i);
      CHECK(rows[i].k == (peer.cumulative ? i + 1 : rows.size() - 1));
      check(rows[i].estimate, peer.estimate[i]);
      check(rows[i].se, peer.se[i]);
      check(rows[i].p_value, peer.p_value[i]);
      check(rows[i].ci_lower, peer.ci_lower[i]);
      check(rows[i].q, peer.q[i]);
      check(rows[i].tau2, peer.tau2[i]);
      check(rows[i].i2, peer.i2[i]);
    }
  }
}

TEST_CASE("Influence diagnostics of a mean as in metafor") {
  for (const peers::Influenced& peer : peers::influence) {
    const Options options = options_of(peer.setting);
    const pooling::NormalStudies studies = usable(peer.setting.trials, options);
    const std::vector<InfluenceDiagnostic> rows = mean_diagnostics(studies, leave_one_out(studies, options), options);
    REQUIRE(rows.size() == peer.hat.size());
    double weight = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CAPTURE(i);
      check(rows[i].rstudent, peer.rstudent[i]);
      check(rows[i].dffits, peer.dffits[i]);
      check(rows[i].cook_d, peer.cook_d[i]);
      check(rows[i].cov_r, peer.cov_r[i]);
      check(rows[i].tau2_deleted, peer.tau2_deleted[i]);
      check(rows[i].q_deleted, peer.q_deleted[i]);
      check(rows[i].hat, peer.hat[i]);
      REQUIRE(rows[i].dfbetas_terms.size() == 1);
      check(rows[i].dfbetas, peer.dfbetas[i]);
      CHECK(rows[i].influential == peer.influential[i]);
      weight += *rows[i].weight;
    }
    CHECK(relative_error(weight, 1) < 1e-14);
  }
}

TEST_CASE("Influence diagnostics of a meta-regression as in metafor") {
  for (const peers::InfluencedRegression& peer : peers::influence_regression) {
    Options options;
    options.effect.measure = peer.trials.measure;
    options.model = Model::random;
    options.tau2 = Tau2Method::REML;
    options.interval = IntervalMethod::z;
    const pooling::NormalStudies studies = usable(peer.trials, options);
    std::vector<double> design(studies.yi.size(), 1.0);
    design.insert(design.end(), peer.moderator.begin(), peer.moderator.end());
    const std::vector<InfluenceDiagnostic> rows = regression_diagnostics(studies, design, options);
    REQUIRE(rows.size() == peer.hat.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CAPTURE(i);
      check(rows[i].rstudent, peer.rstudent[i]);
      check(rows[i].dffits, peer.dffits[i]);
      check(rows[i].cook_d, peer.cook_d[i]);
      check(rows[i].cov_r, peer.cov_r[i]);
      check(rows[i].tau2_deleted, peer.tau2_deleted[i]);
      check(rows[i].q_deleted, peer.q_deleted[i]);
      check(rows[i].hat, peer.hat[i]);
      REQUIRE(rows[i].dfbetas_terms.size() == 2);
      CHECK_FALSE(rows[i].dfbetas.has_value());
      check(rows[i].dfbetas_terms[0], peer.intercept[i]);
      check(rows[i].dfbetas_terms[1], peer.slope[i]);
    }
  }
}

TEST_CASE("A regression on the constant alone has the diagnostics of the mean") {
  for (IntervalMethod interval : {IntervalMethod::z, IntervalMethod::hk}) {
    const Options options = options_of({bcg, Model::random, Tau2Method::REML, interval});
    const pooling::NormalStudies studies = usable(bcg, options);
    const auto mean = mean_diagnostics(studies, leave_one_out(studies, options), options);
    const auto regression = regression_diagnostics(studies, std::vector<double>(studies.yi.size(), 1.0), options);
    for (std::size_t i = 0; i < mean.size(); ++i) {
      check(regression[i].rstudent, *mean[i].rstudent);
      check(regression[i].dffits, *mean[i].dffits);
      check(regression[i].cook_d, *mean[i].cook_d);
      check(regression[i].cov_r, *mean[i].cov_r);
      check(regression[i].dfbetas_terms[0], mean[i].dfbetas_terms[0]);
      check(regression[i].weight, *mean[i].weight);
    }
  }
}

TEST_CASE("Baujat points and BLUPs as in metafor") {
  for (const peers::Points& peer : peers::points) {
    const Options options = options_of(peer.setting);
    const pooling::NormalStudies studies = usable(peer.setting.trials, options);
    const auto points = baujat(studies, leave_one_out(studies, options), options);
    const auto predictions = blups(studies, options);
    for (std::size_t i = 0; i < peer.x.size(); ++i) {
      check(peer.blup ? predictions[i].estimate : points[i].x, peer.x[i]);
      check(peer.blup ? predictions[i].se : points[i].y, peer.y[i]);
    }
  }
}

TEST_CASE("Many studies: fits from updated sums are the fits from scratch") {
  pooling::NormalStudies studies;
  for (int i = 0; i < 400; ++i) {
    studies.vi.push_back(0.01 * (1 + (i * 37) % 50));
    studies.yi.push_back(0.3 + std::sin(7.0 * i) * std::sqrt(studies.vi.back() + 0.05));
  }
  studies.vi[17] = 1e-13;  // outweighs all others together
  for (Model model : {Model::common, Model::random})
    for (Tau2Method method : {Tau2Method::DL, Tau2Method::REML, Tau2Method::PM})
      for (IntervalMethod interval : {IntervalMethod::z, IntervalMethod::hk}) {
        const Options options = options_of({bcg, model, method, interval});
        const std::vector<DeletedFit> deleted = leave_one_out(studies, options);
        for (std::size_t i : {0u, 17u, 200u, 399u}) {
          pooling::NormalStudies rest = studies;
          rest.yi.erase(rest.yi.begin() + static_cast<std::ptrdiff_t>(i));
          rest.vi.erase(rest.vi.begin() + static_cast<std::ptrdiff_t>(i));
          const Refit scratch = cumulative(rest, row_order(399), options).back();
          CAPTURE(i);
          CAPTURE(key(method));
          CHECK(relative_error(*deleted[i].row.estimate, *scratch.estimate) < 1e-11);
          CHECK(relative_error(*deleted[i].row.se, *scratch.se) < 1e-11);
          CHECK(relative_error(*deleted[i].row.q, *scratch.q) < 1e-11);
          CHECK(relative_error(*deleted[i].row.tau2, *scratch.tau2) < 1e-11);
          CHECK(relative_error(*deleted[i].row.i2, *scratch.i2) < 1e-11);
        }
      }
}

TEST_CASE("REML without each study: the digits of a refit, also where an outlier or a second maximum asks for one") {
  for (const std::size_t k : {29, 40, 300}) {
    pooling::NormalStudies studies;
    for (std::size_t i = 0; i < k; ++i) {
      const double t = static_cast<double>(i);
      studies.study.push_back(i);
      studies.vi.push_back(0.055 + 0.05 * std::sin(1.7 * t));
      studies.yi.push_back(0.3 + 0.2 * std::sin(12.9898 * t) + std::sqrt(studies.vi[i]) * std::sin(78.233 * t + 1));
    }
    studies.yi[7] = 4, studies.vi[11] = 1e-4;
    for (const IntervalMethod interval : {IntervalMethod::z, IntervalMethod::hk}) {
      const Options options{.tau2 = Tau2Method::REML, .interval = interval, .model = Model::random};
      const std::vector<DeletedFit> fits = leave_one_out(studies, options);
      for (std::size_t i = 0; i < k; ++i) {
        std::vector<double> yi = studies.yi, vi = studies.vi;
        yi.erase(yi.begin() + static_cast<std::ptrdiff_t>(i)), vi.erase(vi.begin() + static_cast<std::ptrdiff_t>(i));
        const Analysis refit = analyse(generic_effects(yi, vi), options);
        CAPTURE(k);
        CAPTURE(i);
        CHECK(std::abs(fits[i].tau2 - *refit.heterogeneity.tau2) < 1e-13 * (*refit.heterogeneity.tau2 + 1e-4));
        CHECK(std::abs(*fits[i].row.estimate - *refit.random.estimate) < 1e-14);
        CHECK(relative_error(*fits[i].row.se, *refit.random.se) < 1e-13);
        CHECK(relative_error(*fits[i].row.q, *refit.heterogeneity.q) < 1e-13);
        CHECK(std::abs(*fits[i].row.i2 - *refit.heterogeneity.i2) < 1e-13);
      }
    }
  }
}

TEST_CASE("Two studies: each without the other is its own mean") {
  const Options options = options_of({bcg, Model::random, Tau2Method::REML, IntervalMethod::hk});
  const pooling::NormalStudies two{{}, {0.2, 0.6}, {0.01, 0.04}, {}};
  const std::vector<DeletedFit> deleted = leave_one_out(two, options);
  CHECK(*deleted[0].row.estimate == 0.6);
  CHECK(relative_error(*deleted[0].row.se, 0.2) < 1e-15);
  CHECK(*deleted[0].row.tau2 == 0);
  CHECK_FALSE(deleted[0].row.df.has_value());
}

TEST_CASE("User weights stay with their studies") {
  const Options options = options_of({bcg, Model::random, Tau2Method::DL, IntervalMethod::z});
  const pooling::NormalStudies weighted{{}, {0.2, 0.6, 0.4}, {0.01, 0.04, 0.02}, {1, 2, 5}};
  const std::vector<DeletedFit> deleted = leave_one_out(weighted, options);
  CHECK(relative_error(*deleted[0].row.estimate, (2 * 0.6 + 5 * 0.4) / 7) < 1e-14);
  const auto rows = mean_diagnostics(weighted, deleted, options);
  CHECK(relative_error(*rows[2].hat, 5.0 / 8) < 1e-15);
  // The mean of all three at the tau2 without the first: variance sum a^2 (v + tau2) / (sum a)^2.
  const double t = *rows[0].tau2_deleted, change = (1 * 0.2 + 2 * 0.6 + 5 * 0.4) / 8 - *deleted[0].row.estimate;
  const double variance = (1 * (0.01 + t) + 4 * (0.04 + t) + 25 * (0.02 + t)) / 64;
  CHECK(relative_error(rows[0].dfbetas_terms[0], change / std::sqrt(variance)) < 1e-12);
}

TEST_CASE("A weight of 0: no influence, and no fit where nothing else is left") {
  const Options options = options_of({bcg, Model::random, Tau2Method::DL, IntervalMethod::z});
  const pooling::NormalStudies weighted{{}, {0.2, 0.6, 0.4, 0.3}, {0.01, 0.04, 0.02, 0.03}, {1, 0, 2, 1}};
  const auto rows = mean_diagnostics(weighted, leave_one_out(weighted, options), options);
  CHECK(*rows[1].hat == 0);
  CHECK(*rows[1].dffits == 0);
  CHECK(std::abs(*rows[1].cook_d) < 1e-25);
  const auto regression = regression_diagnostics(weighted, {1, 1, 1, 1, 0, 1, 2, 3}, options);
  CHECK(*regression[1].hat == 0);
  for (const InfluenceDiagnostic& row : regression) CHECK(std::isfinite(*row.rstudent));
  const pooling::NormalStudies only{{}, {0.2, 0.6, 0.4}, {0.01, 0.04, 0.02}, {0, 3, 0}};
  const auto deleted = leave_one_out(only, options);
  CHECK(deleted[0].row.status == Status::ok);
  CHECK(deleted[1].row.status == Status::not_estimable);
  CHECK_FALSE(deleted[1].row.estimate.has_value());
  CHECK(mean_diagnostics(only, deleted, options)[1].status == Status::not_estimable);
  CHECK(cumulative(only, row_order(3), options)[0].status == Status::not_estimable);
}

}  // namespace
