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
  for (double refinement = 1; refinement < 4; refinement *= 1.3) {
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
    variance += c.probability * ((c.mean - mean_) * (c.mean - mean_) + c.sd * c.sd);
    const double reach = c.sd * std::sqrt(2 * std::log(c.probability / (1e-2 * negligible)));
    lowest_ = std::min(lowest_, c.mean - reach);
    highest_ = std::max(highest_, c.mean + reach);
  }
  sd_ = std::sqrt(variance);
  for (const model::TauSlice& slice : surface.slices) {
    if (slice.mass < negligible) continue;
    double mean = 0, square = 0;
    for (std::size_t j = 0; j < slice.mu.size(); ++j) mean += slice.probability[j] / slice.mass * slice.mu[j];
    for (std::size_t j = 0; j < slice.mu.size(); ++j)
      square += slice.probability[j] / slice.mass * (slice.mu[j] - mean) * (slice.mu[j] - mean);
    slices_.push_back({mean, std::sqrt(square + slice.tau * slice.tau), slice.mass});
    if (slice.mass > 1e-9) narrowest_ = std::min(narrowest_, slices_.back().sd);
  }
}

IntegratedPrediction::Tail IntegratedPrediction::tail(const std::vector<Component>& components, double logit, bool upper) {
  double probability = 0, density = 0;
  for (const Component& c : components) {
    const double z = (logit - c.mean) / c.sd, outward = upper ? z : -z;
    if (outward > farthest) continue;
    if (outward < -farthest) {
      probability += c.probability;
      continue;
    }
    probability += c.probability * 0.5 * std::erfc(outward * (0.5 * std::numbers::sqrt2));
    density += c.probability * std::exp(-0.5 * z * z) / c.sd;
  }
  return {probability, density * 0.39894228040143267794};
}

double IntegratedPrediction::quantile(double p, bool upper) const {
  // First of the mixture that takes mu to be normal at every tau: a thirtieth of the components, and a few thousandths away.
  const double rough = quantile(slices_, p, upper, mean_ + (upper ? 2 : -2) * sd_);
  return quantile(components_, p, upper, rough);
}

double IntegratedPrediction::quantile(const std::vector<Component>& components, double p, bool upper, double start) const {
  // Newton's method on the logarithm of the tail, in a bracket.
  const double direction = upper ? -1 : 1;  // of growth of the tail probability
  double lo = -std::numeric_limits<double>::infinity(), hi = -lo, at = start;
  for (int i = 0; i < 200; ++i) {
    const Tail here = tail(components, at, upper);
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
  for (const Component& c : components_) {
    // As far as it adds to the whole; from point to point the normal density follows by two products.
    const double reach = c.sd * std::sqrt(2 * std::log(c.probability / (1e-2 * negligible))), t = step / c.sd, bend = std::exp(-t * t);
    const auto place = [&](double x) {
      return static_cast<std::ptrdiff_t>(std::clamp((x - from) / step, 0.0, static_cast<double>(count) - 1));
    };
    // From the nearest point: a component much narrower than the step may reach that one only.
    const std::ptrdiff_t middle = place(c.mean + 0.5 * step), last = place(c.mean + reach) + 1, first = place(c.mean - reach);
    const double z = (from + static_cast<double>(middle) * step - c.mean) / c.sd, height = c.probability / c.sd * std::exp(-0.5 * z * z);
    double here = height, growth = std::exp(-t * (z + 0.5 * t));
    for (std::ptrdiff_t i = middle; i < std::min(last, static_cast<std::ptrdiff_t>(count)); ++i, here *= growth, growth *= bend)
      density[static_cast<std::size_t>(i)] += here;
    growth = std::exp(-t * (0.5 * t - z));
    here = height * growth;
    for (std::ptrdiff_t i = middle - 1; i >= first; --i, growth *= bend, here *= growth) density[static_cast<std::size_t>(i)] += here;
  }
  for (double& d : density) d = std::log(std::max(d, 1e-3 * negligible));  // no cliff where it ends: it is interpolated
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
