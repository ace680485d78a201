// The arithmetic of the normal model in eight lanes: moments, and tau2 by every estimator that runs there.
#pragma once

#include "engine/batch/tile.hpp"
#include "engine/model/normal_likelihood.hpp"

namespace tausq::batch {

/// The fit at one tau2, lane by lane. `mean` counts from the origin of the tile.
struct LaneMean {
  Lanes mean{};
  Lanes w1{};    ///< sum of w = 1 / (v + tau2)
  Lanes tr_p{};  ///< w1 - sum of w^2 / w1
  Lanes q{};     ///< sum of w (y - mean)^2
};

/// The mean is corrected by its residuals: right to the last places also where effects cancel.
void mean_at(Tile& tile, const Lanes& tau2, LaneMean& result);

/// Estimates of tau2; `open` is 1 in lanes where the iteration or the number of maxima is not settled.
struct LaneTau2 {
  Lanes tau2{};
  Lanes open{};
};

/// The maximum of the likelihood: the score is looked at from tau2 = 0 to max v - 2 min v in steps, at most `most_steps` of them,
/// so that further maxima show (see model::bracket_maxima()), and Newton's method for B / A = 1 finds the root.
void maximise_likelihood(Tile& tile, model::Likelihood kind, LaneTau2& result);

/// Where q is k - 1, by Newton's method for 1 / q.
void solve_q(Tile& tile, const LaneMean& at_zero, LaneTau2& result);

}  // namespace tausq::batch
