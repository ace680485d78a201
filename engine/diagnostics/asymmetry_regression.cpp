#include "engine/diagnostics/asymmetry_regression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/model/normal_model.hpp"
#include "engine/model/tau2.hpp"

namespace tausq::diagnostics {

namespace {

// A residual below this share of the effects is rounding: the dispersion of effects that lie on the line is not known.
constexpr double rounding = 16 * std::numeric_limits<double>::epsilon();

LineFit not_estimable(std::string reason) {
  LineFit fit;
  fit.status = Status::not_estimable;
  fit.reason = std::move(reason);
  return fit;
}

/// The normal model of the line in standard units, or why there is none.
struct LineModel {
  model::NormalData data;
  model::NormalWorkspace work;
  std::string obstacle;
  double unit = 1;  ///< of the predictor: a power of two, so that neither its squares nor theirs leave the doubles

  explicit LineModel(const FunnelLine& line) {
    const std::size_t k = line.y.size();
    std::vector<double> design(k, 1.0);
    double most = 0;
    for (const double x : line.x) most = std::max(most, std::abs(x));
    if (most > 0) unit = std::ldexp(1.0, std::ilogb(most));
    for (const double x : line.x) design.push_back(x / unit);
    if (k < 3)
      obstacle = "fewer than 3 studies";
    else if (!model::independent_columns(design, k)[1])
      obstacle = "the predictor is the same in all studies";
    else
      model::standardise(line.y, line.v, design, data);
  }
};

LineFit line_at(const LineModel& model, double tau2, model::NormalWorkspace& work) {
  const model::Coefficients c = model::coefficients(model.data, tau2, {}, work);
  LineFit fit;
  fit.intercept = c.beta[0];
  fit.slope = c.beta[1] / model.unit;
  fit.intercept_se = std::sqrt(c.vcov[0]);
  fit.slope_se = std::sqrt(c.vcov[3]) / model.unit;
  return fit;
}

double weighted_sum_of_squares(const FunnelLine& line) {
  double sum = 0;
  for (std::size_t i = 0; i < line.y.size(); ++i) {
    const double z = line.y[i] / std::sqrt(line.v[i]);
    sum += z * z;
  }
  return sum;
}

}  // namespace

LineFit fit_least_squares(const FunnelLine& line) {
  LineModel model(line);
  if (!model.obstacle.empty()) return not_estimable(model.obstacle);
  const double q = model::normal_moments(model.data, 0, model.work).q;
  if (q <= rounding * rounding * weighted_sum_of_squares(line))
    return not_estimable("the effects lie on a straight line: their dispersion is not known");
  LineFit fit = line_at(model, 0, model.work);
  fit.df = model.data.df();
  fit.dispersion = q / *fit.df;
  fit.intercept_se *= std::sqrt(*fit.dispersion);
  fit.slope_se *= std::sqrt(*fit.dispersion);
  return fit;
}

LineFit fit_mixed_effects(const FunnelLine& line, const Options& options) {
  LineModel model(line);
  if (!model.obstacle.empty()) return not_estimable(model.obstacle);
  const double unit = model.data.scale * model.data.scale;
  double tau2 = 0;
  if (options.tau2_fixed) {
    tau2 = *options.tau2_fixed / unit;
  } else {
    const model::Tau2Estimate estimate = model::estimate_tau2(options.tau2.value_or(Tau2Method::REML), {model.data, {}, model.work});
    tau2 = estimate.tau2;
    if (!estimate.converged) {
      LineFit fit = not_estimable("the estimator of tau2 did not converge");
      fit.status = Status::not_converged;
      return fit;
    }
  }
  LineFit fit = line_at(model, tau2, model.work);
  fit.tau2 = tau2 * unit;
  return fit;
}

LineFit fit_line(BiasModel model, const FunnelLine& line, const Options& options) {
  return model == BiasModel::lm ? fit_least_squares(line) : fit_mixed_effects(line, options);
}

std::optional<FunnelLine> predictor_line(const Funnel& funnel, BiasPredictor predictor) {
  const bool by_variance = predictor == BiasPredictor::sei || predictor == BiasPredictor::vi;
  if (!by_variance && funnel.ni.empty()) return std::nullopt;
  FunnelLine line;
  for (std::size_t j = 0; j < funnel.k(); ++j) {
    const double v = funnel.vi[j], n = by_variance ? 0 : funnel.ni[j];
    double x = 0;
    switch (predictor) {
      case BiasPredictor::sei:
        x = std::sqrt(v);
        break;
      case BiasPredictor::vi:
        x = v;
        break;
      case BiasPredictor::ni:
        x = n;
        break;
      case BiasPredictor::sqrtni:
        x = std::sqrt(n);
        break;
      case BiasPredictor::ninv:
        x = 1 / n;
        break;
      case BiasPredictor::sqrtninv:
        x = 1 / std::sqrt(n);
        break;
    }
    line.add(funnel.yi[j], v, x);
  }
  return line;
}

}  // namespace tausq::diagnostics
