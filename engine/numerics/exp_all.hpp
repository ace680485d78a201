// Exponentials of many numbers at once.
#pragma once

#include <span>

namespace tausq::numerics {

/// Every x becomes exp(x), within 2 units of the last place; below -708 about 1e-308, above 709 about 1e308.
void exp_all(std::span<double> x);

}  // namespace tausq::numerics
