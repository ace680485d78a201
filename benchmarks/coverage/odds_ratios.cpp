// Two arms: intervals of the log odds ratio, prediction intervals, tests of heterogeneity.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "benchmarks/coverage/collector.hpp"
#include "benchmarks/coverage/truth.hpp"

namespace tausq::coverage {

namespace {

constexpr double control_sd = 0.3;
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float widest = 24;  // an infinite width counts as this one

Ends ends(std::optional<double> lower, std::optional<double> upper) {
  if (!lower && !upper) return {-infinity, infinity, true};
  return {lower ? static_cast<float>(*lower) : -infinity, upper ? static_cast<float>(*upper) : infinity, false};
}
Ends ends_of(const PooledEstimate& e) {
  return ends(e.ci_lower, e.ci_upper);
}
Ends beside(const PooledEstimate& e, IntervalMethod method) {
  const NamedInterval* named = find(e, method);
  return named ? ends(named->ci_lower, named->ci_upper) : ends_of(e);
}

class OddsRatios final : public Experiment {
 public:
  OddsRatios(std::vector<std::pair<int, int>> totals, const std::vector<double>& controls, const std::vector<double>& ratios, bool tables)
      : totals_(std::move(totals)) {
    for (const auto& [n1, n2] : totals_) {
      most.push_back(static_cast<std::uint16_t>(n1));
      most.push_back(static_cast<std::uint16_t>(n2));
    }
    for (double control : controls)
      for (double ratio : ratios)
        for (double tau : {0.0, 0.5, 1.0}) {
          cells.push_back({"risk " + number(control) + ", OR " + number(ratio) + ", tau " + number(tau), ratio, tau, false, control});
          if (tables) prepare(cells.back());
        }
  }

  Counts canonical(const Counts& counts, bool& mirrored) const override {
    Counts other(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) other[i] = static_cast<std::uint16_t>(most[i] - counts[i]);
    mirrored = other < counts;
    return mirrored ? other : counts;
  }
  Ends mirror(const Ends& e) const override { return {-e.upper, -e.lower, e.none}; }

  void judge(const Counts& counts, double level, Verdicts& verdicts) const override {
    Collector to{verdicts, verdicts.methods.empty()};
    std::vector<double> a, b, c, d;
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      a.push_back(counts[2 * i]), b.push_back(most[2 * i] - counts[2 * i]);
      c.push_back(counts[2 * i + 1]), d.push_back(most[2 * i + 1] - counts[2 * i + 1]);
    }
    const StudySet studies = two_arm_counts(a, b, c, d);
    exact_likelihood(studies, level, to);
    others(studies, level, to);
  }

  double probability(std::size_t cell, const Counts& counts) const override {
    double p = 1;
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      const auto columns = static_cast<std::size_t>(totals_[i].second) + 1;
      p *= chances_[cell][i][counts[2 * i] * columns + counts[2 * i + 1]];
    }
    return p;
  }

  Counts draw(std::size_t index, numerics::RandomStream& random) const override {
    const Cell& cell = cells[index];
    Counts counts;
    for (const auto& [n1, n2] : totals_) {
      const double base = logit(cell.control) + control_sd * draw_normal(random);
      const double theta = std::log(cell.p) + cell.spread * draw_normal(random);
      counts.push_back(static_cast<std::uint16_t>(draw_binomial(n1, expit(base + theta), random)));
      counts.push_back(static_cast<std::uint16_t>(draw_binomial(n2, expit(base), random)));
    }
    return counts;
  }

  double below(std::size_t cell, Target target, double x) const override { return side(cells[cell], target, x, true); }
  double above(std::size_t cell, Target target, double x) const override { return side(cells[cell], target, x, false); }
  double whole_width() const override { return widest; }

 private:
  static double side(const Cell& cell, Target target, double x, bool below) {
    const double theta = std::log(cell.p);
    if (target != Target::next || cell.spread == 0) return (below ? theta < x - 1e-6 : theta > x + 1e-6) ? 1 : 0;
    const double z = (x - theta) / cell.spread;
    return below ? numerics::normal_cdf(z) : numerics::normal_sf(z);
  }

  /// Chances of all tables of every study.
  void prepare(const Cell& cell) {
    static const NormalRule rule(0.2);
    std::vector<std::vector<double>> of_study;
    for (const auto& [n1, n2] : totals_) {
      const auto rows = static_cast<std::size_t>(n1) + 1, columns = static_cast<std::size_t>(n2) + 1;
      std::vector<double> chances(rows * columns), treated(rows);
      for (std::size_t i = 0; i < rule.u.size(); ++i) {
        const double base = logit(cell.control) + control_sd * rule.u[i];
        std::fill(treated.begin(), treated.end(), 0.0);
        for (std::size_t j = 0; j < rule.u.size(); ++j) {
          const double p = expit(base + std::log(cell.p) + cell.spread * rule.u[j]);
          for (std::size_t x = 0; x < rows; ++x) treated[x] += rule.w[j] * numerics::binomial_pmf(static_cast<double>(x), n1, p);
        }
        for (std::size_t y = 0; y < columns; ++y) {
          const double control = rule.w[i] * numerics::binomial_pmf(static_cast<double>(y), n2, expit(base));
          for (std::size_t x = 0; x < rows; ++x) chances[x * columns + y] += control * treated[x];
        }
      }
      of_study.push_back(std::move(chances));
    }
    chances_.push_back(std::move(of_study));
  }

  void exact_likelihood(const StudySet& studies, double level, Collector& to) const {
    // The profile of tau2, which nothing here asks for, would cost more than all the rest: QP stands for none.
    Options options{.pooling = Pooling::glmm,
                    .interval = IntervalMethod::il,
                    .interval_common = IntervalMethod::profile,
                    .tau2_interval = Tau2IntervalMethod::QP,
                    .prediction = PredictionMethod::v,
                    .level = level};
    const Analysis a = analyse(studies, options);
    options.interval = IntervalMethod::il_logf;
    options.interval_common = IntervalMethod::z;
    const Analysis penalised = analyse(studies, options);
    to.interval("conditional model, profile", Target::median, beside(a.random, IntervalMethod::profile));
    to.interval("conditional model, il", Target::median, ends_of(a.random));
    to.interval("conditional model, il-logf", Target::median, ends_of(penalised.random));
    to.interval("conditional model, z", Target::median, beside(a.random, IntervalMethod::z));
    to.interval("conditional, common effect, profile", Target::median, ends_of(a.common));
    if (k > 2) to.interval("prediction v", Target::next, ends(a.prediction.lower, a.prediction.upper));
    to.test("likelihood ratio of tau2 = 0, half chi2(1)", a.heterogeneity.lrt_tau2_p);
    to.test("likelihood ratio, saturated model, chi2(k - 1)", a.heterogeneity.lrt_p);
  }

  void others(const StudySet& studies, double level, Collector& to) const {
    const Analysis hk = analyse(studies, {.pooling = Pooling::inverse, .interval = IntervalMethod::hk, .level = level});
    to.interval("inverse variance, 0.5, hk", Target::median, ends_of(hk.random));
    const Analysis wider = analyse(studies, {.pooling = Pooling::inverse, .interval = IntervalMethod::hk_ci, .level = level});
    to.interval("inverse variance, 0.5, hk-ci", Target::median, ends_of(wider.random));
    const Analysis z = analyse(studies, {.pooling = Pooling::inverse, .interval = IntervalMethod::z, .level = level});
    to.interval("inverse variance, 0.5, z", Target::median, ends_of(z.random));
    const Analysis mh = analyse(studies, {.pooling = Pooling::mh, .interval = IntervalMethod::z, .model = Model::common, .level = level});
    to.interval("Mantel-Haenszel", Target::median, ends_of(mh.common));
    const Analysis peto =
        analyse(studies, {.pooling = Pooling::peto, .interval = IntervalMethod::z, .model = Model::common, .level = level});
    to.interval("Peto", Target::median, ends_of(peto.common));
    if (k > 2) to.interval("prediction hts, inverse variance", Target::next, ends(hk.prediction.lower, hk.prediction.upper));
    to.test("Cochran's Q, 0.5", hk.heterogeneity.q_p);
  }

  std::vector<std::pair<int, int>> totals_;
  std::vector<std::vector<std::vector<double>>> chances_;  // cell, study, table
};

}  // namespace

std::unique_ptr<Experiment> odds_ratios(std::string name, std::vector<std::pair<int, int>> totals, std::vector<double> controls,
                                        std::vector<double> ratios, std::vector<double> levels, std::size_t replicates) {
  auto experiment = std::make_unique<OddsRatios>(totals, controls, ratios, replicates == 0);
  experiment->name = std::move(name);
  experiment->k = totals.size();
  experiment->levels = std::move(levels);
  experiment->replicates = replicates;
  return experiment;
}

}  // namespace tausq::coverage
