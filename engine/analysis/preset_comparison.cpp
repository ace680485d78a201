// What the choice of a preset does to the estimates: tausq's own defaults beside it, and every difference on its own.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <tausq/problem.hpp>

#include "engine/analysis/analysis.hpp"

namespace tausq::analysis {

namespace {

PooledEstimate Analysis::*estimate_of(Model model) {
  return model == Model::common ? &Analysis::common : &Analysis::random;
}

/// The analysis by `options` alone: no further analyses beside it.
std::optional<Analysis> run(const StudySet& studies, Options options) {
  options.sensitivity = false;
  options.bootstrap.reset(), options.replicates.reset();
  options.permutations = options.tau2_curve = options.predict_n = std::nullopt;
  options.subgroup.clear();
  options.absolute = false;
  options.baseline.clear();
  try {
    return analyse(studies, options);
  } catch (const UsageError&) {
    return std::nullopt;  // choices that exclude each other
  }
}

/// Largest change of estimate or interval end, of those that both have.
double distance(const PooledEstimate& a, const PooledEstimate& b) {
  double largest = 0;
  for (const auto end : {&PooledEstimate::estimate, &PooledEstimate::ci_lower, &PooledEstimate::ci_upper})
    if (a.*end && b.*end) largest = std::max(largest, std::abs(*(a.*end) - *(b.*end)));
  return largest;
}

/// A setting: how it is called, shown ("" where the analysis does not use it) and carried over to the request, and the
/// estimate on which it bears.
struct Setting {
  const char* option;
  std::string (*shown)(const Options&);
  void (*take)(Options& to, const Options& from);
  Model model;
};

template <auto Member>
constexpr auto shown_method = [](const Options& o) { return o.*Member ? std::string(key(*(o.*Member))) : std::string(); };
template <auto Member>
constexpr auto take_member = [](Options& to, const Options& from) { to.*Member = from.*Member; };

std::string shown_random_pooling(const Options& o) {
  return std::string(key(random_effects_pooling(*o.pooling)));
}
std::string shown_glmm(const Options& o) {
  const bool two_arm = o.pooling == Pooling::glmm && layout_of(*o.effect.measure) != Layout::single_arm_counts;
  return two_arm ? std::string(key(*o.glmm)) : std::string();
}

constexpr Setting settings[] = {
    {"pooling", shown_random_pooling, take_member<&Options::pooling>, Model::random},
    {"pooling_common", shown_method<&Options::pooling_common>, take_member<&Options::pooling_common>, Model::common},
    {"tau2", shown_method<&Options::tau2>, take_member<&Options::tau2>, Model::random},
    {"interval", shown_method<&Options::interval>, take_member<&Options::interval>, Model::random},
    {"interval_common", shown_method<&Options::interval_common>, take_member<&Options::interval_common>, Model::common},
    {"glmm", shown_glmm, take_member<&Options::glmm>, Model::random},
};

/// The preset without its habits for zero cells, everything else as it resolved.
Options without_convention(const Options& resolved) {
  Options o = resolved;
  o.preset = Preset::none;
  o.effect.convention = Preset::none;
  return o;
}

class Comparison {
 public:
  Comparison(const StudySet& studies, const Options& requested, const Analysis& preset)
      : studies_(studies), requested_(requested), preset_(preset) {
    requested_.effect.measure = preset.options.effect.measure;  // another measure would be another question
    Options own = requested_;
    own.preset = Preset::none;
    own_ = run(studies, own);
  }

  std::optional<PresetComparison> of(Model model) const {
    const auto estimate = estimate_of(model);
    if (!own_ || !((*own_).*estimate).display.estimate || !(preset_.*estimate).display.estimate) return std::nullopt;
    PresetComparison result;
    result.model = model;
    result.status = ((*own_).*estimate).status;
    result.own = ((*own_).*estimate).display;
    for (const Setting& setting : settings) add(setting, model, result);
    if (preset_.options.effect.convention != Preset::none)
      add({"convention", std::string(key(preset_.options.effect.convention)), "none", {}, 0}, without_convention(preset_.options), model,
          result);
    const auto most = std::max_element(result.changed.begin(), result.changed.end(),
                                       [](const ChangedSetting& a, const ChangedSetting& b) { return a.moved < b.moved; });
    if (most != result.changed.end() && most->moved > 0) result.decisive = most->option;
    return result;
  }

 private:
  void add(const Setting& setting, Model model, PresetComparison& result) const {
    const std::string here = setting.shown(preset_.options), own = setting.shown(own_->options);
    if (setting.model != model || here == own || here.empty() || own.empty()) return;
    Options changed = requested_;
    setting.take(changed, own_->options);
    add({setting.option, here, own, {}, 0}, std::move(changed), model, result);
  }

  void add(ChangedSetting setting, Options changed, Model model, PresetComparison& result) const {
    const auto estimate = estimate_of(model);
    if (const std::optional<Analysis> alone = run(studies_, std::move(changed))) {
      setting.display = ((*alone).*estimate).display;
      setting.moved = distance((*alone).*estimate, preset_.*estimate);
    }
    result.changed.push_back(std::move(setting));
  }

  const StudySet& studies_;
  Options requested_;
  const Analysis& preset_;
  std::optional<Analysis> own_;
};

}  // namespace

std::vector<PresetComparison> preset_comparison(const StudySet& studies, const Options& requested, const Analysis& analysis) {
  std::vector<PresetComparison> result;
  const Comparison comparison(studies, requested, analysis);
  for (const Model model : {Model::common, Model::random})
    if (auto one = comparison.of(model)) result.push_back(std::move(*one));
  return result;
}

}  // namespace tausq::analysis
