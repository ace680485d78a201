// Forest-plot data: everything that a plotting program needs, with no statistics left to do. Part of the driver library.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tausq/analysis.hpp>

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
};

/// The drawn axis. `transform` is "identity", "log" or "logit"; limits, ticks and null stand on the natural scale.
struct ForestAxis {
  std::string transform = "identity";
  std::pair<double, double> limits{0, 1};
  std::vector<double> ticks;
  std::optional<double> null;
  std::string label;
};

struct ForestOptions {
  std::optional<double> axis_min{}, axis_max{};  ///< natural scale; empty: chosen from the data
  std::string title{};
  bool weights = true;
};

struct ForestTable {
  Input input;
  Options options;    ///< resolved
  std::string scale;  ///< the analysis scale, e.g. "logit"
  std::string title;  ///< empty: none is drawn
  ForestAxis axis;
  std::vector<ForestColumn> columns;
  std::vector<ForestRow> rows;
};

/// Lays the analysis out as rows and columns with an axis.
ForestTable forest_table(const Analysis& analysis, const ForestOptions& options = {});

/// A self-contained SVG that sizes itself to its content. Text is measured from committed font metrics.
std::string to_svg(const ForestTable& table);

}  // namespace tausq
