// Means of all studies but one, or of the first few, from sums that are kept up to date instead of fits from scratch.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/diagnostics/influence_kernels.hpp"
#include "engine/diagnostics/nearby_sums.hpp"

namespace tausq::diagnostics {

/// Sum of the weights, mean, Q and tr P of some studies. Groups are joined by sums of positive terms alone, so that leaving
/// out a study of overwhelming weight loses no digits, as subtracting it would (Chan, Golub & LeVeque 1983, Am Stat 37:242).
struct GroupMoments {
  double weight = 0;
  double mean = 0;
  double q = 0;     ///< sum w (y - mean)^2
  double tr_p = 0;  ///< sum w - sum w^2 / sum w
  GroupMoments joined(const GroupMoments& other) const;
};

/// The common effect, DerSimonian & Laird's tau2 and a given tau2 are functions of the moments at weights 1 / vi. Those of
/// the first n and of the last n studies are kept for every n, so that those of all but one study are joined in O(1); what
/// is left are the sums with the weights at the new tau2, by Taylor's series where one stands near, else by one pass over the
/// studies; a common effect needs none.
class ClosedFormMean {
 public:
  /// Whether the options name such a model, with an interval that needs no more than sums, and there are no user weights.
  static bool covers(const pooling::NormalStudies& studies, const Options& options);

  /// The same whatever the estimator of tau2, which the caller has then.
  static bool covers_given_tau2(const pooling::NormalStudies& studies, const Options& options);

  /// `studies` and `options` must outlive it.
  ClosedFormMean(const pooling::NormalStudies& studies, const Options& options);
  DeletedFit without(std::size_t i);
  DeletedFit without(std::size_t i, double tau2);
  /// Quick where n grows from call to call.
  DeletedFit first(std::size_t n);

 private:
  /// The studies at places 0 .. middle - 1 and resume .. end - 1, whose moments are `m`.
  struct Group {
    std::size_t middle, resume, end;
    GroupMoments m;
    std::size_t k() const { return middle + (end - resume); }
  };
  /// A series that holds the studies at places 0 .. n - 1.
  struct Series {
    NearbySums sums;
    std::size_t n;
  };
  Group all_but(std::size_t i) const;
  Group first_of(std::size_t n) const;
  DeletedFit fit(const Group& group, const GroupMoments& m, double tau2) const;
  double tau2_of(const Group& group) const;
  GroupMoments at(const Group& group, double tau2) const;
  Series series_of(std::size_t n, double tau2) const;
  void extend(Series& series, std::size_t n) const;
  std::optional<GroupMoments> nearby_without(std::size_t i, double tau2) const;
  std::optional<GroupMoments> nearby_first(std::size_t n, double tau2);

  const pooling::NormalStudies& studies_;
  const Options& options_;
  std::vector<GroupMoments> first_, last_;  ///< first_[n] of the first n studies, last_[i] of those from place i on
  double least_variance_;
  std::optional<Series> all_, growing_;  ///< of all studies, and of the first few
};

}  // namespace tausq::diagnostics
