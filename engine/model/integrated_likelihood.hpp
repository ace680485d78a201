// The likelihood of (mu, tau) of a random-effects model with exact study likelihoods, cheap enough to be integrated over both.
//
// A study's likelihood is tabulated once on a lattice of theta; L_i(mu, tau) = integral exp(l_i(theta)) phi((theta - mu) / tau)
// / tau dtheta is then a trapezoidal sum of positive products, spectrally accurate (see study_integral.hpp) and relative to L_i
// itself, however far mu lies from the study.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/model/slice_integrals.hpp"
#include "engine/model/study_lattice.hpp"

namespace tausq::model {

/// log-likelihood of mu at a given tau with two derivatives in mu.
struct MuDerivatives {
  double value = 0, first = 0, second = 0;
};

/// Of a distribution.
struct EffectMoments {
  double mean = 0, variance = 0;
};

class IntegratedLikelihood;

/// log prod_i L_i(mu, tau) as a function of mu at one tau >= 0. Concave in mu. Refers to its IntegratedLikelihood.
class LikelihoodAtTau {
 public:
  std::size_t k() const { return studies_.size(); }
  double tau() const { return tau_; }
  /// log prod_i L_i(mu, tau), relative error of each L_i below 1e-11; -infinity where a factor underflows (exp(-700) of its supremum).
  double log_likelihood(double mu);
  MuDerivatives derivatives(double mu);
  /// Mean and variance of study i's own effect theta_i given mu, tau and its counts; tau > 0.
  EffectMoments effect(std::size_t i, double mu);
  /// log prod_i L_i at all mu of a lattice, for a third of the cost.
  void log_likelihoods(const MuLattice& mu, std::span<double> values);

 private:
  friend class IntegratedLikelihood;
  LikelihoodAtTau(IntegratedLikelihood& likelihood, double tau);

  IntegratedLikelihood* likelihood_;
  /// How study i is integrated.
  /// by_parts: a one-sided likelihood and tau large; direct: as study_integral.hpp has it, where a lattice would have too many nodes;
  /// point: tau so small that it is none
  enum class Rule { lattice, narrow, by_parts, direct, point };
  struct Study {
    Rule rule;
    int level = 0;  ///< of the lattice, whose step is 2^-level
    std::optional<LatticeIntegral> lattice;
  };
  std::optional<SliceStudy> placed(std::size_t i, const MuLattice& mu);
  template <bool with_derivatives>
  MuDerivatives product(double mu);

  double tau_;
  std::vector<Study> studies_;
  std::vector<std::size_t> by_level_;  ///< those on lattices
};

/// The studies with their lattices. One object serves one thread; a copy is not made.
///
/// Cost: about 0.05 us a study for one value of log prod L_i, whatever n; a lattice is filled on first use (some 10^2 values
/// of l_i for each scale of tau).
class IntegratedLikelihood {
 public:
  explicit IntegratedLikelihood(std::unique_ptr<StudyLikelihoods> studies);
  /// Of studies that share one kind of likelihood: value, at, centre, variance, bounded, rises (see study_integral.hpp).
  template <typename Likelihood>
  static IntegratedLikelihood of(std::vector<Likelihood> studies) {
    return IntegratedLikelihood(std::make_unique<StudyLikelihoodsOf<Likelihood>>(std::move(studies)));
  }

  std::size_t k() const { return studies_->k(); }
  LikelihoodAtTau at_tau(double tau) { return LikelihoodAtTau(*this, tau); }

  /// A value of mu to start searches from: the studies' rough estimates weighted by information.
  double centre() const { return centre_; }
  /// Smallest standard deviation of theta from one study: below this tau hardly matters.
  double smallest_sd() const { return smallest_sd_; }
  const StudyLikelihoods& studies() const { return *studies_; }

 private:
  friend class LikelihoodAtTau;
  StudyLattice& lattice(std::size_t i, int level);
  SliceStudy rise(std::size_t i);

  /// |d exp(l) / d theta| times the step of a one-sided likelihood, on its own lattice.
  struct Rise {
    std::ptrdiff_t first = 0;
    std::vector<double> table;
  };

  std::unique_ptr<StudyLikelihoods> studies_;
  std::vector<double> information_;  ///< largest -l_i'' where it can matter
  std::vector<double> supremum_;
  std::vector<StudySupport> support_;
  std::vector<Rise> rises_;
  SliceIntegrals slice_;
  std::vector<SliceStudy> slice_studies_;
  double centre_ = 0, smallest_sd_ = 0;
  std::vector<std::map<int, std::unique_ptr<StudyLattice>>> lattices_;  ///< by study and level: h = 2^-level
};

}  // namespace tausq::model
