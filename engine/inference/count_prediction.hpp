// Events among the next n patients: a predictive law of the proportion mixed with the binomial distribution.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <tausq/analysis.hpp>

namespace tausq::inference {

/// A proportion (or rate) that a new study may have, and its share of the predictive law.
struct ProportionNode {
  double p = 0;       ///< 0 to 1, a rate 0 or more
  double weight = 0;  ///< >= 0; all together 1
};

/// P(Y = y) for y = 0 .. n, where Y ~ Binomial(n, p) and p has the law of the nodes:
///   P(Y = y) = sum_j weight_j (n choose y) p_j^y (1 - p_j)^(n - y)
/// The nodes must be dense enough for n: neighbours closer than the binomial spread sqrt(p (1 - p) / n).
std::vector<double> mixed_binomial(std::size_t n, std::span<const ProportionNode> law);

/// Mean, median and interval of a count with these probabilities: from the smallest y with P(Y <= y) > alpha / 2 to the
/// largest y with P(Y >= y) > alpha / 2, alpha = 1 - level; the median is the smallest y with P(Y <= y) >= 1/2.
PredictedCounts predicted_counts(std::span<const double> probabilities, double level);

/// The true effect of a new study on the analysis scale: estimate + spread T, T normal or t on `df` degrees of freedom.
struct PredictiveLaw {
  double estimate = 0;
  double spread = 0;  ///< >= 0
  std::optional<double> df = {};
};

/// What the analysis scale means: an increasing function to proportions between the values that stand for 0 and 1
/// (infinite where the transformation is). Beyond these the proportion is 0 or 1.
struct ProportionScale {
  std::function<double(double)> proportion;
  double at_zero, at_one;
};

/// Counts among the next n patients: Gauss-Legendre panels over the law, halved until no probability P(Y <= y) changes by
/// more than 1e-13.
PredictedCounts predict_counts(std::size_t n, const PredictiveLaw& law, const ProportionScale& scale, double level);

/// Events in `time` units of person-time, Y ~ Poisson(time rate), the rate with the law of the nodes: median and interval as for counts of
/// patients; no mean. The nodes must be dense enough: neighbours of time rate closer than its root.
PredictedCounts predicted_events(std::size_t time, std::span<const ProportionNode> law, double level);

/// The same for a law on the analysis scale, `scale.proportion` its rates; panels are halved until median and interval stay and no
/// probability at them changes by more than 1e-10. The mean is that of a normal law (of log rates where `log_rates`); a t law has none.
PredictedCounts predict_events(std::size_t time, const PredictiveLaw& law, const ProportionScale& scale, bool log_rates, double level);

}  // namespace tausq::inference
