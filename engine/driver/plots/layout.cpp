#include "engine/driver/plots/layout.hpp"

#include <algorithm>

namespace tausq::plots {

namespace {

using drawing::text_width;

constexpr double tick_space = 9;       // from an axis to the words of its ticks
constexpr double axis_words = 38;      // below a panel: tick labels and the axis label
constexpr double heading_height = 18;  // above a panel: a line each for its title and the label of y

double widest(const PlotAxis& axis) {
  double width = 0;
  for (const PlotTick& tick : axis.ticks) width = std::max(width, text_width(tick.label, small_size));
  return width;
}

double left_space(const PlotPanel& panel) {
  return widest(panel.y) + tick_space;
}

double right_space(const PlotPanel& panel) {
  double half_tick = 0;  // the last tick label of x is centred below its tick
  for (const PlotTick& tick : panel.x.ticks)
    if (tick.at == panel.x.limits.second || &tick == &panel.x.ticks.back()) half_tick = text_width(tick.label, small_size) / 2;
  const double ticks = panel.right ? widest(*panel.right) + tick_space : 0;
  return std::max(ticks, half_tick);
}

double space_above(const PlotPanel& panel) {
  const bool words = !panel.y.label.empty() || (panel.right && !panel.right->label.empty());
  return (panel.title.empty() ? 0 : heading_height) + (words ? heading_height : 4);
}

double space_below(const PlotPanel& panel) {
  return panel.x.ticks.empty() && panel.x.label.empty() ? 6 : panel.x.label.empty() ? axis_words - 16 : axis_words;
}

void place_panels(PageLayout& layout, const Plot& plot, double top) {
  const std::size_t columns = std::max<std::size_t>(1, plot.columns);
  std::vector<double> lefts(columns, 0), widths(columns, 0), rights(columns, 0);
  for (std::size_t i = 0; i < plot.panels.size(); ++i) {
    const std::size_t column = i % columns;
    lefts[column] = std::max(lefts[column], left_space(plot.panels[i]));
    widths[column] = std::max(widths[column], plot.panels[i].width);
    rights[column] = std::max(rights[column], right_space(plot.panels[i]));
  }
  double y = top;
  for (std::size_t first = 0; first < plot.panels.size(); first += columns) {
    const std::size_t last = std::min(first + columns, plot.panels.size());
    double above = 0, height = 0, below = 0;
    for (std::size_t i = first; i < last; ++i) {
      above = std::max(above, space_above(plot.panels[i]));
      height = std::max(height, plot.panels[i].height);
      below = std::max(below, space_below(plot.panels[i]));
    }
    double x = margin;
    for (std::size_t i = first; i < last; ++i) {
      const std::size_t column = i - first;
      x += lefts[column];
      const PlotPanel& panel = plot.panels[i];
      layout.panels.push_back({&panel, {x, y + above, x + panel.width, y + above + panel.height}});
      x += widths[column] + rights[column] + (i + 1 < last ? panel_gap : 0);
    }
    layout.width = std::max(layout.width, x + margin);
    y += above + height + below + (last < plot.panels.size() ? 10 : 0);
  }
  layout.height = y;
}

void place_legend(PageLayout& layout, const Plot& plot) {
  double x = margin, y = layout.height + 14;
  std::vector<std::string> seen;
  for (const PlotPanel& panel : plot.panels)
    for (const PlotSeries& series : panel.series) {
      if (!series.in_legend || series.points.empty() || std::find(seen.begin(), seen.end(), series.name) != seen.end()) continue;
      seen.push_back(series.name);
      const double width = swatch_width + swatch_gap + text_width(series.name, small_size);
      if (x > margin && x + width > layout.width - margin) {
        x = margin;
        y += line_height + 2;
      }
      layout.legend.push_back({&series, x, y});
      x += width + entry_gap;
    }
  if (!seen.empty()) layout.height = y + line_height / 2;
}

}  // namespace

PageLayout page_layout(const Plot& plot) {
  PageLayout layout;
  place_panels(layout, plot, 0);  // for the width, which decides how the words above are broken
  const double narrowest = std::min(700.0, text_width(plot.title, title_size, drawing::Weight::bold) + 2 * margin);
  layout.width = std::max(layout.width, narrowest);
  if (!plot.subtitle.empty()) layout.subtitle = drawing::broken(plot.subtitle, layout.width - 2 * margin, small_size);
  layout.subtitle_y = margin + title_size + 18;
  const double top = margin + title_size + 8 + line_height * static_cast<double>(layout.subtitle.size()) + 8;
  layout.panels.clear();
  place_panels(layout, plot, top);
  place_legend(layout, plot);
  layout.height += margin;
  return layout;
}

}  // namespace tausq::plots
