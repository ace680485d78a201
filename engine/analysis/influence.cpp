// Influence of every study: which model is refitted how, in which order, and on which scale it is shown.
#include <algorithm>
#include <numeric>
#include <utility>

#include <tausq/influence.hpp>
#include <tausq/problem.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/diagnostics/influence_kernels.hpp"
#include "engine/diagnostics/refit.hpp"
#include "engine/resampling/gosh.hpp"

namespace tausq {

namespace {

using Places = std::vector<std::size_t>;

/// Numbers to sort studies by: a column of the records, or a property of the effect sizes.
std::vector<double> sort_numbers(const std::string& name, const StudySet& studies, const EffectSizes& effects) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < studies.size(); ++i) {
    const EffectSize& e = effects.study[i];
    if (name == "yi")
      numbers.push_back(e.yi.value_or(0));
    else if (name == "vi" || name == "sei")
      numbers.push_back(e.vi.value_or(0));
    else if (name == "ni")
      numbers.push_back(e.ni);
  }
  if (numbers.size() != studies.size())
    throw UsageError("--order " + name + ": the records have no such column; yi, vi, sei and ni name the effect sizes");
  return numbers;
}

/// Row order, or ascending in a column; ties stay in row order.
Places cumulative_order(const std::string& name, const StudySet& studies, const EffectSizes& effects) {
  Places order(studies.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (name.empty()) return order;
  const Column* column = studies.column(name);
  if (column)
    for (std::size_t i = 0; i < studies.size(); ++i)
      if (column->text[i].empty()) throw UsageError("--order " + name + ": study " + studies.study[i] + " has no value");
  if (column && !column->numeric) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return column->text[a] < column->text[b]; });
    return order;
  }
  std::vector<double> numbers;
  if (column)
    for (const std::optional<double>& number : column->number) numbers.push_back(*number);
  else
    numbers = sort_numbers(name, studies, effects);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
  return order;
}

/// One influence analysis in the making.
class InfluenceAnalysis {
 public:
  InfluenceAnalysis(const StudySet& studies, const Options& requested, const InfluenceOptions& asked)
      : studies_(studies),
        options_(resolve(requested, studies)),
        inverse_(analysis::inverse_variance(requested, studies)),
        effects_(effect_sizes(studies, options_.effect)),
        design_(model::make_design(studies, options_.mods, options_.intercept)) {
    usable_ = pooling::usable_studies({studies_, effects_, inverse_, design_}, excluded_);
    result_.influence = asked;
  }

  Influence run() {
    const Places order = cumulative_order(result_.influence.order, studies_, effects_);
    result_.warnings = effects_.warnings;
    if (!options_.subgroup.empty())
      warn("subgroups-ignored", "influence is that on the estimate of all studies together; --where selects a subgroup");
    if (design_.p() > 1 || !design_.intercept)
      regression(order);
    else if (refitted_model() == Pooling::inverse)
      inverse_mean(order);
    else
      other_model(order);
    if (result_.influence.gosh) subsets(*result_.influence.gosh);
    result_.input = analysis::accounting(studies_, excluded());
    result_.options = options_;
    return std::move(result_);
  }

 private:
  /// The pooling model of the estimate that is refitted.
  Pooling refitted_model() const {
    return options_.model == Model::common ? *options_.pooling_common : random_effects_pooling(*options_.pooling);
  }

  void warn(std::string code, std::string message) { result_.warnings.push_back({std::move(code), std::move(message), {}}); }

  std::vector<Excluded> excluded() const {
    std::vector<Excluded> all = effects_.excluded;
    all.insert(all.end(), excluded_.begin(), excluded_.end());
    return all;
  }

  /// Harmonic mean of the sample sizes of some studies, from the sum of 1 / ni over them; 0 when one is unknown.
  struct HarmonicMean {
    double sum = 0, count = 0;
    bool known = true;
    void add(double n) {
      known = known && n > 0;
      sum += 1 / n;
      ++count;
    }
    double value() const { return known && count > 0 ? count / sum : 0; }
    double without(double n) const { return known && count > 1 ? (count - 1) / (sum - 1 / n) : 0; }
  };

  double size_of(std::size_t study) const { return effects_.study[study].ni; }

  /// Name and natural scale of a mean of studies whose sizes have the harmonic mean `n`.
  void finish(Refit& row, std::size_t study, double n) {
    row.study = studies_.study[study];
    analysis::NaturalScale scale(effects_.measure, n);
    PooledEstimate shown;
    diagnostics::copy_estimate(row, shown);
    shown.display = row.display;
    scale.fill(shown);
    row.display = shown.display;
  }

  HarmonicMean sizes(const Places& places) const {
    HarmonicMean mean;
    for (std::size_t study : places) mean.add(size_of(study));
    return mean;
  }

  static Places without(Places places, std::size_t study) {
    places.erase(std::find(places.begin(), places.end(), study));
    return places;
  }

  void inverse_mean(const Places& order) {
    const Places& places = usable_.study;
    const HarmonicMean n = sizes(places);
    std::vector<diagnostics::DeletedFit> deleted;
    const pooling::NormalStudies centred = diagnostics::about_heaviest(usable_);
    if (places.size() > 1) deleted = diagnostics::leave_one_out(centred, inverse_);
    result_.leave_one_out.reserve(deleted.size());
    for (std::size_t j = 0; j < deleted.size(); ++j) {
      result_.leave_one_out.push_back(deleted[j].row);
      finish(result_.leave_one_out.back(), places[j], n.without(size_of(places[j])));
    }
    add_cumulative(order, centred);
    add_diagnostics(deleted, centred);
  }

  void add_cumulative(const Places& order, const pooling::NormalStudies& centred) {
    Places position(studies_.size(), studies_.size()), positions;
    for (std::size_t j = 0; j < usable_.study.size(); ++j) position[usable_.study[j]] = j;
    for (std::size_t study : order)
      if (position[study] < studies_.size()) positions.push_back(position[study]);
    result_.cumulative = diagnostics::cumulative(centred, positions, inverse_);
    HarmonicMean n;
    for (std::size_t j = 0; j < positions.size(); ++j) {
      const std::size_t study = usable_.study[positions[j]];
      n.add(size_of(study));
      finish(result_.cumulative[j], study, n.value());
    }
  }

  void add_diagnostics(const std::vector<diagnostics::DeletedFit>& deleted, const pooling::NormalStudies& centred) {
    if (deleted.empty()) return;
    result_.diagnostics = diagnostics::mean_diagnostics(centred, deleted, inverse_);
    result_.baujat = diagnostics::baujat(centred, deleted, inverse_);
    result_.blup = diagnostics::blups(usable_, inverse_);
    for (std::size_t j = 0; j < usable_.study.size(); ++j) {
      const std::size_t study = usable_.study[j];
      result_.diagnostics[j].study = result_.baujat[j].study = result_.blup[j].study = studies_.study[study];
      Blup& blup = result_.blup[j];
      analysis::NaturalScale scale(effects_.measure, size_of(study));
      PooledEstimate shown;
      shown.estimate = blup.estimate, shown.ci_lower = blup.pi_lower, shown.ci_upper = blup.pi_upper;
      scale.fill(shown);
      blup.display = shown.display;
    }
  }

  /// Refits any model from the counts of the studies at `places`.
  Refit refit(const Places& places) const {
    const StudySet some = studies_.subset(places);
    const EffectSizes effects = analysis::subset(effects_, places);
    const model::Design mean = model::make_design(some, "");
    Options options = options_;
    options.prediction = PredictionMethod::none;
    const pooling::Pooled pooled = analysis::pool({some, effects, options, mean});
    const PooledEstimate& estimate = options.model == Model::common ? pooled.common : pooled.random;
    Refit row;
    diagnostics::copy_estimate(estimate, row);
    row.display = estimate.display;
    row.k = pooled.heterogeneity.k;
    row.q = pooled.heterogeneity.q;
    row.q_p = pooled.heterogeneity.q_p;
    row.i2 = pooled.heterogeneity.i2;
    row.h2 = pooled.heterogeneity.h2;
    if (options.model != Model::common) row.tau2 = pooled.heterogeneity.tau2;
    return row;
  }

  void other_model(const Places& order) {
    Places all(studies_.size()), places;
    std::iota(all.begin(), all.end(), std::size_t{0});
    const HarmonicMean n = sizes(all);
    for (std::size_t study : all) {
      if (all.size() < 2) break;
      result_.leave_one_out.push_back(refit(without(all, study)));
      finish(result_.leave_one_out.back(), study, n.without(size_of(study)));
    }
    for (std::size_t study : order) {
      places.push_back(study);
      result_.cumulative.push_back(refit(places));
      finish(result_.cumulative.back(), study, sizes(places).value());
    }
    if (usable_.study.size() < 2) return;
    const pooling::NormalStudies centred = diagnostics::about_heaviest(usable_);
    add_diagnostics(diagnostics::leave_one_out(centred, inverse_), centred);
    warn("inverse-variance-diagnostics",
         "leave_one_out and cumulative refit the model of the analysis; diagnostics, baujat, blup and gosh exist for inverse-variance "
         "models only and come from that one (--pooling inverse gives all of them by one model)");
  }

  void subsets(std::size_t asked) {
    if (!pooling::is_mean(design_))
      return warn("gosh-of-a-mean", "subsets are fitted by a mean only: with moderators there is no GOSH analysis");
    result_.gosh = resampling::gosh(usable_, inverse_, asked);
    for (const std::size_t study : usable_.study) result_.gosh->studies.push_back(studies_.study[study]);
  }

  void regression(const Places& order) {
    warn("moderators", "with moderators the refits show coefficients; Baujat points and BLUPs are those of a mean and are left out");
    if (refitted_model() != Pooling::inverse)
      warn("inverse-variance-diagnostics", "the refits are those of the model of the analysis; the diagnostics come from inverse variance");
    std::vector<Warning> dropped;
    const pooling::UsedDesign design = pooling::used_design(design_, usable_.study, dropped);
    result_.warnings.insert(result_.warnings.end(), dropped.begin(), dropped.end());
    result_.terms = design.terms;
    const std::size_t k = usable_.study.size();
    if (k < 2 || design.terms.size() > k) return;
    result_.diagnostics = diagnostics::regression_diagnostics(usable_, design.x, inverse_);
    for (std::size_t j = 0; j < k; ++j) result_.diagnostics[j].study = studies_.study[usable_.study[j]];
    for (const std::size_t study : usable_.study)
      result_.regression_leave_one_out.push_back(regression_refit(without(usable_.study, study), study));
    Places places;
    for (const std::size_t study : order) {
      if (std::find(usable_.study.begin(), usable_.study.end(), study) == usable_.study.end()) continue;
      places.push_back(study);
      result_.regression_cumulative.push_back(regression_refit(places, study));
    }
  }

  /// The design of all studies, cut to those at `places`: levels that none of these has keep their columns.
  model::Design rows_of_design(const Places& places) const {
    model::Design part{places.size(), design_.terms, {}, design_.intercept, {}};
    for (std::size_t j = 0; j < design_.p(); ++j)
      for (const std::size_t i : places) part.x.push_back(design_.x[j * design_.k + i]);
    return part;
  }

  /// The meta-regression of the studies at `places`; not_estimable where they do not determine every coefficient.
  RegressionRefit regression_refit(const Places& places, std::size_t study) const {
    RegressionRefit row;
    row.study = studies_.study[study];
    row.k = places.size();
    const model::Design part = rows_of_design(places);
    std::vector<Warning> dropped;
    Places all(places.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (pooling::used_design(part, all, dropped).terms != result_.terms) {
      row.status = Status::not_estimable;
      row.reason = "these studies do not determine every coefficient";
      return row;
    }
    Options options = options_;
    options.user_weights.clear();
    for (const std::size_t i : places)
      if (!options_.user_weights.empty()) options.user_weights.push_back(options_.user_weights[i]);
    const StudySet some = studies_.subset(places);
    const pooling::Pooled fit = analysis::pool({some, analysis::subset(effects_, places), options, part});
    row.status = fit.fit.status == Status::converged ? Status::ok : fit.fit.status;
    row.reason = fit.fit.reason;
    if (!fit.regression && row.status == Status::ok) {
      row.status = Status::not_estimable;
      row.reason = fit.random.reason;
    }
    if (row.status != Status::ok) return row;
    const Regression& r = *fit.regression;
    row.beta = r.beta, row.se = r.se, row.p_value = r.p_value, row.ci_lower = r.ci_lower, row.ci_upper = r.ci_upper;
    row.qe = r.qe, row.qe_p = r.qe_p, row.qm = r.qm, row.qm_p = r.qm_p, row.r2 = r.r2;
    row.tau2 = fit.heterogeneity.tau2.value_or(0), row.i2 = fit.heterogeneity.i2;
    return row;
  }

  const StudySet& studies_;
  const Options options_, inverse_;
  const EffectSizes effects_;
  const model::Design design_;
  pooling::NormalStudies usable_;
  std::vector<Excluded> excluded_;
  Influence result_;
};

}  // namespace

Influence influence(const StudySet& studies, const Options& options, const InfluenceOptions& influence_options) {
  return InfluenceAnalysis(studies, options, influence_options).run();
}

}  // namespace tausq
