// One-stage random-effects models: eta_i = x_i' beta + tau u_i, u_i standard normal, with each study's exact likelihood in
// eta_i. The engine knows nothing of the likelihoods but their integrals over u_i.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/model/design.hpp"
#include "engine/model/likelihood_end.hpp"
#include "engine/model/study_integral.hpp"
#include "engine/model/study_term.hpp"

namespace tausq::model {

/// The studies of a one-stage model as the engine sees them.
class StudyTerms {
 public:
  virtual ~StudyTerms() = default;
  virtual std::size_t k() const = 0;
  /// terms[i] of every study at eta[i]; relative error of each integral exp(-accuracy). May keep warm starts.
  virtual void evaluate(std::span<const double> eta, double tau2, double accuracy, std::span<StudyTerm> terms) = 0;
  /// Rough finite estimate of eta_i from study i alone, and its variance: starting values and the scale of searches.
  virtual double centre(std::size_t i) const = 0;
  virtual double variance(std::size_t i) const = 0;
  /// Where a study stands in two rows, i and k / 2 + i: d2 loglik / deta_i deta_(k/2+i) at the last point of evaluate(). Empty where every
  /// row is a study of its own.
  virtual std::span<const double> cross() const { return {}; }
};

/// Studies that share one kind of likelihood.
template <typename Likelihood>
class StudyTermsOf final : public StudyTerms {
 public:
  explicit StudyTermsOf(std::vector<Likelihood> studies) : studies_(std::move(studies)) {}
  std::size_t k() const override { return studies_.size(); }
  void evaluate(std::span<const double> eta, double tau2, double accuracy, std::span<StudyTerm> terms) override {
    for (std::size_t i = 0; i < studies_.size(); ++i) terms[i] = integrate(studies_[i], eta[i], tau2, accuracy);
  }
  double centre(std::size_t i) const override { return studies_[i].centre(); }
  double variance(std::size_t i) const override { return studies_[i].variance(); }

 private:
  std::vector<Likelihood> studies_;
};

/// A point of the parameter space theta = (beta_1 .. beta_p, tau2) with the log-likelihood, its gradient and Hessian there.
struct OneStagePoint {
  std::vector<double> theta;  ///< p + 1
  double loglik = -std::numeric_limits<double>::infinity();
  std::vector<double> score;    ///< p + 1
  std::vector<double> hessian;  ///< (p + 1) x (p + 1)
  std::size_t p() const { return theta.size() - 1; }
  double tau2() const { return theta.back(); }
  double second(std::size_t i, std::size_t j) const { return hessian[i * theta.size() + j]; }
};

/// What stays where it is while the rest is maximised.
struct Held {
  std::optional<std::size_t> beta = {};  ///< one coefficient
  bool tau2 = false;
};

/// How precisely a maximum is wanted: of the integrals, as exp(-accuracy), and the gain in log-likelihood that a Newton step
/// must still promise for another one to follow (the last step squares the distance).
struct Effort {
  double accuracy = full_accuracy;
  double gain = 1e-14;
};
constexpr Effort full_effort{};
constexpr Effort value_effort{full_accuracy, 1e-7};   ///< the log-likelihood to the last digit, its place to seven
constexpr Effort rough_effort{rough_accuracy, 1e-3};  ///< a few digits: starts of precise ones
constexpr Effort scan_effort{rough_accuracy, 0.05};   ///< on which side of a maximum

/// A maximum, free or with something held.
struct OneStageMaximum {
  OneStagePoint at;
  int iterations = 0;
  bool converged = false;
  bool unbounded = false;               ///< the likelihood grows without end as tau2 does
  std::vector<double> tau2_stationary;  ///< of the likelihood profiled over beta, when there are several
};

/// Standard errors from the observed information: of (beta, tau2) at an interior maximum, of beta alone at tau2 = 0.
struct OneStageErrors {
  std::vector<double> beta;        ///< p
  std::vector<double> covariance;  ///< of (beta, tau2), (p + 1) x (p + 1); zero row of tau2 at the boundary
  std::optional<double> tau2;
};

/// The model and its working memory. One object serves one thread; nothing is allocated inside an iteration.
class OneStageModel {
 public:
  /// `design` has one row a study of `studies`, is of full column rank and outlives the model. Models that share their studies are
  /// used one after another.
  OneStageModel(std::shared_ptr<StudyTerms> studies, const Design& design);
  ~OneStageModel();

  std::size_t k() const { return studies_->k(); }
  std::size_t p() const { return design_.p(); }
  const Design& design() const { return design_; }

  /// Log-likelihood and derivatives at point.theta, written into `point`.
  void evaluate(OneStagePoint& point, double accuracy = full_accuracy);
  std::span<const StudyTerm> terms() const { return terms_; }  ///< of the last evaluation

  /// tau2 = 0: the common effect.
  OneStageMaximum maximise_common();
  /// Global maximum over beta and tau2 >= 0: the likelihood profiled over beta is scanned on a geometric grid of tau, every
  /// local maximum polished by Newton's method, the highest kept. `common` is maximise_common().
  OneStageMaximum maximise(const OneStageMaximum& common);
  /// Local maximum from `start` with something held.
  OneStageMaximum maximise_from(OneStagePoint start, const Held& held, const Effort& effort = full_effort);

  /// `tau2_held`: of a maximum at a given tau2 (the common effect).
  OneStageErrors errors(const OneStagePoint& maximum, bool tau2_held = false);

  /// { b : 2 (max l - l_profile(b)) <= cut } for coefficient j, by the outermost crossings; with tau2 held at that of
  /// `maximum` if `tau2_held` (the common effect).
  LikelihoodInterval profile_beta(const OneStagePoint& maximum, std::size_t j, double cut, bool tau2_held = false);
  /// The same for tau2; the lower end is 0 where l(tau2 = 0) is within the cut. `common` is maximise_common().
  LikelihoodInterval profile_tau2(const OneStagePoint& maximum, const OneStagePoint& common, double cut);

 private:
  struct Workspace;
  struct Step;
  struct Ray;

  OneStagePoint rough_start();
  Step newton_step(const OneStagePoint& at, const Held& held, std::optional<std::size_t> along = std::nullopt);
  double profile_score_tau2(const OneStagePoint& at);
  /// The likelihood profiled over beta at the tau2 of `start`, to a few digits: theta and loglik after a last Newton step, which is taken
  /// unseen where it promises little, and d loglik / d tau2.
  struct Profiled {
    OneStagePoint at;
    double score;
  };
  Profiled profiled_roughly(OneStagePoint start);
  LikelihoodEnd end_along(const OneStagePoint& maximum, const Ray& ray, const EndSearch& search, double cut);

  std::shared_ptr<StudyTerms> studies_;
  const Design& design_;
  std::vector<double> eta_;
  std::vector<StudyTerm> terms_;
  std::unique_ptr<Workspace> work_;
  double smallest_variance_ = 0, spread_ = 0;  ///< of the studies' rough estimates: the scale of the search for tau
};

}  // namespace tausq::model
