// Forest-plot data: everything that a plotting program needs, with no statistics left to do. Part of the driver library.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/influence.hpp>

namespace tausq {

enum class ForestRowType { study, subgroup_header, subgroup_summary, summary_common, summary_random, prediction, heterogeneity, test };

/// "study", "subgroup-header", ...
std::string_view to_string(ForestRowType type);

/// What stands in one column of one row: {"estimate_text", "0.80 [0.56; 0.94]"}, {"events", "16", 16}.
struct ForestCell {
  std::string column;            ///< key of its column
  std::string text;              ///< as drawn
  std::optional<double> number;  ///< the number itself where the cell is one
};

/// One line of the plot. Positions are on the natural scale.
struct ForestRow {
  ForestRowType type = ForestRowType::study;
  std::string label;
  std::optional<Model> model;  ///< which estimate a summary shows: common or random; empty for other rows
  std::vector<ForestCell> cells;
  std::optional<double> estimate, ci_lower, ci_upper;
  std::optional<double> weight_common, weight_random;
  bool clipped_lower = false, clipped_upper = false;  ///< the interval goes on beyond the axis
};

/// A text column of the plot.
struct ForestColumn {
  std::string key;  ///< "label" is the label of the row
  std::string title;
  std::string group;    ///< heading over neighbouring columns of the same group, e.g. "Treatment"
  bool left = true;     ///< stands left of the drawn intervals
  bool numeric = true;  ///< right-aligned
  bool light = false;   ///< drawn as traffic lights: judgements of the risk of bias
};

/// The drawn axis. `transform` is "identity", "log" or "logit"; limits, ticks and null stand on the natural scale.
struct ForestAxis {
  std::string transform = "identity";
  std::pair<double, double> limits{0, 1};
  std::vector<double> ticks;
  std::optional<double> null;
  std::string label;
};

/// Looks of forest plots; see methods<ForestPreset>().
enum class ForestPreset { standard, revman, jama, bmj, minimal };

/// How a prediction interval is drawn.
enum class PredictionMark { bar, line, polygon };
std::string_view to_string(PredictionMark mark);

/// What the rows stand for: the studies themselves, the analyses without each of them, or those of ever more studies.
enum class ForestRows { studies, leave_one_out, cumulative };

/// The scale of the axis: logarithmic for ratios and else linear, or as named.
enum class AxisScale { automatic, identity, log, logit };

struct ForestOptions {
  std::optional<double> axis_min{}, axis_max{};  ///< natural scale; empty: chosen from the data
  std::string title{};
  bool weights = true;
  bool tests = true;  ///< lines on heterogeneity and tests
  ForestPreset preset = ForestPreset::standard;
  /// Columns on either side of the intervals, "key" or "key=Title": those of ForestTable::columns, or of the records. Empty: as
  /// the preset has them; `right` = {"none"}: nothing.
  std::vector<std::string> left{}, right{};
  std::string sort{};                          ///< yi, se, weight, study or a column of the records; ":desc" after it: largest first
  std::optional<PredictionMark> prediction{};  ///< empty: as the preset has it
  AxisScale axis_scale = AxisScale::automatic;
  std::string favours_left{}, favours_right{};       ///< words on either side of no effect
  std::vector<std::string> lights{};                 ///< columns of the records with judgements: low, some concerns, high, unclear
  std::optional<double> band_lower{}, band_upper{};  ///< shaded range, natural scale: what is equivalent, say
  std::string colour{};                              ///< "#rrggbb" of the studies' squares; empty: the preset's
};

/// Colours, marks and wording of a drawing.
struct ForestStyle {
  std::string square = "#6f93b8", diamond = "#1f3f66", common = "#ffffff", interval = "#1a1a1a", prediction = "#8a8a8a";
  std::string stripe{};                                   ///< colour of every second row; empty: none
  std::string open = "[", separator = "; ", close = "]";  ///< of intervals
  PredictionMark prediction_mark = PredictionMark::bar;
  bool favours_above = false;  ///< the words on either side of no effect stand over the intervals
  bool totals = false;         ///< summaries are called totals
};

struct ForestTable {
  Input input;
  Options options;    ///< resolved
  std::string scale;  ///< the analysis scale, e.g. "logit"
  std::string title;  ///< empty: none is drawn
  std::string favours_left, favours_right;
  std::optional<double> band_lower, band_upper;  ///< natural scale
  ForestStyle style;
  ForestAxis axis;
  std::vector<ForestColumn> columns;
  std::vector<ForestRow> rows;
};

/// Lays the analysis out as rows and columns with an axis. `studies` are those analysed: their columns can be shown and sorted by.
/// Throws UsageError for a column that does not exist, a colour that is none, an axis scale that the measure does not have.
ForestTable forest_table(const Analysis& analysis, const ForestOptions& options = {}, const StudySet* studies = nullptr);

/// The same for the analyses without each study, or of the first, the first two ... studies; `whole` is that of all.
ForestTable forest_table(const Influence& influence, ForestRows rows, const Analysis& whole, const ForestOptions& options = {});

/// A self-contained SVG that sizes itself to its content. Text is measured from committed font metrics.
std::string to_svg(const ForestTable& table);

}  // namespace tausq
