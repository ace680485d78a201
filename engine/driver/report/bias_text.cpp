// Small-study effects as text.
#include <tausq/effects.hpp>
#include <tausq/report.hpp>

#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq {

namespace {

using namespace report;
using Align = TextTable::Align;

template <typename Method>
std::string name_of(Method method) {
  return std::string(methods<Method>()[static_cast<std::size_t>(method)].name);
}

std::string number(std::optional<double> value) {
  return value ? significant(*value) : "";
}
std::string p_cell(std::optional<double> p) {
  return p ? in_column(p_value(p)) : "";
}
std::string statistic(std::optional<double> value, std::optional<double> df) {
  return value ? (df ? "t(" + significant(*df) + ") = " : "z = ") + fixed(*value, 2) : "";
}

std::string tests_table(const Bias& bias) {
  if (bias.tests.empty()) return "";
  TextTable table(
      {{"Asymmetry of the funnel plot", Align::left}, {"k"}, {"effects on", Align::left}, {"Slope or tau"}, {"SE"}, {"Test"}, {"p"}});
  std::string notes;
  for (const AsymmetryTest& t : bias.tests) {
    const std::string name = std::string(key(t.test)) + (t.model == "rma" && t.test == BiasTest::egger ? " (random effects)" : "");
    if (t.status != Status::ok) {
      notes += status_line(name, t.status, t.reason);
      continue;
    }
    table.add({name, std::to_string(t.k), t.predictor, t.kendall_tau ? "tau = " + number(t.kendall_tau) : number(t.slope),
               number(t.slope_se), statistic(t.statistic, t.df), p_cell(t.p_value)});
  }
  return (table.empty() ? "" : table.text()) + notes;
}

std::string limits_table(const Bias& bias, Precision precision) {
  TextTable table(
      {{"Effect of a study of infinite size", Align::left},
       {std::string(scale_label(bias.options.effect.measure.value_or(Measure::GEN))) + " [" + level_text(bias.options.level) + " CI]"},
       {"Test"},
       {"p"}});
  for (const LimitEstimate& limit : bias.limit_estimates) {
    const std::string known = limit.predictor == BiasPredictor::sei ? "PET" : limit.predictor == BiasPredictor::vi ? "PEESE" : "";
    if (limit.estimate)
      table.add({name_of(limit.model) + " on " + std::string(key(limit.predictor)) + (known.empty() ? "" : " (" + known + ")"),
                 estimate_text(limit.display, precision), statistic(limit.statistic, limit.df), p_cell(limit.p_value)});
  }
  return table.empty() ? "" : table.text();
}

std::string trim_fill_block(const Bias& bias, Precision precision) {
  const TrimFill& t = bias.trim_fill;
  const std::string title = "Trim and fill (" + std::string(key(t.estimator)) + ")";
  if (!t.k0) return title + "\n" + status_line("", t.status, t.reason);
  std::string text = title + ": " + counted(*t.k0, "study", "studies") + " missing on the " + std::string(key(t.side)) + " side";
  text += (t.se_k0 ? " (SE " + significant(*t.se_k0) + ")" : "") + "\n";
  if (t.estimate)
    text += "  " + std::string(scale_label(bias.options.effect.measure.value_or(Measure::GEN))) + " of " +
            counted(t.k, "study", "studies") + ": " + estimate_text(t.display, precision) + ", tau2 = " + number(t.tau2) + "\n";
  for (const ImputedStudy& study : t.imputed)
    text += "  mirror image of " + escaped(study.study) + ": yi = " + significant(study.yi) + ", vi = " + significant(study.vi) + "\n";
  return text;
}

std::string fail_safe_block(const Bias& bias) {
  std::string text;
  for (const FailSafeN& f : bias.fail_safe_n) {
    if (f.n)
      text += "  " + name_of(f.type) + ": " + counted(*f.n, "study", "studies") + " to reach " +
              (f.type == FailSafe::orwin ? "a mean of " : "p = ") + number(f.target) +
              (f.p_value ? " (now p" + p_value(f.p_value) + ")" : "") + "\n";
    else
      text += status_line(name_of(f.type), f.status, f.reason);
  }
  return text.empty() ? "" : "Fail-safe N: unpublished studies of no effect\n" + text;
}

std::string excess_block(const Bias& bias) {
  const ExcessSignificance& e = bias.excess_significance;
  if (!e.observed || !e.expected) return "";
  return "Excess significance: " + std::to_string(*e.observed) + " of " + counted(e.k, "study", "studies") + " significant, " +
         significant(*e.expected, 3) + " expected from their power; p" + p_value(e.p_value_exact) + " (one-sided, exact)\n";
}

/// "p <= 0.025: 1 (8 studies), p > 0.025: 0.76 (29 studies)"
std::string publication_chances(const SelectionModel& m) {
  std::string text;
  for (std::size_t j = 0; j < m.delta.size(); ++j) {
    const bool last = j == m.steps.size();
    text += (j == 0 ? "" : ", ") + std::string(last ? "p > " : "p <= ") + significant(m.steps[last ? j - 1 : j]) + ": " +
            significant(m.delta[j], 3) + " (" + counted(m.k[j], "study", "studies") + ")";
  }
  return text;
}

std::string selection_block(const Bias& bias, Precision precision) {
  const SelectionModel& m = bias.selection;
  const std::string title = "Selection model with steps (alternative: " + std::string(key(m.alternative)) + ")\n";
  if (!m.estimate) return title + status_line("", m.status, m.reason);
  return title + "  " + std::string(scale_label(bias.options.effect.measure.value_or(Measure::GEN))) +
         " of all studies, published or not: " + estimate_text(m.display, precision) + ", tau2 = " + number(m.tau2) + "\n" +
         wrapped("  Chance of publication relative to the first class: " + publication_chances(m), 4) + "\n" +
         (m.lrt_p ? "  Test of no selection: " + test_text("chi2", m.lrt, m.lrt_df, m.lrt_p) + "\n" : "");
}

}  // namespace

std::string to_text(const Bias& bias) {
  std::vector<Display> displays{bias.trim_fill.display, bias.selection.display};
  for (const LimitEstimate& limit : bias.limit_estimates) displays.push_back(limit.display);
  const Precision precision = precision_of(bias.options.effect.measure.value_or(Measure::GEN), displays);
  return joined({
      "Small-study effects in " + counted(bias.input.used, "study", "studies") + ", " +
          name_of(bias.options.effect.measure.value_or(Measure::GEN)) + "\n",
      tests_table(bias),
      limits_table(bias, precision),
      trim_fill_block(bias, precision),
      fail_safe_block(bias),
      excess_block(bias),
      selection_block(bias, precision),
      warnings_block(bias.warnings),
      accounting_block(bias.input),
  });
}

}  // namespace tausq
