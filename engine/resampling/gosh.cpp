#include "engine/resampling/gosh.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include "engine/inference/heterogeneity.hpp"
#include "engine/numerics/parallel.hpp"
#include "engine/numerics/quantiles.hpp"
#include "engine/numerics/random.hpp"
#include "engine/resampling/subset_fits.hpp"

namespace tausq::resampling {

namespace {

constexpr std::size_t most_exhaustive = 24;  // studies
constexpr std::size_t default_draws = 100000;

/// Fits subsets one by one, by the code of any other fit.
class OneByOne {
 public:
  OneByOne(const pooling::NormalStudies& studies, const Options& options) : studies_(studies), options_(options) {
    data_.precise_up_to = 0;  // one subset among thousands
  }

  /// `includes(i)` says whether study i takes part.
  template <typename Includes>
  void fit(Includes&& includes, std::size_t place, GoshFits& to) {
    some_.yi.clear(), some_.vi.clear(), some_.user_weights.clear();
    for (std::size_t i = 0; i < studies_.yi.size(); ++i) {
      if (!includes(i)) continue;
      some_.yi.push_back(studies_.yi[i]), some_.vi.push_back(studies_.vi[i]);
      if (!studies_.user_weights.empty()) some_.user_weights.push_back(studies_.user_weights[i]);
    }
    to.estimate[place] = to.tau2[place] = to.i2[place] = std::numeric_limits<double>::quiet_NaN();
    if (!some_.user_weights.empty() && *std::max_element(some_.user_weights.begin(), some_.user_weights.end()) == 0) return;
    model::standardise(some_.yi, some_.vi, data_);
    const std::vector<double> weights = pooling::weights_in_places(some_, data_);
    const model::Tau2Estimate tau2 = pooling::tau2_of(options_, data_, weights, work_);
    if (!tau2.converged) return;
    to.estimate[place] = model::pooled_mean(data_, tau2.tau2, weights, work_).estimate;
    const Heterogeneity h =
        options_.model == Model::common ? inference::homogeneity(data_, work_) : inference::heterogeneity(data_, tau2, {}, work_);
    to.tau2[place] = h.tau2.value_or(0);
    to.i2[place] = h.i2.value_or(0);
  }

 private:
  const pooling::NormalStudies& studies_;
  const Options& options_;
  pooling::NormalStudies some_;
  model::NormalData data_;
  model::NormalWorkspace work_;
};

std::optional<SubsetModel> shared_sums(const pooling::NormalStudies& studies, const Options& options) {
  if (!studies.user_weights.empty() || !SubsetSums::covers(studies.vi)) return std::nullopt;
  if (options.model == Model::common) return SubsetModel::common;
  if (options.tau2_fixed) return std::nullopt;
  const Tau2Method method = options.tau2.value_or(Tau2Method::REML);
  return method == Tau2Method::DL     ? std::optional(SubsetModel::dl)
         : method == Tau2Method::REML ? std::optional(SubsetModel::reml)
                                      : std::nullopt;
}

void fit_all(const pooling::NormalStudies& studies, const Options& options, GoshFits& fits) {
  const auto includes = [](std::size_t subset) { return [subset](std::size_t i) { return (subset >> i & 1) != 0; }; };
  if (const std::optional<SubsetModel> model = shared_sums(studies, options)) {
    const SubsetSums sums(studies.yi, studies.vi, *model);
    numerics::in_blocks(sums.blocks(), 16, options.threads, [&](std::size_t begin, std::size_t end, std::size_t) {
      OneByOne search(studies, options);
      for (std::size_t block = begin; block < end; ++block)
        for (const std::size_t subset : sums.fit(block, fits)) search.fit(includes(subset), subset - 1, fits);
    });
    return;
  }
  numerics::in_blocks(fits.estimate.size(), 256, options.threads, [&](std::size_t begin, std::size_t end, std::size_t) {
    OneByOne one(studies, options);
    for (std::size_t place = begin; place < end; ++place) one.fit(includes(place + 1), place, fits);
  });
}

/// Each study with probability 1/2; never the empty subset.
void draw(std::span<std::uint64_t> words, std::size_t k, std::uint64_t seed, std::size_t number) {
  numerics::RandomStream random(seed, number);
  for (bool empty = true; empty;) {
    for (std::size_t j = 0; j < words.size(); ++j) {
      const std::uint64_t high = random.bits(), left = k - 64 * j;
      words[j] = (high << 32 | random.bits()) & (left < 64 ? (std::uint64_t{1} << left) - 1 : ~std::uint64_t{0});
      empty = empty && words[j] == 0;
    }
  }
}

void fit_drawn(const pooling::NormalStudies& studies, const Options& options, GoshFits& fits) {
  const std::size_t words = (fits.k + 63) / 64;
  fits.drawn.resize(words * fits.estimate.size());
  numerics::in_blocks(fits.estimate.size(), 64, options.threads, [&](std::size_t begin, std::size_t end, std::size_t) {
    OneByOne one(studies, options);
    for (std::size_t place = begin; place < end; ++place) {
      draw(std::span(fits.drawn).subspan(place * words, words), fits.k, options.seed, place);
      one.fit([&](std::size_t i) { return fits.includes(place, i); }, place, fits);
    }
  });
}

Quantiles quantiles_of(const std::vector<double>& all) {
  std::vector<double> values;
  values.reserve(all.size());
  for (const double x : all)
    if (std::isfinite(x)) values.push_back(x);
  if (values.empty()) return {};
  constexpr double probabilities[] = {0, 0.025, 0.25, 0.5, 0.75, 0.975, 1};
  const std::vector<double> q = numerics::quantiles(values, probabilities);
  return {q[0], q[1], q[2], q[3], q[4], q[5], q[6]};
}

}  // namespace

Gosh gosh(const pooling::NormalStudies& studies, const Options& options, std::size_t asked) {
  Gosh result;
  const std::size_t k = studies.yi.size();
  const std::size_t all = k <= most_exhaustive ? (std::size_t{1} << k) - 1 : std::numeric_limits<std::size_t>::max();
  if (k == 0) {
    result.status = Status::not_estimable;
    result.reason = "no study has an effect size with a positive variance";
    return result;
  }
  result.exhaustive = k <= most_exhaustive && (asked == 0 || asked >= all);
  result.subsets = result.exhaustive ? all : asked > 0 ? asked : default_draws;
  GoshFits& fits = result.fits;
  fits.k = k;
  fits.estimate.resize(result.subsets), fits.tau2.resize(result.subsets), fits.i2.resize(result.subsets);
  result.exhaustive ? fit_all(studies, options, fits) : fit_drawn(studies, options, fits);
  for (const double x : fits.estimate) result.failed += std::isfinite(x) ? 0 : 1;
  result.estimate = quantiles_of(fits.estimate), result.tau2 = quantiles_of(fits.tau2), result.i2 = quantiles_of(fits.i2);
  return result;
}

}  // namespace tausq::resampling
