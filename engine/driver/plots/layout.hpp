// Where the panels of a plot, their axes and the legend stand on the page.
#pragma once

#include <string>
#include <vector>

#include <tausq/plots.hpp>

#include "engine/driver/drawing/clip.hpp"
#include "engine/driver/drawing/font_metrics.hpp"

namespace tausq::plots {

using drawing::Box;
using drawing::Point;

// Sizes in user units (CSS pixels).
inline constexpr double margin = 16, text_size = 12, small_size = 11, title_size = 14, line_height = 15, panel_gap = 28;
inline constexpr double ascent = 0.36;  // from the middle of a line down to its baseline, in em

struct PlacedPanel {
  const PlotPanel* panel;
  Box box;  ///< between the axes

  double x_of(double value) const { return box.left + share(panel->x, value) * (box.right - box.left); }
  double y_of(double value) const { return box.bottom - share(panel->y, value) * (box.bottom - box.top); }

 private:
  static double share(const PlotAxis& axis, double value) { return (value - axis.limits.first) / (axis.limits.second - axis.limits.first); }
};

/// A swatch with its words; `left` is where the swatch begins, `y` the middle of the line.
struct LegendEntry {
  const PlotSeries* series;
  double left, y;
};

inline constexpr double swatch_width = 22, swatch_gap = 6, entry_gap = 20;

struct PageLayout {
  double width = 0, height = 0;
  std::vector<std::string> subtitle;  ///< its lines
  double subtitle_y = 0;              ///< baseline of the first
  std::vector<PlacedPanel> panels;
  std::vector<LegendEntry> legend;
};

PageLayout page_layout(const Plot& plot);

}  // namespace tausq::plots
