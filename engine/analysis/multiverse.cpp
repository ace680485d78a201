// All combinations of choices. Effect sizes are computed once for every set of studies, measure and correction, tau2 once
// for every estimator; intervals follow from them.
#include <utility>

#include <tausq/effects.hpp>

#include "engine/analysis/analysis.hpp"
#include "engine/analysis/multiverse.hpp"
#include "engine/inference/wald.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq {

namespace {

bool has(const auto& list, auto value) {
  for (const auto& item : list)
    if (item == value) return true;
  return false;
}

/// The studies of some specifications: all, or all but one.
struct Part {
  StudySet studies;
  std::string without;
  model::Design mean;
};

std::vector<Part> parts_of(StudySet all, bool leave_one_out) {
  all.columns.clear();
  std::vector<Part> parts;
  const auto add = [&](StudySet studies, std::string without) {
    model::Design mean = model::make_design(studies, "", true);
    parts.push_back({std::move(studies), std::move(without), std::move(mean)});
  };
  add(all, "");
  if (!leave_one_out || all.size() < 2) return parts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<std::size_t> rest;
    for (std::size_t j = 0; j < all.size(); ++j)
      if (j != i) rest.push_back(j);
    add(all.subset(rest), all.study[i]);
  }
  return parts;
}

bool equal(const pooling::NormalStudies& a, const pooling::NormalStudies& b) {
  return a.yi == b.yi && a.vi == b.vi;
}

/// One multiverse in the making.
class Combinations {
 public:
  Combinations(const StudySet& studies, const Options& options, const MultiverseOptions& choices)
      : options_(options), choices_(choices), parts_(parts_of(studies, *choices.leave_one_out)) {}

  std::vector<Specification> run() {
    for (const Part& part : parts_)
      for (Pooling pooling : choices_.poolings)
        for (Measure measure : choices_.measures) {
          if (pooling == Pooling::inverse)
            effect_sizes_of(part, measure);
          else if (analysis::combines(pooling, measure))
            counts_of(part, pooling, measure);
        }
    return std::move(result_);
  }

 private:
  bool wanted(Model model) const { return has(choices_.models, model); }
  bool wanted(IntervalMethod interval) const { return has(choices_.intervals, interval); }

  /// Files an estimate under its settings.
  void file(const Part& part, SpecificationSettings settings, std::size_t k, PooledEstimate estimate, std::optional<double> tau2,
            double harmonic_n) {
    analysis::NaturalScale(settings.measure, harmonic_n).fill(estimate);
    settings.without = part.without;
    result_.push_back({std::move(settings), estimate.status, std::move(estimate.reason), k, estimate.estimate, estimate.se,
                       estimate.p_value, estimate.ci_lower, estimate.ci_upper, tau2, estimate.display, std::nullopt});
  }

  // Inverse variance.

  void effect_sizes_of(const Part& part, Measure measure) {
    std::vector<pooling::NormalStudies> seen;
    for (Correction correction : choices_.corrections) {
      if (default_correction(measure) == 0) correction = {};  // zero cells leave this measure defined
      EffectOptions how = options_.effect;
      how.measure = measure, how.add = correction.add, how.to = correction.to;
      const EffectSizes effects = effect_sizes(part.studies, how);
      std::vector<Excluded> excluded;
      pooling::NormalStudies studies = pooling::usable_studies({part.studies, effects, options_, part.mean}, excluded);
      bool known = false;
      for (const pooling::NormalStudies& earlier : seen) known = known || equal(earlier, studies);
      if (known) continue;
      SpecificationSettings settings;
      settings.pooling = Pooling::inverse, settings.measure = measure, settings.add = correction.add, settings.to = correction.to;
      inverse_variance(part, settings, studies, analysis::harmonic_mean_n(effects));
      seen.push_back(std::move(studies));
    }
  }

  void inverse_variance(const Part& part, SpecificationSettings settings, const pooling::NormalStudies& studies, double harmonic_n) {
    const std::size_t k = studies.yi.size();
    if (k > 0) model::standardise(studies.yi, studies.vi, data_);
    if (wanted(Model::common) && wanted(IntervalMethod::z)) {
      settings.model = Model::common, settings.interval = IntervalMethod::z;
      file(part, settings, k, mean(IntervalMethod::z, k, 0), std::nullopt, harmonic_n);
    }
    if (!wanted(Model::random)) return;
    settings.model = Model::random;
    for (Tau2Method method : choices_.tau2s) {
      settings.tau2 = method;
      const model::Tau2Estimate tau2 = k > 1 ? model::estimate_tau2(method, {data_, {}, work_}) : model::Tau2Estimate{};
      for (IntervalMethod interval : choices_.intervals) {
        if (!analysis::goes_with(interval, method)) continue;
        settings.interval = interval;
        PooledEstimate estimate =
            k > 1 ? mean(interval, k, tau2.tau2) : inference::not_estimable("fewer than two studies with an effect size");
        if (!tau2.converged) {
          estimate = inference::not_estimable("the estimate of tau2 did not converge");
          estimate.status = Status::not_converged;
        }
        const bool known = k > 1 && tau2.converged;
        file(part, settings, k, std::move(estimate), known ? std::optional(tau2.tau2 * data_.scale * data_.scale) : std::nullopt,
             harmonic_n);
      }
    }
  }

  PooledEstimate mean(IntervalMethod interval, std::size_t k, double tau2) {
    if (k == 0) return inference::not_estimable("no study has an effect size with a positive variance");
    return pooling::mean_interval(interval, pooling::mean_input(data_, tau2, {}, options_.level, work_), {}).estimate;
  }

  // Models that take the counts as they are.

  void counts_of(const Part& part, Pooling pooling, Measure measure) {
    SpecificationSettings settings;
    settings.pooling = pooling, settings.measure = measure;
    const bool tables = pooling == Pooling::glmm && layout_of(measure) == Layout::two_arm_counts;
    if (!tables) return counts(part, settings);
    for (GlmmModel glmm : choices_.glmms) {
      settings.glmm = glmm;
      counts(part, settings);
    }
  }

  void counts(const Part& part, SpecificationSettings settings) {
    Options how;
    how.effect = options_.effect;
    how.effect.measure = settings.measure, how.effect.add = 0, how.effect.to = CorrectionTo::none;
    const bool closed_form = settings.pooling == Pooling::mh || settings.pooling == Pooling::peto;
    how.pooling = how.pooling_common = settings.pooling;
    how.model = closed_form ? Model::common : Model::both;
    how.glmm = settings.glmm;
    // Of odds ratios the integrated likelihood has to be asked for; the others come with it.
    if (settings.glmm == GlmmModel::CM_EL && part.studies.size() > 1 && wanted(IntervalMethod::il))
      how.interval = IntervalMethod::il, how.interval_common = IntervalMethod::profile;
    how.level = options_.level;
    how.prediction = PredictionMethod::none;
    // Only exact likelihoods offer the profile of tau2, which costs more than the rest; the other names stand for no interval there.
    const pooling::PoolingRow& row = pooling::row_of(settings.pooling);
    if (row.exact_likelihood(settings.measure) && !row.bayesian) how.tau2_interval = Tau2IntervalMethod::QP;
    how = resolve(std::move(how), part.studies);
    const EffectSizes effects = effect_sizes(part.studies, how.effect);
    const pooling::Pooled pooled = analysis::pool({part.studies, effects, how, part.mean});
    const double harmonic_n = analysis::harmonic_mean_n(effects);
    const auto file_all = [&](Model model, const PooledEstimate& estimate, IntervalMethod main, std::optional<double> tau2) {
      settings.model = model;
      const bool given = estimate.status != Status::not_requested;  // some models know one effect alone
      if (wanted(model) && given) intervals(part, settings, pooled.heterogeneity.k, estimate, main, tau2, harmonic_n);
    };
    file_all(Model::common, pooled.common, closed_form ? IntervalMethod::z : *how.interval_common, std::nullopt);
    if (closed_form || settings.pooling == Pooling::exact) return;  // these know no random effects
    if (settings.pooling == Pooling::glmm) settings.tau2 = Tau2Method::ML;
    file_all(Model::random, pooled.random, *how.interval, pooled.heterogeneity.tau2);
  }

  /// One specification for every interval that the model gives.
  void intervals(const Part& part, SpecificationSettings settings, std::size_t k, const PooledEstimate& estimate, IntervalMethod main,
                 std::optional<double> tau2, double harmonic_n) {
    if (estimate.status == Status::exact) main = IntervalMethod::exact;
    settings.interval = main;
    if (wanted(main)) file(part, settings, k, estimate, tau2, harmonic_n);
    for (const NamedInterval& other : estimate.intervals) {
      if (other.method == main || other.status == Status::not_requested || !wanted(other.method)) continue;
      PooledEstimate variant = estimate;
      variant.ci_lower = other.ci_lower, variant.ci_upper = other.ci_upper;
      variant.display.ci_lower = other.display.ci_lower, variant.display.ci_upper = other.display.ci_upper;
      if (estimate.status == Status::one_sided || estimate.status == Status::exact) {
        const bool open = !other.ci_lower || !other.ci_upper;
        variant.status = open ? Status::one_sided : Status::ok;
        if (!open) variant.reason.clear();
      }
      settings.interval = other.method;
      file(part, settings, k, std::move(variant), tau2, harmonic_n);
    }
  }

  const Options& options_;
  const MultiverseOptions& choices_;
  std::vector<Part> parts_;
  model::NormalData data_;
  model::NormalWorkspace work_;
  std::vector<Specification> result_;
};

void warn(Multiverse& result, const MultiverseOptions& choices, const MultiverseOptions& asked) {
  const MultiverseSummary& s = result.summary;
  if (s.estimated < s.number)
    result.warnings.push_back({"not-estimated",
                               std::to_string(s.number - s.estimated) + " of " + std::to_string(s.number) +
                                   " specifications have no estimate; status and reason stand with each",
                               {}});
  if (!*choices.leave_one_out && !asked.leave_one_out && result.input.rows > 2)
    result.warnings.push_back({"no-leave-one-out", "with so many studies none is left out unless --leave-one-out asks for it", {}});
  if (has(choices.measures, Measure::PFT) && has(choices.poolings, Pooling::inverse))
    result.warnings.push_back({"freeman-tukey",
                               "Freeman-Tukey estimates are transformed back with the harmonic mean of the sample sizes; they can mislead "
                               "when sizes differ widely (Schwarzer et al. 2019)",
                               {}});
}

}  // namespace

Multiverse multiverse(const StudySet& studies, const Options& requested, const MultiverseOptions& asked) {
  Multiverse result;
  result.options = resolve(requested, studies);
  const MultiverseOptions choices = analysis::choices_for(studies, result.options, requested, asked);
  const EffectSizes effects = effect_sizes(studies, result.options.effect);
  result.input = analysis::accounting(studies, effects.excluded);
  result.specifications = Combinations(studies, result.options, choices).run();
  result.summary = analysis::summarise(result.specifications, *result.options.effect.measure, choices.exclude);
  warn(result, choices, asked);
  return result;
}

}  // namespace tausq
