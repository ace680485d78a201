// A probability density held on panels, with everything that a posterior is asked for.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "engine/bayes/panels.hpp"

namespace tausq::bayes {

/// Two ends.
struct Range {
  double lower = 0, upper = 0;
};

/// An increasing function of the variable in which a density is held, and the logarithm of its slope: log tau is held, tau
/// and tau2 are wanted.
struct Scale {
  double (*value)(double x);
  double (*log_slope)(double x);

  static Scale identity();
  static Scale square();        ///< of x >= 0
  static Scale exponential();   ///< exp(x)
  static Scale exponential2();  ///< exp(2 x)
};

/// The density that panels hold, normalised. Probabilities are right to some 1e-13; what the panels leave out counts as 0.
class Density {
 public:
  Density() = default;
  /// At least one panel with a finite value.
  explicit Density(const std::vector<LogPanel>& panels);

  /// log of the integral of what the panels held.
  double log_mass() const { return log_mass_; }
  double lower() const { return panels_.front().from; }
  double upper() const { return panels_.back().to; }

  double pdf(double x) const;
  double cdf(double x) const;
  double sf(double x) const;
  /// x with cdf(x) = p, 0 <= p <= 1.
  double quantile(double p) const;

  /// The shortest interval of probability `level` on the given scale.
  Range shortest(double level, Scale scale) const;

  /// Calls visit(from, to) for every panel.
  template <typename Visit>
  void for_each_panel(Visit&& visit) const {
    for (const Panel& p : panels_) visit(p.from, p.to);
  }

  /// Calls visit(x, weight) at all nodes; the weights sum to 1, so that sums over them are expectations.
  template <typename Visit>
  void for_each_node(Visit&& visit) const {
    for (const Panel& p : panels_)
      for (std::size_t i = 0; i < legendre::order; ++i)
        visit(p.middle() + p.half_width() * legendre::rule().nodes[i], legendre::rule().weights[i] * p.half_width() * p.value[i]);
  }

 private:
  struct Panel {
    double from, to, mass, below, above;  ///< below, above: mass of the panels on either side
    std::array<double, legendre::order> value, series;

    double middle() const { return 0.5 * (from + to); }
    double half_width() const { return 0.5 * (to - from); }
    legendre::Value at(double x) const { return legendre::evaluate(series, (x - middle()) / half_width()); }
  };
  const Panel& panel_of(double x) const;

  double log_mass_ = 0;
  std::vector<Panel> panels_;
};

}  // namespace tausq::bayes
