// Person-time of two arms: rates that vary between studies as a gamma distribution, one rate ratio for all of them.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "engine/model/binomial_likelihood.hpp"
#include "engine/model/linked_arms.hpp"
#include "engine/model/negative_binomial.hpp"

namespace tausq::model {

/// x1i ~ Poisson(lambda_i exp(theta) t1i), x2i ~ Poisson(lambda_i t2i), lambda_i gamma with mean exp(nu) and squared coefficient of
/// variation phi. Averaged over lambda_i the total is negative binomial with mean exp(nu) (exp(theta) t1i + t2i), and given it x1i is
/// binomial (Hausman, Hall & Griliches 1984, Econometrica 52:909, section 2). A study without events informs about the rates.
class GammaRateArms final : public LinkedTerms {
 public:
  struct Study {
    double x1, t1, x2, t2;
  };
  explicit GammaRateArms(const std::vector<Study>& studies);
  std::size_t k() const override { return studies_.size(); }
  void link(double theta) override;
  double slope() const override { return slope_; }
  /// Second derivatives of the log-likelihood in theta, and in theta with nu and with phi.
  const std::array<double, 3>& curvature() const { return curvature_; }
  void evaluate(std::span<const double> nu, double phi, double accuracy, std::span<StudyTerm> terms) override;
  double centre(std::size_t i) const override { return studies_[i].total.poisson().centre() - studies_[i].log_exposure; }
  double variance(std::size_t i) const override { return studies_[i].total.poisson().variance(); }

 private:
  struct Arms {
    double log_odds_of_time;  ///< log(t1 / t2)
    double log_time;          ///< log t2
    double events;
    NegativeBinomialLikelihood total;  ///< in person-time 1
    BinomialLikelihood split;
    double log_exposure = 0, share = 0;  ///< log(exp(theta) t1 + t2) and exp(theta) t1 over it
    Derivatives of_split{};
  };
  std::vector<Arms> studies_;
  double slope_ = 0;
  std::array<double, 3> curvature_{};
};

}  // namespace tausq::model
