// Homogeneity of studies under an exact likelihood: tests against the saturated model, I2 and H2.
#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/model/normal_orthogonal.hpp"
#include "engine/numerics/cholesky.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"
#include "engine/pooling/one_stage_results.hpp"

namespace tausq::pooling {

namespace {

/// min over b of sum w (eta - x'b)^2, by orthonormal weighted columns: right to rounding whatever the condition of the design.
double weighted_residuals(const std::vector<model::StudyMaximum>& studies, const model::Design& design) {
  const std::size_t k = studies.size(), p = design.p();
  std::vector<double> columns(design.x), rest(k), triangle(p * p);
  // Deviations from the weighted mean, where the design can take up a mean: a common offset would cost digits.
  numerics::Sum weights, weighted;
  for (const model::StudyMaximum& s : studies) {
    weights.add(s.information);
    weighted.add_product(s.information, s.eta);
  }
  const double mean = design.intercept && weights.value() > 0 ? weighted.value() / weights.value() : 0;
  for (std::size_t i = 0; i < k; ++i) {
    const double root = std::sqrt(studies[i].information);
    rest[i] = root * (studies[i].eta - mean);
    for (std::size_t j = 0; j < p; ++j) columns[j * k + i] *= root;
  }
  model::orthonormalise<double>(columns, k, triangle, 2);
  for (std::size_t j = 0; j < p; ++j) {
    const std::span<const double> column = std::span(columns).subspan(j * k, k);
    model::subtract<double>(rest, model::dot<double>(column, rest), column);
  }
  numerics::Sum squares;
  for (double r : rest) squares.add_product(r, r);
  return squares.value();
}

}  // namespace

void HomogeneitySums::add(const model::StudyMaximum& study) {
  studies_.push_back(study);
}

Homogeneity HomogeneitySums::against(double common_loglik, const model::Design& design) const {
  numerics::Sum saturated;
  for (const model::StudyMaximum& s : studies_) saturated.add(s.loglik);
  return {weighted_residuals(studies_, design), std::max(0.0, 2 * (saturated.value() - common_loglik))};
}

std::optional<double> typical_variance(const EffectSizes& effects, const std::vector<std::size_t>& used, const model::Design& design) {
  const std::size_t k = used.size(), p = design.p();
  double count = 0, sum = 0;
  std::vector<double> weights(k), information(p * p), row(p);
  for (std::size_t i = 0; i < k; ++i) {
    const std::optional<double>& vi = effects.study[used[i]].vi;
    if (!vi || !(*vi > 0)) continue;
    const double w = weights[i] = 1 / *vi;
    count += 1;
    sum += w;
    for (std::size_t a = 0; a < p; ++a)
      for (std::size_t b = 0; b < p; ++b) information[b * p + a] += w * design.x[a * k + i] * design.x[b * k + i];
  }
  const double df = count - static_cast<double>(p);
  if (!(df > 0)) return std::nullopt;
  const numerics::Cholesky factor(std::move(information), p);
  if (!factor.positive()) return std::nullopt;
  double leverage = 0;  // sum w^2 x' (X'WX)^-1 x
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t a = 0; a < p; ++a) row[a] = weights[i] * design.x[a * k + i];
    factor.solve_lower(row);
    for (double r : row) leverage += r * r;
  }
  return df / (sum - leverage);
}

void report_homogeneity(const Homogeneity& test, const PoolingInput& input, const std::vector<std::size_t>& used,
                        const model::Design& design, Heterogeneity& het) {
  if (used.size() < 2) return;
  const double df = static_cast<double>(used.size()) - static_cast<double>(design.p());
  het.q = test.wald;
  het.lrt = test.likelihood_ratio;
  het.q_df = het.lrt_df = df;
  het.q_p = df > 0 ? numerics::chi2_sf(test.wald, df) : 1;
  het.lrt_p = df > 0 ? numerics::chi2_sf(test.likelihood_ratio, df) : 1;
  het.i2_from_q = test.wald > df ? (test.wald - df) / test.wald : 0;
  const std::optional<double> typical = typical_variance(input.effects, used, design);
  if (!typical || !het.tau2) return;
  const auto i2 = [&](std::optional<double> tau2) { return tau2 ? std::optional(*tau2 / (*tau2 + *typical)) : std::nullopt; };
  const auto h2 = [&](std::optional<double> tau2) { return tau2 ? std::optional(1 + *tau2 / *typical) : std::nullopt; };
  het.i2 = i2(het.tau2), het.i2_ci_lower = i2(het.tau2_ci_lower), het.i2_ci_upper = i2(het.tau2_ci_upper);
  het.h2 = h2(het.tau2), het.h2_ci_lower = h2(het.tau2_ci_lower), het.h2_ci_upper = h2(het.tau2_ci_upper);
}

}  // namespace tausq::pooling
