// Beta-binomial counts of two arms whose mean proportions are tied by an odds ratio, risk ratio or risk difference.
#pragma once

#include <utility>
#include <vector>

#include <tausq/methods.hpp>

#include "engine/model/beta_binomial.hpp"
#include "engine/model/linked_arms.hpp"
#include "engine/model/paired_rows.hpp"

namespace tausq::model {

/// An effect of two proportions, given by their logits, and its derivatives in them.
struct ArmEffect {
  double value, d1, d2;
};
/// OR and RR on the log scale, RD; other measures do not occur.
ArmEffect arm_effect(Measure measure, double eta1, double eta2);

/// How far from 0 an effect lies on a scale without bounds, on which profiles are walked: the log ratio, atanh(RD).
double walked_from_effect(Measure measure, double effect);
double effect_from_walked(Measure measure, double walked);

/// Logits of both arms at an effect and a level nu, with derivatives: every (theta, nu) gives proportions strictly between 0 and 1.
/// OR: nu -+ theta / 2. RR: the larger proportion is expit(nu), the smaller exp(-|theta|) of it. RD: the smaller proportion is
/// (1 - |RD|) expit(nu), the larger |RD| more.
struct LinkedLogits {
  struct Arm {
    double eta, d_nu, d_nu_nu, d_theta;
  };
  Arm first, second;
};
LinkedLogits linked_logits(Measure measure, double walked, double nu);
/// The level at which arms with these logits stand.
double level_of(Measure measure, double eta1, double eta2);

/// Both arms' beta-binomial log-likelihoods, one dispersion gamma = rho / (1 - rho) for all (Kuss 2015, Stat Med 34:1097).
class BetaBinomialArms final : public LinkedTerms {
 public:
  BetaBinomialArms(Measure measure, std::vector<std::pair<BetaBinomialLikelihood, BetaBinomialLikelihood>> studies)
      : measure_(measure), studies_(std::move(studies)) {}
  std::size_t k() const override { return studies_.size(); }
  void link(double walked) override { walked_ = walked; }
  double slope() const override { return slope_; }
  void evaluate(std::span<const double> nu, double gamma, double accuracy, std::span<StudyTerm> terms) override;
  double centre(std::size_t i) const override;
  double variance(std::size_t i) const override;

 private:
  Measure measure_;
  std::vector<std::pair<BetaBinomialLikelihood, BetaBinomialLikelihood>> studies_;
  double walked_ = 0, slope_ = 0;
};

/// Both arms of one study where effect and level are linear in moderators: the level is the mean of the arms' logits (arm_logits.hpp).
class BetaBinomialPair {
 public:
  BetaBinomialPair(Measure measure, BetaBinomialLikelihood first, BetaBinomialLikelihood second)
      : measure_(measure), first_(std::move(first)), second_(std::move(second)) {}
  PairedTerm term(double effect, double level, double gamma) const;
  RoughEstimate rough_effect() const;
  RoughEstimate rough_level() const;

 private:
  Measure measure_;
  BetaBinomialLikelihood first_, second_;
};

}  // namespace tausq::model
