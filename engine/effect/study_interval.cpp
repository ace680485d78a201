// The interval of one study, on the analysis scale and on the natural one: a table of methods, a kernel each.
#include <array>
#include <cmath>
#include <string>

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include "engine/effect/binomial_intervals.hpp"
#include "engine/effect/measures.hpp"
#include "engine/effect/shapes.hpp"
#include "engine/methods/table.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::effect {

namespace {

struct StudyIntervalRow {
  StudyIntervalMethod id;
  MethodInfo info;
  Limit (*lower)(double x, double m, double level);  ///< nullptr: not a method for one binomial proportion
};

constexpr std::array<StudyIntervalRow, 12> study_intervals{{
    {StudyIntervalMethod::wald,
     {"wald", "z normal", "Wald on the analysis scale", "yi -+ z sqrt(vi)", "Wald 1943, Trans Am Math Soc 54:426"},
     nullptr},
    {StudyIntervalMethod::CP,
     {"CP", "clopper-pearson exact", "Clopper-Pearson", "P(X >= xi | lower) = P(X <= xi | upper) = (1 - level) / 2",
      "Clopper & Pearson 1934, Biometrika 26:404"},
     clopper_pearson_lower},
    {StudyIntervalMethod::WS,
     {"WS", "wilson score", "Wilson score", "(p + z^2/(2n) -+ z sqrt(p q / n + z^2/(4 n^2))) / (1 + z^2/n)",
      "Wilson 1927, J Am Stat Assoc 22:209"},
     wilson_lower},
    {StudyIntervalMethod::WSCC,
     {"WSCC", "wilson-cc", "Wilson score with continuity correction",
      "(2 n p + z^2 - 1 - z sqrt(z^2 - 2 - 1/n + 4 p (n q + 1))) / (2 (n + z^2)), 0 at xi = 0", "Newcombe 1998, Stat Med 17:857, method 4"},
     wilson_corrected_lower},
    {StudyIntervalMethod::AC,
     {"AC", "agresti-coull", "Agresti-Coull", "p' -+ z sqrt(p' q' / n'), n' = n + z^2, p' = (xi + z^2/2) / n'",
      "Agresti & Coull 1998, Am Stat 52:119"},
     agresti_coull_lower},
    {StudyIntervalMethod::SA,
     {"SA", "simple", "simple approximation", "p -+ z sqrt(p q / n)", "Newcombe 1998, Stat Med 17:857, method 1"},
     simple_lower},
    {StudyIntervalMethod::SACC,
     {"SACC", "simple-cc", "simple approximation with continuity correction", "p -+ (z sqrt(p q / n) + 1/(2n))",
      "Newcombe 1998, Stat Med 17:857, method 2"},
     simple_corrected_lower},
    {StudyIntervalMethod::NAsm,
     {"NAsm", "", "normal approximation of the summary measure", "yi -+ z sqrt(vi), as wald",
      "Schwarzer, Carpenter & Rücker 2015, Meta-Analysis with R"},
     nullptr},
    {StudyIntervalMethod::JEF,
     {"JEF", "jeffreys", "Jeffreys", "quantiles of Beta(xi + 1/2, mi + 1/2); lower 0 at xi = 0, upper 1 at xi = n",
      "Brown, Cai & DasGupta 2001, Stat Sci 16:101, section 3.1.3"},
     jeffreys_lower},
    {StudyIntervalMethod::MIDP,
     {"MIDP", "mid-p", "mid-P", "P(X > xi | lower) + P(X = xi | lower) / 2 = (1 - level) / 2",
      "Berry & Armitage 1995, Statistician 44:417"},
     mid_p_lower},
    {StudyIntervalMethod::BLAKER,
     {"BLAKER", "", "Blaker", "{p: P(X at least as extreme as xi | p) > 1 - level}, extremeness by the smaller tail; its outermost ends",
      "Blaker 2000, Can J Stat 28:783"},
     blaker_lower},
    {StudyIntervalMethod::poisson,
     {"poisson", "Poisson", "exact Poisson", "quantiles of Gamma(xi) and Gamma(xi + 1) over ti", "Garwood 1936, Biometrika 28:437"},
     nullptr},
}};

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// yi -+ z sqrt(vi), ends and estimate taken to the natural scale with the study's own size.
StudyInterval wald_interval(Measure measure, const EffectSize& study, double level) {
  if (!study.yi || !study.vi) return {};
  const double half = numerics::normal_two_sided(level) * std::sqrt(*study.vi), lower = *study.yi - half, upper = *study.yi + half;
  const auto natural = [&](double value) { return finite(natural_scale(measure, value, study.ni)); };  // exp(710) has no double
  return {finite(lower), finite(upper), natural(*study.yi), natural(lower), natural(upper)};
}

/// The counts' own interval: natural first, then transformed.
StudyInterval binomial_interval(const Scale& scale, const Proportion& s, decltype(StudyIntervalRow::lower) lower, double level) {
  const double n = s.n();
  const auto transformed = [&](const Limit& limit) {
    return finite(limit.p <= 0.5 ? scale.analysis(limit.p, n) : scale.of_complement(limit.q, n));
  };
  const Limit low = lower(s.x, s.m, level), high_swapped = lower(s.m, s.x, level), high{high_swapped.q, high_swapped.p};
  return {transformed(low), transformed(high), s.x / n, low.p, high.p};
}

StudyInterval poisson_interval(const Scale& scale, const Rate& s, double level) {
  const double tail = 0.5 * (1 - level);
  const double lower = s.x > 0 ? numerics::gamma_quantile(tail, s.x) / s.t : 0, upper = numerics::gamma_quantile_upper(tail, s.x + 1) / s.t;
  return {finite(scale.analysis(lower, s.t)), finite(scale.analysis(upper, s.t)), s.x / s.t, lower, upper};
}

[[noreturn]] void refuse(const MethodInfo& method, Layout needed, Layout given) {
  throw UsageError("study interval " + std::string(method.key) + " needs " + std::string(to_string(needed)) + ", these studies have " +
                   std::string(to_string(given)));
}

}  // namespace

}  // namespace tausq::effect

namespace tausq {

using namespace effect;

StudyInterval study_interval(const StudySet& studies, const EffectSizes& effects, std::size_t i, StudyIntervalMethod method, double level) {
  if (!(level > 0 && level < 1)) throw UsageError("the level of study intervals must lie between 0 and 1");
  const StudyIntervalRow& row = study_intervals[static_cast<std::size_t>(method)];
  const Scale& scale = *row_of(effects.measure).scale;
  if (row.lower) {
    const auto* counts = std::get_if<SingleArmCounts>(&studies.data);
    if (!counts) refuse(row.info, Layout::single_arm_counts, studies.layout());
    const bool plain = effects.convention == Preset::meta && method == StudyIntervalMethod::WSCC;
    return binomial_interval(scale, shape(*counts, i), plain ? wilson_corrected_plain_lower : row.lower, level);
  }
  if (method == StudyIntervalMethod::poisson) {
    const auto* rates = std::get_if<SingleArmRates>(&studies.data);
    if (!rates) refuse(row.info, Layout::single_arm_rates, studies.layout());
    return poisson_interval(scale, shape(*rates, i), level);
  }
  return wald_interval(effects.measure, effects.study[i], level);
}

}  // namespace tausq

using tausq::effect::study_intervals;
TAUSQ_DEFINE_METHODS(StudyIntervalMethod, study_intervals)
