// Where everything on a forest plot stands: columns measured, rows stacked, the plot between them.
#pragma once

#include <string>
#include <vector>

#include <tausq/forest.hpp>

#include "engine/driver/drawing/font_metrics.hpp"

namespace tausq::forest {

using drawing::Weight;

// Sizes in user units (CSS pixels).
inline constexpr double text_size = 12, small_size = 11, title_size = 14;
inline constexpr double margin = 16, column_gap = 16, plot_gap = 20, indent = 12;
inline constexpr double row_height = 19, line_height = 16;
inline constexpr double plot_width = 280, longest_label = 270, light_size = 15;

struct PlacedColumn {
  const ForestColumn* column;
  double left, width;
  double right() const { return left + width; }
};

/// A row at the height of its middle.
struct PlacedRow {
  const ForestRow* row;
  double y;
};

struct PlotLayout {
  double width = 0, height = 0;
  double plot_left = 0;
  std::vector<PlacedColumn> columns;
  bool groups = false;          ///< some columns have a heading over their title
  bool indented = false;        ///< studies stand under subgroup headings
  double header_y = 0;          ///< middle of the line of titles
  std::vector<PlacedRow> rows;  ///< those above the axis
  double body_top = 0, axis_y = 0;
  double summary_y = 0;          ///< a rule stands here, over the overall summaries; 0: none
  double favours_y = 0;          ///< middle of the words on either side of no effect; 0: none
  double label_y = 0;            ///< baseline of the label of the axis
  double lights_y = 0;           ///< middle of the legend of traffic lights; 0: none
  std::vector<PlacedRow> notes;  ///< heterogeneity and tests of the whole analysis, under the axis; first line of each
  double plot_right() const { return plot_left + plot_width; }
};

/// True for summaries, which are written bold.
bool is_summary(ForestRowType type);
/// True for rows that are one line of words across the page.
bool is_words(ForestRowType type);
/// The words of a row in a column, as drawn.
std::string cell_text(const ForestRow& row, const ForestColumn& column);
/// Bold for summaries and headings.
Weight text_weight(const ForestRow& row);
/// How far the label of a row stands from the left of its column.
double label_indent(const PlotLayout& layout, ForestRowType type);

PlotLayout plot_layout(const ForestTable& table);

}  // namespace tausq::forest
