#include "engine/diagnostics/closed_form_mean.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/diagnostics/refit.hpp"
#include "engine/inference/heterogeneity.hpp"

namespace tausq::diagnostics {

namespace {

bool needs_sums_only(IntervalMethod method) {
  return method == IntervalMethod::z || method == IntervalMethod::t || method == IntervalMethod::hk || method == IntervalMethod::hk_se ||
         method == IntervalMethod::hk_ci;
}

/// Four running sums side by side, which the compiler keeps in vector registers.
struct Lanes {
  double lane[4] = {};
  double total() const { return (lane[0] + lane[1]) + (lane[2] + lane[3]); }
};

}  // namespace

GroupMoments GroupMoments::joined(const GroupMoments& other) const {
  if (weight == 0) return other;
  if (other.weight == 0) return *this;
  const double total = weight + other.weight, share = other.weight / total, gap = other.mean - mean;
  return {total, mean + gap * share, q + other.q + gap * gap * weight * share,
          tr_p * (weight / total) + other.tr_p * share + 2 * weight * share};
}

bool ClosedFormMean::covers(const pooling::NormalStudies& studies, const Options& options) {
  return covers_given_tau2(studies, options) &&
         (options.model == Model::common || options.tau2_fixed || options.tau2.value_or(Tau2Method::REML) == Tau2Method::DL);
}

bool ClosedFormMean::covers_given_tau2(const pooling::NormalStudies& studies, const Options& options) {
  return studies.user_weights.empty() && needs_sums_only(pooling::interval_of(options));
}

ClosedFormMean::ClosedFormMean(const pooling::NormalStudies& studies, const Options& options) : studies_(studies), options_(options) {
  const std::size_t k = studies.yi.size();
  first_.resize(k + 1);
  last_.resize(k + 1);
  const auto one = [&](std::size_t i) { return GroupMoments{1 / studies.vi[i], studies.yi[i], 0, 0}; };
  for (std::size_t i = 0; i < k; ++i) first_[i + 1] = first_[i].joined(one(i));
  for (std::size_t i = k; i-- > 0;) last_[i] = one(i).joined(last_[i + 1]);
}

ClosedFormMean::Group ClosedFormMean::all_but(std::size_t i) const {
  return {i, i + 1, studies_.yi.size(), first_[i].joined(last_[i + 1])};
}

DeletedFit ClosedFormMean::without(std::size_t i) const {
  const Group group = all_but(i);
  return fit(group, tau2_of(group));
}

DeletedFit ClosedFormMean::without(std::size_t i, double tau2) const {
  return fit(all_but(i), tau2);
}

DeletedFit ClosedFormMean::first(std::size_t n) const {
  const Group group{n, n, n, first_[n]};
  return fit(group, tau2_of(group));
}

double ClosedFormMean::tau2_of(const Group& group) const {
  if (options_.model == Model::common || group.k() < 2) return 0;
  if (options_.tau2_fixed) return *options_.tau2_fixed;
  const double tau2 = std::max(0.0, (group.m.q - static_cast<double>(group.k() - 1)) / group.m.tr_p);
  // Too small to change any variance: the estimator says 0.
  return tau2 * group.m.weight <= std::numeric_limits<double>::epsilon() ? 0.0 : tau2;
}

/// Moments at the weights 1 / (vi + tau2); tr P is not set.
GroupMoments ClosedFormMean::at(const Group& group, double tau2) const {
  const double origin = group.m.mean;
  Lanes weight, first, second;
  const auto add = [&](std::size_t i, std::size_t l) {
    const double w = 1 / (studies_.vi[i] + tau2), d = studies_.yi[i] - origin;
    weight.lane[l] += w;
    first.lane[l] += w * d;
    second.lane[l] += w * d * d;
  };
  const auto add_all = [&](std::size_t i, std::size_t to) {
    for (; i + 4 <= to; i += 4)
      for (std::size_t l = 0; l < 4; ++l) add(i + l, l);
    for (; i < to; ++i) add(i, 0);
  };
  add_all(0, group.middle);
  add_all(group.resume, group.end);
  const double shift = first.total() / weight.total();
  return {weight.total(), origin + shift, second.total() - first.total() * shift, 0};
}

DeletedFit ClosedFormMean::fit(const Group& group, double tau2) const {
  const double df = static_cast<double>(group.k()) - 1;
  const GroupMoments m = tau2 > 0 ? at(group, tau2) : group.m;
  DeletedFit result;
  result.estimate = m.mean;
  result.se = 1 / std::sqrt(m.weight);
  result.tau2 = tau2;
  result.row.k = group.k();
  const inference::IntervalInput in{result.estimate, result.se, df > 0 ? m.q / df : 1.0, df, options_.level};
  copy_estimate(pooling::mean_interval(pooling::interval_of(options_), in, {}).estimate, result.row);
  const inference::QStatistic statistic{group.k(), df, group.m.q, group.m.tr_p};
  copy_heterogeneity(options_.model == Model::common ? inference::homogeneity(statistic) : inference::heterogeneity(statistic, tau2),
                     result.row);
  return result;
}

}  // namespace tausq::diagnostics
