#include "engine/pooling/bayes_results.hpp"

#include <algorithm>
#include <cmath>

#include <tausq/effects.hpp>

#include "engine/inference/count_prediction.hpp"
#include "engine/inference/wald.hpp"

namespace tausq::pooling {

namespace {

using bayes::Density;
using bayes::Marginals;
using bayes::Scale;
using inference::if_finite;

/// How many of mean and sd exist for a distribution that falls as x^-tail.
int moments_of(double tail) {
  return tail > 3 ? 2 : tail > 2 ? 1 : 0;
}

PosteriorQuantity in_units(PosteriorQuantity q, double shift, double scale) {
  for (std::optional<double>* place : {&q.mean, &q.median, &q.central_lower, &q.central_upper, &q.shortest_lower, &q.shortest_upper})
    if (*place) *place = if_finite(shift + scale * **place);
  if (q.sd) q.sd = if_finite(scale * *q.sd);
  return q;
}

PosteriorQuantity of_mu(const Marginals& m, double level) {
  return in_units(summary(m.mu, Scale::identity(), level, m.mu_follows_tau ? moments_of(m.tail) : 2), m.shift, m.scale);
}

bool shortest(const std::optional<IntervalMethod>& method) {
  return method == IntervalMethod::shortest;
}

void fill_posterior(const Marginals& m, const Options& options, Posterior& posterior) {
  posterior.status = Status::ok;
  posterior.mu = of_mu(m, options.level);
  const Scale tau = m.log_tau ? Scale::exponential() : Scale::identity(), tau2 = m.log_tau ? Scale::exponential2() : Scale::square();
  const double level = options.heterogeneity_level.value_or(options.level);
  posterior.tau = in_units(summary(*m.tau, tau, level, moments_of(m.tail)), 0, m.scale);
  posterior.tau2 = in_units(summary(*m.tau, tau2, level, m.tail > 5 ? 2 : m.tail > 3 ? 1 : 0), 0, m.scale * m.scale);
  posterior.new_study = in_units(
      summary(*m.effect, Scale::identity(), options.prediction_level.value_or(options.level), moments_of(m.tail)), m.shift, m.scale);
}

void fill_probabilities(const Marginals& m, const Options& options, Posterior& posterior) {
  const Measure measure = *options.effect.measure;
  posterior.threshold = options.threshold ? options.threshold : null_value(measure);
  if (!posterior.threshold) return;
  const double at = (analysis_scale(measure, *posterior.threshold) - m.shift) / m.scale;
  posterior.p_above = m.mu.sf(at), posterior.p_below = m.mu.cdf(at);
  posterior.new_p_above = m.effect->sf(at), posterior.new_p_below = m.effect->cdf(at);
}

void fill_heterogeneity(const Posterior& posterior, const Options& options, Heterogeneity& het) {
  const auto squared = [](std::optional<double> x) { return x ? if_finite(*x * *x) : std::nullopt; };
  const bool shortest = options.tau2_interval == Tau2IntervalMethod::shortest;
  het.tau = posterior.tau.median;
  het.tau2 = posterior.tau2.median;
  het.tau2_se = posterior.tau2.sd;
  het.tau2_ci_lower = squared(shortest ? posterior.tau.shortest_lower : posterior.tau.central_lower);
  het.tau2_ci_upper = squared(shortest ? posterior.tau.shortest_upper : posterior.tau.central_upper);
}

/// A new study's proportion or rate with its probabilities, at nodes that the binomial distribution of n, or the Poisson distribution of n
/// units of time, does not slip between.
class NewStudyLaw {
 public:
  NewStudyLaw(const Marginals& marginals, Measure measure, std::size_t n)
      : marginals_(marginals), measure_(measure), rates_(layout_of(measure) == Layout::single_arm_rates), n_(static_cast<double>(n)) {
    marginals.effect->for_each_panel([&](double from, double to) { add(from, to); });
    double sum = 0;
    for (const inference::ProportionNode& node : nodes_) sum += node.weight;
    for (inference::ProportionNode& node : nodes_) node.weight /= sum;
  }
  const std::vector<inference::ProportionNode>& nodes() const { return nodes_; }

 private:
  double proportion(double x) const { return natural_scale(measure_, marginals_.shift + marginals_.scale * x); }

  /// Sixteen nodes for pieces of a few binomial standard deviations.
  void add(double from, double to) {
    const double low = proportion(from), high = proportion(to), middle = 0.5 * (from + to), p = proportion(middle);
    const bool wide = high - low > 3 * std::sqrt((rates_ ? p : p * (1 - p)) / n_) + 3 / n_;
    // Far out in a tail of rates there is no end to it, and nothing to be seen.
    const bool matters = !rates_ || (to - from) * marginals_.effect->pdf(from) > 1e-12 || (to - from) * marginals_.effect->pdf(to) > 1e-12;
    if (wide && matters && from < middle && middle < to) {
      add(from, middle);
      add(middle, to);
      return;
    }
    const numerics::QuadratureRule& rule = bayes::legendre::rule();
    for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
      const double x = middle + 0.5 * (to - from) * rule.nodes[i], weight = 0.5 * (to - from) * rule.weights[i] * marginals_.effect->pdf(x);
      if (weight > 1e-18) nodes_.push_back({proportion(x), weight});
    }
  }

  const Marginals& marginals_;
  Measure measure_;
  bool rates_;
  double n_;
  std::vector<inference::ProportionNode> nodes_;
};

void fill_counts(const Marginals& m, const Options& options, PredictionInterval& prediction) {
  if (!options.predict_n || options.prediction == PredictionMethod::none) return;
  const std::size_t n = *options.predict_n;
  const double level = options.prediction_level.value_or(options.level);
  const NewStudyLaw law(m, *options.effect.measure, n);
  if (layout_of(*options.effect.measure) == Layout::single_arm_rates)
    prediction.counts = inference::predicted_events(n, law.nodes(), level);
  else
    prediction.counts = inference::predicted_counts(inference::mixed_binomial(n, law.nodes()), level);
}

void fill_prediction(const Posterior& posterior, const Options& options, PredictionInterval& prediction) {
  if (options.prediction == PredictionMethod::none) return;
  prediction.status = Status::ok;
  prediction.method = PredictionMethod::integrated;
  prediction.lower = shortest(options.interval) ? posterior.new_study.shortest_lower : posterior.new_study.central_lower;
  prediction.upper = shortest(options.interval) ? posterior.new_study.shortest_upper : posterior.new_study.central_upper;
}

}  // namespace

PosteriorQuantity summary(const Density& density, Scale scale, double level, int moments) {
  PosteriorQuantity q;
  q.median = if_finite(scale.value(density.quantile(0.5)));
  q.central_lower = if_finite(scale.value(density.quantile(0.5 * (1 - level))));
  q.central_upper = if_finite(scale.value(density.quantile(0.5 * (1 + level))));
  const bayes::Range shortest = density.shortest(level, scale);
  q.shortest_lower = if_finite(scale.value(shortest.lower));
  q.shortest_upper = if_finite(scale.value(shortest.upper));
  if (moments < 1) return q;
  double mean = 0, variance = 0;
  density.for_each_node([&](double x, double weight) { mean += weight * scale.value(x); });
  q.mean = if_finite(mean);
  if (moments < 2) return q;
  density.for_each_node([&](double x, double weight) { variance += weight * (scale.value(x) - mean) * (scale.value(x) - mean); });
  q.sd = if_finite(std::sqrt(variance));
  return q;
}

PooledEstimate bayes_estimate(const Marginals& marginals, const Options& options) {
  const PosteriorQuantity mu = of_mu(marginals, options.level);
  PooledEstimate estimate;
  estimate.status = Status::ok;
  estimate.estimate = mu.median;
  estimate.se = mu.sd;
  estimate.ci_lower = shortest(options.interval) ? mu.shortest_lower : mu.central_lower;
  estimate.ci_upper = shortest(options.interval) ? mu.shortest_upper : mu.central_upper;
  estimate.intervals = {{IntervalMethod::central, mu.central_lower, mu.central_upper, {}},
                        {IntervalMethod::shortest, mu.shortest_lower, mu.shortest_upper, {}}};
  return estimate;
}

void report_bayes(const Marginals& marginals, const PoolingInput& input, const Priors& priors, const std::vector<std::size_t>& used,
                  Pooled& pooled) {
  const Options& options = input.options;
  Posterior posterior;
  fill_posterior(marginals, options, posterior);
  fill_probabilities(marginals, options, posterior);
  if (priors.proper()) posterior.log_marginal = if_finite(marginals.log_marginal);
  pooled.weight_random.resize(input.studies.size());
  for (std::size_t i = 0; i < marginals.studies.size(); ++i) {
    const bayes::StudyMoments& study = marginals.studies[i];
    posterior.studies.push_back(
        {input.studies.study[used[i]], if_finite(marginals.shift + marginals.scale * study.mean), if_finite(marginals.scale * study.sd)});
    pooled.weight_random[used[i]] = study.weight;
  }
  pooled.random = bayes_estimate(marginals, options);
  fill_prediction(posterior, options, pooled.prediction);
  fill_counts(marginals, options, pooled.prediction);
  fill_heterogeneity(posterior, options, pooled.heterogeneity);
  pooled.posterior = std::move(posterior);
}

void report_improper(const PoolingInput& input, const std::string& reason, Pooled& pooled) {
  pooled.random = inference::not_estimable(reason.c_str());
  pooled.fit.status = Status::not_estimable;
  pooled.fit.reason = reason;
  if (input.options.prediction != PredictionMethod::none) {
    pooled.prediction.status = Status::not_estimable;
    pooled.prediction.method = PredictionMethod::integrated;
    pooled.prediction.reason = reason;
  }
  pooled.posterior.emplace();
  pooled.posterior->status = Status::not_estimable;
  pooled.posterior->reason = reason;
}

}  // namespace tausq::pooling
