// Runs an experiment: every distinct data set is judged once, then every cell weighs the verdicts.
#pragma once

#include <vector>

#include "benchmarks/coverage/experiment.hpp"

namespace tausq::coverage {

/// What became of one method in one cell. Shares of probability.
struct Score {
  double covered = 0;  ///< with missing intervals, which exclude nothing
  double below = 0;    ///< the interval lies wholly below the target
  double above = 0;    ///< the interval lies wholly above it
  double width = 0;    ///< mean; of odds ratios the median on the log scale
  double none = 0;     ///< no interval
};

struct Result {
  std::string name;
  std::size_t k = 0, replicates = 0, data_sets = 0;
  bool ratios = false;
  std::vector<Cell> cells;
  std::vector<double> levels;
  std::vector<Method> methods, tests;
  std::vector<Score> scores;       ///< level, cell, method
  std::vector<double> rejections;  ///< cell, test: share of p-values up to 0.05
  double seconds = 0;              ///< of processor time

  const Score& score(std::size_t level, std::size_t cell, std::size_t method) const {
    return scores[(level * cells.size() + cell) * methods.size() + method];
  }
  double rejected(std::size_t cell, std::size_t test) const { return rejections[cell * tests.size() + test]; }
};

Result run(const Experiment& experiment, std::uint64_t seed, std::size_t threads);

}  // namespace tausq::coverage
