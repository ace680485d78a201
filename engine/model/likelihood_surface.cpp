#include "engine/model/likelihood_surface.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/model/mu_slice.hpp"
#include "engine/numerics/quadrature.hpp"

namespace tausq::model {

namespace {

constexpr double accuracy = 25;  // of integrals over mu: exp(-25) = 1e-11
constexpr double infinity = std::numeric_limits<double>::infinity();

MuDerivatives weighted(LikelihoodAtTau& likelihood, const ParameterWeight& weight, double mu) {
  MuDerivatives at = likelihood.derivatives(mu);
  if (!weight.log_mu) return at;
  const MuDerivatives prior = weight.log_mu(mu);
  return {at.value + prior.value, at.first + prior.first, at.second + prior.second};
}

struct Mode {
  double mu, sd, value;
};

/// Maximum of the concave function of mu within the limits, to a tenth of its width: Newton's method in a bracket.
Mode find_mode(LikelihoodAtTau& likelihood, const ParameterWeight& weight, double start) {
  double lo = weight.mu_lower, hi = weight.mu_upper, mu = std::clamp(start, lo, hi);
  MuDerivatives at = weighted(likelihood, weight, mu);
  for (int i = 0; i < 100; ++i) {
    const double curvature = std::max(-at.second, 1e-8);
    double step = at.first / curvature;
    if (step * step * curvature < 0.01) break;
    (at.first > 0 ? lo : hi) = mu;
    const double reach = 3 + 3 * likelihood.tau();
    step = std::clamp(step, -reach, reach);
    const double next = std::clamp(mu + step, weight.mu_lower, weight.mu_upper);
    step = (next > lo && next < hi) || next == weight.mu_lower || next == weight.mu_upper ? next - mu : 0.5 * (lo + hi) - mu;
    if (step == 0) break;
    mu += step;
    at = weighted(likelihood, weight, mu);
  }
  return {mu, 1 / std::sqrt(std::max(-at.second, 1e-8)), at.value};
}

double log_tau_weight(const ParameterWeight& weight, double tau) {
  return weight.log_tau ? weight.log_tau(tau) : 0;
}

/// The range of v that holds the integral, from a scan of Laplace's approximation in coarse steps.
struct Range {
  double lower = 0, upper = 0, mode = 0;
};

/// How far apart the studies lie. At a smaller tau the likelihood may be below what a double can hold, and what is seen of it
/// is noise: only beyond may a fall end the scan.
double spread_of(const StudyLikelihoods& studies) {
  double lowest = studies.centre(0), highest = lowest;
  for (std::size_t i = 1; i < studies.k(); ++i) {
    lowest = std::min(lowest, studies.centre(i));
    highest = std::max(highest, studies.centre(i));
  }
  return highest - lowest;
}

class RangeSearch {
 public:
  RangeSearch(IntegratedLikelihood& likelihood, const ParameterWeight& weight, const TauRule& rule)
      : likelihood_(likelihood), weight_(weight), rule_(rule), mode_(likelihood.centre()), spread_(spread_of(likelihood.studies())) {}

  /// From 0 upwards.
  Range upwards() {
    const double limit = std::isfinite(weight_.tau_limit) ? rule_.v_at(weight_.tau_limit) : largest_v;
    scan(0.5 * step, step, limit, spread_);
    if (masses_.empty()) return {0, limit, mode_};
    const Range range = relevant();
    return {std::max(0.0, range.lower), std::min(range.upper, limit), range.mode};
  }
  /// From `tau` in both directions.
  Range around(double tau) {
    const double start = mode_, v = rule_.v_at(std::max(tau, spread_));
    const bool stretched = rule_.variable == TauVariable::long_logarithm;
    const double lower = stretched ? -largest_long_v : -largest_v;
    const double upper = stretched ? rule_.v_at(farthest * std::max(tau, spread_)) : largest_v;
    scan(v - step, -step, lower, 0);
    std::reverse(masses_.begin(), masses_.end());
    mode_ = start;
    scan(v, step, upper, 0);
    Range range = relevant();
    range.upper = std::min(range.upper, upper);
    return range;
  }

 private:
  static constexpr double step = 0.5, negligible = 30, largest_v = 300;
  static constexpr double largest_long_v = 6.7;  // exp(-sinh(6.7 + step)) is a double
  static constexpr double farthest = 1e8;  // beyond which a tail of log tau on one bounded study, tau^-2 log(tau)^-6, has nothing left
  struct Mass {
    double v, log_mass, mode;
  };

  /// A fall ends it above tau = `least`.
  void scan(double v, double by, double limit, double least) {
    for (; by > 0 ? v < limit : v > limit; v += by) {
      LikelihoodAtTau here = likelihood_.at_tau(rule_.tau_at(v));
      const Mode found = find_mode(here, weight_, mode_);
      if (std::isfinite(found.mu)) mode_ = found.mu;
      const double sd = std::min(found.sd, 0.4 * (weight_.mu_upper - weight_.mu_lower));
      masses_.push_back({v, found.value + std::log(sd * rule_.slope_at(here.tau())) + log_tau_weight(weight_, here.tau()), mode_});
      highest_ = std::max(highest_, masses_.back().log_mass);
      if (here.tau() > least && masses_.back().log_mass < highest_ - 3 * negligible) break;
    }
  }
  Range relevant() const {
    const auto matters = [&](const Mass& mass) { return mass.log_mass > highest_ - negligible; };
    const Mass& first = *std::find_if(masses_.begin(), masses_.end(), matters);
    const Mass& last = *std::find_if(masses_.rbegin(), masses_.rend(), matters);
    return {first.v - step, last.v + step, first.mode};
  }

  IntegratedLikelihood& likelihood_;
  const ParameterWeight& weight_;
  const TauRule& rule_;
  std::vector<Mass> masses_;
  double mode_, spread_, highest_ = -infinity;
};

/// Legendre polynomials of the two highest degrees below `count` that are not odd if `even_only`, summed against f.
double highest_coefficients(const std::vector<double>& x, const std::vector<double>& f, int count, bool even_only) {
  double largest = 0;
  const int last = even_only ? count - 2 : count - 1, stride = even_only ? 2 : 1;
  for (int degree = last; degree > last - 3 * stride && degree > 0; degree -= stride) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      double before = 1, here = x[i];
      for (int j = 1; j < degree; ++j) {
        const double next = ((2 * j + 1) * x[i] * here - j * before) / (j + 1);
        before = here;
        here = next;
      }
      sum += f[i] * here;
    }
    largest = std::max(largest, std::abs(sum));
  }
  return largest;
}

/// Step of the trapezoidal rule in mu from two bounds on how the integrand grows off the real axis (see step_for): that of a
/// likelihood with the information 1 / sd^2, and exp(k y^2 / (2 tau^2)) of a product of k integrals over N(mu, tau^2), which
/// holds at any distance y that the weight of mu allows. A function of a next study is one factor more.
double mu_step(const TauNode& node, const ParameterWeight& weight, bool next_study) {
  constexpr double strip = 1.4;
  const double tau = node.tau(), information = 1 / (node.sd * node.sd) + (next_study ? 1 / (tau * tau) : 0);
  const double k = static_cast<double>(node.likelihood.k()) + (next_study ? 1 : 0);
  const double y1 = std::min(std::sqrt(2 * accuracy / information), strip);
  const double y2 = std::min(tau * std::sqrt(2 * accuracy / k), weight.log_mu ? strip : infinity);
  const double omega1 = (accuracy - information * std::log(std::cos(y1))) / y1;
  const double omega2 = (accuracy + 0.5 * k * (y2 / tau) * (y2 / tau)) / y2;
  return 2 * std::numbers::pi / std::min(omega1, omega2);
}

/// Where a limit of mu cuts the integrand off: Gauss-Legendre nodes, as close as those of the lattice of that step.
TauSlice cut_slice(TauNode& node, const ParameterWeight& weight, double step, double lower, double upper, std::vector<double>& log_terms) {
  TauSlice slice;
  slice.tau = node.tau();
  const numerics::QuadratureRule rule = numerics::gauss_legendre(std::min(500, 8 + static_cast<int>(1.8 * (upper - lower) / step)));
  for (std::size_t j = 0; j < rule.nodes.size(); ++j) {
    const double at = lower + 0.5 * (upper - lower) * (1 + rule.nodes[j]), prior = weight.log_mu ? weight.log_mu(at).value : 0;
    slice.mu.push_back(at);
    slice.loglik.push_back(node.likelihood.log_likelihood(at));
    log_terms.push_back(slice.loglik.back() + prior + std::log(0.5 * (upper - lower) * rule.weights[j]) + node.log_weight);
  }
  return slice;
}

/// Mass of the integral at one tau: mu on a lattice, or cut off by a limit.
TauSlice slice_of(TauNode& node, const ParameterWeight& weight, bool next_study, std::vector<double>& log_terms) {
  const double widest = mu_step(node, weight, next_study);
  const auto log_weight = [&](double mu) { return weight.log_mu ? weight.log_mu(mu).value : 0; };
  MuSlice mu =
      mu_slice(node.likelihood, log_weight, node.mode, node.sd, MuLattice::level_for(widest), accuracy, {weight.mu_lower, weight.mu_upper});
  // All but the outermost values matter.
  const double lower = mu.mu.at(0), upper = mu.mu.at(mu.mu.count - 1);
  if (mu.mu.at(1) < weight.mu_lower || mu.mu.at(mu.mu.count - 2) > weight.mu_upper)
    return cut_slice(node, weight, widest, std::max(lower, weight.mu_lower), std::min(upper, weight.mu_upper), log_terms);
  TauSlice slice;
  slice.tau = node.tau();
  const double constant = std::log(mu.mu.step()) + node.log_weight;
  for (std::size_t j = 0; j < mu.mu.count; ++j) {
    slice.mu.push_back(mu.mu.at(j));
    log_terms.push_back(mu.log_value[j] + constant);
  }
  slice.loglik = std::move(mu.loglik);
  return slice;
}

}  // namespace

double TauRule::tau_at(double v) const {
  switch (variable) {
    case TauVariable::logarithm:
      return unit * std::exp(v);
    case TauVariable::long_logarithm:
      return unit * std::exp(std::sinh(v));
    case TauVariable::linear:
      break;
  }
  return unit * std::sinh(v);
}

double TauRule::v_at(double tau) const {
  if (variable == TauVariable::linear) return std::asinh(tau / unit);
  const double log_tau = std::log(tau / unit);
  return variable == TauVariable::logarithm ? log_tau : std::asinh(log_tau);
}

double TauRule::slope_at(double tau) const {
  if (variable == TauVariable::linear) return std::hypot(tau, unit);
  return variable == TauVariable::logarithm ? tau : tau * std::hypot(1.0, std::log(tau / unit));
}

double TauRule::relative_error(const std::vector<double>& log_values) const {
  // The rule is exact for polynomials of twice the degree up to which coefficients are seen: its error is about the square of what
  // they have fallen to; 100 leaves room where they do not fall evenly.
  const double highest = *std::max_element(log_values.begin(), log_values.end());
  std::vector<double> x, f;
  double total = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    x.push_back(nodes[i].position);
    f.push_back(std::exp(log_values[i] - highest));
    total += f.back();
  }
  const int count = static_cast<int>(nodes.size()) * (symmetric ? 2 : 1);
  const double fallen = highest_coefficients(x, f, count, symmetric) / total;
  return 100 * fallen * fallen;
}

TauRule tau_rule(IntegratedLikelihood& likelihood, const ParameterWeight& weight, const TauRuleOptions& options) {
  TauRule result;
  result.variable = options.variable;
  result.unit = options.variable == TauVariable::long_logarithm ? options.typical : likelihood.smallest_sd();
  RangeSearch search(likelihood, weight, result);
  const Range range = options.variable != TauVariable::linear ? search.around(options.typical) : search.upwards();
  result.symmetric = options.even && range.lower == 0;
  // Spacing at the middle of the rule, where it is widest.
  const double spacing = std::min(0.15, 0.8 / std::sqrt(2 * static_cast<double>(likelihood.k()))) / options.refinement;
  result.from = result.symmetric ? -range.upper : range.lower;
  result.half = 0.5 * (range.upper - result.from);
  const int count = std::clamp(static_cast<int>(std::ceil(result.half * std::numbers::pi / spacing)), 16, 256);
  const numerics::QuadratureRule rule = numerics::gauss_legendre(result.symmetric ? 2 * ((count + 1) / 2) : count);
  double mode = range.mode;
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
    const double v = result.from + result.half * (1 + rule.nodes[i]);
    if (result.symmetric && v < 0) continue;
    LikelihoodAtTau here = likelihood.at_tau(result.tau_at(v));
    const Mode found = find_mode(here, weight, mode);
    mode = found.mu;
    const double tau = here.tau(), w = result.half * rule.weights[i] * result.slope_at(tau);
    result.nodes.push_back({std::move(here), w, std::log(w) + log_tau_weight(weight, tau), rule.nodes[i], found.mu, found.sd});
  }
  return result;
}

LikelihoodSurface likelihood_surface(TauRule& rule, const ParameterWeight& weight, bool next_study) {
  LikelihoodSurface surface;
  std::vector<std::vector<double>> terms;
  double top = -infinity;
  for (TauNode& node : rule.nodes) {
    std::vector<double> log_terms;
    surface.slices.push_back(slice_of(node, weight, next_study, log_terms));
    top = std::max(top, *std::max_element(log_terms.begin(), log_terms.end()));
    terms.push_back(std::move(log_terms));
  }
  double total = 0;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    for (double term : terms[t]) surface.slices[t].probability.push_back(std::exp(term - top));
    for (double p : surface.slices[t].probability) surface.slices[t].mass += p;
    total += surface.slices[t].mass;
  }
  std::vector<double> log_masses;
  for (TauSlice& slice : surface.slices) {
    for (double& p : slice.probability) p /= total;
    slice.mass /= total;
    log_masses.push_back(std::log(slice.mass));
  }
  surface.log_integral = top + std::log(total);
  surface.relative_error = rule.relative_error(log_masses);
  return surface;
}

LikelihoodSurface likelihood_surface(IntegratedLikelihood& likelihood, const ParameterWeight& weight, double tolerance) {
  LikelihoodSurface best;
  for (double refinement = 1; refinement < 5; refinement *= 1.4) {
    TauRule rule = tau_rule(likelihood, weight, {.refinement = refinement});
    best = likelihood_surface(rule, weight);
    if (best.relative_error < tolerance) break;
  }
  return best;
}

}  // namespace tausq::model
