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

// A series costs some ten passes over its studies: it must serve more fits than that.
constexpr std::size_t least_studies = 100;

// What a study may take of a sum before leaving it out by a difference costs digits.
constexpr double largest_share = 0.5;

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
  least_variance_ = *std::min_element(studies.vi.begin(), studies.vi.end());
}

ClosedFormMean::Group ClosedFormMean::all_but(std::size_t i) const {
  return {i, i + 1, studies_.yi.size(), first_[i].joined(last_[i + 1])};
}

ClosedFormMean::Group ClosedFormMean::first_of(std::size_t n) const {
  return {n, n, n, first_[n]};
}

DeletedFit ClosedFormMean::without(std::size_t i) {
  // Each study moves tau2 by little: the series stands at that of all.
  if (!all_ && studies_.yi.size() >= least_studies) all_ = series_of(studies_.yi.size(), tau2_of(first_of(studies_.yi.size())));
  return without(i, tau2_of(all_but(i)));
}

DeletedFit ClosedFormMean::without(std::size_t i, double tau2) {
  const Group group = all_but(i);
  if (tau2 == 0) return fit(group, group.m, 0);
  if (!all_ && studies_.yi.size() >= least_studies) all_ = series_of(studies_.yi.size(), tau2);
  const std::optional<GroupMoments> quick = nearby_without(i, tau2);
  return fit(group, quick ? *quick : at(group, tau2), tau2);
}

DeletedFit ClosedFormMean::first(std::size_t n) {
  const Group group = first_of(n);
  const double tau2 = tau2_of(group);
  if (tau2 == 0) return fit(group, group.m, 0);
  const std::optional<GroupMoments> quick = nearby_first(n, tau2);
  return fit(group, quick ? *quick : at(group, tau2), tau2);
}

void ClosedFormMean::extend(Series& series, std::size_t n) const {
  for (; series.n < n; ++series.n) series.sums.add(studies_.yi[series.n], studies_.vi[series.n]);
}

/// Around tau2, from the mean there.
ClosedFormMean::Series ClosedFormMean::series_of(std::size_t n, double tau2) const {
  Series series{NearbySums(tau2, least_variance_, at(first_of(n), tau2).mean), 0};
  extend(series, n);
  return series;
}

std::optional<GroupMoments> ClosedFormMean::nearby_without(std::size_t i, double tau2) const {
  if (!all_ || !all_->sums.reaches(tau2)) return std::nullopt;
  const WeightedSums all = all_->sums.at(tau2);
  const double w = 1 / (studies_.vi[i] + tau2), d = studies_.yi[i] - all_->sums.origin(), square = w * d * d;
  if (w > largest_share * all.weight || square > largest_share * all.second) return std::nullopt;
  const double weight = all.weight - w, shift = (all.first - w * d) / weight;
  return GroupMoments{weight, all_->sums.origin() + shift, (all.second - square) - weight * shift * shift, 0};
}

std::optional<GroupMoments> ClosedFormMean::nearby_first(std::size_t n, double tau2) {
  if (n < least_studies) return std::nullopt;
  if (!growing_ || growing_->n > n || !growing_->sums.reaches(tau2)) growing_ = series_of(n, tau2);
  extend(*growing_, n);
  const WeightedSums s = growing_->sums.at(tau2);
  const double shift = s.first / s.weight;
  return GroupMoments{s.weight, growing_->sums.origin() + shift, s.second - s.first * shift, 0};
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

/// `m` at the weights 1 / (vi + tau2).
DeletedFit ClosedFormMean::fit(const Group& group, const GroupMoments& m, double tau2) const {
  const double df = static_cast<double>(group.k()) - 1;
  DeletedFit result;
  result.estimate = m.mean;
  result.se = 1 / std::sqrt(m.weight);
  result.tau2 = tau2;
  result.row.k = group.k();
  const inference::IntervalInput in{studies_.origin + result.estimate, result.se, df > 0 ? m.q / df : 1.0, df, options_.level};
  copy_estimate(pooling::mean_interval(pooling::interval_of(options_), in, {}).estimate, result.row);
  const inference::QStatistic statistic{group.k(), df, group.m.q, group.m.tr_p};
  copy_heterogeneity(options_.model == Model::common ? inference::homogeneity(statistic) : inference::heterogeneity(statistic, tau2),
                     result.row);
  return result;
}

}  // namespace tausq::diagnostics
