#include "engine/inference/intervals.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <tausq/problem.hpp>

#include "engine/inference/mean_intervals.hpp"
#include "engine/inference/wald.hpp"
#include "engine/methods/table.hpp"

namespace tausq::inference {

namespace {

// Below this Hartung-Knapp factor the effects are equal to rounding: its standard error carries no information.
constexpr double vanishing_factor = 1e-24;

double hk_se(const IntervalInput& in) {
  return in.se * std::sqrt(in.hk_factor);
}

double guarded_se(const IntervalInput& in) {
  return std::max(in.se, hk_se(in));
}

bool vanishing(const IntervalInput& in) {
  return in.hk_factor <= vanishing_factor;
}

/// Narrower than the normal interval of the standard error `se`.
bool narrower(const IntervalInput& in, const TwoQuantiles& c, double se) {
  return c.t * hk_se(in) < c.z * se;
}

IntervalResult normal(const IntervalInput& in) {
  return {wald(in.estimate, in.se, {}, in.level)};
}

IntervalResult student(const IntervalInput& in) {
  if (in.df < 1) return {not_estimable("a t interval needs more studies than coefficients")};
  return {wald(in.estimate, in.se, in.df, in.level)};
}

IntervalResult hartung_knapp_guarded(const IntervalInput& in) {
  if (in.df < 1) return {not_estimable("the Hartung-Knapp interval needs more studies than coefficients")};
  return {wald(in.estimate, guarded_se(in), in.df, in.level)};
}

IntervalResult hartung_knapp(const IntervalInput& in) {
  if (in.df < 1 || !vanishing(in)) {
    if (in.df < 1) return hartung_knapp_guarded(in);
    return {wald(in.estimate, hk_se(in), in.df, in.level)};
  }
  IntervalResult result = hartung_knapp_guarded(in);
  result.warning = Warning{
      "hk-zero-width",
      "the effects are equal, which would give a Hartung-Knapp interval without width; the model-based standard error stands instead",
      {}};
  return result;
}

IntervalResult hartung_knapp_or_z(const IntervalInput& in) {
  if (in.df < 1) return hartung_knapp_guarded(in);
  if (vanishing(in) || narrower(in, two_quantiles(in.level, in.df), in.se)) return normal(in);
  return {wald(in.estimate, hk_se(in), in.df, in.level)};
}

IntervalResult hartung_knapp_iqwig6(const IntervalInput& in) {
  if (in.df < 1 || !in.se_dl) return hartung_knapp_guarded(in);
  return narrower(in, two_quantiles(in.level, in.df), *in.se_dl) ? hartung_knapp_guarded(in) : hartung_knapp(in);
}

constexpr std::array<IntervalRow, 16> table{{
    {IntervalMethod::z,
     {"z", "classic wald normal", "normal distribution", "estimate -+ z se", "DerSimonian & Laird 1986, Control Clin Trials 7:177"},
     normal,
     true,
     true},
    {IntervalMethod::t,
     {"t", "", "t distribution", "estimate -+ t(k - p) se", "Follmann & Proschan 1999, Biometrics 55:732"},
     student,
     true,
     true},
    {IntervalMethod::hk,
     {"hk", "knha hksj HK", "Hartung-Knapp", "estimate -+ t(k - p) se sqrt(q), q = Q(tau2) / (k - p)",
      "Hartung & Knapp 2001, Stat Med 20:3875; Sidik & Jonkman 2002, Stat Med 21:3153"},
     hartung_knapp,
     true,
     false},
    {IntervalMethod::hk_se,
     {"hk-se", "adhoc", "Hartung-Knapp, standard error never below the model-based one", "estimate -+ t(k - p) se sqrt(max(1, q))",
      "Knapp & Hartung 2003, Stat Med 22:2693"},
     hartung_knapp_guarded,
     true,
     false},
    {IntervalMethod::hk_ci,
     {"hk-ci", "", "Hartung-Knapp, interval never narrower than the normal one", "the wider of hk and z",
      "Wiksten, Ruecker & Schwarzer 2016, Stat Med 35:2503"},
     hartung_knapp_or_z,
     true,
     false},
    {IntervalMethod::hk_iqwig6,
     {"hk-iqwig6", "iqwig6", "Hartung-Knapp as in the IQWiG General Methods 6.0",
      "hk-se where hk is narrower than z with the DerSimonian-Laird tau2, else hk", "IQWiG 2020, General Methods 6.0, section 9.3.8"},
     hartung_knapp_iqwig6,
     true,
     false},
    {IntervalMethod::kr,
     {"kr", "kenward-roger", "Kenward-Roger", "estimate -+ t(df) se, expected information",
      "Partlett & Riley 2017, Stat Med 36:301, section 2.3.4"},
     kenward_roger_interval,
     false,
     false},
    {IntervalMethod::hc,
     {"hc", "henmi-copas", "Henmi-Copas", "weights 1 / vi, pivot (theta - theta_CE) / sqrt(vb) given Q",
      "Henmi & Copas 2010, Stat Med 29:2969"},
     henmi_copas_interval,
     false,
     false},
    {IntervalMethod::profile,
     {"profile", "pl", "profile likelihood", "2 (max l - max_tau2 l(mu, tau2)) <= chi2(1)", "Hardy & Thompson 1996, Stat Med 15:619"},
     profile_likelihood_interval,
     false,
     true},
    {IntervalMethod::il,
     {"il", "integrated", "integrated likelihood", "2 (max l - l(mu)) <= c, l = log integral w(tau) L(mu, tau) dtau",
      "Severini 2007, Biometrika 94:529; weight and cut-off calibrated by simulation"},
     nullptr,
     false,
     true},
    {IntervalMethod::il_logf,
     {"il-logf", "il-log-f", "integrated likelihood, log-F penalised",
      "as il with theta / 2 - log(1 + exp(theta)) added to l and c = z^2: always finite", "Greenland & Mansournia 2015, Stat Med 34:3133"},
     nullptr,
     false,
     true},
    {IntervalMethod::exact,
     {"exact", "", "exact", "both tails of the distribution of the pooled counts have (1 - level) / 2",
      "Clopper & Pearson 1934, Biometrika 26:404; Mehta, Patel & Gray 1985, JASA 80:969"},
     nullptr,
     false,
     false},
    {IntervalMethod::midp,
     {"midp", "mid-p", "exact mid-p", "as exact, with half the probability of the observed total in either tail",
      "Lancaster 1961, JASA 56:223"},
     nullptr,
     false,
     false},
    {IntervalMethod::blaker,
     {"blaker", "", "Blaker's exact interval", "the proportions at which a total as rare, by the smaller tail, has probability > 1 - level",
      "Blaker 2000, Can J Stat 28:783"},
     nullptr,
     false,
     false},
    {IntervalMethod::central,
     {"central", "equal-tailed", "credible interval with equal tails", "posterior quantiles at (1 - level) / 2 and (1 + level) / 2",
      "Röver 2020, J Stat Softw 93(6)"},
     nullptr,
     false,
     false},
    {IntervalMethod::shortest,
     {"shortest", "hpd", "shortest credible interval", "[l, u] with P(l < mu < u) = level and u - l least",
      "Röver 2020, J Stat Softw 93(6)"},
     nullptr,
     false,
     false},
}};

}  // namespace

std::span<const IntervalRow> interval_table() {
  return table;
}

TwoQuantiles two_quantiles(double level, double df) {
  return {two_sided_quantile(level, {}), two_sided_quantile(level, df)};
}

double test_se(IntervalMethod method, const IntervalInput& in, const TwoQuantiles& c) {
  const double hk = vanishing(in) ? guarded_se(in) : hk_se(in);
  switch (method) {
    case IntervalMethod::hk:
      return hk;
    case IntervalMethod::hk_se:
      return guarded_se(in);
    case IntervalMethod::hk_ci:
      return vanishing(in) || narrower(in, c, in.se) ? in.se : hk;
    case IntervalMethod::hk_iqwig6:
      return !in.se_dl || narrower(in, c, *in.se_dl) ? guarded_se(in) : hk;
    default:
      return in.se;
  }
}

IntervalResult interval(IntervalMethod method, const IntervalInput& input) {
  const IntervalRow& row = table[static_cast<std::size_t>(method)];
  if (row.kernel == nullptr) throw UsageError("--interval " + std::string(row.info.key) + ": not offered by this pooling model");
  return row.kernel(input);
}

}  // namespace tausq::inference

using tausq::inference::table;
TAUSQ_DEFINE_METHODS(IntervalMethod, table)
