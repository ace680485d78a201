// A density cut into panels on which 16 values at Gauss-Legendre nodes hold it to the wanted accuracy. Nothing is known
// beforehand about where the density lies or how wide it is: panels grow outward by doubling until what they add is
// negligible, then those that a polynomial does not follow are halved.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "engine/bayes/legendre.hpp"

namespace tausq::bayes {

/// Logarithms of a density, not normalised, at the nodes of one panel. Its evaluations were number `first` and those after it.
struct LogPanel {
  double from = 0, to = 0;
  std::array<double, legendre::order> log_value{};
  std::size_t first = 0;

  double half_width() const { return 0.5 * (to - from); }
  double node(std::size_t i) const { return 0.5 * (from + to) + half_width() * legendre::rule().nodes[i]; }
};

/// Where the search begins and what it has to cover.
struct Domain {
  double lower = -std::numeric_limits<double>::infinity(), upper = std::numeric_limits<double>::infinity();
  double centre = 0;                        ///< within [lower, upper]
  double scale = 1;                         ///< width of the first panel, > 0
  double reach_lower = 0, reach_upper = 0;  ///< no end of the search before these
};

/// Finds the panels of exp(log_density(x)); see panels_of.
template <typename LogDensity>
class PanelSearch {
 public:
  PanelSearch(LogDensity& log_density, const Domain& domain, double accuracy)
      : log_density_(log_density), domain_(domain), log_accuracy_(std::log(accuracy)) {}

  std::vector<LogPanel> run() {
    grow(1);
    grow(-1);
    while (!open_.empty() && open_.size() + done_.size() < most_panels) halve();
    done_.insert(done_.end(), open_.begin(), open_.end());
    std::sort(done_.begin(), done_.end(), [](const LogPanel& a, const LogPanel& b) { return a.from < b.from; });
    return std::move(done_);
  }

 private:
  static constexpr int most_doublings = 1100;
  static constexpr std::size_t most_panels = 4096;  // for functions too rough to be followed
  static constexpr double nothing = -std::numeric_limits<double>::infinity();

  LogPanel panel(double from, double to) {
    LogPanel made{from, to, {}, evaluations_};
    for (std::size_t i = 0; i < legendre::order; ++i) made.log_value[i] = log_density_(made.node(i));
    evaluations_ += legendre::order;
    return made;
  }

  static double log_mass(const LogPanel& p) {
    const double top = *std::max_element(p.log_value.begin(), p.log_value.end());
    if (top == nothing) return nothing;
    double sum = 0;
    for (std::size_t i = 0; i < legendre::order; ++i) sum += legendre::rule().weights[i] * std::exp(p.log_value[i] - top);
    return top + std::log(p.half_width() * sum);
  }

  static double log_sum(double a, double b) {
    if (a < b) std::swap(a, b);
    return b == nothing ? a : a + std::log1p(std::exp(b - a));
  }

  void grow(int direction) {
    const double end = direction > 0 ? domain_.upper : domain_.lower;
    const double reach = direction > 0 ? domain_.reach_upper : domain_.reach_lower;
    double edge = domain_.centre, width = domain_.scale, previous = nothing;
    for (int i = 0; i < most_doublings && edge != end; ++i, width *= 2) {
      double next = edge + direction * width;
      if (direction * (next - end) > 0) next = end;
      if (!std::isfinite(next)) break;
      open_.push_back(direction > 0 ? panel(edge, next) : panel(next, edge));
      const LogPanel& last = open_.back();
      const double mass = log_mass(last);
      total_ = log_sum(total_, mass);
      // What lies beyond, by the density at the outermost node: no tail here is much heavier than x^-2.
      const double outermost = direction > 0 ? last.log_value.back() : last.log_value.front();
      const double rest = outermost + std::log(4 * std::abs(next - domain_.centre));
      if (direction * (next - reach) >= 0 && mass <= previous && rest < total_ + log_accuracy_) break;
      previous = mass;
      edge = next;
    }
  }

  /// True when the last terms of the panel's Legendre series add nothing to the whole.
  bool resolved(const LogPanel& p) const {
    const double top = *std::max_element(p.log_value.begin(), p.log_value.end());
    const double share = std::exp(top - total_) * (p.to - p.from);  // of the panel, were it all as high as its top
    if (!(share > 0)) return true;
    std::array<double, legendre::order> value;
    for (std::size_t i = 0; i < legendre::order; ++i) value[i] = std::exp(p.log_value[i] - top);
    const auto series = legendre::series(value);
    const double rest =
        std::abs(series[legendre::order - 1]) + std::abs(series[legendre::order - 2]) + std::abs(series[legendre::order - 3]);
    return rest * share <= std::exp(log_accuracy_);
  }

  void halve() {
    total_ = nothing;
    for (const auto* list : {&done_, &open_})
      for (const LogPanel& p : *list) total_ = log_sum(total_, log_mass(p));
    std::vector<LogPanel> next;
    for (const LogPanel& p : open_) {
      const double middle = 0.5 * (p.from + p.to);
      if (resolved(p) || !(p.from < middle && middle < p.to)) {
        done_.push_back(p);
      } else {
        next.push_back(panel(p.from, middle));
        next.push_back(panel(middle, p.to));
      }
    }
    open_ = std::move(next);
  }

  LogDensity& log_density_;
  Domain domain_;
  double log_accuracy_, total_ = nothing;
  std::size_t evaluations_ = 0;
  std::vector<LogPanel> open_, done_;
};

/// Ascending panels, edge to edge, that hold exp(log_density(x)) up to `accuracy` of its whole mass, in what they leave out and
/// in what a polynomial of degree 15 misses. `log_density(x)` may be -infinity. Tails as heavy as x^-2 cost some 45 panels.
template <typename LogDensity>
std::vector<LogPanel> panels_of(LogDensity&& log_density, const Domain& domain, double accuracy) {
  return PanelSearch<LogDensity>(log_density, domain, accuracy).run();
}

}  // namespace tausq::bayes
