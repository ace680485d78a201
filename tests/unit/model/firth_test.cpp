#include "engine/model/firth.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <vector>

#include "engine/numerics/cholesky.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using model::FirthOddsRatio;
using Counts = std::vector<double>;

FirthOddsRatio::Point held_at(FirthOddsRatio& firth, double theta, FirthOddsRatio::Point start) {
  start.beta[0] = theta;
  return firth.maximise_from(std::move(start), {true});
}

struct Tables {
  Counts a, b, c, d;
  model::Strata strata() const { return {a, b, c, d}; }
};

/// Firth's modified score equations as he writes them, by dense matrices: rows are arms, X has a column a study and the arm.
struct Dense {
  std::vector<double> beta;  ///< levels (of the controls), theta last
  double half_log_det = 0, variance = 0;

  explicit Dense(const Tables& t) {
    const std::size_t k = t.a.size(), p = k + 1;
    beta.assign(p, 0.0);
    for (int iteration = 0; iteration < 3000; ++iteration) {
      std::vector<double> information(p * p, 0.0), eta(2 * k), w(2 * k);
      for (std::size_t row = 0; row < 2 * k; ++row) {
        const std::size_t i = row / 2;
        const double n = row % 2 == 0 ? t.a[i] + t.b[i] : t.c[i] + t.d[i];
        eta[row] = beta[i] + (row % 2 == 0 ? beta[k] : 0);
        const double e = 1 / (1 + std::exp(-eta[row]));
        w[row] = n * e * (1 - e);
        information[i * p + i] += w[row];
        if (row % 2 == 0) information[i * p + k] += w[row], information[k * p + i] += w[row], information[k * p + k] += w[row];
      }
      const numerics::Cholesky factor(information, p);
      half_log_det = 0;
      for (std::size_t j = 0; j < p; ++j) half_log_det += std::log(factor.diagonal(j));
      variance = factor.inverse_diagonal(k);
      std::vector<double> score(p, 0.0);
      for (std::size_t row = 0; row < 2 * k; ++row) {
        const std::size_t i = row / 2;
        std::vector<double> x(p, 0.0);
        x[i] = 1;
        if (row % 2 == 0) x[k] = 1;
        const std::vector<double> design = x;
        factor.solve(x);
        double leverage = 0;
        for (std::size_t j = 0; j < p; ++j) leverage += w[row] * design[j] * x[j];
        const double n = row % 2 == 0 ? t.a[i] + t.b[i] : t.c[i] + t.d[i], events = row % 2 == 0 ? t.a[i] : t.c[i];
        const double e = 1 / (1 + std::exp(-eta[row])), residual = events - n * e + leverage * (0.5 - e);
        for (std::size_t j = 0; j < p; ++j) score[j] += design[j] * residual;
      }
      factor.solve(score);
      double largest = 0;
      for (double s : score) largest = std::max(largest, std::abs(s));
      for (std::size_t j = 0; j < p; ++j) beta[j] += score[j] * std::min(1.0, 1 / largest);
      if (largest < 1e-15) break;
    }
  }
};

TEST_CASE("the modified score equations of a dense regression have the same solution") {
  const std::vector<Tables> sets{
      {{4, 6, 3}, {119, 300, 228}, {11, 29, 11}, {128, 274, 209}},
      {{0, 0, 0, 0}, {30, 15, 20, 60}, {2, 1, 3, 1}, {28, 17, 18, 55}},  // separated
      {{1, 0, 0, 2}, {29, 15, 20, 58}, {2, 0, 3, 0}, {28, 17, 18, 55}},  // a study without events
      {{5, 1}, {0, 9}, {3, 0}, {4, 12}},
  };
  for (const Tables& t : sets) {
    FirthOddsRatio firth(t.strata());
    const FirthOddsRatio::Point maximum = firth.maximise();
    REQUIRE(maximum.converged);
    const Dense dense(t);
    CHECK(relative_error(maximum.beta[0], dense.beta.back()) < 1e-12);
    for (std::size_t i = 0; i < t.a.size(); ++i) CHECK(relative_error(maximum.alpha[i] - 0.5 * maximum.beta[0], dense.beta[i]) < 1e-12);
    CHECK(relative_error(1 / maximum.information[0], dense.variance) < 1e-12);
    CHECK(std::abs(maximum.penalised - maximum.loglik - dense.half_log_det) < 1e-11);
    CHECK(std::abs(maximum.slope[0]) < 1e-11);
  }
}

TEST_CASE("one table: a half in every cell") {
  const Tables t{{0}, {12}, {3}, {6}};
  FirthOddsRatio firth(t.strata());
  const FirthOddsRatio::Point maximum = firth.maximise();
  CHECK(relative_error(maximum.beta[0], std::log(0.5 * 6.5 / (12.5 * 3.5))) < 1e-14);
  const Tables full{{7}, {0}, {0}, {9}};
  CHECK(relative_error(FirthOddsRatio(full.strata()).maximise().beta[0], std::log(7.5 * 9.5 / 0.25)) < 1e-14);
}

TEST_CASE("the ends of the profile have lost half the cut, on either side, and mirror when the arms change places") {
  const Tables t{{0, 0, 0, 0}, {30, 15, 20, 60}, {2, 1, 3, 1}, {28, 17, 18, 55}}, mirrored{t.c, t.d, t.a, t.b};
  FirthOddsRatio firth(t.strata()), other(mirrored.strata());
  const FirthOddsRatio::Point maximum = firth.maximise(), reflected = other.maximise();
  const double cut = 3.841458820694124;
  const model::LikelihoodInterval interval = firth.profile(maximum, 0, cut), reflection = other.profile(reflected, 0, cut);
  REQUIRE(interval.converged);
  CHECK(relative_error(maximum.beta[0], -reflected.beta[0]) < 1e-12);
  CHECK(relative_error(*interval.lower, -*reflection.upper) < 1e-10);
  CHECK(relative_error(*interval.upper, -*reflection.lower) < 1e-10);
  for (double end : {*interval.lower, *interval.upper})
    CHECK(std::abs(2 * (maximum.penalised - held_at(firth, end, maximum).penalised) - cut) < 1e-8);
  CHECK(*interval.lower < maximum.beta[0]);
  CHECK(*interval.upper > maximum.beta[0]);
}

TEST_CASE("the profile is followed far out, to any level") {
  const Tables t{{0, 1}, {15, 18}, {1, 0}, {12, 1}};
  FirthOddsRatio firth(t.strata());
  const FirthOddsRatio::Point maximum = firth.maximise();
  for (double cut : {3.841458820694124, 25.0}) {
    const model::LikelihoodInterval interval = firth.profile(maximum, 0, cut);
    CHECK(interval.converged);
    CHECK(interval.lower);
    CHECK(interval.upper);
  }
}

TEST_CASE("derivative of the profile") {
  const Tables t{{4, 6, 3, 0}, {119, 300, 228, 9}, {11, 29, 11, 0}, {128, 274, 209, 12}};
  FirthOddsRatio firth(t.strata());
  const FirthOddsRatio::Point maximum = firth.maximise();
  for (double theta : {-3.0, -0.5, 0.8}) {
    const double h = 1e-4, up = held_at(firth, theta + h, maximum).penalised, down = held_at(firth, theta - h, maximum).penalised;
    CHECK(held_at(firth, theta, maximum).slope[0] == doctest::Approx((up - down) / (2 * h)).epsilon(1e-6));
  }
}

TEST_CASE("large counts, many studies") {
  Tables big{{400000, 250000}, {600000, 750000}, {410000, 240000}, {590000, 760000}};
  const FirthOddsRatio::Point maximum = FirthOddsRatio(big.strata()).maximise();
  CHECK(maximum.converged);
  CHECK(maximum.beta[0] == doctest::Approx(0.0049).epsilon(0.1));
  Tables many;
  for (int i = 0; i < 4000; ++i) {
    many.a.push_back(i % 3);
    many.b.push_back(10 + i % 4);
    many.c.push_back((i / 2) % 3);
    many.d.push_back(12 - i % 3);
  }
  FirthOddsRatio firth(many.strata());
  const FirthOddsRatio::Point at = firth.maximise();
  CHECK(at.converged);
  CHECK(at.iterations < 30);
}

}  // namespace
