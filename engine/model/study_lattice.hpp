// The likelihood of one study tabulated on an equally spaced lattice of its linear predictor, and its integral over a normal
// random effect from that table: products only, no exponential inside.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/model/study_integral.hpp"
#include "engine/model/study_maximum.hpp"
#include "engine/model/study_term.hpp"

namespace tausq::model {

/// The log-likelihoods l_i(theta) of k studies, log-concave, whatever their kind.
class StudyLikelihoods {
 public:
  virtual ~StudyLikelihoods() = default;
  virtual std::size_t k() const = 0;
  /// l[j] = l_i(first + j step).
  virtual void values(std::size_t i, double first, double step, std::span<double> l) const = 0;
  virtual Derivatives at(std::size_t i, double theta) const = 0;
  /// log integral l_i(mu + tau u) phi(u) du by the rule of study_integral.hpp.
  virtual StudyTerm integral(std::size_t i, double mu, double tau) const = 0;
  /// Rough finite estimate of theta from study i alone, its variance, and the supremum of l_i.
  virtual double centre(std::size_t i) const = 0;
  virtual double variance(std::size_t i) const = 0;
  virtual double supremum(std::size_t i) const = 0;
  virtual bool bounded(std::size_t i) const = 0;                ///< exp(l_i) falls to 0 on both sides
  virtual bool rises(std::size_t i) const = 0;                  ///< otherwise: exp(l_i) goes to 1 for large theta (else for small)
  virtual double largest_information(std::size_t i) const = 0;  ///< see integral::step_for
};

/// Studies that share one kind of likelihood (the concept of study_integral.hpp).
template <typename Likelihood>
class StudyLikelihoodsOf final : public StudyLikelihoods {
 public:
  explicit StudyLikelihoodsOf(std::vector<Likelihood> studies) : studies_(std::move(studies)) {}
  std::size_t k() const override { return studies_.size(); }
  void values(std::size_t i, double first, double step, std::span<double> l) const override {
    if constexpr (requires { studies_[i].values(first, step, l); }) {
      studies_[i].values(first, step, l);
    } else {
      for (std::size_t j = 0; j < l.size(); ++j) l[j] = studies_[i].value(first + static_cast<double>(j) * step);
    }
  }
  Derivatives at(std::size_t i, double theta) const override { return studies_[i].at(theta); }
  StudyTerm integral(std::size_t i, double mu, double tau) const override { return integrate(studies_[i], mu, tau * tau); }
  double centre(std::size_t i) const override { return studies_[i].centre(); }
  double variance(std::size_t i) const override { return studies_[i].variance(); }
  double supremum(std::size_t i) const override { return study_maximum(studies_[i]).loglik; }
  bool bounded(std::size_t i) const override { return studies_[i].bounded(); }
  bool rises(std::size_t i) const override { return studies_[i].rises(); }
  double largest_information(std::size_t i) const override { return integral::largest_information_of(studies_[i]); }

 private:
  std::vector<Likelihood> studies_;
};

/// exp(l - l_sup) of one study at theta = m h for the whole numbers m that were needed so far.
class StudyLattice {
 public:
  StudyLattice(const StudyLikelihoods& studies, std::size_t i, double h, double supremum)
      : studies_(studies), study_(i), h_(h), supremum_(supremum) {}

  double h() const { return h_; }
  /// Makes from .. to (both included) available. A range far from all others replaces them.
  void cover(std::ptrdiff_t from, std::ptrdiff_t to);
  bool covers(std::ptrdiff_t from, std::ptrdiff_t to) const { return from >= first_ && to < first_ + size(); }
  double l(std::ptrdiff_t m) const { return l_[static_cast<std::size_t>(m - first_)]; }
  const double* likelihood(std::ptrdiff_t m) const { return p_.data() + (m - first_); }
  std::ptrdiff_t first() const { return first_; }

 private:
  std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(l_.size()); }
  void fill(std::ptrdiff_t from, std::ptrdiff_t to);

  const StudyLikelihoods& studies_;
  std::size_t study_;
  double h_, supremum_;
  std::ptrdiff_t first_ = 0;
  std::vector<double> l_, p_;
};

/// Where one study's likelihood has fallen by exp(-`core`) and by exp(-`whole`) of its supremum, or a little further; infinite on a side
/// on which it rises for ever.
struct StudySupport {
  static constexpr double core = 28, whole = 57;
  double core_lower, core_upper, whole_lower, whole_upper;
};
StudySupport support_of(const StudyLikelihoods& studies, std::size_t i, double supremum);

/// Likelihood times prior of one study around the integrand's mode: log L = l_sup + log(total) + exponent; total 0 where L
/// underflows.
struct StudyMoments {
  double total = 0, exponent = 0;
  double mean = 0, variance = 0;  ///< of u = (theta - mu) / tau; only if asked for
};

/// The same by Gauss-Hermite quadrature of eight nodes, for tau below a tenth of the study's standard deviation.
StudyMoments narrow_integral(const StudyLikelihoods& studies, std::size_t i, double mu, double tau, double supremum);

/// The totals alone, at mu = first + j step.
void narrow_totals(const StudyLikelihoods& studies, std::size_t i, double first, double step, double tau, double supremum,
                   std::span<double> totals);

/// The integral of one study over N(mu, tau^2): sums over lattice nodes around the integrand's mode, outwards until nothing
/// changes. The normal density follows from node to node by two products.
class LatticeIntegral {
 public:
  LatticeIntegral(StudyLattice& lattice, double tau, double start);

  template <bool with_moments>
  StudyMoments at(double mu);

 private:
  std::ptrdiff_t mode(double mu);

  StudyLattice* lattice_;
  double tau_, scale_;  ///< scale_ = h / (tau sqrt(2 pi))
  double drop_;         ///< b = exp(-h^2 / (2 tau^2)); the powers of it that four lanes need:
  double drop4_, drop8_, drop9_, drop16_, drop24_, drop32_;
  std::ptrdiff_t near_;  ///< the mode of the last call
};

}  // namespace tausq::model
