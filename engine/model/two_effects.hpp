// Two arms with two random effects a study: the level A = alpha + c u + s w and the difference T = theta + t u, u and w independent
// standard normal; arm 1 at A + T / 2, arm 2 at A - T / 2. With c = 0 level and difference are independent; with c free they are any
// bivariate normal, and so are the two arms.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/model/design.hpp"
#include "engine/model/likelihood_end.hpp"
#include "engine/model/one_stage.hpp"
#include "engine/model/study_term.hpp"

namespace tausq::model {

/// The parameters, in this order everywhere. Signs of s and of (c, t) do not matter: the likelihood is even in them, so that a variance
/// of 0 is no edge of the parameter space but a stationary point.
struct TwoEffects {
  static constexpr std::size_t count = 5;
  enum Index : std::size_t { alpha, theta, s, c, t };
  std::array<double, count> value{};
  double operator[](std::size_t i) const { return value[i]; }
  double& operator[](std::size_t i) { return value[i]; }
  double tau2() const { return value[t] * value[t]; }
  double sigma2() const { return value[c] * value[c] + value[s] * value[s]; }
  /// Of level and difference; empty where one of them does not vary.
  std::optional<double> correlation() const;
};

/// A log-likelihood with its derivatives in the parameters.
struct TwoEffectsTerm {
  double loglik = 0;
  std::array<double, TwoEffects::count> score{};
  std::array<std::array<double, TwoEffects::count>, TwoEffects::count> hessian{};
};

/// The two arms of the studies.
class ArmPairs {
 public:
  virtual ~ArmPairs() = default;
  virtual std::size_t k() const = 0;
  /// Log-likelihoods of both arms of study i, each in its own linear predictor.
  virtual std::pair<Derivatives, Derivatives> at(std::size_t i, double first, double second) const = 0;
  /// Rough estimates of the two linear predictors from study i alone.
  virtual std::pair<double, double> centres(std::size_t i) const = 0;
  /// Whether an arm of study i has both events and others: a likelihood with a maximum.
  virtual bool bounded(std::size_t i) const = 0;
};

template <typename Arm>
class ArmPairsOf final : public ArmPairs {
 public:
  explicit ArmPairsOf(std::vector<std::pair<Arm, Arm>> studies) : studies_(std::move(studies)) {}
  std::size_t k() const override { return studies_.size(); }
  std::pair<Derivatives, Derivatives> at(std::size_t i, double first, double second) const override {
    return {studies_[i].first.at(first), studies_[i].second.at(second)};
  }
  std::pair<double, double> centres(std::size_t i) const override { return {studies_[i].first.centre(), studies_[i].second.centre()}; }
  bool bounded(std::size_t i) const override { return studies_[i].first.bounded() || studies_[i].second.bounded(); }

 private:
  std::vector<std::pair<Arm, Arm>> studies_;
};

/// log of the integral of study i over (u, w), relative error about 1e-12, by a product trapezoidal rule centred and scaled at the mode of
/// the integrand, its steps from the bound that study_integral.hpp uses. Derivatives are posterior moments: arms are linear in the
/// parameters for given u and w. NaN where that takes more than 300,000 nodes (sd of effects beyond 20 beside counts of 1e8). With
/// `difference_varies` false t and c are 0, u is left out, and derivatives in t and c are 0.
TwoEffectsTerm integrate_two_effects(const ArmPairs& arms, std::size_t i, const TwoEffects& at, bool difference_varies);

/// The parameters of all studies: theta_i = sum over j of x_ij beta_j, beta_1 in the place of theta, the others behind the five.
struct TwoEffectsPoint : TwoEffects {
  std::vector<double> more;  ///< beta_2 .. beta_p
  std::size_t size() const { return count + more.size(); }
  double operator[](std::size_t i) const { return i < count ? value[i] : more[i - count]; }
  double& operator[](std::size_t i) { return i < count ? value[i] : more[i - count]; }
  /// Where coefficient j stands.
  static constexpr std::size_t place(std::size_t j) { return j == 0 ? theta : count + j - 1; }
};

/// The log-likelihood of all studies with its derivatives in the parameters.
struct TwoEffectsSum {
  double loglik = 0;
  std::vector<double> score;
  std::vector<std::vector<double>> hessian;
};

/// Which parameters stay where they are.
using HeldEffects = std::vector<bool>;

/// A maximum of the likelihood.
struct TwoEffectsMaximum {
  TwoEffectsPoint at;
  TwoEffectsSum sum;
  bool converged = false;
  int iterations = 0;
  bool unbounded = false;  ///< the likelihood grows without end as the standard deviations do
};

class TwoEffectsModel {
 public:
  /// `correlated`: c is free. `arms` outlives the model. `design` has one row a study, is of full column rank; without columns it is the
  /// mean.
  TwoEffectsModel(const ArmPairs& arms, bool correlated, Design design = {});

  /// The same difference in all studies: t = c = 0.
  TwoEffectsMaximum maximise_common() const;
  /// The highest of several local maxima, `common` among them.
  TwoEffectsMaximum maximise(const TwoEffectsMaximum& common) const;
  /// Every study with a difference of its own, t = c = 0: the saturated model.
  std::optional<double> saturated_loglik(const TwoEffectsMaximum& common) const;
  /// Inverse of the observed information about the free parameters; empty where it is singular.
  std::optional<std::vector<std::vector<double>>> covariance(const TwoEffectsMaximum& maximum, bool common) const;
  /// -d2 log L_i / dtheta2 of every study.
  std::vector<double> information(const TwoEffectsMaximum& maximum, bool common) const;

  /// Of coefficient j.
  LikelihoodInterval profile_theta(const TwoEffectsMaximum& maximum, double cut, bool common, std::size_t j = 0) const;
  /// Of tau2; searched up to tau = 100.
  LikelihoodInterval profile_tau2(const TwoEffectsMaximum& maximum, const TwoEffectsMaximum& common, double cut) const;

 private:
  HeldEffects held(bool common) const;
  TwoEffects of_study(const TwoEffectsPoint& at, std::size_t i) const;
  TwoEffectsSum evaluate(const TwoEffectsPoint& at, bool difference_varies) const;
  TwoEffectsMaximum maximise_from(TwoEffectsPoint start, const HeldEffects& held) const;
  LikelihoodEnd end_along(const TwoEffectsMaximum& maximum, std::size_t index, HeldEffects held, const EndSearch& search, double cut) const;

  const ArmPairs& arms_;
  bool correlated_;
  Design design_;
  double level_ = 0, level_spread_ = 0, difference_ = 0, difference_spread_ = 0;  ///< of the rough estimates
};

}  // namespace tausq::model
