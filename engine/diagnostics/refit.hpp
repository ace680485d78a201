// The inverse-variance fit of a mean to some of the studies, again and again.
#pragma once

#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/influence.hpp>

#include "engine/inference/intervals.hpp"
#include "engine/model/normal_model.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::diagnostics {

/// Copies test and interval between results that carry them under the same names.
template <typename From, typename To>
void copy_estimate(const From& from, To& to) {
  to.status = from.status;
  to.reason = from.reason;
  to.estimate = from.estimate;
  to.se = from.se;
  to.statistic = from.statistic;
  to.df = from.df;
  to.p_value = from.p_value;
  to.ci_lower = from.ci_lower;
  to.ci_upper = from.ci_upper;
}

/// Heterogeneity of a row. One study shows none; its fit takes tau2 to be 0.
void copy_heterogeneity(const Heterogeneity& from, Refit& to);

/// Fits the mean of the model that the options name: the common effect for Model::common, else random effects with the
/// estimator of tau2, the fixed tau2 and the interval of the options. Keeps its memory from fit to fit.
class MeanModel {
 public:
  /// `fits` is how many are to come: many fits of many studies leave out the last step in twice the precision.
  explicit MeanModel(const Options& options, std::size_t fits = 1);

  /// Fits k >= 1 studies; when ok, the members below speak of these. Not estimable: all users' weights are 0.
  Status fit(const pooling::NormalStudies& studies);
  const char* reason() const { return reason_; }  ///< of a status that is not ok
  double estimate() const { return estimate_; }   ///< from the origin of the studies
  double se() const { return mean_.se; }          ///< model based
  double tau2() const { return tau2_.tau2 * data_.scale * data_.scale; }

  /// The fit with test, interval and heterogeneity.
  Refit row();
  /// Fits and gives the row, or why there is none.
  Refit refit(const pooling::NormalStudies& studies);

  bool common() const { return common_; }

 private:
  const Options& options_;
  bool common_;
  model::NormalData data_;
  model::NormalWorkspace work_;
  std::vector<double> weights_;  ///< the user's, in the places of data_
  const char* reason_ = "";
  model::Tau2Estimate tau2_;       ///< in standard units
  inference::IntervalInput mean_;  ///< on the scale of the data
  double estimate_ = 0;
};

}  // namespace tausq::diagnostics
