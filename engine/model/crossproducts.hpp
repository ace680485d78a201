// Moments of a regression from weighted crossproducts of its design.
#pragma once

#include "engine/model/normal_model.hpp"

namespace tausq::model {

/// normal_moments() of a design whose weights are no more than some ten times apart; false, and nothing of use, where the
/// crossproducts would cost digits. With L L' = X'WX all moments are sums over studies and p x p matrices:
/// tr P = tr W - tr L^-1 X'WWX L^-T, tr PP = tr WW - 2 tr L^-1 X'WWWX L^-T + |L^-1 X'WWX L^-T|^2.
bool crossproduct_moments(const NormalData& data, double tau2, Projection<double>& work, NormalMoments& moments);

}  // namespace tausq::model
