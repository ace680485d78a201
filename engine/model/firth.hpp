// Penalised logistic regression of two arms with a level for each study and a log odds ratio that is linear in moderators.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/model/design.hpp"
#include "engine/model/one_stage.hpp"
#include "engine/model/stratified.hpp"

namespace tausq::model {

/// l* = sum log Bin(ai | n1i, expit(alpha_i + theta_i / 2)) + log Bin(ci | n2i, expit(alpha_i - theta_i / 2)) + log det(I) / 2,
/// theta_i = xi' beta, I the Fisher information of (alpha_1 .. alpha_k, beta): Firth's bias reduction, Jeffreys's prior as a penalty. Its
/// maximum is finite for every table, separated ones and those without events included (Firth 1993, Biometrika 80:27, section 3.3;
/// Heinze & Schemper 2002, Stat Med 21:2409).
///
/// I is an arrow: with wi the binomial variances, det(I) = prod(w1i + w2i) det(S), S = sum hi xi xi', hi = w1i w2i / (w1i + w2i). With
/// S = L L' and yi = L^-1 xi, d log det(S) = sum |yi|^2 dhi, and the second derivative takes (yi' yj)^2 dhi dhj away: the Hessian of l* is
/// an arrow and p (p + 1) / 2 outer products, so that a Newton step costs O(k).
class FirthOddsRatio {
 public:
  /// One odds ratio for all studies.
  explicit FirthOddsRatio(const Strata& tables);
  /// `design` has a row a study and full column rank.
  FirthOddsRatio(const Strata& tables, Design design);

  struct Point {
    std::vector<double> beta, alpha;
    double penalised = 0;             ///< l*, binomial coefficients included
    double loglik = 0;                ///< without the penalty
    std::vector<double> slope;        ///< dl* / dbeta
    std::vector<double> information;  ///< S, p x p: about beta, the levels unknown
    int iterations = 0;
    bool converged = false;
  };
  Point maximise();
  /// Over the levels and the coefficients that are not held, from `start`; the penalty keeps the information about all of them.
  Point maximise_from(Point start, const std::vector<bool>& held);
  /// { beta_j : 2 (max l* - max l* with it held) <= cut }; both ends are finite.
  LikelihoodInterval profile(const Point& maximum, std::size_t j, double cut);
  /// S^-1, p x p.
  std::vector<double> covariance(const Point& at) const;
  /// Share of each study in sum(hi).
  std::vector<double> weights(const Point& at) const;

 private:
  struct Arms {
    double x1, n1, x2, n2, coefficients;
  };
  /// A study in the gradient and in the Hessian of -l*.
  struct Row {
    double first, diagonal;              ///< of alpha_i
    double effect_first, arrow, effect;  ///< of theta_i, of both, of theta_i twice
    double outer, effect_outer;          ///< gradient of hi
    double step = 0;                     ///< of alpha_i
  };
  std::size_t k() const { return studies_.size(); }
  std::size_t p() const { return design_.p(); }
  double x(std::size_t i, std::size_t j) const { return design_.x[j * k() + i]; }
  double theta(const Point& at, std::size_t i) const;
  void evaluate(Point& at) const;
  void derivatives(const Point& at);
  void expected(const Point& at);
  bool newton_step(const std::vector<bool>& held);
  double gain_of_step() const;
  double longest_move() const;
  Point climb(Point start, const std::vector<bool>& held);

  Design design_;
  std::vector<Arms> studies_;
  std::vector<Row> rows_;
  std::size_t outer_count_ = 0;  ///< outer products in the Hessian: p (p + 1) / 2, or none for the expected one
  std::vector<double> outer_;    ///< their weights in each study, k x outer_count_
  std::vector<double> beta_step_, beta_first_;
};

}  // namespace tausq::model
