// The normal model against plain matrix algebra, and under shift and scale.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/model/crossproducts.hpp"
#include "engine/model/normal_likelihood.hpp"
#include "engine/model/normal_model.hpp"
#include "tests/unit/model/bcg_trials.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq::model;

/// k x k, row by row.
using Matrix = std::vector<std::vector<double>>;

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c(a.size(), std::vector<double>(b[0].size()));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b[0].size(); ++j)
      for (std::size_t l = 0; l < b.size(); ++l) c[i][j] += a[i][l] * b[l][j];
  return c;
}

double trace(const Matrix& a) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i][i];
  return sum;
}

double quadratic(const std::vector<double>& y, const Matrix& a) {
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i)
    for (std::size_t j = 0; j < y.size(); ++j) sum += y[i] * a[i][j] * y[j];
  return sum;
}

Matrix diagonal(const std::vector<double>& d) {
  Matrix m(d.size(), std::vector<double>(d.size()));
  for (std::size_t i = 0; i < d.size(); ++i) m[i][i] = d[i];
  return m;
}

/// A - A X (X'AX)^-1 X'A for X = (1, x), by the 2 x 2 inverse; x empty: X = 1.
Matrix projection(const std::vector<double>& a, const std::vector<double>& x) {
  double s = 0, sx = 0, sxx = 0, centre = 0;
  for (const double value : x) centre += value / static_cast<double>(x.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double z = x.empty() ? 0 : x[i] - centre;
    s += a[i], sx += a[i] * z, sxx += a[i] * z * z;
  }
  Matrix p = diagonal(a);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a.size(); ++j) {
      if (x.empty()) {
        p[i][j] -= a[i] * a[j] / s;
        continue;
      }
      const double zi = x[i] - centre, zj = x[j] - centre;
      p[i][j] -= a[i] * a[j] * (sxx - sx * (zi + zj) + s * zi * zj) / (s * sxx - sx * sx);
    }
  return p;
}

NormalData bcg(bool with_year) {
  NormalData data;
  if (!with_year) {
    standardise(bcg_yi, bcg_vi, data);
    return data;
  }
  std::vector<double> x(bcg_yi.size(), 1.0);
  x.insert(x.end(), bcg_year.begin(), bcg_year.end());
  standardise(bcg_yi, bcg_vi, x, data);
  return data;
}

}  // namespace

TEST_CASE("quadratic forms and traces agree with matrices") {
  for (const bool with_year : {false, true})
    for (const double tau2 : {0.0, 0.3, 40.0}) {
      CAPTURE(with_year);
      CAPTURE(tau2);
      std::vector<double> w;
      for (const double v : bcg_vi) w.push_back(1 / (v + tau2));
      const Matrix p = projection(w, with_year ? bcg_year : std::vector<double>()), pp = product(p, p);
      const NormalData data = bcg(with_year);
      NormalWorkspace work;
      const double unit = data.scale * data.scale;
      const NormalMoments m = normal_moments(data, tau2 / unit, work);
      const PreciseMoments precise = precise_moments(data, tau2 / unit, work);
      CHECK(relative_error(m.q, quadratic(bcg_yi, p)) < 1e-11);
      CHECK(relative_error(m.ypp / unit, quadratic(bcg_yi, pp)) < 1e-11);
      CHECK(relative_error(m.yppp / unit / unit, quadratic(bcg_yi, product(pp, p))) < 1e-11);
      CHECK(relative_error(m.tr_p / unit, trace(p)) < 1e-12);
      CHECK(relative_error(m.tr_pp / unit / unit, trace(pp)) < 1e-12);
      CHECK(relative_error(m.w2 / unit / unit, trace(product(diagonal(w), diagonal(w)))) < 1e-14);
      for (const auto& [plain, twice] :
           {std::pair{m.q, precise.q}, {m.ypp, precise.ypp}, {m.yppp, precise.yppp}, {m.tr_p, precise.tr_p}, {m.tr_pp, precise.tr_pp}})
        CHECK(relative_error(plain, static_cast<double>(twice)) < 1e-12);
    }
}

TEST_CASE("crossproducts are taken where they cost no digits") {
  for (const std::size_t k : {std::size_t{7}, std::size_t{13}, std::size_t{50}, std::size_t{1000}})
    for (const std::size_t p : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{6}})
      for (const double decades : {0.5, 3.0, 8.0}) {
        CAPTURE(k);
        CAPTURE(p);
        CAPTURE(decades);
        std::vector<double> yi(k), vi(k), x(k * p, 1.0);
        for (std::size_t i = 0; i < k; ++i) {
          const auto t = static_cast<double>(i);
          yi[i] = 0.3 + std::sin(12.9898 * t);
          vi[i] = std::pow(10.0, decades * (std::sin(1.7 * t) - 0.5));
          for (std::size_t j = 1; j < p; ++j) x[j * k + i] = 3 + std::cos(0.37 * t * static_cast<double>(j));
        }
        NormalData data;
        NormalWorkspace work;
        standardise(yi, vi, x, data);
        for (const double tau2 : {0.0, 1.0, 1e4}) {
          NormalMoments m;
          const bool taken = crossproduct_moments(data, tau2, work.plain, m);
          if (k >= 13 && (decades < 1 || tau2 > 1000)) CHECK(taken);
          if (p > 1 && decades > 5 && k < 20 && tau2 == 0) CHECK(!taken);
          if (!taken) continue;
          const PreciseMoments precise = precise_moments(data, tau2, work);
          for (const auto& [plain, twice] : {std::pair{m.q, precise.q},
                                             {m.ypp, precise.ypp},
                                             {m.w1, precise.w1},
                                             {m.w2, precise.w2},
                                             {m.tr_p, precise.tr_p},
                                             {m.tr_pp, precise.tr_pp}})
            CHECK(relative_error(plain, static_cast<double>(twice)) < 2e-13);
          CHECK(relative_error(m.yppp, static_cast<double>(precise.yppp)) < 1e-12);
          CHECK(std::abs(m.half_log_det - precise.half_log_det) < 1e-13 * (1 + std::abs(precise.half_log_det)));
        }
      }
}

TEST_CASE("the generalised Q statistic agrees with matrices") {
  std::vector<double> a;
  for (std::size_t i = 0; i < bcg_vi.size(); ++i) a.push_back(1 + 0.25 * static_cast<double>(i % 5));
  for (const bool with_year : {false, true}) {
    const Matrix p = projection(a, with_year ? bcg_year : std::vector<double>()), v = diagonal(bcg_vi), pv = product(p, v);
    const NormalData data = bcg(with_year);
    std::vector<double> in_places;
    for (const std::size_t i : data.order) in_places.push_back(a[i]);
    NormalWorkspace work;
    const GeneralisedQ g = generalised_q(data, in_places, work);
    const double unit = data.scale * data.scale;
    CHECK(relative_error(g.q * unit, quadratic(bcg_yi, p)) < 1e-11);
    CHECK(relative_error(g.tr_p, trace(p)) < 1e-12);
    CHECK(relative_error(g.tr_pv * unit, trace(pv)) < 1e-12);
    CHECK(relative_error(g.tr_pp, trace(product(p, p))) < 1e-12);
    CHECK(relative_error(g.tr_ppv * unit, trace(product(p, pv))) < 1e-12);
    CHECK(relative_error(g.tr_pvpv * unit * unit, trace(product(pv, pv))) < 1e-12);
    CHECK(g.excess == doctest::Approx(g.q - g.tr_pv).epsilon(1e-12));
  }
}

TEST_CASE("one weight 1e12 times the others") {
  // k4.ratio1e12: exact results.
  const std::vector<double> yi{0.2, 0.9, -0.3, 0.5}, vi{1e-12, 1.0, 0.5, 2.0};
  NormalData data;
  NormalWorkspace work;
  standardise(yi, vi, data);
  const NormalMoments m = normal_moments(data, 0, work);
  const double unit = data.scale * data.scale;
  CHECK(relative_error(m.q, 1.034999999999977512212) < 1e-15);
  CHECK(relative_error(data.df() / m.tr_p * unit, 0.4285714285724999999999) < 1e-15);
  const PooledMean mean = pooled_mean(data, 0, {}, work);
  CHECK(relative_error(mean.estimate, 0.1999999999998500111022) < 1e-16);
  CHECK(relative_error(mean.se, 9.9999999999824998994332e-7) < 1e-15);
}

TEST_CASE("scaling the data by a power of two changes no digit") {
  NormalWorkspace work;
  const NormalData plain = bcg(false);
  const PooledMean mean = pooled_mean(plain, 0.25, {}, work);
  for (const int power : {-480, -33, 40, 480}) {
    std::vector<double> yi(bcg_yi), vi(bcg_vi);
    for (double& y : yi) y = std::ldexp(y, power);
    for (double& v : vi) v = std::ldexp(v, 2 * power);
    NormalData scaled;
    standardise(yi, vi, scaled);
    const double tau2 = 0.25 * std::pow(plain.scale * std::ldexp(1 / scaled.scale, power), 2);
    const PooledMean got = pooled_mean(scaled, tau2, {}, work);
    CHECK(got.estimate == std::ldexp(mean.estimate, power));
    CHECK(got.se == std::ldexp(mean.se, power));
  }
}

TEST_CASE("coefficients of a regression on the calendar year") {
  const NormalData data = bcg(true);
  NormalWorkspace work;
  for (const double tau2 : {0.0, 0.2}) {
    const Coefficients c = coefficients(data, tau2 / data.scale / data.scale, {}, work);
    double s = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
    for (std::size_t i = 0; i < bcg_yi.size(); ++i) {
      const double w = 1 / (bcg_vi[i] + tau2), x = bcg_year[i] - 1966;
      s += w, sx += w * x, sxx += w * x * x, sy += w * bcg_yi[i], sxy += w * x * bcg_yi[i];
    }
    const double det = s * sxx - sx * sx, slope = (s * sxy - sx * sy) / det;
    CHECK(relative_error(c.beta[1], slope) < 1e-12);
    CHECK(relative_error(c.beta[0], (sy - sx * slope) / s - 1966 * slope) < 1e-12);
    CHECK(relative_error(c.vcov[3], s / det) < 1e-12);
    CHECK(relative_error(c.vcov[1], -sx / det - 1966 * s / det) < 1e-12);
    CHECK(c.vcov[1] == c.vcov[2]);
  }
}

TEST_CASE("given weights take the sandwich variance") {
  const NormalData data = bcg(false);
  NormalWorkspace work;
  const std::vector<double> equal(data.k, 1.0);
  const PooledMean mean = pooled_mean(data, 0, equal, work);
  double y = 0, v = 0;
  for (std::size_t i = 0; i < bcg_yi.size(); ++i) y += bcg_yi[i] / 13, v += bcg_vi[i] / 169;
  CHECK(relative_error(mean.estimate, y) < 1e-14);
  CHECK(relative_error(mean.se, std::sqrt(v)) < 1e-14);
}

TEST_CASE("dependent columns are found") {
  const std::vector<double> x{1, 1, 1, 1, 3, 5, 7, 9, 1, 2, 3, 4, 0, 0, 0, 0, 1, 4, 9, 16};
  CHECK(independent_columns(x, 4) == std::vector<bool>{true, true, false, false, true});
}

TEST_CASE("all stationary points of the likelihood, and the higher maximum") {
  const std::vector<double> yi{-0.304, -1.0125, -0.346, 0.7765, -1.5362}, vi{0.10925, 2.185779, 2.518895, 0.062963, 0.000119};
  NormalData data;
  NormalWorkspace work;
  standardise(yi, vi, data);
  const double unit = data.scale * data.scale;
  const LikelihoodShape shape = likelihood_shape(data, Likelihood::ml, work);
  REQUIRE(shape.points.size() == 2);
  CHECK(shape.maxima == 2);
  CHECK(!shape.points[0].maximum);
  CHECK(relative_error(shape.points[0].tau2 * unit, 0.0001470621031923128250353662) < 1e-15);
  CHECK(relative_error(shape.points[1].tau2 * unit, 0.7603672707355426365289434) < 1e-15);
  CHECK(shape.tau2 == shape.points[1].tau2);
  CHECK(shape.loglik > log_likelihood(data, Likelihood::ml, 0, work));
}

TEST_CASE("log-likelihoods") {
  // Five equal effects. The 25-digit value of REML is without log|X'X| / 2 = log(5) / 2.
  const std::vector<double> yi{0.25, 0.25, 0.25, 0.25, 0.25}, vi{0.1, 0.2, 0.3, 0.4, 0.5};
  NormalData data;
  NormalWorkspace work;
  standardise(yi, vi, data);
  CHECK(relative_error(log_likelihood(data, Likelihood::ml, 0, work) - log_likelihood_scale(data, Likelihood::ml),
                       -1.231975804929272560743530) < 1e-14);
  CHECK(relative_error(log_likelihood(data, Likelihood::reml, 0, work) - log_likelihood_scale(data, Likelihood::reml),
                       -1.877148000024634757643308 + 0.5 * std::log(5.0)) < 1e-14);
}
