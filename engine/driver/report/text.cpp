// The order of the text output.
#include "engine/driver/report/text.hpp"

#include <tausq/effects.hpp>
#include <tausq/report.hpp>

#include "engine/driver/report/raw_numbers.hpp"
#include "engine/driver/report/study_blocks.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq {

namespace report {

std::string study_names(const std::vector<std::string>& studies) {
  constexpr std::size_t most = 10;
  const std::size_t shown = studies.size() <= most + 1 ? studies.size() : most;  // "and 1 more" would be no shorter than the name
  std::string names;
  for (std::size_t i = 0; i < shown; ++i) names += (i == 0 ? "" : ", ") + escaped(studies[i]);
  return shown == studies.size() ? names : names + " and " + std::to_string(studies.size() - shown) + " more";
}

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
  return std::to_string(n) + " " + std::string(n == 1 ? one : many);
}

std::string prediction_label(const Options& options) {
  const double level = options.prediction_level.value_or(options.level);
  return level == options.level ? "Prediction interval" : "Prediction interval (" + level_text(level) + ")";
}

std::string test_text(std::string_view symbol, std::optional<double> statistic, std::optional<double> df, std::optional<double> p) {
  if (!statistic) return "";
  return std::string(symbol) + " = " + significant(*statistic) + (df ? ", df = " + significant(*df) : "") + ", p" + p_value(p);
}

std::string joined(const std::vector<std::string>& blocks) {
  std::string text;
  for (const std::string& block : blocks)
    if (!block.empty()) text += (text.empty() ? "" : "\n") + block;
  return text;
}

}  // namespace report

namespace {

using namespace report;

/// " (58 events among 113)" or, for two arms, " (treatment 58 events among 113, control ...)".
std::string raw_totals(const Analysis& analysis) {
  std::string text;
  for (std::size_t j = 0; j + 1 < raw_columns(analysis).size(); ++j) {
    const RawColumn& events = raw_columns(analysis)[j];
    const RawColumn& total = raw_columns(analysis)[j + 1];
    const auto x = raw_sum(events, analysis), n = raw_sum(total, analysis);
    if (!x || !n || events.title != "Events") continue;
    text += (text.empty() ? " (" : ", ") + (events.arm.empty() ? "" : std::string(events.arm == "Control" ? "control " : "treatment "));
    text += raw_text(*x) + " events in " + raw_text(*n) + (total.title == "Time" ? " person-time" : " participants");
  }
  return text.empty() ? "" : text + ")";
}

std::string measure_line(const EffectOptions& options) {
  const Measure measure = options.measure.value_or(Measure::GEN);
  return std::string(scale_label(measure)) + ", analysed as " + std::string(methods<Measure>()[static_cast<std::size_t>(measure)].name) +
         " (" + std::string(key(measure)) + ")\n";
}

template <typename Method>
std::string name_of(const std::optional<Method>& method) {
  return method ? std::string(methods<Method>()[static_cast<std::size_t>(*method)].name) : "as the engine chose";
}

std::string between_studies(const Options& options) {
  if (options.prior_tau.empty()) return "; tau2 by " + name_of(options.tau2);
  return "; priors: tau " + options.prior_tau + ", mean " + options.prior_mu;
}

std::string model_lines(const Analysis& analysis) {
  const Options& options = analysis.options;
  std::string text;
  const std::optional<Pooling> common = options.pooling_common ? options.pooling_common : options.pooling;
  if (shown(analysis.common))
    text += "Common effect:  " + (common == Pooling::glmm ? "the same likelihood with tau2 = 0" : name_of(common)) + "\n";
  if (shown(analysis.random))
    text += "Random effects: " + name_of(std::optional(random_effects_pooling(options.pooling.value_or(Pooling::inverse)))) +
            between_studies(options) + "\n";
  return text;
}

}  // namespace

std::string to_text(const Analysis& analysis) {
  const Precision precision = precision_of(analysis);
  const std::size_t k = analysis.heterogeneity.k > 0 ? analysis.heterogeneity.k : analysis.studies.size();
  return joined({
      wrapped("Meta-analysis of " + counted(k, "study", "studies") + raw_totals(analysis), 2) + "\n" +
          measure_line(analysis.options.effect) + model_lines(analysis),
      study_table(analysis, precision) + study_notes(analysis),
      estimates_block(analysis, precision),
      posterior_block(analysis),
      sensitivity_block(analysis, precision),
      preset_block(analysis, precision),
      absolute_block(analysis, precision),
      heterogeneity_block(analysis),
      subgroups_block(analysis),
      analysis.regression ? regression_block(*analysis.regression, analysis.options.level) : "",
      predictions_block(analysis),
      tau2_curve_block(analysis),
      analysis.permutation ? permutation_block(*analysis.permutation) : "",
      bootstrap_block(analysis, precision),
      analysis.tests ? stratified_tests_block(*analysis.tests) : "",
      fit_block(analysis.fit),
      choices_block(analysis.options),
      warnings_block(analysis.warnings),
      accounting_block(analysis.input),
      repeats_block(analysis),
  });
}

std::string to_text_effects(const Analysis& analysis) {
  return joined({
      "Effect sizes of " + counted(analysis.studies.size(), "study", "studies") + raw_totals(analysis) + "\n" +
          measure_line(analysis.options.effect),
      effect_table(analysis, precision_of(analysis)) + study_notes(analysis),
      warnings_block(analysis.warnings),
      accounting_block(analysis.input),
  });
}

}  // namespace tausq
