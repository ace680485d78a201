// Single arms: intervals of the median and mean proportion, prediction intervals, tests of heterogeneity.
#include <algorithm>
#include <cmath>
#include <utility>

#include "benchmarks/coverage/collector.hpp"
#include "benchmarks/coverage/truth.hpp"
#include "engine/inference/prediction.hpp"
#include "engine/inference/wald.hpp"

namespace tausq::coverage {

namespace {

Ends ends_of(const Display& d) {
  if (!d.ci_lower || !d.ci_upper) return {0, 1, true};
  return {static_cast<float>(*d.ci_lower), static_cast<float>(*d.ci_upper), false};
}

/// An interval beside the main one; where no model can be fitted, the exact interval stands for all of them.
Ends beside(const PooledEstimate& e, IntervalMethod method) {
  const NamedInterval* named = find(e, method);
  return named ? ends_of(named->display) : ends_of(e.display);
}

class Proportions final : public Experiment {
 public:
  Proportions(std::vector<int> totals, std::vector<double> ps, bool misspecified) : totals_(std::move(totals)) {
    for (double p : ps)
      for (double tau : {0.0, 0.5, 1.0}) cells.push_back({"", p, tau, false, 0});
    for (double p : misspecified ? ps : std::vector<double>{})
      for (double rho : {0.05, 0.1, 0.2}) cells.push_back({"", p, rho, true, 0});
    for (int n : totals_) most.push_back(static_cast<std::uint16_t>(n));
    for (const Cell& cell : cells) prepare(cell);
  }

  Counts canonical(const Counts& counts, bool& mirrored) const override {
    Counts other(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) other[i] = static_cast<std::uint16_t>(most[i] - counts[i]);
    mirrored = other < counts;
    return mirrored ? other : counts;
  }

  Ends mirror(const Ends& e) const override { return {1 - e.upper, 1 - e.lower, e.none}; }

  void judge(const Counts& counts, double level, Verdicts& verdicts) const override {
    Collector to{verdicts, verdicts.methods.empty()};
    const StudySet studies = single_arm_counts({counts.begin(), counts.end()}, {totals_.begin(), totals_.end()});
    exact_likelihood(studies, level, to);
    others(studies, level, to);
  }

  double probability(std::size_t cell, const Counts& counts) const override {
    double p = 1;
    for (std::size_t i = 0; i < counts.size(); ++i) p *= chances_[cell][i][counts[i]];
    return p;
  }

  Counts draw(std::size_t index, numerics::RandomStream& random) const override {
    const Cell& cell = cells[index];
    Counts counts;
    for (int n : totals_) {
      const double u = random.uniform();
      const double p = cell.misspecified ? numerics::beta_quantile(u, shape(cell).first, shape(cell).second)
                                         : expit(logit(cell.p) + cell.spread * numerics::normal_quantile(u));
      counts.push_back(static_cast<std::uint16_t>(draw_binomial(n, p, random)));
    }
    return counts;
  }

  double below(std::size_t cell, Target target, double x) const override { return side(cell, target, x, true); }
  double above(std::size_t cell, Target target, double x) const override { return side(cell, target, x, false); }
  double whole_width() const override { return 1; }

 private:
  static std::pair<double, double> shape(const Cell& cell) {
    const double size = (1 - cell.spread) / cell.spread;
    return {cell.p * size, (1 - cell.p) * size};
  }

  /// Chances of every count of every study, and the targets of a cell.
  void prepare(const Cell& cell) {
    static const NormalRule rule(0.05);
    std::vector<std::vector<double>> chances;
    for (int n : totals_) {
      std::vector<double> of_count(static_cast<std::size_t>(n) + 1);
      for (int x = 0; x <= n; ++x) of_count[static_cast<std::size_t>(x)] = chance(cell, x, n, rule);
      chances.push_back(std::move(of_count));
    }
    chances_.push_back(std::move(chances));
    double mean = cell.p, median = cell.p;
    if (cell.misspecified) {
      median = numerics::beta_quantile(0.5, shape(cell).first, shape(cell).second);
    } else {
      mean = 0;
      for (std::size_t j = 0; j < rule.u.size(); ++j) mean += rule.w[j] * expit(logit(cell.p) + cell.spread * rule.u[j]);
    }
    targets_.push_back({median, mean});
  }

  static double chance(const Cell& cell, int x, int n, const NormalRule& rule) {
    if (cell.misspecified) {
      const auto [a, b] = shape(cell);
      const auto log_beta = [](double r, double s) { return std::lgamma(r) + std::lgamma(s) - std::lgamma(r + s); };
      return std::exp(numerics::log_binomial(n, x) + log_beta(x + a, n - x + b) - log_beta(a, b));
    }
    double sum = 0;
    for (std::size_t j = 0; j < rule.u.size(); ++j)
      sum += rule.w[j] * numerics::binomial_pmf(x, n, expit(logit(cell.p) + cell.spread * rule.u[j]));
    return sum;
  }

  double side(std::size_t index, Target target, double x, bool below) const {
    const Cell& cell = cells[index];
    const auto [median, mean] = targets_[index];
    if (target == Target::tau) {  // a beta distribution has none
      if (cell.misspecified) return 0;
      return (below ? cell.spread < x - 1e-7 : cell.spread > x + 1e-7) ? 1 : 0;
    }
    if (target != Target::next || (!cell.misspecified && cell.spread == 0)) {
      // Ends are kept in single precision; a true value on the end itself is covered.
      const double value = target == Target::mean ? mean : median;
      return (below ? value < x - 1e-7 : value > x + 1e-7) ? 1 : 0;
    }
    if (x <= 0 || x >= 1) return (x <= 0) == below ? 0 : 1;
    if (cell.misspecified) {
      const auto [a, b] = shape(cell);
      return below ? numerics::beta_cdf(x, a, b) : numerics::beta_sf(x, a, b);
    }
    const double z = (logit(x) - logit(cell.p)) / cell.spread;
    return below ? numerics::normal_cdf(z) : numerics::normal_sf(z);
  }

  void exact_likelihood(const StudySet& studies, double level, Collector& to) const {
    const Analysis a = analyse(studies, {.pooling = Pooling::glmm,
                                         .interval = IntervalMethod::profile,
                                         .interval_common = IntervalMethod::z,
                                         .tau2_interval = Tau2IntervalMethod::PL,
                                         .prediction = k > 2 ? PredictionMethod::integrated : PredictionMethod::none,
                                         .level = level,
                                         .exact_draws = 1000,  // where tables are too many to count
                                         .seed = seed_of(studies)});
    const std::optional<Marginal>& average = a.random.marginal;
    to.interval("profile", Target::median, beside(a.random, IntervalMethod::profile));
    to.interval("il", Target::median, beside(a.random, IntervalMethod::il));
    to.interval("z", Target::median, beside(a.random, IntervalMethod::z));
    to.interval("t", Target::median, wald_t(a, level));
    to.interval("population average, z", Target::mean, average ? ends_of(average->display()) : ends_of(a.random.display));
    to.interval("population average, il", Target::mean,
                average && !average->intervals.empty() ? ends_of({{}, average->intervals[0].ci_lower, average->intervals[0].ci_upper})
                                                       : ends_of(a.random.display));
    if (k > 2) {
      to.interval("prediction integrated", Target::next, ends_of(a.prediction.display));
      to.interval("prediction v", Target::next, predicted(a, PredictionMethod::v, level));
      to.interval("prediction hts", Target::next, predicted(a, PredictionMethod::hts, level));
    }
    to.interval("tau, profile", Target::tau, tau_of(a.heterogeneity));
    to.test("exact given the total", a.heterogeneity.exact_p);
    to.test("exact given the total, mid-p", a.heterogeneity.exact_mid_p);
    to.test("likelihood ratio of tau2 = 0, half chi2(1)", a.heterogeneity.lrt_tau2_p);
    to.test("likelihood ratio, saturated model, chi2(k - 1)", a.heterogeneity.lrt_p);
  }

  /// Of its own for every data set, so that the noise of drawn tables averages out over them.
  static std::uint64_t seed_of(const StudySet& studies) {
    std::uint64_t seed = 1;
    for (double x : std::get<SingleArmCounts>(studies.data).events) seed = seed * 1009 + static_cast<std::uint64_t>(x);
    return seed;
  }

  /// Cut at 6; missing where no model is fitted.
  static Ends tau_of(const Heterogeneity& het) {
    constexpr double largest = 6;
    if (!het.tau2_ci_lower) return {0, largest, true};
    const double upper = het.tau2_ci_upper ? std::min(largest, std::sqrt(*het.tau2_ci_upper)) : largest;
    return {static_cast<float>(std::sqrt(*het.tau2_ci_lower)), static_cast<float>(upper), false};
  }

  /// What --interval t gives from the same fit.
  static Ends wald_t(const Analysis& a, double level) {
    if (!a.random.se) return ends_of(a.random.display);
    const PooledEstimate t = inference::wald(*a.random.estimate, *a.random.se, static_cast<double>(a.heterogeneity.k) - 1, level);
    return {static_cast<float>(expit(*t.ci_lower)), static_cast<float>(expit(*t.ci_upper)), false};
  }

  /// What --prediction gives from the same fit.
  static Ends predicted(const Analysis& a, PredictionMethod method, double level) {
    if (!a.random.se || !a.heterogeneity.tau2) return {0, 1, true};
    const PredictionInterval p = inference::prediction(method, {.estimate = *a.random.estimate,
                                                                .se = *a.random.se,
                                                                .tau2 = *a.heterogeneity.tau2,
                                                                .k = static_cast<double>(a.heterogeneity.k),
                                                                .level = level});
    if (!p.lower || !p.upper) return {0, 1, true};
    return {static_cast<float>(expit(*p.lower)), static_cast<float>(expit(*p.upper)), false};
  }

  void others(const StudySet& studies, double level, Collector& to) const {
    const Analysis hk = analyse(studies, {.pooling = Pooling::inverse, .interval = IntervalMethod::hk, .level = level});
    to.interval("inverse variance, logit, hk", Target::median, ends_of(hk.random.display));
    const Analysis wider = analyse(studies, {.pooling = Pooling::inverse, .interval = IntervalMethod::hk_ci, .level = level});
    to.interval("inverse variance, logit, hk-ci", Target::median, ends_of(wider.random.display));
    const Analysis z = analyse(studies, {.pooling = Pooling::inverse, .interval = IntervalMethod::z, .level = level});
    to.interval("inverse variance, logit, z", Target::median, ends_of(z.random.display));
    const Analysis arcsine = analyse(studies, {.effect = {.measure = Measure::PAS}, .interval = IntervalMethod::hk, .level = level});
    to.interval("inverse variance, arcsine, hk", Target::median, ends_of(arcsine.random.display));
    const Analysis tukey =
        analyse(studies, {.effect = {.measure = Measure::PFT}, .tau2 = Tau2Method::DL, .interval = IntervalMethod::z, .level = level});
    to.interval("inverse variance, Freeman-Tukey, DL, z", Target::median, ends_of(tukey.random.display));
    const Analysis beta = analyse(studies, {.pooling = Pooling::betabin, .tau2_interval = Tau2IntervalMethod::QP, .level = level});
    to.interval("beta-binomial, profile", Target::mean, ends_of(beta.random.display));
    const Analysis exact = analyse(studies, {.pooling = Pooling::exact, .level = level, .exact_draws = 0});
    to.interval("exact pooled proportion", Target::mean, ends_of(exact.common.display));
    if (k > 2) to.interval("prediction hts, inverse variance", Target::next, ends_of(hk.prediction.display));
    to.test("Pearson chi2(k - 1)", exact.heterogeneity.q_p);
    to.test("Cochran's Q, logit, 0.5", hk.heterogeneity.q_p);
  }

  std::vector<int> totals_;
  std::vector<std::vector<std::vector<double>>> chances_;  // cell, study, count
  std::vector<std::pair<double, double>> targets_;         // median, mean
};

}  // namespace

std::unique_ptr<Experiment> proportions(std::string name, std::vector<int> totals, std::vector<double> ps, std::vector<double> levels,
                                        std::size_t replicates) {
  auto experiment = std::make_unique<Proportions>(totals, ps, replicates == 0);
  experiment->name = std::move(name);
  experiment->k = totals.size();
  experiment->levels = std::move(levels);
  experiment->replicates = replicates;
  for (Cell& cell : experiment->cells) cell.name = "p " + number(cell.p) + (cell.misspecified ? ", rho " : ", tau ") + number(cell.spread);
  return experiment;
}

}  // namespace tausq::coverage
