#include "engine/inference/integrated_interval.hpp"

#include <algorithm>
#include <cmath>

#include "engine/inference/integrated_curve.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/quadrature.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::inference {

namespace {

constexpr double largest_tau = 6;
constexpr double tolerance = 1e-9;  // of the integrals over tau
constexpr int median_power = 6, mean_power = 4;

double square(double x) {
  return x * x;
}

double normal_cut(double level) {
  return square(numerics::normal_two_sided(level));
}

std::vector<model::BinomialLikelihood> arms(std::span<const double> events, std::span<const double> total, bool mirrored) {
  std::vector<model::BinomialLikelihood> studies;
  for (std::size_t i = 0; i < events.size(); ++i) studies.emplace_back(mirrored ? total[i] - events[i] : events[i], total[i]);
  return studies;
}

double sum_of(std::span<const double> values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum;
}

std::optional<double> negated(std::optional<double> x) {
  return x ? std::optional(-*x) : std::nullopt;
}

IntegratedInterval mirror_image(const IntegratedInterval& of) {
  return {negated(of.estimate), negated(of.upper), negated(of.lower), of.upper_cut, of.lower_cut, of.converged};
}

/// Nodes of tau and the surface on them.
struct Quadrature {
  model::TauRule rule;
  model::LikelihoodSurface surface;
};

/// With as many nodes as the tolerance needs.
Quadrature settled(model::IntegratedLikelihood& likelihood, const model::ParameterWeight& weight) {
  Quadrature result;
  for (double refinement = 0.85; refinement < 4; refinement *= 1.3) {
    result.rule = model::tau_rule(likelihood, weight, {.refinement = refinement, .even = true});
    result.surface = model::likelihood_surface(result.rule, weight);
    if (result.surface.relative_error < tolerance) break;
  }
  return result;
}

/// Mean and standard deviation of mu under weight times likelihood.
struct MuMoments {
  double mean, sd;
};
MuMoments moments_of_mu(const model::LikelihoodSurface& surface) {
  double mean = 0, variance = 0;
  for (const model::TauSlice& slice : surface.slices)
    for (std::size_t j = 0; j < slice.mu.size(); ++j) mean += slice.probability[j] * slice.mu[j];
  for (const model::TauSlice& slice : surface.slices)
    for (std::size_t j = 0; j < slice.mu.size(); ++j) variance += slice.probability[j] * square(slice.mu[j] - mean);
  return {mean, std::sqrt(variance)};
}

}  // namespace

double student_cut(double factor, std::size_t k, double level) {
  const double df = static_cast<double>(k) - 1;
  return factor * std::log1p(square(numerics::t_two_sided(level, df)) / df);
}

IntegratedProportion::IntegratedProportion(std::span<const double> events, std::span<const double> total, double level, double scale)
    : k_(events.size()),
      events_(sum_of(events)),
      others_(sum_of(total) - events_),
      level_(level),
      scale_(scale),
      mirrored_(events_ > others_),
      likelihood_(model::IntegratedLikelihood::of(arms(events, total, mirrored_))) {
  if (mirrored_) std::swap(events_, others_);
  centre_ = std::log((events_ + 0.5) / (others_ + 0.5));
  model::ParameterWeight weight;
  weight.log_tau = [&](double tau) { return log_weight(tau, median_power); };
  weight.tau_limit = largest_tau;
  weight.mu_lower = std::min(-10.0, centre_ - 5);
  weight.mu_upper = 10;
  Quadrature quadrature = settled(likelihood_, weight);
  rule_ = std::move(quadrature.rule);
  if (events_ > 0) describe(quadrature.surface, total);
}

void IntegratedProportion::describe(const model::LikelihoodSurface& surface, std::span<const double> total) {
  const double p = (events_ + 0.5) / (events_ + others_ + 1), information = sum_of(total) * p * (1 - p);
  double share = 0;
  for (const model::TauSlice& slice : surface.slices) {
    double sum = 0;
    for (double n : total) sum += 1 / (1 / (n * p * (1 - p)) + square(slice.tau));
    share += slice.mass * (1 - sum / information);
  }
  share_ = share;
  const MuMoments mu = moments_of_mu(surface);
  centre_ = mu.mean;
  sd_ = mu.sd;
}

double IntegratedProportion::log_weight(double tau, int power) const {
  return -std::log1p(std::pow(tau / scale_, power));
}

std::vector<double> IntegratedProportion::log_weights(int power) const {
  std::vector<double> result;
  for (const model::TauNode& node : rule_.nodes) result.push_back(std::log(node.weight) + log_weight(node.tau(), power));
  return result;
}

template <typename Curve>
IntegratedInterval IntegratedProportion::interval(Curve& curve, double start, double cut) {
  const double outer = std::max(cut, normal_cut(level_) + 1 / events_), inner = events_ == others_ ? outer : cut;
  return curve_interval(curve, curve_maximum(curve, start, sd_), sd_, inner, outer, 200 * (1 + sd_));
}

/// The likelihood of no event falls from 1: without binomial coefficients, and with w integrating to 1.
template <typename Curve>
IntegratedInterval IntegratedProportion::one_sided(Curve& curve, int power) {
  const numerics::QuadratureRule rule = numerics::gauss_legendre(64);
  double weight = 0;
  for (std::size_t i = 0; i < rule.nodes.size(); ++i)
    weight += 0.5 * largest_tau * rule.weights[i] * std::exp(log_weight(0.5 * largest_tau * (1 + rule.nodes[i]), power));
  const double goal = std::log(0.5 * (1 - level_) * weight);
  const auto excess = [&](double x) { return curve.at(x).value - goal; };
  // From the exact end of a common proportion, q^n = (1 - level) / 2.
  const double log_q = std::log(0.5 * (1 - level_)) / others_, start = std::log(-std::expm1(log_q)) - log_q;
  const auto bracket = numerics::bracket_outward(excess, start, excess(start) > 0 ? 0.5 : -0.5);
  if (!bracket) return {{}, {}, {}, 0, 0, false};
  return {{}, {}, numerics::brent_root(excess, bracket->first, bracket->second).x};
}

IntegratedInterval IntegratedProportion::median() {
  MedianCurve curve(rule_, log_weights(median_power));
  const double z2 = normal_cut(level_), full = student_cut(static_cast<double>(k_), k_, level_);
  const IntegratedInterval result =
      events_ == 0 ? one_sided(curve, median_power) : interval(curve, centre_, z2 + square(*share_) * (full - z2));
  return mirrored_ ? mirror_image(result) : result;
}

IntegratedInterval IntegratedProportion::mean() {
  MeanCurve curve(rule_, log_weights(mean_power));
  const double start = std::log((events_ + 0.5) / (others_ + 0.5));
  const IntegratedInterval result =
      events_ == 0 ? one_sided(curve, mean_power) : interval(curve, start, student_cut(static_cast<double>(k_) - 1, k_, level_));
  return mirrored_ ? mirror_image(result) : result;
}

namespace {

/// Whether every likelihood rises to 1 on the side of `sign`.
bool all_rise(const model::StudyLikelihoods& studies, int sign) {
  for (std::size_t i = 0; i < studies.k(); ++i)
    if (studies.bounded(i) || studies.rises(i) != (sign > 0)) return false;
  return true;
}

/// The finite end where all likelihoods rise to 1 on the side of `sign`, so that l goes to log integral w.
IntegratedInterval open_interval(MedianCurve& curve, const model::TauRule& rule, double start, int sign, double cut) {
  double top = 0;
  for (const model::TauNode& node : rule.nodes) top += std::exp(node.log_weight);
  const auto excess = [&](double theta) { return curve.at(theta).value - std::log(top) + 0.5 * cut; };
  const auto bracket = numerics::bracket_outward(excess, start, excess(start) > 0 ? -0.5 * sign : 0.5 * sign);
  if (!bracket) return {{}, {}, {}, cut, cut, false};
  const double end = numerics::brent_root(excess, bracket->first, bracket->second).x;
  IntegratedInterval result{{}, {}, {}, cut, cut};
  (sign > 0 ? result.lower : result.upper) = end;
  return result;
}

}  // namespace

IntegratedInterval integrated_odds_ratio(std::unique_ptr<model::StudyLikelihoods> tables, std::size_t k, double level,
                                         OddsRatioPenalty penalty) {
  const bool penalised = penalty == OddsRatioPenalty::log_f;
  const double cut = penalised ? normal_cut(level) : student_cut(static_cast<double>(k) - 1, k, level);
  if (tables->k() == 0) {
    if (!penalised) return {{}, {}, {}, cut, cut};
    const double end = 2 * std::acosh(std::exp(0.5 * cut));  // the penalty alone: -log(2 cosh(theta / 2))
    return {0, -end, end, cut, cut};
  }
  model::IntegratedLikelihood likelihood(std::move(tables));
  model::ParameterWeight weight;
  weight.log_tau = [](double tau) { return -std::log1p(square(square(tau))); };
  weight.tau_limit = largest_tau;
  weight.mu_lower = likelihood.centre() - 30;
  weight.mu_upper = likelihood.centre() + 30;
  if (penalised) weight.log_mu = log_root_pq;
  Quadrature quadrature = settled(likelihood, weight);
  model::TauRule& rule = quadrature.rule;
  std::vector<double> log_weights;
  for (const model::TauNode& node : rule.nodes) log_weights.push_back(node.log_weight);
  MedianCurve curve(rule, std::move(log_weights), weight.log_mu);
  const auto [mean, sd] = moments_of_mu(quadrature.surface);
  for (const int sign : {-1, 1})
    if (!penalised && all_rise(likelihood.studies(), sign)) return open_interval(curve, rule, mean, sign, cut);
  return curve_interval(curve, curve_maximum(curve, mean, sd), sd, cut, cut, 200 * (1 + sd));
}

}  // namespace tausq::inference
