// Penalised logistic regression of two arms with a level for each study and one log odds ratio.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/model/one_stage.hpp"
#include "engine/model/stratified.hpp"

namespace tausq::model {

/// l* = sum log Bin(ai | n1i, expit(alpha_i + theta / 2)) + log Bin(ci | n2i, expit(alpha_i - theta / 2)) + log det(I) / 2,
/// I the Fisher information of (alpha_1 .. alpha_k, theta): Firth's bias reduction, Jeffreys's prior as a penalty. Its maximum is
/// finite for every table, separated ones and those without events included (Firth 1993, Biometrika 80:27, section 3.3;
/// Heinze & Schemper 2002, Stat Med 21:2409).
///
/// I is an arrow: with wi the binomial variances, det(I) = prod(w1i + w2i) S, S = sum w1i w2i / (w1i + w2i). The Hessian of l* is an
/// arrow and one outer product (of the gradient of S), so a Newton step costs O(k).
class FirthOddsRatio {
 public:
  explicit FirthOddsRatio(const Strata& tables);

  struct Point {
    double theta = 0;
    std::vector<double> alpha;
    double penalised = 0;    ///< l*, binomial coefficients included
    double loglik = 0;       ///< without the penalty
    double slope = 0;        ///< dl* / dtheta
    double information = 0;  ///< S: about theta, the levels unknown
    int iterations = 0;
    bool converged = false;
  };
  Point maximise();
  /// Over the levels alone, from where `start` has them.
  Point maximise_at(double theta, Point start);
  /// { theta : 2 (max l* - max_alpha l*) <= cut }; both ends are finite.
  LikelihoodInterval profile(const Point& maximum, double cut);
  /// Share of each study in S.
  std::vector<double> weights(const Point& at) const;

 private:
  struct Arms {
    double x1, n1, x2, n2, coefficients;
  };
  struct Row {
    double first = 0, diagonal = 0, arrow = 0, outer = 0, step = 0;  ///< of alpha_i
  };
  struct Border {
    double first = 0, corner = 0, outer = 0, step = 0;  ///< of theta
  };
  void evaluate(Point& at);
  double information(const Point& at) const;
  double derivatives(const Point& at, bool theta_held);
  bool newton_step(double outer_weight, bool theta_held);
  void scoring_step(const Point& at, bool theta_held);
  Point climb(Point start, bool theta_held);

  std::vector<Arms> studies_;
  std::vector<Row> rows_;
  Border border_;
};

}  // namespace tausq::model
