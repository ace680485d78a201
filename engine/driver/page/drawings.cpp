// The drawings that a page makes itself, all of them forest plots.
#include <algorithm>

#include <tausq/effects.hpp>
#include <tausq/forest.hpp>

#include "engine/driver/forest/axis.hpp"
#include "engine/driver/page/document.hpp"
#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/study_blocks.hpp"

namespace tausq::page_detail {

namespace {

using namespace report;

Measure measure_of(const Analysis& analysis) {
  return analysis.options.effect.measure.value_or(Measure::GEN);
}

/// Without the other model's estimate.
Analysis only(const Analysis& analysis, Model model) {
  Analysis one = analysis;
  const auto drop = [&](auto& set) {
    if (model == Model::random) {
      set.common = {};
      return;
    }
    set.random = {};
    set.prediction = {};
  };
  drop(one);
  for (Subgroup& group : one.subgroups) drop(group);
  for (StudyResult& study : one.studies) (model == Model::random ? study.weight_common : study.weight_random).reset();
  return one;
}

/// The same with the analysis scale in place of the natural one.
Analysis on_analysis_scale(Analysis analysis) {
  const auto show = [](auto& set) {
    set.common.display = {set.common.estimate, set.common.ci_lower, set.common.ci_upper};
    set.random.display = {set.random.estimate, set.random.ci_lower, set.random.ci_upper};
    set.prediction.display = {{}, set.prediction.lower, set.prediction.upper};
  };
  show(analysis);
  for (Subgroup& group : analysis.subgroups) show(group);
  for (StudyResult& study : analysis.studies) study.display = {study.yi, study.ci_lower, study.ci_upper};
  analysis.options.effect.measure = Measure::GEN;
  return analysis;
}

std::string forest_svg(const Analysis& analysis, bool natural) {
  if (natural) return to_svg(forest_table(analysis));
  ForestTable table = forest_table(on_analysis_scale(analysis));
  const Measure measure = measure_of(analysis);
  table.axis.label = transformed_label(measure);
  for (ForestColumn& column : table.columns)
    if (column.key == "estimate_text")
      column.title = std::string(transformed_label(measure)) + " [" + level_text(analysis.options.level) + " CI]";
  if (!null_value(measure)) {
    table.axis.null.reset();
    std::erase_if(table.rows,
                  [](const ForestRow& row) { return row.type == ForestRowType::test && row.label.starts_with("Test for effect"); });
  }
  return to_svg(table);
}

/// A forest plot of estimates that are not studies of the analysis.
class Strip {
 public:
  Strip(const Analysis& analysis, std::string heading) : analysis_(analysis) {
    table_.axis.label = scale_label(measure_of(analysis));
    table_.columns = {{"label", std::move(heading), "", true, false},
                      {"estimate_text", std::string(scale_label(measure_of(analysis))) + " [" + level_text(analysis.options.level) + " CI]",
                       "", false, true}};
  }

  void add(ForestRowType type, std::string label, const Display& display, std::optional<Model> model = {}) {
    if (!display.estimate && !display.ci_lower && !display.ci_upper) return;
    ForestRow row;
    row.type = type;
    row.label = std::move(label);
    row.model = model;
    row.estimate = display.estimate, row.ci_lower = display.ci_lower, row.ci_upper = display.ci_upper;
    displays_.push_back(display);
    table_.rows.push_back(std::move(row));
  }

  std::string svg() {
    const Precision precision = precision_of(analysis_);
    for (std::size_t i = 0; i < displays_.size(); ++i)
      table_.rows[i].cells.push_back({"estimate_text", estimate_text(displays_[i], precision), std::nullopt});
    const std::string label = std::move(table_.axis.label);
    table_.axis = forest::axis_for(analysis_, table_.rows, {});
    table_.axis.label = label;
    forest::mark_clipped(table_.rows, table_.axis);
    return to_svg(table_);
  }

  bool empty() const { return displays_.empty(); }

 private:
  const Analysis& analysis_;
  ForestTable table_;
  std::vector<Display> displays_;
};

}  // namespace

bool two_scales(const Analysis& analysis) {
  const PooledEstimate& e = analysis.random.estimate ? analysis.random : analysis.common;
  return e.estimate && e.display.estimate && *e.estimate != *e.display.estimate;
}

Drawing forest_drawing(const Analysis& analysis) {
  Drawing drawing{
      "forest-plot", "Forest plot. Squares: studies, their area by weight; diamonds: pooled estimates; bar: prediction interval.", {}};
  std::vector<std::pair<std::string, Analysis>> models{{"both", analysis}};
  if (shown(analysis.common) && shown(analysis.random)) {
    models.emplace_back("common", only(analysis, Model::common));
    models.emplace_back("random", only(analysis, Model::random));
  }
  for (const auto& [model, shown_analysis] : models) {
    drawing.variants.push_back({model, "natural", forest_svg(shown_analysis, true)});
    if (two_scales(analysis)) drawing.variants.push_back({model, "analysis", forest_svg(shown_analysis, false)});
  }
  return drawing;
}

Drawing leave_one_out_drawing(const Influence& influence, const Analysis& analysis) {
  const bool common = influence.options.model == Model::common || !analysis.random.estimate;
  Strip strip(analysis, "Without");
  for (const Refit& refit : influence.leave_one_out) strip.add(ForestRowType::study, refit.study, refit.display);
  if (strip.empty()) return {};
  const PooledEstimate& all = common ? analysis.common : analysis.random;
  if (influence.options.pooling == analysis.options.pooling)
    strip.add(common ? ForestRowType::summary_common : ForestRowType::summary_random, "All studies", all.display,
              common ? Model::common : Model::random);
  return {"leave-one-out", "Leave-one-out: the pooled estimate without each study in turn.", {{"", "", strip.svg()}}};
}

Drawing sensitivity_drawing(const Analysis& analysis) {
  Strip strip(analysis, "Model");
  for (const Alternative& other : analysis.sensitivity) strip.add(ForestRowType::study, other.label, other.display);
  if (strip.empty()) return {};
  if (shown(analysis.common)) strip.add(ForestRowType::summary_common, "Common effect, as chosen", analysis.common.display, Model::common);
  if (shown(analysis.random)) strip.add(ForestRowType::summary_random, "Random effects, as chosen", analysis.random.display, Model::random);
  return {"sensitivity-strip", "What other usual models say about the same studies.", {{"", "", strip.svg()}}};
}

}  // namespace tausq::page_detail
