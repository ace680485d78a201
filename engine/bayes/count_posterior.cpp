#include "engine/bayes/count_posterior.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "engine/bayes/lattice.hpp"
#include "engine/bayes/node_series.hpp"
#include "engine/model/likelihood_surface.hpp"
#include "engine/model/mu_slice.hpp"

namespace tausq::bayes {

namespace {

constexpr double accuracy = 1e-10;  // of the densities, as a share of the whole
constexpr double infinity = std::numeric_limits<double>::infinity();

/// log density of the prior of mu with two derivatives.
model::MuDerivatives derivatives(const PriorOfMu& prior, double mu) {
  const double value = prior.log_density(mu);
  if (prior.family == MuPrior::normal) return {value, (prior.mean - mu) / (prior.sd * prior.sd), -1 / (prior.sd * prior.sd)};
  const double t = std::tanh(0.5 * mu);
  return {value, -t, -0.5 * (1 - t) * (1 + t)};
}

/// mu given tau, times a number whose logarithm stands apart.
struct Slice {
  LatticeDensity density;  ///< integrates to 1
  double log_mass = 0;     ///< of likelihood times prior of mu
};

/// Samples until nothing is left on either side of the mode.
Slice sampled(model::LikelihoodAtTau& likelihood, const PriorOfMu& prior, double mode, double sd, int level) {
  constexpr double negligible = 26;  // exp(-26) = 5e-12
  model::MuSlice mu = model::mu_slice(
      likelihood, [&](double at) { return prior.log_density(at); }, mode, sd, level, negligible);
  Slice slice{{mu.mu.step(), mu.mu.first, std::move(mu.log_value)}, 0};
  std::vector<double>& value = slice.density.value;
  double sum = 0;
  for (double& v : value) sum += v = std::exp(v - mu.top);
  for (double& v : value) v /= sum * slice.density.step;
  slice.log_mass = mu.top + std::log(sum * slice.density.step);
  return slice;
}

/// True when the samples determine the density: with half of them gone its integral would still be right.
bool dense_enough(const LatticeDensity& density) {
  double even = 0, odd = 0;
  for (std::size_t j = 0; j < density.value.size(); ++j) (j % 2 == 0 ? even : odd) += density.value[j];
  return std::abs(even - odd) < accuracy * (even + odd);
}

/// Slices of different tau share lattices: steps are those of MuLattice.
struct LevelSlice {
  int level = 0;
  Slice slice;
};

LevelSlice slice_at(model::LikelihoodAtTau& likelihood, const PriorOfMu& prior, double mode, double sd) {
  constexpr double of_sd = 0.45, widest = 0.3;  // a normal density needs some 0.45 sd; a logistic one has poles at +- i pi
  LevelSlice result{model::MuLattice::level_for(std::min(of_sd * sd, widest)), {}};
  for (int attempt = 0; attempt < 8; ++attempt, ++result.level) {
    result.slice = sampled(likelihood, prior, mode, sd, result.level);
    if (dense_enough(result.slice.density)) break;
  }
  return result;
}

/// Mixtures of slices, one lattice a level.
class LatticeMixture {
 public:
  void add(double weight, int level, const LatticeDensity& density) { levels_[level].add(weight, density); }

  Density density(double centre, double scale) const {
    Domain domain;
    domain.lower = infinity, domain.upper = -infinity;
    for (const auto& [level, lattice] : levels_) {
      domain.lower = std::min(domain.lower, lattice.lower());
      domain.upper = std::max(domain.upper, lattice.upper());
    }
    domain.centre = domain.reach_lower = domain.reach_upper = std::clamp(centre, domain.lower, domain.upper);
    domain.scale = scale;
    const auto log_density = [&](double x) {
      double sum = 0;
      for (const auto& [level, lattice] : levels_) sum += lattice.at(x);
      return sum > 0 ? std::log(sum) : -infinity;
    };
    return Density(panels_of(log_density, domain, accuracy));
  }

 private:
  std::map<int, LatticeDensity> levels_;
};

/// What mu's lattice at one tau becomes for a new study.
void add_spread(double weight, const LevelSlice& mu, double tau, LatticeMixture& mixture) {
  const LatticeDensity& density = mu.slice.density;
  if (tau < 2.8 * density.step) return mixture.add(weight, mu.level, spread_out(density, tau));
  const int level = model::MuLattice::level_for(0.5 * tau);
  mixture.add(weight, level, spread_wide(density, tau, model::MuLattice::step_of(level)));
}

/// Mixes the effects of those studies that have moments, given mu and tau.
class EffectMixture {
 public:
  EffectMixture(std::size_t k, std::vector<std::size_t> studies) : studies_(std::move(studies)), mean_(k), square_(k) {}

  /// At one tau, whose share of the whole is `share`. For sums every other sample of mu suffices.
  void add(double share, model::LikelihoodAtTau& likelihood, const LatticeDensity& mu) {
    for (std::size_t j = 0; j < mu.value.size(); j += 2) {
      const double p = share * 2 * mu.step * mu.value[j], at = (static_cast<double>(mu.first) + static_cast<double>(j)) * mu.step;
      if (p < negligible) continue;
      for (std::size_t i : studies_) {
        const model::EffectMoments effect = likelihood.effect(i, at);
        mean_[i] += p * effect.mean;
        square_[i] += p * (effect.mean * effect.mean + effect.variance);
      }
    }
  }
  StudyMoments moments(std::size_t i) const { return {mean_[i], std::sqrt(std::max(0.0, square_[i] - mean_[i] * mean_[i])), {}}; }

 private:
  static constexpr double negligible = 1e-13;
  std::vector<std::size_t> studies_;
  std::vector<double> mean_, square_;
};

/// Everything at the nodes of tau.
struct Nodes {
  model::TauRule rule;            ///< its nodes are those of the vectors
  std::vector<double> log_share;  ///< log of the integral's part at the node, quadrature weight included
  std::vector<LevelSlice> slices;
  double log_total = 0;
  std::vector<double> position, log_height;  ///< in the rule's [-1, 1]; log of the integrand in v
};

Nodes evaluate(model::IntegratedLikelihood& likelihood, const model::ParameterWeight& weight, const PriorOfMu& mu,
               const model::TauRuleOptions& options, double& error) {
  Nodes nodes{model::tau_rule(likelihood, weight, options), {}, {}, 0, {}, {}};
  double top = -infinity;
  for (model::TauNode& node : nodes.rule.nodes) {
    nodes.slices.push_back(slice_at(node.likelihood, mu, node.mode, node.sd));
    nodes.log_share.push_back(node.log_weight + nodes.slices.back().slice.log_mass);
    nodes.position.push_back(node.position);
    nodes.log_height.push_back(nodes.log_share.back() - std::log(node.weight) + std::log(nodes.rule.slope_at(node.tau())));
    top = std::max(top, nodes.log_share.back());
  }
  double sum = 0;
  for (double share : nodes.log_share) sum += std::exp(share - top);
  nodes.log_total = top + std::log(sum);
  error = nodes.rule.relative_error(nodes.log_share);
  return nodes;
}

/// The density of tau, or of log tau if that is the rule's variable, from its integrand in v at the nodes.
Density density_of_tau(const Nodes& nodes, const NodeSeries& series, double mean) {
  const model::TauRule& rule = nodes.rule;
  const double last = rule.from + 2 * rule.half;
  const auto log_height = [&](double v) { return series.log_value(std::clamp((v - rule.from) / rule.half - 1, -1.0, 1.0)); };
  Domain domain;
  if (rule.variable != model::TauVariable::linear) {
    const double unit = std::log(rule.unit);
    const bool stretched = rule.variable == model::TauVariable::long_logarithm;
    domain.lower = (stretched ? std::sinh(rule.from) : rule.from) + unit;
    domain.upper = (stretched ? std::sinh(last) : last) + unit;
    domain.centre = domain.reach_lower = domain.reach_upper = std::clamp(std::log(mean), domain.lower, domain.upper);
    domain.scale = stretched ? 0.5 : 0.1 * rule.half;
    const auto log_density = [&](double log_tau) {
      const double x = log_tau - unit;
      return stretched ? log_height(std::asinh(x)) - std::log(std::hypot(1.0, x)) : log_height(x);
    };
    return Density(panels_of(log_density, domain, accuracy));
  }
  domain.lower = domain.centre = rule.tau_at(rule.from);
  domain.upper = rule.tau_at(last);
  domain.reach_upper = std::clamp(mean, domain.lower, domain.upper);
  domain.scale = 0.5 * (domain.reach_upper - domain.lower);
  const auto log_density = [&](double tau) { return log_height(rule.v_at(tau)) - std::log(rule.slope_at(tau)); };
  return Density(panels_of(log_density, domain, accuracy));
}

/// The variable in which the prior is smooth, and the nodes to begin with.
model::TauRuleOptions first_rule(const PriorOfTau& prior) {
  model::TauRuleOptions options;
  options.variable = prior.heavy_logarithm() ? model::TauVariable::long_logarithm
                     : prior.logarithmic()   ? model::TauVariable::logarithm
                                             : model::TauVariable::linear;
  options.typical = prior.typical();
  if (prior.logarithmic() || std::isfinite(prior.tail())) options.refinement = 0.6;  // long smooth tails
  return options;
}

/// A study whose own likelihood has no maximum follows tau into its tail, and has only the moments that tau has.
StudyMoments moments_of(const EffectMixture& studies, std::size_t i, bool follows_tau, double tail) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  StudyMoments moments = studies.moments(i);
  if (follows_tau && !(tail > 3)) moments.sd = none;
  if (follows_tau && !(tail > 2)) moments.mean = none;
  return moments;
}

}  // namespace

CountPosterior count_posterior(model::IntegratedLikelihood& likelihood, const PriorOfMu& mu, const PriorOfTau& prior) {
  constexpr double goal = 2e-9, acceptable = 1e-8;
  model::ParameterWeight weight;
  weight.log_tau = [&](double tau) { return prior.log_density(tau); };
  weight.tau_limit = prior.upper();
  weight.log_mu = [&](double at) { return derivatives(mu, at); };
  Nodes nodes;
  NodeSeries series;
  double error = infinity;
  for (model::TauRuleOptions options = first_rule(prior); options.refinement < 5; options.refinement *= 1.5) {
    nodes = evaluate(likelihood, weight, mu, options, error);
    series = NodeSeries(nodes.position, nodes.log_height);
    error = std::max(error, series.error());
    if (error < goal) break;
  }

  CountPosterior result{{}, error < acceptable};
  Marginals& m = result.marginals;
  m.log_tau = prior.logarithmic();
  m.log_marginal = nodes.log_total;
  if (!std::isfinite(m.log_marginal)) return result;
  LatticeMixture of_mu, of_effect;
  m.tail = count_tail(likelihood, prior);
  std::vector<std::size_t> with_mean;  // an effect without a likelihood's maximum follows tau into its tail
  for (std::size_t i = 0; i < likelihood.k(); ++i)
    if (likelihood.studies().bounded(i) || m.tail > 2) with_mean.push_back(i);
  EffectMixture studies(likelihood.k(), std::move(with_mean));
  double mean_tau = 0, centre = 0, spread = 0;
  for (std::size_t j = 0; j < nodes.slices.size(); ++j) {
    const double share = std::exp(nodes.log_share[j] - nodes.log_total), tau = nodes.rule.nodes[j].tau();
    if (share < 1e-14) continue;
    const LevelSlice& here = nodes.slices[j];
    const LatticeDensity& density = here.slice.density;
    of_mu.add(share, here.level, density);
    add_spread(share, here, tau, of_effect);
    studies.add(share, nodes.rule.nodes[j].likelihood, density);
    mean_tau += share * tau;
    for (std::size_t i = 0; i < density.value.size(); ++i) {
      const double x = static_cast<double>(density.first + static_cast<std::ptrdiff_t>(i)) * density.step,
                   p = share * density.step * density.value[i];
      centre += p * x;
      spread += p * x * x;
    }
  }
  const double sd = std::sqrt(std::max(spread - centre * centre, 1e-300));
  m.tau = density_of_tau(nodes, series, mean_tau);
  m.mu = of_mu.density(centre, sd);
  m.effect = of_effect.density(centre, std::hypot(sd, mean_tau));
  for (std::size_t i = 0; i < likelihood.k(); ++i) m.studies.push_back(moments_of(studies, i, !likelihood.studies().bounded(i), m.tail));
  return result;
}

Marginals count_posterior_common(model::IntegratedLikelihood& likelihood, const PriorOfMu& mu) {
  model::LikelihoodAtTau at_zero = likelihood.at_tau(0);
  double mode = likelihood.centre(), sd = 1;
  for (int i = 0; i < 100; ++i) {  // the function is concave: Newton's method with bounded steps, to a tenth of its width
    const model::MuDerivatives l = at_zero.derivatives(mode), p = derivatives(mu, mode);
    const double curvature = std::max(-(l.second + p.second), 1e-8), step = std::clamp((l.first + p.first) / curvature, -3.0, 3.0);
    sd = 1 / std::sqrt(curvature);
    mode += step;
    if (std::abs(step) < 0.1 * sd) break;
  }
  const LevelSlice slice = slice_at(at_zero, mu, mode, sd);
  LatticeMixture of_mu;
  of_mu.add(1, slice.level, slice.slice.density);
  Marginals m;
  m.mu = of_mu.density(mode, sd);
  m.log_marginal = slice.slice.log_mass;
  m.tail = infinity;
  return m;
}

double count_tail(const model::IntegratedLikelihood& likelihood, const PriorOfTau& tau) {
  double tail = tau.tail();
  for (std::size_t i = 0; i < likelihood.k(); ++i) tail += likelihood.studies().bounded(i) ? 1 : 0;
  return tail;
}

}  // namespace tausq::bayes
