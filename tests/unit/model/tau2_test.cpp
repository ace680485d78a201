// Estimators of tau2 against 25-digit results.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/model/tau2.hpp"
#include "tests/unit/model/bcg_trials.hpp"
#include "tests/unit/numerics/relative_error.hpp"

namespace {

using namespace tausq;
using namespace tausq::model;

double tau2(Tau2Method method, const std::vector<double>& yi, const std::vector<double>& vi) {
  NormalData data;
  NormalWorkspace work;
  standardise(yi, vi, data);
  return estimate_tau2(method, {data, {}, work}).tau2 * data.scale * data.scale;
}

struct Truth {
  Tau2Method method;
  double tau2;
};

}  // namespace

TEST_CASE("BCG trials shifted by 1e9") {
  const std::vector<double> yi{999999999.1106887, 999999998.4146113,  999999998.6519269,  999999998.5584488, 999999999.7824527,
                               999999999.2138845, 999999998.3791018,  1000000000.0119523, 999999999.5305823, 999999998.6286552,
                               999999999.6606412, 1000000000.4459134, 999999999.982686};
  const Truth truth[] = {{Tau2Method::DL, 0.3087602294870826422156319},   {Tau2Method::HE, 0.3285638614574328818294188},
                         {Tau2Method::HS, 0.2283628388148407514700610},   {Tau2Method::SJ, 0.3455157021459722483034826},
                         {Tau2Method::PM, 0.3180684513904600717271557},   {Tau2Method::EB, 0.3180684513904600717271557},
                         {Tau2Method::ML, 0.2800281331886446625554936},   {Tau2Method::REML, 0.3132432541354015672747077},
                         {Tau2Method::DLIT, 0.3180684513904600717271557}, {Tau2Method::SJIT, 0.3180684513904600717271557},
                         {Tau2Method::GENQ, 0.3087602294870826422156319}};
  for (const Truth& t : truth) {
    CAPTURE(key(t.method));
    CHECK(relative_error(tau2(t.method, yi, bcg_vi), t.tau2) < 3e-16);
  }
}

TEST_CASE("an outlier needs no upper limit") {
  const std::vector<double> yi{0.0, 0.1, -0.1, 25.0}, vi{0.01, 0.01, 0.01, 0.01};
  for (const Tau2Method method : {Tau2Method::DL, Tau2Method::HE, Tau2Method::PM, Tau2Method::REML})
    CHECK(relative_error(tau2(method, yi, vi), 156.2466666666666666671986) < 3e-16);
  CHECK(relative_error(tau2(Tau2Method::ML, yi, vi), 117.1825000000000000003469) < 3e-16);
  CHECK(relative_error(tau2(Tau2Method::SJ, yi, vi), 156.2433344709654941949) < 3e-16);
}

TEST_CASE("a variance barely above 0") {
  const std::vector<double> yi{0.0, 0.34, 0.66}, vi{0.1, 0.12, 0.09};
  CHECK(relative_error(tau2(Tau2Method::DL, yi, vi), 0.01502580645161291287490379) < 1e-15);
}

TEST_CASE("equal effects have no variance between them") {
  const std::vector<double> yi{0.3, 0.3, 0.3}, vi{0.04, 0.09, 0.01};
  for (const Tau2Row& row : tau2_table()) CHECK(tau2(row.id, yi, vi) == 0.0);
}

TEST_CASE("the highest of several maxima") {
  const std::vector<double> yi{3.4846, 2.6331, 0.7019, -7.6423}, vi{0.011139, 0.012939, 3.878506, 10.888134};
  CHECK(relative_error(tau2(Tau2Method::ML, yi, vi), 0.2238116534256845613227465) < 1e-15);
  CHECK(relative_error(tau2(Tau2Method::REML, yi, vi), 13.09858271702854765737322) < 1e-15);
}

TEST_CASE("every estimator follows shift, scale and order of the data") {
  for (const Tau2Row& row : tau2_table()) {
    CAPTURE(row.info.key);
    const double plain = tau2(row.id, bcg_yi, bcg_vi);
    CHECK(plain > 0);
    std::vector<double> yi(bcg_yi.rbegin(), bcg_yi.rend()), vi(bcg_vi.rbegin(), bcg_vi.rend());
    CHECK(relative_error(tau2(row.id, yi, vi), plain) < 1e-13);
    for (const double factor : {1e-150, 1e-6, 1e4, 1e150}) {
      yi = bcg_yi, vi = bcg_vi;
      for (double& y : yi) y *= factor;
      for (double& v : vi) v *= factor * factor;
      CHECK(relative_error(tau2(row.id, yi, vi), plain * factor * factor) < 1e-12);
    }
    yi = bcg_yi;
    for (double& y : yi) y = 3 - y;
    CHECK(relative_error(tau2(row.id, yi, bcg_vi), plain) < 1e-13);
  }
}

TEST_CASE("q_root meets its target and knows when there is none") {
  NormalData data;
  NormalWorkspace work;
  standardise(bcg_yi, bcg_vi, data);
  const double at_zero = normal_moments(data, 0, work).q;
  CHECK(q_root(data, at_zero * 1.001, work).tau2 == 0.0);
  for (const double target : {1e-6, 1.0, 12.0, 150.0, at_zero * (1 - 1e-9)}) {
    const QRoot root = q_root(data, target, work);
    CHECK(root.converged);
    CHECK(root.tau2 > 0);
    CHECK(relative_error(normal_moments(data, root.tau2, work).q, target) < 1e-14);
  }
}
