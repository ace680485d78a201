// What one study adds to the log-likelihood of a one-stage model, and the derivatives that Newton's method needs.
#pragma once

namespace tausq::model {

/// log-likelihood l of one study in its linear predictor eta, with derivatives.
struct Derivatives {
  double value = 0, first = 0, second = 0, third = 0, fourth = 0;
};

/// First and second derivative alone.
struct Slopes {
  double first = 0, second = 0;
};

/// log L_i(eta, tau2) = log integral exp(l_i(eta + tau u)) phi(u) du with first and second derivatives in eta and tau2.
struct StudyTerm {
  double loglik = 0;
  double d_eta = 0, d_tau2 = 0;
  double d_eta_eta = 0, d_eta_tau2 = 0, d_tau2_tau2 = 0;
};

}  // namespace tausq::model
