// The study tables of the text output.
#include <tausq/effects.hpp>

#include "engine/driver/report/raw_numbers.hpp"
#include "engine/driver/report/study_blocks.hpp"
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::report {

namespace {

using Align = TextTable::Align;
using Cells = std::vector<std::string>;

/// The estimate and its interval stand in two columns, so that both are aligned.
void add_headings(std::vector<TextTable::Heading>& headings, const Options& options) {
  const double study_level = options.study_level.value_or(options.level);
  std::string levels = level_text(study_level) + " CI";
  if (study_level != options.level) levels += " (pooled " + level_text(options.level) + ")";
  headings.push_back({std::string(scale_label(options.effect.measure.value_or(Measure::GEN))), Align::right});
  headings.push_back({std::move(levels), Align::right});
}

void add_display(Cells& cells, const Display& display, Precision precision) {
  const std::string interval = interval_text(display.ci_lower, display.ci_upper, precision);
  cells.push_back(display.estimate ? natural(*display.estimate, precision) : "");
  cells.push_back(!display.estimate && interval.empty() ? "not estimable" : interval);
}

Cells study_cells(const Analysis& analysis, const StudyResult& study) {
  Cells cells{study.study};
  for (const RawColumn& column : raw_columns(analysis)) {
    const std::optional<double> value = raw_value(column, study);
    cells.push_back(value ? raw_text(*value) : "");
  }
  return cells;
}

std::vector<TextTable::Heading> study_headings(const Analysis& analysis) {
  std::vector<TextTable::Heading> headings{{"Study", Align::left}};
  for (const RawColumn& column : raw_columns(analysis))
    headings.push_back({std::string(column.title) + (column.arm.empty() ? "" : column.arm == "Control" ? " c" : " t"), Align::right});
  return headings;
}

/// The table of a pooled analysis, row by row.
class PooledTable {
 public:
  PooledTable(const Analysis& analysis, Precision precision) : analysis_(analysis), precision_(precision), table_(headings(analysis)) {}

  void study(const StudyResult& study) {
    Cells cells = study_cells(analysis_, study);
    add_display(cells, study.display, precision_);
    cells.push_back(study.weight_common ? percent(*study.weight_common) : "");
    cells.push_back(study.weight_random ? percent(*study.weight_random) : "");
    table_.add(std::move(cells));
  }
  void heading(const Subgroup& subgroup) { table_.add({analysis_.options.subgroup + ": " + subgroup.level}); }
  void rule() { table_.rule(); }
  void pooled(const std::string& indent, const PooledEstimate& common, const PooledEstimate& random, const PredictionInterval& prediction) {
    if (shown(common)) row(indent + "Common effect", common.display);
    if (shown(random)) row(indent + (random.marginal ? "Random effects (median)" : "Random effects"), random.display);
    if (random.marginal) row(indent + "Random effects (population average)", random.marginal->display());
    if (shown(prediction)) row(indent + prediction_label(analysis_.options), prediction.display);
  }
  std::string text() const { return table_.text(); }

 private:
  static std::vector<TextTable::Heading> headings(const Analysis& analysis) {
    std::vector<TextTable::Heading> headings = study_headings(analysis);
    add_headings(headings, analysis.options);
    const bool both = shown(analysis.common) && shown(analysis.random);
    headings.push_back({both ? "Weight: common" : "Weight", Align::right});
    headings.push_back({both ? "random" : "Weight", Align::right});
    return headings;
  }
  void row(std::string label, const Display& display) {
    Cells cells{std::move(label)};
    cells.resize(1 + raw_columns(analysis_).size());
    add_display(cells, display, precision_);
    table_.add(std::move(cells));
  }

  const Analysis& analysis_;
  Precision precision_;
  TextTable table_;
};

}  // namespace

std::string study_table(const Analysis& analysis, Precision precision) {
  PooledTable table(analysis, precision);
  for (const StudyBlock& block : study_blocks(analysis)) {
    if (block.subgroup) table.heading(*block.subgroup);
    for (const StudyResult* study : block.studies) table.study(*study);
    if (!block.subgroup) continue;
    table.pooled("  ", block.subgroup->common, block.subgroup->random, block.subgroup->prediction);
  }
  table.rule();
  table.pooled("", analysis.common, analysis.random, analysis.prediction);
  return table.text();
}

std::string effect_table(const Analysis& analysis, Precision precision) {
  const Measure measure = analysis.options.effect.measure.value_or(Measure::GEN);
  std::vector<TextTable::Heading> headings = study_headings(analysis);
  headings.push_back({std::string(transformed_label(measure)), Align::right});
  headings.push_back({"SE", Align::right});
  add_headings(headings, analysis.options);
  std::vector<std::optional<double>> se;
  for (const StudyResult& study : analysis.studies) se.push_back(study.se);
  const Precision analysis_scale = precision_for(se);
  TextTable table(std::move(headings));
  for (const StudyResult& study : analysis.studies) {
    Cells cells = study_cells(analysis, study);
    cells.push_back(study.yi ? natural(*study.yi, analysis_scale) : "");
    cells.push_back(study.se ? natural(*study.se, analysis_scale) : "");
    add_display(cells, study.display, precision);
    table.add(std::move(cells));
  }
  return table.text();
}

std::string study_notes(const Analysis& analysis) {
  std::vector<std::pair<std::string, std::vector<std::string>>> notes;  // note, studies
  for (const StudyResult& study : analysis.studies) {
    if (study.note.empty()) continue;
    auto same = notes.begin();
    while (same != notes.end() && same->first != study.note) ++same;
    if (same == notes.end()) same = notes.insert(same, {study.note, {}});
    same->second.push_back(study.study);
  }
  std::string text;
  for (const auto& [note, studies] : notes) text += wrapped("Note: " + escaped(note) + " (" + study_names(studies) + ")", 6) + "\n";
  return text;
}

}  // namespace tausq::report
