// The selection model with a step function, by maximum likelihood.
#include <algorithm>
#include <cmath>

#include "engine/diagnostics/funnel.hpp"
#include "engine/diagnostics/refit.hpp"
#include "engine/diagnostics/step_likelihood.hpp"
#include "engine/inference/wald.hpp"
#include "engine/numerics/cholesky.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::diagnostics {

namespace {

constexpr int most_steps = 200;

/// A maximum over mu, tau2 >= 0 and the free classes; the covariance of the coordinates that may move.
struct StepMaximum {
  std::vector<double> parameters;
  double value = 0;
  bool converged = false;
};

/// Rows and columns `keep` of minus the Hessian.
std::vector<double> information(const StepDerivatives& d, const std::vector<std::size_t>& keep) {
  const std::size_t n = d.gradient.size();
  std::vector<double> matrix;
  for (std::size_t b : keep)
    for (std::size_t a : keep) matrix.push_back(-d.hessian[b * n + a]);
  return matrix;
}

/// All coordinates, without tau2 where it stands at 0 and would fall further.
std::vector<std::size_t> movable(const std::vector<double>& parameters, const StepDerivatives& d) {
  std::vector<std::size_t> keep;
  for (std::size_t j = 0; j < parameters.size(); ++j)
    if (j != 1 || parameters[1] > 0 || d.gradient[1] > 0) keep.push_back(j);
  return keep;
}

/// Newton's method; the Hessian is made definite, and steps are shortened, by adding to its diagonal (Levenberg-Marquardt).
StepMaximum maximise(const StepLikelihood& likelihood, std::vector<double> start) {
  StepMaximum best{std::move(start), 0, false};
  StepDerivatives d = likelihood.derivatives(best.parameters);
  best.value = d.value;
  double damping = 0;
  for (int i = 0; i < most_steps; ++i) {
    const std::vector<std::size_t> keep = movable(best.parameters, d);
    std::vector<double> matrix = information(d, keep), step;
    const std::size_t n = keep.size();
    for (std::size_t j = 0; j < n; ++j) {
      step.push_back(d.gradient[keep[j]]);
      matrix[j * n + j] += damping * std::max(std::abs(matrix[j * n + j]), 1e-8);
    }
    const numerics::Cholesky factor(std::move(matrix), n);
    const auto retry = [&] { damping = std::max(10 * damping, 1e-3); };
    if (!factor.positive()) {
      if (damping > 1e12) return best;
      retry();
      continue;
    }
    factor.solve(step);
    double gain = 0;  // twice the rise that the quadratic promises: the squared distance to the maximum in standard errors
    std::vector<double> next = best.parameters;
    for (std::size_t j = 0; j < n; ++j) {
      gain += step[j] * d.gradient[keep[j]];
      next[keep[j]] += step[j];
    }
    next[1] = std::max(next[1], 0.0);
    const StepDerivatives there = likelihood.derivatives(next);
    // Near the maximum the values agree to rounding and only the derivatives know the way.
    const bool close = gain < 1e-12;
    if (!std::isfinite(there.value) || (!close && there.value < d.value)) {
      if (damping > 1e12) return best;
      retry();
      continue;
    }
    best.parameters = std::move(next);
    d = there;
    best.value = d.value;
    best.converged = gain < 1e-22 && damping == 0;
    if (best.converged) return best;
    damping = damping < 1e-3 ? 0 : damping / 10;
  }
  best.converged = damping == 0;
  return best;
}

/// The highest maximum from several starts around the fit without selection.
StepMaximum highest_maximum(const StepLikelihood& likelihood, double mean, double tau2, double typical_variance) {
  StepMaximum best;
  for (double share : {1.0, 0.5, 0.0})
    for (double start : {tau2, 0.25 * tau2 + 0.1 * typical_variance}) {
      std::vector<double> parameters(likelihood.parameters(), 0.0);
      parameters[0] = share * mean;
      parameters[1] = start;
      StepMaximum found = maximise(likelihood, std::move(parameters));
      if (found.converged && (!best.converged || found.value > best.value)) best = std::move(found);
    }
  return best;
}

SelectionAlternative side_of(const Funnel& funnel) {
  if (funnel.bias.alternative != SelectionAlternative::automatic) return funnel.bias.alternative;
  return common_effect(funnel).mean < 0 ? SelectionAlternative::less : SelectionAlternative::greater;
}

void give_up(SelectionModel& result, Status status, std::string reason) {
  result.status = status;
  result.reason = std::move(reason);
}

/// Effects near unit scale, their sign as it is: the p-values stay.
struct Scaled {
  double unit = 1;
  std::vector<double> y, v;

  explicit Scaled(const Funnel& funnel) {
    model::NormalData data;
    model::standardise(funnel.yi, funnel.vi, data);
    unit = data.scale;
    for (std::size_t j = 0; j < funnel.k(); ++j) {
      y.push_back(funnel.yi[j] / unit);
      v.push_back(funnel.vi[j] / unit / unit);
    }
  }
};

/// Maximum-likelihood fit without selection, in the same units and with the sign of the alternative.
struct PlainFit {
  double mean = 0, tau2 = 0, loglik = 0;
};

PlainFit without_selection(const Scaled& data, bool mirrored) {
  Options options;
  options.tau2 = Tau2Method::ML;
  options.interval = IntervalMethod::z;
  options.model = Model::random;
  MeanModel model(options);
  model.fit({{}, data.y, data.v, {}});
  PlainFit fit{mirrored ? -model.estimate() : model.estimate(), model.tau2(), 0};
  const StepLikelihood likelihood(data.y, data.v, mirrored ? SelectionAlternative::less : SelectionAlternative::greater, {}, {1.0},
                                  {false});
  fit.loglik = likelihood.value(std::vector<double>{fit.mean, fit.tau2});
  return fit;
}

/// Standard errors from the observed information; tau2 at 0 and empty classes have none.
void add_errors(SelectionModel& result, const StepLikelihood& likelihood, const StepMaximum& maximum, const std::vector<bool>& free,
                double unit, double level, bool mirrored) {
  const StepDerivatives d = likelihood.derivatives(maximum.parameters);
  std::vector<std::size_t> keep;
  for (std::size_t j = 0; j < maximum.parameters.size(); ++j)
    if (j != 1 || maximum.parameters[1] > 0) keep.push_back(j);
  const numerics::Cholesky factor(information(d, keep), keep.size());
  if (!factor.positive()) return give_up(result, Status::not_estimable, "the likelihood is flat: the studies do not determine the model");
  const double estimate = unit * (mirrored ? -maximum.parameters[0] : maximum.parameters[0]);
  copy_estimate(inference::wald(estimate, unit * std::sqrt(factor.inverse_diagonal(0)), {}, level), result);
  result.tau2 = unit * unit * maximum.parameters[1];
  const bool inside = maximum.parameters[1] > 0;
  if (inside) result.tau2_se = unit * unit * std::sqrt(factor.inverse_diagonal(1));
  std::size_t at = inside ? 2 : 1;
  for (std::size_t j = 0; j < result.delta.size(); ++j)
    result.delta_se.push_back(free[j] ? std::optional(result.delta[j] * std::sqrt(factor.inverse_diagonal(at++))) : std::nullopt);
}

}  // namespace

SelectionModel selection_model(const Funnel& funnel) {
  SelectionModel result;
  result.alternative = side_of(funnel);
  result.steps = funnel.bias.selection_steps;
  if (funnel.k() < 3) return give_up(result, Status::not_estimable, "fewer than 3 studies"), result;
  const Scaled data(funnel);
  const std::size_t classes = result.steps.size() + 1;
  const bool given = !funnel.bias.selection_weights.empty(), mirrored = result.alternative == SelectionAlternative::less;
  std::vector<double> delta(classes, 1.0);
  std::vector<bool> free(classes, !given);
  if (given)
    for (std::size_t j = 0; j < classes; ++j) delta[j] = funnel.bias.selection_weights[j] / funnel.bias.selection_weights[0];
  const StepLikelihood counts(data.y, data.v, result.alternative, result.steps, delta, free);
  free[0] = false;
  for (std::size_t j = 0; j < classes; ++j) {
    result.k.push_back(counts.studies_in(j));
    if (result.k[j] == 0 && free[j]) delta[j] = 0, free[j] = false;  // the likelihood rises as delta falls to 0
  }
  if (!given && result.k[0] == 0) return give_up(result, Status::not_estimable, "no study has a p-value below the first step"), result;

  const StepLikelihood likelihood(data.y, data.v, result.alternative, result.steps, delta, free);
  const PlainFit plain = without_selection(data, mirrored);
  const StepMaximum maximum = highest_maximum(likelihood, plain.mean, plain.tau2, 1.0);
  if (!maximum.converged) return give_up(result, Status::not_converged, "no start led to a maximum of the likelihood"), result;
  result.delta = likelihood.deltas(maximum.parameters);
  add_errors(result, likelihood, maximum, free, data.unit, funnel.options.level, mirrored);
  if (result.status != Status::ok) return result;
  const double k = static_cast<double>(funnel.k());
  result.loglik = maximum.value - k * std::log(data.unit);
  result.lrt = std::max(0.0, 2 * (maximum.value - plain.loglik));
  result.lrt_df = given ? 0.0 : static_cast<double>(classes - 1);
  if (!given) result.lrt_p = numerics::chi2_sf(*result.lrt, *result.lrt_df);
  return result;
}

}  // namespace tausq::diagnostics
