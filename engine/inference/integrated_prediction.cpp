#include "engine/inference/integrated_prediction.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/inference/count_prediction.hpp"
#include "engine/inference/integrated_curve.hpp"
#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/likelihood_surface.hpp"

namespace tausq::inference {

namespace {

constexpr double farthest = 8;        // standard deviations of a component
constexpr double negligible = 1e-15;  // probability of a component
constexpr double strip = 0.3;         // largest step in the logit, for components however wide

double expit(double x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

model::LikelihoodSurface surface_of(std::span<const double> events, std::span<const double> total, double scale) {
  std::vector<model::BinomialLikelihood> arms;
  for (std::size_t i = 0; i < events.size(); ++i) arms.emplace_back(events[i], total[i]);
  model::IntegratedLikelihood likelihood = model::IntegratedLikelihood::of(std::move(arms));
  model::ParameterWeight weight;
  weight.log_tau = [scale](double tau) { return -std::log1p(std::pow(tau / scale, 4)); };
  weight.tau_limit = 6;
  weight.log_mu = log_root_pq;
  model::LikelihoodSurface surface;
  for (double refinement = 1; refinement < 4; refinement *= 1.4) {
    model::TauRule rule = model::tau_rule(likelihood, weight, {.refinement = refinement, .even = true});
    surface = model::likelihood_surface(rule, weight, true);
    if (surface.relative_error < 1e-9) break;
  }
  return surface;
}

/// Value at `place` (in steps from the first) of the polynomial through the eight values around it.
double interpolated(const std::vector<double>& values, double place) {
  constexpr std::ptrdiff_t points = 8;
  const auto size = static_cast<std::ptrdiff_t>(values.size());
  const std::ptrdiff_t first =
      std::clamp(static_cast<std::ptrdiff_t>(std::floor(place)) - points / 2 + 1, std::ptrdiff_t{0}, size - points);
  const double x = place - static_cast<double>(first);
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < points; ++i) {
    double product = values[static_cast<std::size_t>(first + i)];
    for (std::ptrdiff_t j = 0; j < points; ++j)
      if (j != i) product *= (x - static_cast<double>(j)) / static_cast<double>(i - j);
    sum += product;
  }
  return sum;
}

}  // namespace

IntegratedPrediction::IntegratedPrediction(std::span<const double> events, std::span<const double> total, double scale) {
  const model::LikelihoodSurface surface = surface_of(events, total, scale);
  for (const model::TauSlice& slice : surface.slices)
    for (std::size_t j = 0; j < slice.mu.size(); ++j) {
      if (slice.probability[j] < negligible) continue;
      components_.push_back({slice.mu[j], slice.tau, slice.probability[j]});
      mean_ += slice.probability[j] * slice.mu[j];
    }
  double variance = 0;
  narrowest_ = std::numeric_limits<double>::infinity();
  lowest_ = highest_ = mean_;
  for (const Component& c : components_) {
    variance += c.probability * ((c.mu - mean_) * (c.mu - mean_) + c.tau * c.tau);
    lowest_ = std::min(lowest_, c.mu - farthest * c.tau);
    highest_ = std::max(highest_, c.mu + farthest * c.tau);
  }
  sd_ = std::sqrt(variance);
  for (const model::TauSlice& slice : surface.slices) {
    double mean = 0, square = 0;
    for (std::size_t j = 0; j < slice.mu.size(); ++j) mean += slice.probability[j] / slice.mass * slice.mu[j];
    for (std::size_t j = 0; j < slice.mu.size(); ++j)
      square += slice.probability[j] / slice.mass * (slice.mu[j] - mean) * (slice.mu[j] - mean);
    narrowest_ = std::min(narrowest_, std::sqrt(square + slice.tau * slice.tau));
  }
}

IntegratedPrediction::Tail IntegratedPrediction::tail(double logit, bool upper) const {
  double probability = 0, density = 0;
  for (const Component& c : components_) {
    const double z = (logit - c.mu) / c.tau, outward = upper ? z : -z;
    if (outward > farthest) continue;
    if (outward < -farthest) {
      probability += c.probability;
      continue;
    }
    probability += c.probability * 0.5 * std::erfc(outward * (0.5 * std::numbers::sqrt2));
    density += c.probability * std::exp(-0.5 * z * z) / c.tau;
  }
  return {probability, density * 0.39894228040143267794};
}

double IntegratedPrediction::quantile(double p, bool upper) const {
  // Newton's method on the logarithm of the tail, in a bracket.
  const double direction = upper ? -1 : 1;  // of growth of the tail probability
  double lo = -std::numeric_limits<double>::infinity(), hi = -lo, at = mean_ - direction * 2 * sd_;
  for (int i = 0; i < 200; ++i) {
    const Tail here = tail(at, upper);
    const double excess = here.probability > 0 ? std::log(here.probability / p) : -1;
    ((excess > 0) == (direction > 0) ? hi : lo) = at;
    double step =
        here.probability > 0 && here.density > 0 ? -direction * excess * here.probability / here.density : -direction * excess * sd_;
    step = std::clamp(step, -2 * sd_, 2 * sd_);
    double next = at + step;
    if (!(next > lo && next < hi) && std::isfinite(lo) && std::isfinite(hi)) next = 0.5 * (lo + hi);
    const bool last = std::abs(next - at) < 1e-6 * sd_;  // the next step would be its square
    at = next;
    if (last) break;
  }
  return at;
}

std::vector<double> IntegratedPrediction::log_densities(double from, double step, std::size_t count) const {
  std::vector<double> density(count);
  for (const Component& c : components_)
    for (std::size_t i = 0; i < count; ++i) {
      const double z = (from + static_cast<double>(i) * step - c.mu) / c.tau;
      if (z * z < 80) density[i] += c.probability / c.tau * std::exp(-0.5 * z * z);
    }
  for (double& d : density) d = std::log(std::max(d, std::numeric_limits<double>::min()));
  return density;
}

PredictedCounts IntegratedPrediction::counts(std::size_t n, double level) const {
  // The density on a grid as close as it is narrow; its nodes must lie closer where n is large.
  const double coarse = 0.5 * std::min(strip, 0.8 * narrowest_),
               information = 0.25 * static_cast<double>(n) + 1 / (narrowest_ * narrowest_);
  const auto parts = std::max(1.0, std::ceil(coarse / std::min(strip, 0.7 / std::sqrt(information))));
  const auto points = static_cast<std::size_t>(std::ceil((highest_ - lowest_) / coarse)) + 8;
  const std::vector<double> log_density = log_densities(lowest_, coarse, points);
  std::vector<ProportionNode> law;
  double total = 0;
  for (std::size_t i = 0; i < (points - 1) * static_cast<std::size_t>(parts); ++i) {
    const double place = static_cast<double>(i) / parts;
    const double weight = std::exp(parts == 1 ? log_density[i] : interpolated(log_density, place));
    if (weight < negligible) continue;
    law.push_back({expit(lowest_ + place * coarse), weight});
    total += weight;
  }
  for (ProportionNode& node : law) node.weight /= total;
  return predicted_counts(mixed_binomial(n, law), level);
}

}  // namespace tausq::inference
