// Meta-regression: yi ~ N(x_i' beta, vi + tau2).
#include <algorithm>
#include <cmath>

#include <tausq/problem.hpp>

#include "engine/inference/intervals.hpp"
#include "engine/inference/wald.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/pooling/regression_prediction.hpp"

namespace tausq::pooling {

namespace {

/// Lower Cholesky factor of the correlation matrix of coefficients `first` .. p - 1; empty when it is singular.
std::vector<double> correlation_factor(const std::vector<double>& vcov, std::size_t p, std::size_t first) {
  const std::size_t m = p - first;
  std::vector<double> factor(m * m);
  for (std::size_t a = 0; a < m; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      const std::size_t i = a + first, j = b + first;
      double entry = a == b ? 1.0 : vcov[j * p + i] / std::sqrt(vcov[i * p + i] * vcov[j * p + j]);
      for (std::size_t l = 0; l < b; ++l) entry -= factor[l * m + a] * factor[l * m + b];
      if (a == b && !(entry > 0)) return {};
      factor[b * m + a] = a == b ? std::sqrt(entry) : entry / factor[b * m + b];
    }
  return factor;
}

void solve_lower(const std::vector<double>& factor, std::vector<double>& b) {
  const std::size_t m = b.size();
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t l = 0; l < i; ++l) b[i] -= factor[l * m + i] * b[l];
    b[i] /= factor[i * m + i];
  }
}

class RegressionFit {
 public:
  RegressionFit(const PoolingInput& input, const NormalStudies& studies, Pooled& pooled)
      : input_(input),
        options_(input.options),
        studies_(studies),
        pooled_(pooled),
        design_(used_design(input.design, studies.study, pooled.warnings)) {
    model::standardise(studies.yi, studies.vi, design_.x, data_);
    weights_ = weights_in_places(studies, data_);
    count_ = input.effects.study.size();
  }

  void run() {
    const char* const elsewhere = "with moderators the coefficients stand in `regression`";
    (options_.model == Model::common ? pooled_.common : pooled_.random).reason = elsewhere;
    pooled_.prediction.status = Status::not_estimable;
    pooled_.prediction.reason = "with moderators a prediction needs their values (--predict-at)";
    if (data_.df() < 0 || design_.terms.empty()) throw UsageError("--mods: more terms than studies");
    tau2_ = tau2_of(options_, data_, weights_, work_);
    describe_fit(options_, data_, tau2_, weights_, pooled_, work_);
    (options_.model == Model::common ? pooled_.weight_common : pooled_.weight_random) =
        weight_fractions(studies_, data_, tau2_.tau2, count_);
    coefficients_ = model::coefficients(data_, tau2_.tau2, weights_, work_);
    fill();
    pooled_.regression = std::move(regression_);
  }

 private:
  void fill() {
    regression_.terms = design_.terms;
    const double factor = test_coefficients();
    for (double& entry : coefficients_.vcov) entry *= factor;
    const std::size_t p = data_.p;
    for (std::size_t a = 0; a < p; ++a) {
      regression_.vcov.emplace_back();
      for (std::size_t b = 0; b < p; ++b) regression_.vcov[a].push_back(coefficients_.vcov[b * p + a]);
    }
    regression_.vif = variance_inflation(coefficients_.vcov, p, design_.first_moderator());
    regression_.qe = pooled_.heterogeneity.q, regression_.qe_df = pooled_.heterogeneity.q_df, regression_.qe_p = pooled_.heterogeneity.q_p;
    test_moderators();
    regression_.r2 = explained();
    const double hk = hartung_knapp_factor(data_, tau2_.tau2, work_);
    predict_at_points(input_, {tau2_.tau2 * data_.scale * data_.scale, data_.df(), factor, hk}, regression_);
  }

  /// Fills everything that stands per coefficient; gives the factor by which the interval's method multiplies variances.
  double test_coefficients() {
    const IntervalMethod method = options_.model == Model::common ? options_.interval_common.value_or(IntervalMethod::z)
                                                                  : options_.interval.value_or(IntervalMethod::hk_ci);
    const inference::IntervalRow& row = inference::interval_table()[static_cast<std::size_t>(method)];
    if (!row.coefficients) throw UsageError("--interval " + std::string(row.info.key) + ": not available with moderators");
    const double hk = hartung_knapp_factor(data_, tau2_.tau2, work_);
    std::vector<double> dl;
    if (method == IntervalMethod::hk_iqwig6 && data_.df() > 0)
      dl = model::coefficients(data_, model::estimate_tau2(Tau2Method::DL, {data_, {}, work_}).tau2, weights_, work_).vcov;
    double factor = 1;
    for (std::size_t j = 0; j < data_.p; ++j) {
      const std::size_t diagonal = j * data_.p + j;
      inference::IntervalInput in{coefficients_.beta[j], std::sqrt(coefficients_.vcov[diagonal]), hk, data_.df(), options_.level};
      if (!dl.empty()) in.se_dl = std::sqrt(dl[diagonal]);
      // As many coefficients as studies: no residual to learn a scale from.
      const inference::IntervalResult result = inference::interval(data_.df() > 0 ? method : IntervalMethod::z, in);
      const PooledEstimate& e = result.estimate;
      regression_.beta.push_back(*e.estimate), regression_.se.push_back(*e.se), regression_.statistic.push_back(*e.statistic);
      regression_.p_value.push_back(*e.p_value), regression_.ci_lower.push_back(*e.ci_lower), regression_.ci_upper.push_back(*e.ci_upper);
      regression_.df = e.df;
      factor = (*e.se / in.se) * (*e.se / in.se);
      if (j == 0 && result.warning) pooled_.warnings.push_back(*result.warning);
    }
    return factor;
  }

  void test_moderators() {
    const std::optional<double> statistic = wald_statistic(coefficients_, design_.first_moderator());
    if (!statistic) return;
    const double m = static_cast<double>(data_.p - design_.first_moderator());
    regression_.qm_df = m;
    regression_.qm = regression_.df ? *statistic / m : *statistic;
    regression_.qm_p = regression_.df ? numerics::f_sf(*regression_.qm, m, *regression_.df) : numerics::chi2_sf(*regression_.qm, m);
  }

  /// 1 - tau2 / tau2 without moderators; for a common effect the adjusted share of Q.
  std::optional<double> explained() {
    if (data_.constant.empty() || data_.p < 2 || data_.df() <= 0 || options_.tau2_fixed) return std::nullopt;
    model::NormalData plain;
    model::standardise(studies_.yi, studies_.vi, plain);
    if (options_.model == Model::common) {
      const double all = hartung_knapp_factor(plain, 0, work_);
      return all > 0 ? std::optional(std::max(0.0, 1 - hartung_knapp_factor(data_, 0, work_) / all)) : std::nullopt;
    }
    const double without = tau2_of(options_, plain, weights_in_places(studies_, plain), work_).tau2 * plain.scale * plain.scale;
    const double with = tau2_.tau2 * data_.scale * data_.scale;
    return without > 0 ? std::optional(std::max(0.0, 1 - with / without)) : std::nullopt;
  }

  const PoolingInput& input_;
  const Options& options_;
  const NormalStudies& studies_;
  Pooled& pooled_;
  UsedDesign design_;
  model::NormalData data_;
  model::NormalWorkspace work_;
  std::vector<double> weights_;
  std::size_t count_ = 0;
  model::Tau2Estimate tau2_;
  model::Coefficients coefficients_;
  Regression regression_;
};

}  // namespace

UsedDesign used_design(const model::Design& design, const std::vector<std::size_t>& studies, std::vector<Warning>& warnings) {
  const std::size_t k = studies.size();
  std::vector<double> x;
  for (std::size_t j = 0; j < design.p(); ++j)
    for (const std::size_t i : studies) x.push_back(design.x[j * design.k + i]);
  const std::vector<bool> independent = model::independent_columns(x, k);
  UsedDesign used;
  std::string dropped;
  for (std::size_t j = 0; j < design.p(); ++j) {
    if (!independent[j]) {
      dropped += (dropped.empty() ? "" : ", ") + design.terms[j];
      continue;
    }
    used.terms.push_back(design.terms[j]);
    used.x.insert(used.x.end(), x.begin() + static_cast<std::ptrdiff_t>(j * k), x.begin() + static_cast<std::ptrdiff_t>((j + 1) * k));
    used.intercept = used.intercept || (j == 0 && design.intercept);
  }
  if (!dropped.empty()) warnings.push_back({"redundant-terms", "terms that the others determine were dropped: " + dropped, {}});
  return used;
}

std::optional<double> wald_statistic(const model::Coefficients& c, std::size_t first) {
  const std::size_t p = c.beta.size(), m = p - first;
  const std::vector<double> factor = correlation_factor(c.vcov, p, first);
  if (m == 0 || factor.empty()) return std::nullopt;
  std::vector<double> z(m);
  for (std::size_t a = 0; a < m; ++a) z[a] = c.beta[a + first] / std::sqrt(c.vcov[(a + first) * p + a + first]);
  solve_lower(factor, z);
  double sum = 0;
  for (const double x : z) sum += x * x;
  return sum;
}

std::vector<double> variance_inflation(const std::vector<double>& vcov, std::size_t p, std::size_t first) {
  const std::size_t m = p - first;
  const std::vector<double> factor = correlation_factor(vcov, p, first);
  if (m < 2 || factor.empty()) return {};
  std::vector<double> result(m);
  for (std::size_t a = 0; a < m; ++a) {
    std::vector<double> unit(m);
    unit[a] = 1;
    solve_lower(factor, unit);
    for (const double x : unit) result[a] += x * x;
  }
  return result;
}

void pool_regression(const PoolingInput& input, const NormalStudies& studies, Pooled& pooled) {
  RegressionFit(input, studies, pooled).run();
}

}  // namespace tausq::pooling
