// What a batch computes: the options once for all sets, the quantiles that sets share, and the results of eight lanes.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include <tausq/batch.hpp>

#include "engine/batch/tile.hpp"

namespace tausq::batch {

inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// The settings of every set, resolved, and which groups of columns are wanted.
struct Plan {
  Options options;
  IntervalMethod interval = IntervalMethod::z, interval_common = IntervalMethod::z;
  bool lanes = true;  ///< estimator, intervals and prediction all run in lanes
  bool random = true, common = true;
  bool tests = true, predictions = true, heterogeneity = true;

  Plan(Options resolved, const BatchFits& wanted);
};

/// Two-sided quantiles of one level, remembered by degrees of freedom. One a thread.
class Quantiles {
 public:
  explicit Quantiles(double level);
  double z() const { return z_; }
  double t(double df);

 private:
  double level_, z_;
  std::vector<double> t_;
};

/// A column of eight sets that nothing was computed for.
constexpr Lanes blank = {undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined};

/// The columns of BatchFits for eight sets. Those that the options rule out stay blank.
struct LaneFits {
  std::array<Status, eight> status{};
  std::array<bool, eight> hard{};  ///< to be fitted one by one
  Lanes k = blank;
  Lanes estimate = blank, se = blank, statistic = blank, df = blank, p_value = blank, ci_lower = blank, ci_upper = blank;
  Lanes prediction_lower = blank, prediction_upper = blank;
  Lanes common_estimate = blank, common_se = blank, common_statistic = blank, common_p_value = blank, common_ci_lower = blank,
        common_ci_upper = blank;
  Lanes tau2 = blank, i2 = blank, h2 = blank, q = blank, q_p = blank;
};

/// Memory of one thread.
struct Workspace {
  Tile tile;
  LaneFits fits;
  Quantiles quantiles, prediction_quantiles;

  explicit Workspace(const Plan& plan)
      : quantiles(plan.options.level), prediction_quantiles(plan.options.prediction_level.value_or(plan.options.level)) {}
};

/// Fits all lanes of work.tile into work.fits. Lanes marked `hard` hold nothing.
void fit_tile(const Plan& plan, Workspace& work);

/// Fits one set by the code of any other analysis, into one lane.
void fit_one(const Plan& plan, const SetRows& set, std::size_t lane, LaneFits& fits);

}  // namespace tausq::batch
