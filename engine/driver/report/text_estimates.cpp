// Pooled estimates on the analysis scale, heterogeneity, tests, regression and fit as text.
#include <algorithm>

#include <tausq/effects.hpp>
#include <tausq/words.hpp>

#include "engine/driver/report/study_blocks.hpp"
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::report {

namespace {

using Align = TextTable::Align;

std::string number(std::optional<double> value, std::string_view missing = "") {
  return value ? significant(*value) : std::string(missing);
}

/// "[0.12; 3.4]" with four significant digits.
std::string range(std::optional<double> lower, std::optional<double> upper) {
  return lower || upper ? "[" + number(lower, "-inf") + "; " + number(upper, "inf") + "]" : "";
}

std::string rounded(std::optional<double> value, Precision precision) {
  return value ? natural(*value, precision) : "";
}

void add_estimate(TextTable& table, std::string label, const PooledEstimate& e, bool tested, Precision precision) {
  const std::string statistic =
      !tested || !e.statistic ? "" : (e.df ? "t(" + significant(*e.df) + ") = " : "z = ") + fixed(*e.statistic, 2);
  const std::string p = tested && e.p_value ? in_column(p_value(e.p_value, e.log_p_value)) : "";
  table.add({std::move(label), rounded(e.estimate, precision), rounded(e.se, precision), interval_text(e.ci_lower, e.ci_upper, precision),
             statistic, p});
}

std::string further_intervals(const char* which, const PooledEstimate& estimate, Precision precision) {
  std::string text;
  for (const NamedInterval& interval : estimate.intervals) {
    const std::string natural_ends = interval_text(interval.display.ci_lower, interval.display.ci_upper, precision);
    if (!natural_ends.empty()) text += (text.empty() ? "" : ", ") + std::string(word(interval.method)) + " " + natural_ends;
  }
  return text.empty() ? "" : wrapped("  Intervals of the " + std::string(which) + " by method: " + text, 4) + "\n";
}

/// Risk ratio and risk difference of the population averages.
std::string marginal_effects(const PooledEstimate& estimate, Precision precision) {
  std::string text;
  for (const MarginalEffect& effect : estimate.marginal_effects)
    text += (text.empty() ? "" : ", ") + std::string(key(effect.measure)) + " " + rounded(effect.estimate, precision) + " " +
            interval_text(effect.ci_lower, effect.ci_upper, precision);
  return text.empty() ? "" : wrapped("  Of the arms' population-average proportions: " + text, 4) + "\n";
}

/// Which of the intervals to trust where they differ: the profile likelihood takes tau at its estimate, which is 0 in most sets of few
/// studies. Of odds ratios both cover alike, and `il` is narrower on average (benchmarks/coverage/RESULTS.md).
std::string trusted_interval(const PooledEstimate& estimate, std::size_t k, bool odds_ratio) {
  constexpr std::size_t few = 5;
  const auto is = [](IntervalMethod method) {
    return [method](const NamedInterval& interval) { return interval.method == method && interval.status != Status::not_requested; };
  };
  const std::vector<NamedInterval>& all = estimate.intervals;
  if (k > few || std::none_of(all.begin(), all.end(), is(IntervalMethod::il)) ||
      std::none_of(all.begin(), all.end(), is(IntervalMethod::profile)))
    return "";
  const std::string why = odds_ratio ? "covers no better and is wider on average" : "of so few misses the truth too often";
  return wrapped("  With " + std::to_string(k) +
                     " studies trust the il interval: it averages over tau, which so few studies leave open; the profile interval " + why,
                 4) +
         "\n";
}

/// "  Of the next 20 patients, 12 events (95%: 4 to 18; mean 11.6)", after the name of a subgroup.
std::string counts_line(const std::string& group, const PredictionInterval& prediction, const Options& options) {
  if (!prediction.counts) return "";
  const PredictedCounts& c = *prediction.counts;
  const bool rates = layout_of(options.effect.measure.value_or(Measure::PLO)) == Layout::single_arm_rates;
  const std::string first = rates ? "In" : "Of", within = rates ? ": in" : ": of";
  return wrapped("  " + escaped(group) + (group.empty() ? first : within) + " the next " +
                     (rates ? counted(c.n, "unit", "units") + " of person-time" : counted(c.n, "patient", "patients")) + ", " +
                     counted(c.median, "event", "events") + " (" + level_text(options.prediction_level.value_or(options.level)) + ": " +
                     std::to_string(c.lower) + " to " + std::to_string(c.upper) + (c.mean ? "; mean " + significant(*c.mean) : "") + ")",
                 4) +
         "\n";
}

std::string i2_lines(const Heterogeneity& h) {
  std::string text;
  if (h.i2) {
    text += "  I2 = " + percent(*h.i2);
    if (h.i2_ci_lower && h.i2_ci_upper) text += " [" + percent(*h.i2_ci_lower) + "; " + percent(*h.i2_ci_upper) + "]";
    text += ", from tau2: tau2 / (tau2 + typical sampling variance)\n";
  }
  if (h.i2_from_q) text += "  I2 = " + percent(*h.i2_from_q) + ", from Q: max(0, (Q - df) / Q)\n";
  if (h.h2) {
    const std::string ends = range(h.h2_ci_lower, h.h2_ci_upper);
    text += "  H2 = " + significant(*h.h2) + (ends.empty() ? "" : " " + ends) + "\n";
  }
  return text;
}

}  // namespace

std::string in_column(std::string_view text) {
  return std::string(text.substr(text.starts_with(" = ") ? 3 : 1));
}

std::string status_line(std::string_view what, Status status, const std::string& reason) {
  const bool estimated = status == Status::ok || status == Status::converged;
  if (status == Status::not_requested || (reason.empty() && estimated)) return "";
  std::string words(estimated ? std::string_view() : word(status));
  for (char& c : words)
    if (c == '_') c = ' ';
  if (!reason.empty()) words += (words.empty() ? "" : "; ") + escaped(reason);
  return wrapped("  " + std::string(what) + (what.empty() ? "" : ": ") + words, 4) + "\n";
}

std::string estimates_block(const Analysis& analysis, Precision precision) {
  const Measure measure = analysis.options.effect.measure.value_or(Measure::GEN);
  const bool tested = null_value(measure).has_value();
  TextTable table({{"Analysis scale: " + std::string(transformed_label(measure)), Align::left},
                   {"Estimate", Align::right},
                   {"SE", Align::right},
                   {level_text(analysis.options.level) + " CI", Align::right},
                   {"Test", Align::right},
                   {"p", Align::right}});
  const Precision places = precision_for({analysis.common.se, analysis.random.se});
  if (analysis.common.estimate) add_estimate(table, "Common effect", analysis.common, tested, places);
  if (analysis.random.estimate) add_estimate(table, "Random effects", analysis.random, tested, places);
  if (analysis.prediction.lower || analysis.prediction.upper)
    table.add({prediction_label(analysis.options), "", "", interval_text(analysis.prediction.lower, analysis.prediction.upper, places)});
  return (table.empty() ? "" : table.text()) + status_line("Common effect", analysis.common.status, analysis.common.reason) +
         status_line("Random effects", analysis.random.status, analysis.random.reason) +
         status_line("Prediction interval", analysis.prediction.status, analysis.prediction.reason) +
         counts_line("", analysis.prediction, analysis.options) +
         (shown(analysis.random) ? further_intervals("random-effects estimate", analysis.random, precision)
                                 : further_intervals("common effect", analysis.common, precision)) +
         marginal_effects(analysis.random, precision) +
         trusted_interval(analysis.random, analysis.heterogeneity.k, analysis.options.effect.measure == Measure::OR);
}

std::string heterogeneity_block(const Analysis& analysis) {
  const Heterogeneity& h = analysis.heterogeneity;
  std::string text = status_line("", h.status, h.reason);
  if (h.tau2) {
    const std::string ends = range(h.tau2_ci_lower, h.tau2_ci_upper);
    text +=
        "  tau2 = " + significant(*h.tau2) + (ends.empty() ? "" : " " + ends) + (h.tau2_se ? " (SE " + significant(*h.tau2_se) + ")" : "");
    text += (h.tau ? ", tau = " + significant(*h.tau) : "") + "\n";
  }
  if (h.sigma2) text += "  sigma2 = " + significant(*h.sigma2) + ", variance of the level of both arms between studies\n";
  if (h.correlation) text += "  correlation of level and effect = " + significant(*h.correlation) + "\n";
  if (h.rho) {
    const std::string ends = range(h.rho_ci_lower, h.rho_ci_upper);
    text += "  rho = " + significant(*h.rho) + (ends.empty() ? "" : " " + ends) + ", correlation of two participants of a study\n";
  }
  if (h.dispersion) {
    const std::string ends = range(h.dispersion_ci_lower, h.dispersion_ci_upper);
    text += "  dispersion = " + significant(*h.dispersion) + (ends.empty() ? "" : " " + ends) +
            ", squared coefficient of variation of the rates\n";
  }
  text += i2_lines(h);
  if (h.q) text += "  " + test_text("Q", h.q, h.q_df, h.q_p) + "\n";
  if (h.lrt) text += "  Likelihood-ratio test of homogeneity: " + test_text("chi2", h.lrt, h.lrt_df, h.lrt_p) + "\n";
  if (h.exact_p) {
    text += "  Exact test of equal proportions: p" + p_value(h.exact_p) + ", mid-p" + p_value(h.exact_mid_p);
    if (h.exact_draws)
      text += " (" + std::to_string(*h.exact_draws) + " tables drawn by the seed, Monte-Carlo SE " + significant(*h.exact_p_se, 2) + ")";
    text += "\n";
  }
  if (h.lrt_tau2)
    text += std::string("  Likelihood-ratio test of ") +
            (h.rho          ? "rho"
             : h.dispersion ? "dispersion"
                            : "tau2") +
            " = 0: " + test_text("chi2", h.lrt_tau2, {}, h.lrt_tau2_p) + " (boundary: half the chi-square tail)\n";
  if (!h.tau2_stationary.empty()) {
    std::string points;
    for (double tau2 : h.tau2_stationary) points += (points.empty() ? "" : ", ") + significant(tau2);
    text += wrapped("  The likelihood of tau2 has several stationary points: " + points + "; the highest is reported", 4) + "\n";
  }
  if (text.empty()) return "";
  const double level = analysis.options.heterogeneity_level.value_or(analysis.options.level);
  return (level == analysis.options.level ? "Heterogeneity\n" : "Heterogeneity (" + level_text(level) + " intervals)\n") + text;
}

std::string subgroups_block(const Analysis& analysis) {
  if (analysis.subgroups.empty()) return "";
  TextTable table({{"Subgroups of " + escaped(analysis.options.subgroup), Align::left},
                   {"k"},
                   {"tau2"},
                   {"I2 (tau2)"},
                   {"I2 (Q)"},
                   {"Q"},
                   {"df"},
                   {"p"}});
  for (const Subgroup& group : analysis.subgroups) {
    const Heterogeneity& h = group.heterogeneity;
    table.add({group.level, std::to_string(group.k), number(h.tau2), h.i2 ? percent(*h.i2) : "", h.i2_from_q ? percent(*h.i2_from_q) : "",
               rounded(h.q, {}), number(h.q_df), h.q_p ? in_column(p_value(h.q_p)) : ""});
  }
  std::string text = table.text();
  for (const Subgroup& group : analysis.subgroups)
    text += status_line(escaped(group.level) + ", common effect", group.common.status, group.common.reason) +
            status_line(escaped(group.level) + ", random effects", group.random.status, group.random.reason) +
            counts_line(group.level, group.prediction, analysis.options);
  if (!analysis.subgroup_test) return text;
  const SubgroupTest& test = *analysis.subgroup_test;
  if (test.common_q)
    text += "  Test of equal subgroups, common effect: " + test_text("Q", test.common_q, test.df, test.common_p_value) + "\n";
  if (test.q) text += "  Test of equal subgroups, random effects: " + test_text("Q", test.q, test.df, test.p_value) + "\n";
  if (!test.reason.empty()) text += wrapped("  Test of equal subgroups: " + escaped(test.reason), 4) + "\n";
  return text;
}

std::string sensitivity_block(const Analysis& analysis, Precision precision) {
  if (analysis.sensitivity.empty()) return "";
  const Measure measure = analysis.options.effect.measure.value_or(Measure::GEN);
  TextTable table({{"Does the choice of model matter?", Align::left},
                   {std::string(scale_label(measure)) + " [" + level_text(analysis.options.level) + " CI]"},
                   {"Interval", Align::left}});
  std::string failures;
  for (const Alternative& other : analysis.sensitivity) {
    if (other.display.estimate)
      table.add({other.label, estimate_text(other.display, precision), std::string(word(other.interval))});
    else
      failures += status_line(other.label, other.status, other.reason);
  }
  return (table.empty() ? "" : table.text()) + failures;
}

std::string fit_block(const Fit& fit) {
  std::string text = status_line("", fit.status, fit.reason);
  if (fit.iterations > 0) text += "  " + counted(static_cast<std::size_t>(fit.iterations), "iteration", "iterations") + "\n";
  if (fit.loglik) {
    text += "  log-likelihood " + significant(*fit.loglik, 6);
    if (fit.aic) text += ", AIC " + significant(*fit.aic, 6);
    if (fit.bic) text += ", BIC " + significant(*fit.bic, 6);
    if (fit.aicc) text += ", AICc " + significant(*fit.aicc, 6);
    text += "\n";
  }
  return text.empty() ? "" : "Fit\n" + text;
}

std::string stratified_tests_block(const StratifiedTests& tests) {
  std::string text;
  const auto line = [&](std::string_view name, const ChiSquareTest& test) {
    if (test.statistic) text += "  " + std::string(name) + ": " + test_text("chi2", test.statistic, test.df, test.p_value) + "\n";
  };
  line("Cochran-Mantel-Haenszel, no association", tests.cmh);
  line("Breslow-Day, equal odds ratios", tests.breslow_day);
  line("Tarone, equal odds ratios", tests.tarone);
  return text.empty() ? "" : "Stratified tests\n" + text;
}

std::string regression_block(const Regression& r, double level) {
  TextTable table({{"Meta-regression", Align::left},
                   {"Estimate", Align::right},
                   {"SE", Align::right},
                   {r.df ? "t(" + significant(*r.df) + ")" : "z", Align::right},
                   {"p", Align::right},
                   {level_text(level) + " CI", Align::right}});
  const Precision places = precision_for({r.se.begin(), r.se.end()});
  const auto at = [](const auto& values, std::size_t i) { return i < values.size() ? std::optional<double>(values[i]) : std::nullopt; };
  for (std::size_t i = 0; i < r.terms.size(); ++i)
    table.add({r.terms[i], rounded(at(r.beta, i), places), rounded(at(r.se, i), places), rounded(at(r.statistic, i), {2, false}),
               i < r.p_value.size() ? in_column(p_value(r.p_value[i])) : "", interval_text(at(r.ci_lower, i), at(r.ci_upper, i), places)});
  std::string text = table.text();
  if (r.qm) text += "  All moderators: " + test_text(r.df ? "F" : "QM", r.qm, r.qm_df, r.qm_p) + "\n";
  if (r.lrt) text += "  All moderators, likelihood ratio: " + test_text("chi2", r.lrt, r.lrt_df, r.lrt_p) + "\n";
  if (r.qe) text += "  Residual heterogeneity: " + test_text("QE", r.qe, r.qe_df, r.qe_p) + "\n";
  if (r.r2) text += "  R2 = " + percent(*r.r2) + " of tau2 is explained by the moderators\n";
  return text;
}

std::string permutation_block(const PermutationTest& test) {
  std::string text = "Permutation test (" + std::string(test.exact ? "all " : "") + std::to_string(test.permutations) +
                     (test.exact ? " permutations)\n" : " permutations, drawn by the seed and the observed one)\n");
  if (test.p_value.empty()) return "Permutation test\n" + status_line("", test.status, test.reason);
  for (std::size_t j = 0; j < test.p_value.size(); ++j) text += "  " + escaped(test.terms[j]) + ": p" + p_value(test.p_value[j]) + "\n";
  if (test.qm_p) text += "  All moderators: p" + p_value(test.qm_p) + "\n";
  if (test.failed > 0) text += "  " + counted(test.failed, "permutation", "permutations") + " could not be fitted and are left out\n";
  return text;
}

}  // namespace tausq::report
