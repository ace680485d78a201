#include "engine/bayes/normal_posterior.hpp"

#include <algorithm>
#include <cmath>

#include "engine/model/normal_model.hpp"

namespace tausq::bayes {

namespace {

constexpr double accuracy = 1e-13;  // of the densities, as a share of the whole
constexpr double log_root_two_pi = 0.91893853320467274178;

/// mu given tau: normal, with the logarithm of the likelihood that mu has been integrated out of.
struct GivenTau {
  double mean = 0, sd = 0, log_likelihood = 0;
  double weights = 0;  ///< sum of 1 / (v + tau2)
};

/// The model in standard units.
class NormalModel {
 public:
  NormalModel(std::span<const double> yi, std::span<const double> vi, const PriorOfMu& mu) : flat_(mu.family == MuPrior::flat) {
    model::standardise(yi, vi, data_);
    if (flat_) return;
    prior_mean_ = (mu.mean - data_.shift) / data_.scale;
    prior_precision_ = (data_.scale / mu.sd) * (data_.scale / mu.sd);
  }

  GivenTau given(double tau) const {
    const double tau2 = tau * tau;
    double weights = 0, wy = prior_precision_ * prior_mean_, log_w = flat_ ? 0 : std::log(prior_precision_);
    for (std::size_t i = 0; i < data_.k; ++i) {
      const double wi = 1 / (data_.v[i] + tau2);
      weights += wi;
      wy += wi * y(i);
      log_w += std::log(wi);
    }
    const double w = weights + prior_precision_, mean = wy / w;
    double q = prior_precision_ * (prior_mean_ - mean) * (prior_mean_ - mean);
    for (std::size_t i = 0; i < data_.k; ++i) q += (y(i) - mean) * (y(i) - mean) / (data_.v[i] + tau2);
    const double densities = static_cast<double>(data_.k) - (flat_ ? 1 : 0);
    return {mean, 1 / std::sqrt(w), 0.5 * (log_w - std::log(w) - q) - densities * (log_root_two_pi + std::log(data_.scale)), weights};
  }

  /// Study i's own effect given tau, mu ~ N(given.mean, given.sd^2).
  StudyMoments study(std::size_t i, double tau, const GivenTau& given) const {
    const double total = data_.v[i] + tau * tau, to_y = tau * tau / total, to_mu = data_.v[i] / total;
    return {to_mu * given.mean + to_y * y(i), std::sqrt(to_y * data_.v[i] + to_mu * given.sd * to_mu * given.sd),
            1 / (total * given.weights)};
  }

  const model::NormalData& data() const { return data_; }
  /// The distance of the study farthest from the most precise one.
  double spread() const {
    double largest = 0;
    for (std::size_t i = 0; i < data_.k; ++i) largest = std::max(largest, std::abs(y(i)));
    return largest;
  }

 private:
  double y(std::size_t i) const { return data_.y[i] + data_.y_low[i]; }

  model::NormalData data_;
  bool flat_;
  double prior_mean_ = 0, prior_precision_ = 0;
};

/// One normal distribution of a mixture.
struct Component {
  double weight = 0, mean = 0, sd = 0;
};

Density mixture(const std::vector<Component>& parts) {
  Domain domain;
  const Component& heaviest =
      *std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.weight < b.weight; });
  domain.centre = domain.reach_lower = domain.reach_upper = heaviest.mean;
  domain.scale = heaviest.sd;
  for (const Component& c : parts) {
    if (c.weight < 1e-6 * heaviest.weight) continue;
    domain.reach_lower = std::min(domain.reach_lower, c.mean - 3 * c.sd);
    domain.reach_upper = std::max(domain.reach_upper, c.mean + 3 * c.sd);
  }
  const auto log_density = [&](double x) {
    double sum = 0;
    for (const Component& c : parts) {
      const double z = (x - c.mean) / c.sd;
      sum += c.weight / c.sd * std::exp(-0.5 * z * z);
    }
    return std::log(sum);
  };
  return Density(panels_of(log_density, domain, accuracy));
}

/// Where to look for tau, in standard units; on the log scale for priors of log tau.
Domain domain_of(const NormalModel& model, const PriorOfTau& prior) {
  const double unit = model.data().scale, spread = std::max(model.spread(), std::sqrt(model.data().v.front()));
  Domain domain;
  if (prior.logarithmic()) {
    domain.centre = std::log(prior.typical() / unit);
    domain.scale = 0.5 * prior.b;
    constexpr double farthest = 690;  // exp(farthest) is a double, in either unit
    domain.lower = std::max(-farthest, -farthest - std::log(unit));
    domain.upper = std::min(farthest, farthest - std::log(unit));
    domain.reach_upper = std::max(domain.centre, std::log(spread));
    domain.reach_lower = std::min(domain.centre, std::log(spread));
    return domain;
  }
  domain.lower = 0;
  domain.upper = prior.upper() / unit;
  domain.scale = 0.5 * std::min(prior.typical() / unit, spread);
  domain.reach_upper = std::min(domain.upper, spread);
  return domain;
}

/// Mixes the studies' moments given tau over tau.
class StudyMixture {
 public:
  explicit StudyMixture(std::size_t k) : mean_(k), square_(k), variance_(k), weight_(k) {}

  void add(double weight, std::size_t i, const StudyMoments& given) {
    mean_[i] += weight * given.mean;
    square_[i] += weight * given.mean * given.mean;
    variance_[i] += weight * given.sd * given.sd;
    weight_[i] += weight * *given.weight;
  }
  StudyMoments moments(std::size_t i) const {
    return {mean_[i], std::sqrt(variance_[i] + std::max(0.0, square_[i] - mean_[i] * mean_[i])), weight_[i]};
  }

 private:
  std::vector<double> mean_, square_, variance_, weight_;
};

}  // namespace

Marginals normal_posterior(std::span<const double> yi, std::span<const double> vi, const PriorOfMu& mu, const PriorOfTau& prior) {
  const NormalModel model(yi, vi, mu);
  const double unit = model.data().scale;
  Marginals result;
  result.log_tau = prior.logarithmic();
  const auto tau_at = [&](double x) { return result.log_tau ? std::exp(x) : x; };
  const auto log_density = [&](double x) {
    const double tau = tau_at(x);
    return prior.log_density(tau * unit) + std::log(unit) + model.given(tau).log_likelihood + (result.log_tau ? x : 0);
  };
  result.tau = Density(panels_of(log_density, domain_of(model, prior), accuracy));
  result.shift = model.data().shift, result.scale = unit;
  result.log_marginal = result.tau->log_mass();
  result.tail = normal_tail(yi.size(), mu, prior);
  result.mu_follows_tau = mu.family == MuPrior::flat;

  std::vector<Component> of_mu, of_effect;
  StudyMixture studies(yi.size());
  result.tau->for_each_node([&](double x, double weight) {
    if (weight < 1e-18) return;
    const double tau = tau_at(x);
    const GivenTau given = model.given(tau);
    of_mu.push_back({weight, given.mean, given.sd});
    of_effect.push_back({weight, given.mean, std::hypot(given.sd, tau)});
    for (std::size_t i = 0; i < yi.size(); ++i) studies.add(weight, i, model.study(i, tau, given));
  });
  result.mu = mixture(of_mu);
  result.effect = mixture(of_effect);
  result.studies.resize(yi.size());
  for (std::size_t i = 0; i < yi.size(); ++i) result.studies[model.data().order[i]] = studies.moments(i);
  return result;
}

Marginals normal_posterior_common(std::span<const double> yi, std::span<const double> vi, const PriorOfMu& mu) {
  const NormalModel model(yi, vi, mu);
  const GivenTau given = model.given(0);
  Marginals result;
  result.mu = mixture({{1, given.mean, given.sd}});
  result.shift = model.data().shift, result.scale = model.data().scale;
  result.log_marginal = given.log_likelihood;
  result.tail = std::numeric_limits<double>::infinity();
  result.studies.resize(yi.size());
  for (std::size_t i = 0; i < yi.size(); ++i) result.studies[model.data().order[i]] = model.study(i, 0, given);
  return result;
}

}  // namespace tausq::bayes
