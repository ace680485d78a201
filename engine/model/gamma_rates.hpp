// Person-time of two arms: rates that vary between studies as a gamma distribution, one rate ratio for all of them.
#pragma once

#include <utility>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/linked_arms.hpp"
#include "engine/model/negative_binomial.hpp"
#include "engine/model/paired_rows.hpp"

namespace tausq::model {

/// Events and person-time of both arms: x1 ~ Poisson(lambda exp(theta) t1), x2 ~ Poisson(lambda t2), lambda gamma with mean exp(nu) and
/// squared coefficient of variation phi. Averaged over lambda the total is negative binomial with mean exp(nu) (exp(theta) t1 + t2), and
/// given it x1 is binomial (Hausman, Hall & Griliches 1984, Econometrica 52:909, section 2). A study without events informs about the
/// rates.
class GammaRatePair {
 public:
  GammaRatePair(double x1, double t1, double x2, double t2);
  /// The effect is theta, the level nu.
  PairedTerm term(double theta, double nu, double phi) const;
  RoughEstimate rough_effect() const;
  RoughEstimate rough_level() const { return rough_level(rough_effect().centre); }
  RoughEstimate rough_level(double theta) const;

 private:
  /// log(exp(theta) t1 + t2) and exp(theta) t1 over it.
  struct Exposure {
    double log, share;
  };
  Exposure exposure(double theta) const;

  double log_odds_of_time_;  ///< log(t1 / t2)
  double log_time_;          ///< log t2
  double x1_, x2_;
  NegativeBinomialLikelihood total_;  ///< in person-time 1
  BinomialLikelihood split_;
};

/// Such studies at one rate ratio for all of them.
class GammaRateArms final : public LinkedTerms {
 public:
  explicit GammaRateArms(std::vector<GammaRatePair> studies) : studies_(std::move(studies)) {}
  std::size_t k() const override { return studies_.size(); }
  void link(double theta) override { theta_ = theta; }
  double slope() const override { return slope_; }
  void evaluate(std::span<const double> nu, double phi, double accuracy, std::span<StudyTerm> terms) override;
  double centre(std::size_t i) const override { return studies_[i].rough_level(theta_).centre; }
  double variance(std::size_t i) const override { return studies_[i].rough_level(theta_).variance; }

 private:
  std::vector<GammaRatePair> studies_;
  double theta_ = 0, slope_ = 0;
};

}  // namespace tausq::model
