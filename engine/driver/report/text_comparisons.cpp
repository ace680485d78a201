// What the analysis says elsewhere: at new values of moderators, for other values of tau2, by other settings than a preset's.
#include <algorithm>

#include <tausq/effects.hpp>
#include <tausq/words.hpp>

#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::report {

namespace {

using Align = TextTable::Align;

Measure measure_of(const Analysis& analysis) {
  return analysis.options.effect.measure.value_or(Measure::GEN);
}

std::string scale_heading(const Analysis& analysis) {
  return std::string(scale_label(measure_of(analysis))) + " [" + level_text(analysis.options.level) + " CI]";
}

}  // namespace

std::string predictions_block(const Analysis& analysis) {
  if (!analysis.regression || analysis.regression->predictions.empty()) return "";
  const std::vector<RegressionPrediction>& predictions = analysis.regression->predictions;
  std::vector<Display> displays;
  for (const RegressionPrediction& p : predictions) displays.push_back(p.display);
  const Precision precision = precision_of(measure_of(analysis), displays);
  const double level = analysis.options.prediction_level.value_or(analysis.options.level);
  TextTable table({{"Predicted at", Align::left}, {scale_heading(analysis)}, {level_text(level) + " PI"}});
  std::string notes;
  for (const RegressionPrediction& p : predictions) {
    table.add({p.at, estimate_text(p.display, precision), interval_text(p.pi_display.ci_lower, p.pi_display.ci_upper, precision)});
    if (!p.reason.empty() && notes.empty()) notes = wrapped("  Prediction interval: " + escaped(p.reason), 4) + "\n";
  }
  return table.text() + notes;
}

std::string tau2_curve_block(const Analysis& analysis) {
  const std::vector<Tau2CurvePoint>& curve = analysis.tau2_curve;
  if (curve.empty()) return "";
  constexpr std::size_t most_rows = 9;
  std::vector<Display> displays;
  for (const Tau2CurvePoint& point : curve) displays.push_back(point.display);
  const Precision precision = precision_of(measure_of(analysis), displays);
  TextTable table({{"If tau2 were", Align::left}, {"tau"}, {"I2"}, {scale_heading(analysis)}, {"p"}});
  const std::size_t rows = std::min(most_rows, curve.size());
  for (std::size_t i = 0; i < rows; ++i) {
    const Tau2CurvePoint& point = curve[i * (curve.size() - 1) / (rows - 1)];
    table.add({significant(point.tau2), significant(point.tau), point.i2 ? percent(*point.i2) : "",
               point.estimate ? estimate_text(point.display, precision) : "not estimable",
               null_value(measure_of(analysis)) && point.p_value ? in_column(p_value(point.p_value)) : ""});
  }
  const bool all = rows == curve.size();
  return table.text() +
         (all ? "" : "  " + std::to_string(rows) + " of " + std::to_string(curve.size()) + " values; all of them in JSON and CSV\n");
}

std::string preset_block(const Analysis& analysis, Precision precision) {
  std::string text;
  for (const PresetComparison& c : analysis.preset_comparison) {
    const bool common = c.model == Model::common;
    std::string line = std::string("  ") + (common ? "Common effect" : "Random effects") + ": " +
                       estimate_text((common ? analysis.common : analysis.random).display, precision) + " here, " +
                       estimate_text(c.own, precision) + " by tausq's own defaults";
    std::string changed, decisive;
    for (const ChangedSetting& s : c.changed) {
      changed += (changed.empty() ? "; they change " : ", ") + s.option + " from " + s.preset + " to " + s.own;
      if (s.option == c.decisive && c.changed.size() > 1)
        decisive = "; the largest difference is that of " + s.option + ", alone " + estimate_text(s.display, precision);
    }
    text += wrapped(line + (changed.empty() ? ", which are the same settings" : changed) + decisive, 4) + "\n";
  }
  return text.empty() ? "" : "Does the preset matter?\n" + text;
}

}  // namespace tausq::report
