// Beta-binomial counts: events given a proportion that varies between studies as a beta distribution.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/one_stage.hpp"

namespace tausq::model {

/// sum over j = 0 .. n - 1 of a smooth f(j) as a weighted sum over few points: every j below 128, beyond that Gauss-Legendre
/// panels that double in length, joined to the points by the Euler-Maclaurin formula for midpoints. For f with its singularity
/// at j <= 0 the relative error is about 1e-15.
class SumRule {
 public:
  explicit SumRule(double n);
  std::span<const double> points() const { return points_; }
  std::span<const double> weights() const { return weights_; }

 private:
  std::vector<double> points_, weights_;
};

/// P(Y = y), y = 0 .. n, of the beta-binomial distribution with shapes a, b > 0.
std::vector<double> beta_binomial_probabilities(std::size_t n, double a, double b);

/// log of the beta-binomial probability of x events among n, complete, mean expit(eta), dispersion gamma = 1 / (alpha + beta) =
/// rho / (1 - rho) >= 0:
/// log C(n, x) + sum_{j<x} log(mu + j gamma) + sum_{j<n-x} log(1 - mu + j gamma) - sum_{j<n} log(1 + j gamma).
/// gamma = 0 is the binomial distribution, with all derivatives.
class BetaBinomialLikelihood {
 public:
  BetaBinomialLikelihood(double x, double n) : binomial_(x, n), x_(x), n_(n), events_(x), others_(n - x), all_(n) {}
  /// The log-likelihood and its derivatives, gamma in the place of tau2.
  StudyTerm term(double eta, double gamma) const;
  const BinomialLikelihood& binomial() const { return binomial_; }

 private:
  BinomialLikelihood binomial_;
  double x_, n_;
  SumRule events_, others_, all_;
};

/// Beta-binomial studies for the one-stage engine, which sees gamma as its tau2.
class BetaBinomialTerms final : public StudyTerms {
 public:
  explicit BetaBinomialTerms(std::vector<BetaBinomialLikelihood> studies) : studies_(std::move(studies)) {}
  std::size_t k() const override { return studies_.size(); }
  void evaluate(std::span<const double> eta, double gamma, double accuracy, std::span<StudyTerm> terms) override;
  double centre(std::size_t i) const override { return studies_[i].binomial().centre(); }
  double variance(std::size_t i) const override { return studies_[i].binomial().variance(); }

 private:
  std::vector<BetaBinomialLikelihood> studies_;
};

}  // namespace tausq::model
