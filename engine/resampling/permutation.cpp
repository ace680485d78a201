#include "engine/resampling/permutation.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>

#include "engine/inference/intervals.hpp"
#include "engine/inference/wald.hpp"
#include "engine/model/normal_model.hpp"
#include "engine/numerics/parallel.hpp"
#include "engine/numerics/random.hpp"
#include "engine/pooling/normal_studies.hpp"
#include "engine/resampling/orders.hpp"

namespace tausq::resampling {

namespace {

constexpr std::size_t most_exact = std::size_t{1} << 20;
constexpr std::size_t default_draws = 10000;
constexpr std::size_t block = 256;

/// Statistics closer than this are equal: they come from sums of the same numbers in another order.
constexpr double tie = 1.5e-8;

/// The studies, the design and the test that all permutations share.
struct Setup {
  const Options& options;
  pooling::NormalStudies studies;
  pooling::UsedDesign design;
  model::NormalData data;  ///< of the observed order
  IntervalMethod method = IntervalMethod::z;
  inference::TwoQuantiles quantiles;

  Setup(const Options& o, pooling::NormalStudies s) : options(o), studies(std::move(s)) {}

  /// The interval's test where coefficients have it. `data` is ready.
  void choose_test() {
    data.precise_up_to = 0;  // a permutation is one among thousands
    const IntervalMethod asked = pooling::interval_of(options);
    if (data.df() < 1 || !inference::interval_table()[static_cast<std::size_t>(asked)].coefficients) return;
    method = asked;
    quantiles = inference::two_quantiles(options.level, data.df());
  }
};

/// Which permutations make the reference distribution.
struct Plan {
  bool exact = false;
  std::size_t permutations = 0;

  Plan(double all, std::size_t asked) {
    exact = all <= static_cast<double>(asked > 0 ? asked : most_exact);
    permutations = exact ? static_cast<std::size_t>(all) : (asked > 0 ? asked : default_draws);
  }
};

/// The fit of a mean to effects with other signs.
class SignedMean {
 public:
  explicit SignedMean(const Setup& setup)
      : setup_(setup), data_(setup.data), yi_(setup.studies.yi), weights_(pooling::weights_in_places(setup.studies, data_)) {}

  static double permutations(const Setup& setup) { return std::ldexp(1.0, static_cast<int>(std::min<std::size_t>(setup.data.k, 1000))); }
  /// All signs reversed give the same |statistic|: the first study keeps its sign.
  static std::size_t fits(const Plan& plan) { return plan.exact ? plan.permutations / 2 : plan.permutations; }

  void permute(const Plan& plan, std::size_t number) {
    numerics::RandomStream random(setup_.options.seed, number);
    const bool observed = number == 0;
    std::uint64_t bits = plan.exact ? std::uint64_t{number} << 1 : 0;
    for (std::size_t i = 0; i < yi_.size(); ++i, bits >>= 1) {
      if (!plan.exact && !observed && i % 32 == 0) bits = random.bits();
      yi_[i] = (bits & 1) != 0 ? -setup_.studies.yi[i] : setup_.studies.yi[i];
    }
    model::replace_effects(yi_, data_);
  }

  /// |statistic| of the mean; false when the model could not be fitted.
  bool statistics(std::span<double> to) {
    const model::Tau2Estimate tau2 = pooling::tau2_of(setup_.options, data_, weights_, work_);
    if (!tau2.converged) return false;
    inference::IntervalInput in = pooling::mean_input(data_, tau2.tau2, weights_, setup_.options.level, work_);
    if (setup_.method == IntervalMethod::hk_iqwig6) {
      const double dl = model::estimate_tau2(Tau2Method::DL, {data_, {}, work_}).tau2;
      in.se_dl = model::pooled_mean(data_, dl, weights_, work_).se;
    }
    to[0] = std::abs(in.estimate) / inference::test_se(setup_.method, in, setup_.quantiles);
    return true;
  }

 private:
  const Setup& setup_;
  model::NormalData data_;
  model::NormalWorkspace work_;
  std::vector<double> yi_, weights_;
};

/// The fit of a regression to effects against moderators in another order.
class ReorderedRegression {
 public:
  explicit ReorderedRegression(const Setup& setup)
      : setup_(setup),
        orders_(orders_of(setup)),
        data_(setup.data),
        rows_(data_.k),
        places_(data_.k),
        weights_(pooling::weights_in_places(setup.studies, data_)) {
    for (std::size_t j = 0; j < data_.k; ++j) places_[data_.order[j]] = j;
  }

  static double permutations(const Setup& setup) { return orders_of(setup).count(); }
  static std::size_t fits(const Plan& plan) { return plan.permutations; }

  void permute(const Plan& plan, std::size_t number) {
    std::iota(rows_.begin(), rows_.end(), std::size_t{0});
    numerics::RandomStream random(setup_.options.seed, number);
    if (plan.exact)
      orders_.unrank(number, rows_);
    else if (number > 0)
      shuffle(rows_, random);
    for (std::size_t& row : rows_) row = places_[row];
    model::permute_design(setup_.data, rows_, data_);
  }

  /// |statistic| of every coefficient, then that of all moderators.
  bool statistics(std::span<double> to) {
    const model::Tau2Estimate tau2 = pooling::tau2_of(setup_.options, data_, weights_, work_);
    if (!tau2.converged) return false;
    const model::Coefficients c = model::coefficients(data_, tau2.tau2, weights_, work_);
    const double hk = pooling::hartung_knapp_factor(data_, tau2.tau2, work_);
    std::vector<double> dl;
    if (setup_.method == IntervalMethod::hk_iqwig6)
      dl = model::coefficients(data_, model::estimate_tau2(Tau2Method::DL, {data_, {}, work_}).tau2, weights_, work_).vcov;
    double factor = 1;
    for (std::size_t j = 0; j < data_.p; ++j) {
      const std::size_t diagonal = j * (data_.p + 1);
      inference::IntervalInput in{c.beta[j], std::sqrt(c.vcov[diagonal]), hk, data_.df(), setup_.options.level};
      if (!dl.empty()) in.se_dl = std::sqrt(dl[diagonal]);
      const double se = inference::test_se(setup_.method, in, setup_.quantiles);
      to[j] = std::abs(in.estimate) / se;
      factor = (se / in.se) * (se / in.se);
    }
    to[data_.p] = pooling::wald_statistic(c, setup_.design.first_moderator()).value_or(0) / factor;
    return true;
  }

 private:
  static Orders orders_of(const Setup& setup) { return Orders(classes_of_rows(setup.design.x, setup.data.k)); }

  const Setup& setup_;
  const Orders orders_;
  model::NormalData data_;
  model::NormalWorkspace work_;
  std::vector<std::size_t> rows_, places_;  ///< rows in the order of the studies; the place of a study in the data
  std::vector<double> weights_;
};

/// How many permutations were as extreme as the observed one.
struct Tally {
  std::vector<std::size_t> extreme;
  std::size_t fitted = 0, failed = 0;

  void add(const std::vector<double>& observed, const std::vector<double>& statistics) {
    ++fitted;
    for (std::size_t j = 0; j < observed.size(); ++j)
      if (statistics[j] >= observed[j] - tie * std::max(1.0, observed[j])) ++extreme[j];
  }
  void add(const Tally& other) {
    fitted += other.fitted, failed += other.failed;
    for (std::size_t j = 0; j < extreme.size(); ++j) extreme[j] += other.extreme[j];
  }
};

template <typename Fit>
Tally tally(const Setup& setup, const Plan& plan, const std::vector<double>& observed) {
  Tally total{std::vector<std::size_t>(observed.size())};
  std::mutex adding;
  numerics::in_blocks(Fit::fits(plan), block, setup.options.threads, [&](std::size_t begin, std::size_t end, std::size_t) {
    Fit fit(setup);
    Tally part{std::vector<std::size_t>(observed.size())};
    std::vector<double> statistics(observed.size());
    for (std::size_t number = begin; number < end; ++number) {
      fit.permute(plan, number);
      if (fit.statistics(statistics))
        part.add(observed, statistics);
      else
        ++part.failed;
    }
    const std::lock_guard lock(adding);
    total.add(part);
  });
  return total;
}

/// Compares the observed order, fitted as every other one, with its permutations.
template <typename Fit>
void compare(const Setup& setup, std::size_t terms, PermutationTest& result) {
  std::vector<double> observed(terms);
  if (!Fit(setup).statistics(observed)) {
    result.status = Status::not_converged;
    result.reason = "the estimate of tau2 did not converge";
    return;
  }
  const Plan plan(Fit::permutations(setup), *setup.options.permutations);
  const Tally all = tally<Fit>(setup, plan, observed);
  result.exact = plan.exact;
  result.permutations = plan.permutations;
  result.failed = all.failed * (plan.permutations / Fit::fits(plan));
  for (const std::size_t extreme : all.extreme) result.p_value.push_back(static_cast<double>(extreme) / static_cast<double>(all.fitted));
}

}  // namespace

PermutationTest permutation_test(const pooling::PoolingInput& input) {
  PermutationTest result;
  std::vector<Excluded> excluded;
  std::vector<Warning> warnings;
  Setup setup(input.options, pooling::usable_studies(input, excluded));
  const pooling::NormalStudies& s = setup.studies;
  if (s.yi.size() < 2) {
    result.status = Status::not_estimable;
    result.reason = "there is nothing to permute with fewer than two studies";
    return result;
  }
  if (pooling::is_mean(input.design)) {
    model::standardise(s.yi, s.vi, setup.data);
    setup.choose_test();
    result.terms = {"intercept"};
    compare<SignedMean>(setup, 1, result);
    return result;
  }
  setup.design = pooling::used_design(input.design, s.study, warnings);
  model::standardise(s.yi, s.vi, setup.design.x, setup.data);
  setup.choose_test();
  result.terms = setup.design.terms;
  compare<ReorderedRegression>(setup, setup.data.p + 1, result);
  if (result.p_value.empty()) return result;
  if (setup.data.p > setup.design.first_moderator()) result.qm_p = result.p_value.back();
  result.p_value.pop_back();
  return result;
}

}  // namespace tausq::resampling
