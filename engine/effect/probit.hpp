// The probit of a proportion given as counts, right also next to 0, 1/2 and 1.
#pragma once

namespace tausq::effect {

/// z with Phi(z) = x / (x + m), for x, m > 0 (-inf at x = 0, inf at m = 0).
double probit(double x, double m);

/// probit(x1, m1) - probit(x2, m2), right also where the two are close.
double probit_difference(double x1, double m1, double x2, double m2);

/// phi(z) / (Phi(z) (1 - Phi(z))) at z = probit(x, m), without the loss that exp(-z^2 / 2) takes from a rounded z.
double probit_hazard(double z);

}  // namespace tausq::effect
