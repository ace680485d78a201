// Two-by-two tables with their margins given: the noncentral hypergeometric distribution (Fisher's).
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "engine/model/study_term.hpp"

namespace tausq::model {

/// l(theta) = log of a's probability given the margins, p(j) proportional to C(n1, j) C(n2, m - j) exp(j theta): table
/// (a, b; c, d), theta the log odds ratio. Any counts: distributions of more than some thousand tables are smooth, and integrated.
///
/// A value is a sum over the tables of the margins, far too dear for every node of every integral. But l has no singularity
/// within pi of the real axis (the normaliser is a polynomial in exp(theta) with negative zeros), so short Chebyshev series
/// on panels of theta hold it, and its derivatives, to the last digits. Panels are computed when first needed and kept.
class HypergeometricLikelihood {
 public:
  HypergeometricLikelihood(double a, double b, double c, double d);

  /// False where the margins leave one table only.
  bool informative() const { return lowest_ < highest_; }

  double value(double theta) const;
  Derivatives at(double theta) const;
  double centre() const { return centre_; }  ///< log odds ratio with 1/2 added to every cell
  double variance() const { return variance_; }
  bool bounded() const { return a_ > lowest_ && a_ < highest_; }
  bool rises() const { return a_ == highest_; }
  double largest_information() const { return 0.25 * (highest_ - lowest_); }

  /// The sums themselves, without panels.
  Derivatives direct(double theta) const;
  /// P(j <= a) and P(j >= a), both including a.
  struct Tails {
    double lower, upper;
  };
  Tails tails(double theta) const;
  /// The probabilities of the tables that matter: p[i] is that of a + first + i. All others together have less than 1e-18.
  struct Distribution {
    double first = 0;
    std::vector<double> p;
  };
  Distribution distribution(double theta) const;
  double below() const { return a_ - lowest_; }   ///< by how much the margins let a fall
  double above() const { return highest_ - a_; }  ///< and rise

 private:
  static constexpr int order = 16;
  struct Panel {
    std::array<std::array<double, order>, 5> series;  ///< of l and its four derivatives
    bool derivatives = false;                         ///< or of l alone
  };

  template <typename Add>
  void walk(double theta, double mode, Add&& add) const;
  /// log p(j) but for a constant, for real j: a product of four Poisson probabilities.
  struct Table;
  Table table_of(double theta) const;
  double log_share(const Table& table, double theta, double total) const;
  double direct_value(double theta) const;
  struct Parts {
    double lower, at, upper;
  };
  Parts smooth_tails(const Table& table) const;
  static constexpr std::size_t page = 1024;  ///< panels; millions may cover the range, few are needed
  using Page = std::array<std::unique_ptr<Panel>, page>;
  const Panel& panel(std::size_t index, bool derivatives) const;
  std::size_t locate(double theta, double& x) const;

  double a_, n1_, n2_, m_, lowest_, highest_, centre_, variance_;
  double from_, to_, half_width_;  ///< panels cover [from, to]; beyond it l is linear to the last digit
  double panels_below_ = 0;        ///< the centre; an edge of panels, so that a theta near it is located to its last bit
  std::size_t panel_count_ = 0;
  mutable std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace tausq::model
