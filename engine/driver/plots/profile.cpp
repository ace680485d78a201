// Profile likelihoods of tau2 and of the mean: how fast the best log-likelihood falls as one of them moves from its estimate.
#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include <algorithm>
#include <cmath>

#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::plots {

using namespace drawing;

namespace {

constexpr double deepest = 4.5;  // log-likelihood units below the maximum
constexpr int steps = 60;

/// The profile of one parameter with its estimate and interval.
struct Profile {
  std::vector<PlotPoint> curve;
  std::optional<double> estimate, lower, upper;
};

/// The level of the likelihood interval whose ends lie `drop` below the maximum: P(chi2_1 < 2 drop).
double level_of(double drop) {
  return std::erf(std::sqrt(drop));
}

/// Drops at which a curve is traced, denser at the top, where it bends.
std::vector<double> drops() {
  std::vector<double> values;
  for (int i = 1; i <= steps; ++i) {
    const double root = std::sqrt(deepest * 1.1) * i / steps;
    values.push_back(root * root);
  }
  return values;
}

/// The model whose likelihood is drawn.
Options likelihood_options(const PlotInput& input) {
  Options options = input.options;
  options.sensitivity = false;
  const Options resolved = resolve(options, input.studies);
  const Pooling model = random_effects_pooling(resolved.pooling.value_or(Pooling::inverse));
  if (model != Pooling::inverse && model != Pooling::glmm && model != Pooling::betabin && model != Pooling::negbin)
    refuse(PlotKind::profile, "pooling model " + std::string(key(model)) + " has no likelihood to profile; inverse and glmm have");
  if (resolved.model == Model::common) refuse(PlotKind::profile, "needs random effects (--model common has no tau2)");
  options.pooling = model;
  options.model = Model::random;
  if (model == Pooling::inverse) {
    options.tau2_fixed.reset();
    if (options.tau2 != Tau2Method::ML) options.tau2 = Tau2Method::REML;
  }
  options.interval = IntervalMethod::profile;
  options.tau2_interval = Tau2IntervalMethod::PL;
  options.prediction = PredictionMethod::none;
  return options;
}

/// Through the ends of intervals at many levels.
template <typename Ends>
std::vector<PlotPoint> traced(const PlotInput& input, const Options& options, double estimate, double Options::*level,
                              std::optional<double> Options::*other_level, Ends ends) {
  std::vector<PlotPoint> left, right;
  Options asked = options;
  for (double drop : drops()) {
    if (level)
      asked.*level = level_of(drop);
    else
      asked.*other_level = level_of(drop);
    const auto [lower, upper] = ends(analyse(input.studies, asked));
    left.push_back({"", lower, -drop, {}, {}, {}, false});
    right.push_back({"", upper, -drop, {}, {}, {}, false});
  }
  std::vector<PlotPoint> curve(left.rbegin(), left.rend());
  curve.push_back(at(estimate, 0));
  curve.insert(curve.end(), right.begin(), right.end());
  return curve;
}

Profile of_mean(const PlotInput& input, const Options& options, const Analysis& analysis) {
  Profile profile{{}, analysis.random.estimate, analysis.random.ci_lower, analysis.random.ci_upper};
  if (!profile.estimate) return profile;
  Options traced_options = options;
  traced_options.heterogeneity_level = options.level;
  if (options.pooling == Pooling::inverse) {  // the interval profiles the likelihood, so its maximum is that of ML
    Options ml = options;
    ml.tau2 = Tau2Method::ML;
    profile.estimate = analyse(input.studies, ml).random.estimate;
  }
  profile.curve = traced(input, traced_options, profile.estimate.value_or(0), &Options::level, nullptr, [](const Analysis& a) {
    return std::pair{a.random.ci_lower, a.random.ci_upper};
  });
  return profile;
}

/// Of the normal model: the likelihood itself at many values of tau2.
std::vector<PlotPoint> at_fixed_tau2(const PlotInput& input, Options options, const Analysis& analysis) {
  const Heterogeneity& h = analysis.heterogeneity;
  double end = std::max(h.tau2_ci_upper.value_or(0), h.tau2.value_or(0)) * 1.5;
  if (!(end > 0))
    for (const StudyResult& study : analysis.studies) end = std::max(end, study.vi.value_or(0));
  options.interval = IntervalMethod::z;
  options.tau2_interval = Tau2IntervalMethod::QP;
  std::vector<PlotPoint> curve;
  for (int i = 0; i <= 2 * steps; ++i) {
    const double share = static_cast<double>(i) / (2 * steps);
    options.tau2_fixed = end * share * share;
    const Fit fit = analyse(input.studies, options).fit;
    if (fit.loglik && analysis.fit.loglik) curve.push_back(at(*options.tau2_fixed, *fit.loglik - *analysis.fit.loglik));
  }
  return curve;
}

Profile of_tau2(const PlotInput& input, const Options& options, const Analysis& analysis) {
  const Heterogeneity& h = analysis.heterogeneity;
  Profile profile{{}, h.tau2, h.tau2_ci_lower, h.tau2_ci_upper};
  if (!h.tau2 || h.status != Status::ok) return profile;
  if (options.pooling == Pooling::inverse) {
    profile.curve = at_fixed_tau2(input, options, analysis);
    return profile;
  }
  profile.curve = traced(input, options, *h.tau2, nullptr, &Options::heterogeneity_level, [](const Analysis& a) {
    std::optional<double> lower = a.heterogeneity.tau2_ci_lower;
    if (lower && !(*lower > 0)) lower.reset();  // the curve ends at 0 with a value of its own
    return std::pair{lower, a.heterogeneity.tau2_ci_upper};
  });
  if (h.lrt_tau2) {
    const auto first = std::find_if(profile.curve.begin(), profile.curve.end(), [](const PlotPoint& point) { return point.x.has_value(); });
    profile.curve.erase(profile.curve.begin(), first);
    profile.curve.insert(profile.curve.begin(), at(0, -*h.lrt_tau2 / 2));
  }
  return profile;
}

/// The values of the parameter at which the curve has not yet left the panel.
Range shown(const Profile& profile) {
  Range range;
  for (const PlotPoint& point : profile.curve)
    if (point.x && point.y && *point.y >= -deepest) range.see(point.x);
  for (const auto& end : {profile.estimate, profile.lower, profile.upper}) range.see(end);
  return range.widened(0.03);
}

PlotPanel panel_of(const Profile& profile, double level, PlotAxis x, std::string title) {
  PlotPanel panel;
  panel.title = std::move(title);
  panel.width = 380;
  panel.height = 320;
  panel.x = std::move(x);
  panel.y = number_axis("Log-likelihood below its maximum", {-deepest, 0.25});
  const double z = two_sided_z(level), cut = -z * z / 2;
  panel.series.push_back(
      straight(report::level_text(level) + " interval", guide_line(), {panel.x.limits.first, cut}, {panel.x.limits.second, cut}));
  for (const auto& end : {profile.lower, profile.upper})
    if (end) panel.series.push_back(straight(report::level_text(level) + " interval", guide_line(), {*end, -deepest}, {*end, cut}));
  if (profile.estimate) panel.series.push_back(straight("Estimate", null_line(), {*profile.estimate, -deepest}, {*profile.estimate, 0}));
  panel.series.push_back(line_series("Profile log-likelihood", {"none", std::string(pooled_blue), 2, ""}, profile.curve));
  return panel;
}

}  // namespace

Plot profile(const PlotInput& input) {
  if (!input.options.mods.empty()) refuse(PlotKind::profile, "shows one mean; a meta-regression (--mods) has several coefficients");
  const Options options = likelihood_options(input);
  const Analysis analysis = analyse(input.studies, options);
  const Profile mean = of_mean(input, options, analysis), tau2 = of_tau2(input, options, analysis);
  if (mean.curve.empty() && tau2.curve.empty())
    throw NoResult(Status::not_estimable, "not estimable: " + (analysis.random.reason.empty() ? "no likelihood" : analysis.random.reason));
  const Measure measure = measure_of(analysis);
  const bool normal = options.pooling == Pooling::inverse;
  const double level = analysis.options.level;
  Plot plot = plot_of(analysis);
  plot.columns = 2;
  if (!tau2.curve.empty()) {
    Range range = shown(tau2);
    range.lower = std::max(0.0, range.lower);
    const std::string name = normal && options.tau2 != Tau2Method::ML ? " (restricted likelihood)" : "";
    plot.panels.push_back(panel_of(tau2, analysis.options.heterogeneity_level.value_or(level), number_axis("\u03c4\u00b2", range),
                                   "Between-study variance" + name));
  }
  if (!mean.curve.empty())
    plot.panels.push_back(
        panel_of(mean, level, effect_axis(measure, shown(mean), 6), "Mean effect" + std::string(normal ? " (likelihood)" : "")));
  plot.title = "Profile likelihood, " + std::to_string(analysis.heterogeneity.k) + " studies";
  plot.subtitle = std::string(normal ? "Normal model" : "Exact likelihood") + ". " + estimate_words(analysis) + ".";
  plot.panels.shrink_to_fit();
  return plot;
}

}  // namespace tausq::plots
