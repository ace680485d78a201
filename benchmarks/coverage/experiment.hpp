// What a coverage experiment is made of: a design, truths to draw from, methods to judge.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tausq/tausq.hpp>

#include "engine/numerics/random.hpp"

namespace tausq::coverage {

/// What an interval is meant to cover.
enum class Target { median, mean, next, tau };

/// An interval on the scale that is reported: proportions, or log odds ratios. Without one, the whole range stands.
struct Ends {
  float lower = 0, upper = 0;
  bool none = false;
};

/// A method under judgement: an interval for a target, or a test of heterogeneity.
struct Method {
  std::string name;
  Target target = Target::median;
};

/// What all methods say about one data set at one level. Methods come in the same order for every data set.
struct Verdicts {
  std::vector<Method> methods, tests;  ///< filled once, by the first data set
  std::vector<Ends> ends;
  std::vector<float> p_values;  ///< 1 where a test has none
};

/// One truth. Its numbers mean what `name` says.
struct Cell {
  std::string name;
  double p = 0;               ///< median proportion or odds ratio; of a beta distribution the mean
  double spread = 0;          ///< tau, or rho of a beta distribution
  bool misspecified = false;  ///< beta-binomial: not the model of the exact likelihood
  double control = 0;         ///< median risk of the control arms (two arms)
};

using Counts = std::vector<std::uint16_t>;

/// A design with its truths. Data sets are counts between 0 and `most`.
class Experiment {
 public:
  virtual ~Experiment() = default;

  std::string name;
  std::size_t k = 0;
  std::vector<Cell> cells;
  std::vector<double> levels;
  std::size_t replicates = 0;  ///< 0: all data sets with their probabilities
  Counts most;

  /// A data set that says the same, mirrored or not, by which equal work is known: events and non-events change places.
  virtual Counts canonical(const Counts& counts, bool& mirrored) const = 0;
  virtual Ends mirror(const Ends& ends) const = 0;
  virtual void judge(const Counts& counts, double level, Verdicts& verdicts) const = 0;
  /// P(counts) in a cell.
  virtual double probability(std::size_t cell, const Counts& counts) const = 0;
  virtual Counts draw(std::size_t cell, numerics::RandomStream& random) const = 0;
  /// P(target < x) and P(target > x): 0 or 1 unless the target is a new study.
  virtual double below(std::size_t cell, Target target, double x) const = 0;
  virtual double above(std::size_t cell, Target target, double x) const = 0;
  virtual double whole_width() const = 0;  ///< of an interval that is infinite or missing
};

/// Events of `totals` patients. Truths: logit-normal with median p and tau 0, 0.5, 1; where all data sets are
/// taken, beta with mean p and rho 0.05, 0.1, 0.2 too.
std::unique_ptr<Experiment> proportions(std::string name, std::vector<int> totals, std::vector<double> ps, std::vector<double> levels,
                                        std::size_t replicates);

/// Events of patients in pairs of arms. Truths: odds ratios normal on the log scale with tau 0, 0.5, 1; logits of control risks with
/// standard deviation 0.3.
std::unique_ptr<Experiment> odds_ratios(std::string name, std::vector<std::pair<int, int>> totals, std::vector<double> controls,
                                        std::vector<double> ratios, std::vector<double> levels, std::size_t replicates);

}  // namespace tausq::coverage
