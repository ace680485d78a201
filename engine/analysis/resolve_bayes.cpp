// Defaults and limits of Bayesian pooling.
#include <cmath>
#include <string>

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/bayes/prior.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::analysis {

namespace {

/// The prior of tau where the unit of the effect size is the same in every data set: half-normal(0.5) for log ratios and
/// standardised mean differences of two arms (Röver et al. 2021), half-normal(1) for logits and log rates of one arm, which
/// differ more from study to study; empty elsewhere.
std::string default_prior_of_tau(Measure measure) {
  switch (measure) {
    case Measure::OR:
    case Measure::RR:
    case Measure::PETO:
    case Measure::PBIT:
    case Measure::OR2DN:
    case Measure::OR2DL:
    case Measure::D2ORN:
    case Measure::D2ORL:
    case Measure::IRR:
    case Measure::SMD:
    case Measure::SMDH:
    case Measure::SMD1:
    case Measure::SMD1H:
      return "halfnormal(0.5)";
    case Measure::PLO:
    case Measure::PLN:
    case Measure::IRLN:
      return "halfnormal(1)";
    default:
      return "";
  }
}

std::string default_prior_of_mu(const Options& o) {
  if (!pooling::row_of(*o.pooling).exact_likelihood(*o.effect.measure)) return "flat";
  if (*o.effect.measure == Measure::PLO) return "uniform-probability";
  return *o.effect.measure == Measure::IRLN ? "normal(0,10)" : "normal(0,2.82)";  // a rate has a unit: any within e^-20 to e^20
}

[[noreturn]] void refuse(std::string_view option, std::string_view value, const std::string& rule) {
  throw UsageError(std::string(option) + " " + std::string(value) + ": " + rule);
}

void check_absent(const Options& o) {
  const std::string rule = "needs --pooling bayes or bayes-normal, not " + std::string(key(*o.pooling));
  if (!o.prior_tau.empty()) refuse("--prior-tau", o.prior_tau, rule);
  if (!o.prior_mu.empty()) refuse("--prior-mu", o.prior_mu, rule);
  if (o.threshold) throw UsageError("--threshold: " + rule);
}

void check_choices(const Options& o) {
  const std::string by_name = " is not part of Bayesian pooling; ";
  if (o.tau2) refuse("--tau2", key(*o.tau2), "an estimator of tau2" + by_name + "its prior is --prior-tau");
  if (o.tau2_fixed) throw UsageError("--tau2: a fixed tau2" + by_name + "its prior is --prior-tau");
  if (!o.user_weights.empty()) throw UsageError("--weights: Bayesian pooling has weights of its own");
  for (const auto& interval : {o.interval, o.interval_common})
    if (*interval != IntervalMethod::central && *interval != IntervalMethod::shortest)
      refuse("--interval", key(*interval), "Bayesian pooling has central and shortest credible intervals");
  if (*o.tau2_interval != Tau2IntervalMethod::central && *o.tau2_interval != Tau2IntervalMethod::shortest)
    refuse("--tau2-interval", key(*o.tau2_interval), "Bayesian pooling has central and shortest credible intervals");
  if (*o.prediction != PredictionMethod::integrated && *o.prediction != PredictionMethod::none)
    refuse("--prediction", key(*o.prediction), "Bayesian pooling predicts by the distribution averaged over tau: integrated, or none");
}

}  // namespace

void resolve_bayes(Options& o) {
  if (!pooling::row_of(*o.pooling).bayesian) return check_absent(o);
  check_choices(o);
  const std::string measure(key(*o.effect.measure));
  if (o.prior_tau.empty()) o.prior_tau = default_prior_of_tau(*o.effect.measure);
  if (o.prior_tau.empty())
    throw UsageError("--pooling bayes: tau has the unit of the effect size, so that its prior has no default for " + measure +
                     "; give one, e.g. --prior-tau 'halfnormal(s)'");
  if (o.prior_mu.empty()) o.prior_mu = default_prior_of_mu(o);
  o.prior_tau = bayes::parse_tau_prior(o.prior_tau).text;
  o.prior_mu = bayes::parse_mu_prior(o.prior_mu).text;
  if (o.predict_n && o.effect.measure == Measure::PFT)
    throw UsageError("--predict-n: the posterior of a double arcsine has no way back to proportions; use --measure PLO");
  if (o.threshold && !std::isfinite(analysis_scale(*o.effect.measure, *o.threshold)))
    throw UsageError("--threshold: is a value of the natural scale (" + std::string(scale_label(*o.effect.measure)) +
                     ") that the measure can take");
}

}  // namespace tausq::analysis
