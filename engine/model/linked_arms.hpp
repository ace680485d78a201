// Two arms tied by one effect: the likelihood of that effect, maximised over everything else.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/model/design.hpp"
#include "engine/model/one_stage.hpp"

namespace tausq::model {

/// Studies of two arms at a given effect theta. The one-stage engine sees one level nu, common to all studies, and a dispersion in
/// the place of its tau2.
class LinkedTerms : public StudyTerms {
 public:
  /// evaluate() speaks of this effect from now on.
  virtual void link(double theta) = 0;
  /// d loglik / dtheta at the last point of evaluate().
  virtual double slope() const = 0;
};

/// Maxima and profiles along theta.
class LinkedModel {
 public:
  explicit LinkedModel(std::unique_ptr<LinkedTerms> terms);

  struct Point {
    OneStagePoint at;  ///< (nu, dispersion) with the log-likelihood
    double slope = 0;  ///< d loglik / dtheta, all else maximised
    bool converged = false;
  };
  /// The maximum at theta over the level and, unless it is held, the dispersion: local, from `start`.
  Point maximise_at(double theta, const OneStagePoint& start, const Held& held = {});
  /// The global maximum at theta, without a start.
  Point maximise_at(double theta);

  /// An end of { theta : 2 (loglik - max l(theta)) <= cut } for the maximum `loglik` at search.origin. Each maximum starts from the last
  /// one, the first from `start`; without a start each is sought anew, which finds its way back from the edge of the range of nu.
  LikelihoodEnd end(double loglik, const std::optional<OneStagePoint>& start, const EndSearch& search, double cut);
  /// The only finite end where the likelihood rises to `loglik` for theta towards infinity (direction > 0) or minus infinity.
  LikelihoodEnd end_of_slope(double loglik, double direction, double cut);

  LinkedTerms& terms() { return terms_; }
  OneStageModel& engine() { return engine_; }

 private:
  LinkedModel(LinkedTerms* terms, std::size_t k);

  Design design_;
  LinkedTerms& terms_;
  OneStageModel engine_;
};

}  // namespace tausq::model
