// The effect at the end of the regression line: a study of infinite size.
#include "engine/diagnostics/asymmetry_regression.hpp"
#include "engine/diagnostics/funnel.hpp"
#include "engine/diagnostics/refit.hpp"
#include "engine/inference/wald.hpp"

namespace tausq::diagnostics {

namespace {

LimitEstimate limit_estimate(BiasModel model, BiasPredictor predictor, const FunnelLine& line, const Options& options) {
  const LineFit fit = fit_line(model, line, options);
  LimitEstimate limit;
  limit.model = model;
  limit.predictor = predictor;
  limit.status = fit.status;
  limit.reason = fit.reason;
  if (fit.status != Status::ok) return limit;
  copy_estimate(inference::wald(fit.intercept, fit.intercept_se, fit.df, options.level), limit);
  return limit;
}

}  // namespace

std::vector<LimitEstimate> limit_estimates(const Funnel& funnel) {
  std::vector<BiasPredictor> predictors{BiasPredictor::sei, BiasPredictor::vi};
  const BiasPredictor chosen = funnel.bias.predictor;
  if (chosen == BiasPredictor::ninv || chosen == BiasPredictor::sqrtninv) predictors.push_back(chosen);
  std::vector<LimitEstimate> limits;
  for (BiasModel model : {BiasModel::lm, BiasModel::rma})
    for (BiasPredictor predictor : predictors)
      if (const auto line = predictor_line(funnel, predictor)) limits.push_back(limit_estimate(model, predictor, *line, funnel.options));
  return limits;
}

}  // namespace tausq::diagnostics
