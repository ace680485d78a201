// Influence diagnostics of a meta-regression.
#include <algorithm>
#include <cmath>

#include "engine/diagnostics/influence_kernels.hpp"
#include "engine/inference/intervals.hpp"
#include "engine/model/normal_model.hpp"
#include "engine/numerics/cholesky.hpp"

namespace tausq::diagnostics {

namespace {

// Stands for a weight of 0 where a variance is wanted.
constexpr double negligible_weight = 1e-60;

/// Studies with their rows of the design, column-major.
struct Rows {
  pooling::NormalStudies studies;
  std::vector<double> x;
  std::size_t k() const { return studies.yi.size(); }
  std::size_t p() const { return x.size() / k(); }
};

Rows without(const Rows& all, std::size_t i) {
  Rows rest = all;
  const auto at = static_cast<std::ptrdiff_t>(i);
  for (std::vector<double>* column : {&rest.studies.yi, &rest.studies.vi, &rest.studies.user_weights})
    if (!column->empty()) column->erase(column->begin() + at);
  for (std::size_t j = all.p(); j-- > 0;) rest.x.erase(rest.x.begin() + static_cast<std::ptrdiff_t>(j * all.k() + i));
  return rest;
}

/// The interval of the options where regression coefficients have it, else z.
IntervalMethod coefficient_interval(const Options& options) {
  const IntervalMethod method = pooling::interval_of(options);
  return inference::interval_table()[static_cast<std::size_t>(method)].coefficients ? method : IntervalMethod::z;
}

/// Whether the studies that have a weight determine all coefficients.
bool determined(const Rows& rows) {
  std::vector<double> x(rows.x);
  const std::vector<double>& weights = rows.studies.user_weights;
  for (std::size_t at = 0; at < x.size(); ++at)
    if (!weights.empty() && weights[at % rows.k()] == 0) x[at] = 0;
  const std::vector<bool> independent = model::independent_columns(x, rows.k());
  return rows.k() >= rows.p() && std::find(independent.begin(), independent.end(), false) == independent.end();
}

/// A meta-regression with what its diagnostics need.
struct RegressionFit {
  model::NormalData data;
  model::NormalWorkspace work;
  std::vector<double> weights;
  model::Tau2Estimate tau2;
  model::Coefficients coefficients;
  double q = 0;
  double factor = 1;  ///< by which the interval's method multiplies variances

  RegressionFit(const Rows& rows, const Options& options) {
    model::standardise(rows.studies.yi, rows.studies.vi, rows.x, data);
    weights = pooling::weights_in_places(rows.studies, data);
    tau2 = pooling::tau2_of(options, data, weights, work);
    coefficients = model::coefficients(data, tau2.tau2, weights, work);
    if (data.df() <= 0) return;
    q = model::normal_moments(data, 0, work).q;
    const IntervalMethod method = coefficient_interval(options);
    inference::IntervalInput in{coefficients.beta[0], std::sqrt(coefficients.vcov[0]), pooling::hartung_knapp_factor(data, tau2.tau2, work),
                                data.df(), options.level};
    const double se = *inference::interval(method, in).estimate.se;
    factor = (se / in.se) * (se / in.se);
  }
  double tau2_on_scale() const { return tau2.tau2 * data.scale * data.scale; }
};

double prediction(const Rows& rows, std::size_t i, const std::vector<double>& beta) {
  double sum = 0;
  for (std::size_t j = 0; j < beta.size(); ++j) sum += rows.x[j * rows.k() + i] * beta[j];
  return sum;
}

/// x_i' matrix x_i
double quadratic_form(const Rows& rows, std::size_t i, const std::vector<double>& matrix) {
  const std::size_t p = rows.p();
  double sum = 0;
  for (std::size_t a = 0; a < p; ++a)
    for (std::size_t b = 0; b < p; ++b) sum += rows.x[a * rows.k() + i] * matrix[b * p + a] * rows.x[b * rows.k() + i];
  return sum;
}

/// d' V^-1 d
double mahalanobis(const numerics::Cholesky& v, std::vector<double> d) {
  v.solve_lower(d);
  double sum = 0;
  for (double x : d) sum += x * x;
  return sum;
}

/// |A| / |B|
double determinant_ratio(const numerics::Cholesky& a, const numerics::Cholesky& b, std::size_t p) {
  double ratio = 1;
  for (std::size_t j = 0; j < p; ++j) ratio *= (a.diagonal(j) / b.diagonal(j)) * (a.diagonal(j) / b.diagonal(j));
  return ratio;
}

/// Weights of the fit, 1 / (vi + tau2) or the user's, with (X'AX)^-1 on their scale.
struct Leverage {
  std::vector<double> weights, inverse;
  double sum = 0;

  Leverage(const Rows& rows, double tau2) {
    const std::vector<double>& given = rows.studies.user_weights;
    const double largest = given.empty() ? 0.0 : *std::max_element(given.begin(), given.end());
    std::vector<double> variances;
    for (std::size_t i = 0; i < rows.k(); ++i) {
      const double weight = given.empty() ? 1 / (rows.studies.vi[i] + tau2) : given[i];
      weights.push_back(weight);
      variances.push_back(1 / std::max(weight, negligible_weight * largest));
      sum += weight;
    }
    model::NormalData data;
    model::NormalWorkspace work;
    model::standardise(rows.studies.yi, variances, rows.x, data);
    inverse = model::coefficients(data, 0, {}, work).vcov;
  }
};

}  // namespace

std::vector<InfluenceDiagnostic> regression_diagnostics(const pooling::NormalStudies& studies, const std::vector<double>& x,
                                                        const Options& options) {
  const Rows rows{studies, x};
  const std::size_t k = rows.k(), p = rows.p();
  std::vector<InfluenceDiagnostic> result(k);
  RegressionFit full(rows, options);
  const Leverage leverage(rows, full.tau2_on_scale());
  const numerics::Cholesky vcov(full.coefficients.vcov, p);
  for (std::size_t i = 0; i < k; ++i) {
    const Rows others = without(rows, i);
    if (!determined(others)) {
      result[i].status = Status::not_estimable;
      result[i].reason = "without this study the coefficients are not determined";
      continue;
    }
    const RegressionFit rest(others, options);
    if (!full.tau2.converged || !rest.tau2.converged) {
      result[i].status = Status::not_converged;
      result[i].reason = "the estimate of tau2 did not converge";
      continue;
    }
    StudyDeletion d;
    d.yi = studies.yi[i];
    d.vi = studies.vi[i];
    d.hat = leverage.weights[i] * quadratic_form(rows, i, leverage.inverse);
    d.prediction = prediction(rows, i, full.coefficients.beta);
    d.deleted_prediction = prediction(rows, i, rest.coefficients.beta);
    d.deleted_prediction_variance = quadratic_form(rows, i, rest.coefficients.vcov);
    d.deleted_tau2 = rest.tau2_on_scale();
    d.factor = full.factor;
    d.deleted_factor = rest.factor;
    const double unit = full.data.scale * full.data.scale;
    const model::Coefficients all = model::coefficients(full.data, d.deleted_tau2 / unit, full.weights, full.work);
    for (std::size_t j = 0; j < p; ++j) {
      d.change.push_back(full.coefficients.beta[j] - rest.coefficients.beta[j]);
      d.change_variance.push_back(all.vcov[j * p + j]);
    }
    d.cook_d = mahalanobis(vcov, d.change);
    d.cov_r = determinant_ratio({rest.coefficients.vcov, p}, vcov, p);
    diagnose(d, k, result[i]);
    result[i].q_deleted = rest.q;
    result[i].weight = leverage.weights[i] / leverage.sum;
  }
  return result;
}

}  // namespace tausq::diagnostics
